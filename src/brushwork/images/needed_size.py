"""How much of a large image is enough."""

from __future__ import annotations

#: An image of up to so many pixels is left as it is.
LARGE_PIXELS = 2**22


def choose_size(size: tuple[int, int], long_side: int | None) -> tuple[int, int] | None:
    """Give the height and width at which enough of an image is left, where it is far too large.

    Parameters
    ----------
    size
        Height and width as it is.
    long_side
        What is enough; all of it if None.
    """
    height, width = size
    if long_side is None or height * width <= LARGE_PIXELS or max(size) <= long_side:
        return None
    ratio = long_side / max(size)
    return max(1, round(height * ratio)), max(1, round(width * ratio))
