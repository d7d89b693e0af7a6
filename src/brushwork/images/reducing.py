"""Large images brought to the size that is needed, before anything is computed from them."""

from __future__ import annotations

from dataclasses import replace

from brushwork.images.decoding import DecodedImage
from brushwork.images.transforms import stretch

#: An image of up to so many pixels is left as it is.
LARGE_PIXELS = 2**22
#: Modes of Pillow's whose pixels may be mixed; not so those of a palette, or of deep numbers.
_MIXABLE = ("L", "LA", "RGB", "RGBA", "CMYK")


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


def reduce_decoded(found: DecodedImage, long_side: int | None) -> DecodedImage:
    """Bring a decoded image to the size that is enough, in eight bits, if its mode allows it."""
    image = found.image
    size = choose_size((image.height, image.width), long_side)
    if size is None or image.mode not in _MIXABLE or "transparency" in image.info:
        return found
    height, width = size
    return replace(found, image=stretch(image, (width, height)))
