"""Large images brought to the size that is needed, before anything is computed from them."""

from __future__ import annotations

from dataclasses import replace

from brushwork.images.decoding import DecodedImage
from brushwork.images.needed_size import choose_size
from brushwork.images.transforms import stretch

#: Modes of Pillow's whose pixels may be mixed; not so those of a palette, or of deep numbers.
_MIXABLE = ("L", "LA", "RGB", "RGBA", "CMYK")


def reduce_decoded(found: DecodedImage, long_side: int | None) -> DecodedImage:
    """Bring a decoded image to the size that is enough, in eight bits, if its mode allows it."""
    image = found.image
    size = choose_size(found.full_size or (image.height, image.width), long_side)
    if size is None or image.mode not in _MIXABLE or "transparency" in image.info:
        return found
    height, width = size
    return replace(found, image=stretch(image, (width, height)))
