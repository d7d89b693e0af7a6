"""What recolouring needs, at which no network looks: memory in proportion to the pixels."""

from __future__ import annotations

from brushwork.errors import MemoryBudgetError
from brushwork.planning.pyramid import fit_size
from brushwork.system.memory import format_bytes

#: Bytes a pixel of the result: the content image, the result, its 8 and 16 bits, and a plane of
#: doubles on the way to these.
PIXEL_BYTES = 60
#: Bytes a pixel of what is computed at once while colours are moved, and the most pixels of that.
MOVED_BYTES, MOVED_PIXELS = 400, 2**20


def check_recolor_memory(extent: tuple[int, int], size: int, budget: int, held: int) -> None:
    """Refuse a recoloured image that does not fit.

    Parameters
    ----------
    extent
        Height and width of the content image.
    size
        Long side of the result.
    budget, held
        Bytes that the process may hold in all, and those that it holds already.

    Raises
    ------
    MemoryBudgetError
        If it does not; the message names the largest size that would.
    """
    needed = held + _count_bytes(extent, size)
    if needed <= budget:
        return
    smaller_ones = range(size, 0, -1)
    largest = next((s for s in smaller_ones if held + _count_bytes(extent, s) <= budget), None)
    smaller = f"use a size of at most {largest}, or allow" if largest else "allow"
    raise MemoryBudgetError(
        f"a size of {size} needs {format_bytes(needed)} of memory, but {format_bytes(budget)} may "
        f"be used; {smaller} more (--memory)."
    )


def _count_bytes(extent: tuple[int, int], size: int) -> int:
    height, width = fit_size(*extent, size)
    pixels = height * width
    return pixels * PIXEL_BYTES + min(pixels, MOVED_PIXELS) * MOVED_BYTES
