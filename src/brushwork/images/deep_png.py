"""PNG of 16 bits and more than one channel, of which Pillow gives the upper eight.

Its decoder takes one byte out of two. Asked for numbers whose lower byte comes first it takes the
other one, so that two runs give all sixteen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from brushwork.images.decoding import DecodedImage, decode_stream
from brushwork.images.modes import ColorAndAlpha
from brushwork.images.needed_size import choose_size
from brushwork.images.png_chunks import SIGNATURE
from brushwork.images.profile_making import is_of_grey
from brushwork.images.profiles import convert_deep
from brushwork.images.reducing import reduce_numbers

#: The modes of Pillow for the upper and the lower bytes, by the kind of colour in the header: RGB,
#: RGBA, and grey with alpha, for which there is one mode that keeps all four bytes of a pixel.
_HALVES = {2: ("RGB;16B", "RGB;16L"), 6: ("RGBA;16B", "RGBA;16L"), 4: ("RGBA",)}
_DEPTH, _KIND = 24, 25
_WHITE = 65535

Plane = NDArray[np.uint16]


def is_deep_png(start: bytes) -> bool:
    """Tell by the first 26 bytes of a file."""
    return has_sixteen_bits(start) and start[_KIND] in _HALVES


def has_sixteen_bits(start: bytes) -> bool:
    """Tell by the first 26 bytes of a file whether it is a PNG of 16 bits a channel, or of grey."""
    known = start.startswith(SIGNATURE) and start[12:16] == b"IHDR" and len(start) > _KIND
    return known and start[_DEPTH] == 16


def separate_deep_png(
    file: BinaryIO, shown: str, long_side: int | None = None, *, flat: bool = False
) -> ColorAndAlpha:
    """Read colour and alpha, of a large image at ``long_side``, within `explain_errors`.

    Raises
    ------
    ImageError
        If it is too small.
    """
    kind = file.read(_KIND + 1)[_KIND]
    decoded = []
    for raw_mode in _HALVES[kind]:
        file.seek(0)
        decoded.append(decode_stream(file, shown, raw_mode=raw_mode))
    profile, found = decoded[0].image.info.get("icc_profile"), decoded[0].notes
    planes, alpha = _join_halves(decoded)
    width, height = decoded[0].image.size
    size = choose_size((height, width), long_side)
    # A plane at a time, since the whole is large.
    numbers, opacity = reduce_numbers(planes, alpha, size, flat=flat)
    decoded.clear()
    colour = np.stack([np.divide(plane, _WHITE, dtype=np.float32) for plane in numbers])
    if len(colour) == 1 and not is_of_grey(profile):
        colour = np.repeat(colour, 3, axis=0)
    srgb, notes = convert_deep(colour, profile)
    return ColorAndAlpha(
        srgb,
        None if opacity is None else np.divide(opacity, _WHITE, dtype=np.float32),
        (*found, *notes),
        None if size is None else (height, width),
    )


def _join_halves(decoded: list[DecodedImage]) -> tuple[Iterator[Plane], Plane | None]:
    """Give the planes of colour, one after the other, and that of alpha where there is one."""
    first, last = decoded[0].image, decoded[-1].image
    # All four bytes of a pixel, or both of a channel in an image each.
    bands = ["RG", "BA"] if first is last else [band * 2 for band in first.getbands()]

    def join(names: str) -> Plane:
        upper, lower = (
            np.asarray(half.getchannel(name))
            for half, name in zip((first, last), names, strict=True)
        )
        plane = upper.astype(np.uint16)
        plane <<= 8
        plane |= lower
        return plane

    if len(bands) in (2, 4):
        return map(join, bands[:-1]), join(bands[-1])
    key = first.info.get("transparency")
    if not isinstance(key, tuple):
        return map(join, bands), None
    differs = np.zeros((first.height, first.width), np.bool_)
    for names, level in zip(bands, key, strict=True):
        differs |= join(names) != level
    return map(join, bands), differs * np.uint16(_WHITE)
