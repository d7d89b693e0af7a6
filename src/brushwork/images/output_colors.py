"""Colours of a file that is written: sRGB, said or unsaid, or a wider space.

What brushwork computes is sRGB. A file without a profile is taken as sRGB by browsers, and by some
other programs as whatever their screen shows; an embedded profile says it to all of them.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork.images.code_points import (
    BT709_PRIMARIES,
    SRGB,
    CodePoints,
    Numbers,
    compute_matrix,
    encode_srgb,
)
from brushwork.images.profile_making import make_code_profile
from brushwork.images.sixteen_bit import WHITE, Levels

Made = TypeVar("Made", PIL.Image.Image, Levels)
#: What a file says of its colours: nothing, that they are sRGB, or numbers of Display P3.
Profile = Literal["none", "srgb", "display-p3"]
_SRGB = CodePoints(BT709_PRIMARIES, SRGB)
#: Display P3 has the primaries of SMPTE EG 432-1 and the curve of sRGB.
_POINTS = {"srgb": _SRGB, "display-p3": CodePoints(12, SRGB)}
#: Rows that are converted at a time.
_ROWS = 64


@cache
def make_profile(profile: Profile) -> bytes | None:
    """Give the ICC profile to be embedded; None for none."""
    return None if profile == "none" else make_code_profile(_POINTS[profile])


def convert_from_srgb(image: Made, profile: Profile) -> Made:
    """Give the numbers of an sRGB image in another space; its colours stay the same.

    Parameters
    ----------
    image
        8 bits, RGB or RGBA, or levels of 16 bits. Opacity is left alone.
    profile
        The space.
    """
    if profile in ("none", "srgb"):
        return image
    if isinstance(image, np.ndarray):
        return _convert_levels(image, WHITE)
    whole = image if image.mode in ("RGB", "RGBA") else image.convert("RGB")
    return PIL.Image.fromarray(_convert_levels(np.asarray(whole), 255))


def _convert_levels(levels: NDArray[Any], white: int) -> NDArray[Any]:
    matrix = _make_matrix()
    converted = levels.copy()
    for start in range(0, len(levels), _ROWS):
        rows = slice(start, start + _ROWS)
        light = _SRGB.to_light(levels[rows, :, :3] / white) @ matrix.T
        numbers = np.rint(white * encode_srgb(light))
        converted[rows, :, :3] = numbers.astype(levels.dtype)
    return converted


def _make_matrix() -> Numbers:
    """Give the matrix from light in sRGB's primaries to light in those of P3."""
    wide = compute_matrix(_POINTS["display-p3"].chromaticities)
    return np.linalg.solve(wide, compute_matrix(_SRGB.chromaticities)).astype(np.float64)
