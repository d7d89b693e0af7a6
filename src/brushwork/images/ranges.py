"""Which number is white: known from how many bits there are, else taken from the data, and told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from brushwork.errors import ImageError

# Widths of numbers that hold what has fewer bits, since computers have no others.
_CONTAINERS = (16, 32)
# Depths that masks, cameras, scanners and programs fill a larger container with.
_USUAL_BITS = (1, 8, 10, 12, 14, 16)


@dataclass(frozen=True)
class Range:
    """The numbers that stand for black and white, and what the person should know of it."""

    black: float
    white: float
    notes: tuple[str, ...] = ()

    def scale(self, numbers: NDArray[Any]) -> NDArray[np.float32]:
        """Give numbers as parts of the way from black to white, clamped to [0, 1]."""
        if self.black == 0 and numbers.dtype.kind in "uf" and numbers.dtype.itemsize <= 4:
            parts = np.divide(numbers, self.white, dtype=np.float32, order="C")
        else:
            # In float64: the range of float32 numbers need not fit into float32.
            wide = numbers.astype(np.float64)
            parts = ((wide - self.black) / (self.white - self.black)).astype(np.float32)
        clipped: NDArray[np.float32] = parts.clip(0, 1, out=parts)
        return clipped


def find_range(
    numbers: NDArray[Any],
    shown: str,
    *,
    bits: int | None = None,
    declared: int | None = None,
    known: bool = False,
) -> Range:
    """Find black and white of whole or floating numbers.

    Unsigned numbers that fill their bits, at least to the uppermost sixteenth part of what these
    can hold, have the largest of them for white. If they stay far below, they are of fewer bits: a
    camera's 12 in a file of 16, or a program's 8 in a container of 32. Signed numbers and floats
    beyond [0, 1] have no agreed white: of the former a usual depth is taken if they are not
    negative, else their own range is stretched. A note tells whatever the data had to say.

    Parameters
    ----------
    numbers
        Of any shape, at least one.
    shown
        How to call the image in an error.
    bits
        How many the file says that a number has; left out, as many as its type.
    declared
        The largest number that the file says there may be.
    known
        Whether unsigned numbers are known to use all their bits, however small they are.

    Raises
    ------
    ImageError
        If a number is not finite, or all are the same outside of [0, 1].
    """
    low, high = numbers.min(), numbers.max()
    if numbers.dtype.kind == "f":
        return _find_float_range(float(low), float(high), shown)
    low, high = int(low), int(high)
    if low < 0:
        return _stretch(low, high, shown)
    signed = numbers.dtype.kind == "i"
    bits = (bits or 8 * numbers.dtype.itemsize) - signed
    full = 2**bits - 1
    if declared and high <= declared < full and _is_full(declared):
        return Range(0, declared, (f"the file says that its white is {declared}",))
    # Nobody packs numbers into 12 bits that need fewer.
    certain = not signed and (known or bits not in _CONTAINERS)
    if high == 0 or certain or (not signed and high > full >> 4):
        return Range(0, full)
    for fewer in _USUAL_BITS:
        if fewer < bits and high < 2**fewer:
            note = f"its numbers of {bits} bits only go up to {high}: {2**fewer - 1} is white"
            return Range(0, 2**fewer - 1, (note,))
    return _stretch(low, high, shown)


def _find_float_range(low: float, high: float, shown: str) -> Range:
    """Keep [0, 1]; stretch any other range, since 0 ... 255 and 0 ... 1.02 are both common."""
    if not np.isfinite([low, high]).all():
        raise ImageError(
            f"{shown} holds numbers that are not finite (NaN or infinity); allowed is 0 (black) "
            "to 1 (white). Replace them, or export it with 8 or 16 bits."
        )
    return Range(0, 1) if low >= 0 and high <= 1 else _stretch(low, high, shown)


def _stretch(low: float, high: float, shown: str) -> Range:
    if low == high:
        raise ImageError(
            f"{shown} holds the number {low:g} everywhere; allowed is 0 (black) to 1 (white). "
            "Give an image with something to see."
        )
    numbers = f"{low} to {high}" if isinstance(low, int) else f"{low:g} to {high:g}"
    return Range(low, high, (f"its numbers from {numbers} were stretched to black to white",))


def _is_full(number: int) -> bool:
    """Tell a white, all of whose bits are set, from the largest number that happens to occur."""
    return number & (number + 1) == 0
