"""What a file says of its colours without an ICC profile, as a profile.

An ICC profile goes before the rest, the code points of PNG go before that, and sRGB before a gamma,
as PNG has it (third edition, 4.3) and browsers do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brushwork.images.code_points import (
    BT709_PRIMARIES,
    SRGB,
    UNKNOWN,
    Chromaticities,
    CodePoints,
    make_code_points,
)
from brushwork.images.profile_making import (
    make_code_profile,
    make_gamma_profile,
    make_grey_code_profile,
    make_grey_profile,
)

#: The gamma of screens; what differs from it by less is taken for sRGB if no primaries are given.
_USUAL_GAMMA, _USUAL_WITHIN = 1 / 2.2, 0.05
_LEAST_GAMMA, _MOST_GAMMA = 0.01, 100.0
#: Modes of Pillow for grey of more than eight bits, which go through grey profiles alone.
_DEEP_GREY = "I"
#: Curves of cameras: what stills in a container of video say of themselves, and do not mean.
_MEANING_SRGB = (1, UNKNOWN, 6, 14, 15)
_NCLX = b"colrnclx"
#: The box of the brightest light, with its length before it and two numbers of 16 bits behind.
_LIGHT_LEVEL = b"\x00\x00\x00\x0cclli"


def find_profile(info: Mapping[Any, Any], mode: str) -> bytes | None:
    """Give the profile of an image by what Pillow found: embedded, or of gamma and primaries.

    Parameters
    ----------
    info
        Pillow's, with any of ``icc_profile``, ``srgb``, ``gamma`` and ``chromaticity``.
    mode
        Pillow's mode of the image.

    Returns
    -------
    bytes
        None where the numbers are sRGB, or nothing is said.
    """
    embedded = info.get("icc_profile")
    if embedded:
        return bytes(embedded)
    gamma = info.get("gamma")
    if "srgb" in info or not isinstance(gamma, float):
        return None
    if not _LEAST_GAMMA <= gamma <= _MOST_GAMMA:
        return None
    given = info.get("chromaticity")
    primaries = _read_chromaticities(given)
    if given is not None and primaries is None:
        return None
    if primaries is None and abs(gamma / _USUAL_GAMMA - 1) < _USUAL_WITHIN:
        return None
    if mode.startswith(_DEEP_GREY):
        return make_grey_profile(1 / gamma)
    usual = CodePoints(BT709_PRIMARIES, SRGB).chromaticities
    return make_gamma_profile(primaries or usual, 1 / gamma)


def find_png_profile(cicp: bytes | None, peak: float | None, mode: str) -> bytes | None:
    """Give the profile of the chunk cICP, None where that is missing, not known, or not of RGB.

    Parameters
    ----------
    cicp
        Primaries, transfer, matrix and range.
    peak
        The brightest light, in candela per square metre, if that is known.
    mode
        Pillow's mode of the image.
    """
    if cicp is None:
        return None
    primaries, transfer, matrix, full_range = cicp
    points = make_code_points(primaries, transfer)
    if points is None or matrix != 0 or full_range != 1:
        return None
    if mode.startswith(_DEEP_GREY) and not points.is_high_dynamic_range:
        return make_grey_code_profile(points)
    return make_code_profile(points, peak)


def find_container_profile(start: bytes) -> bytes | None:
    """Give the profile of the box colr of AVIF or HEIC, None where it says sRGB or nothing.

    Parameters
    ----------
    start
        Of the file, with its descriptions.
    """
    place = start.find(_NCLX)
    numbers = start[place + len(_NCLX) : place + len(_NCLX) + 4]
    if place < 0 or len(numbers) < 4:
        return None
    primaries = int.from_bytes(numbers[:2], "big")
    transfer = int.from_bytes(numbers[2:], "big")
    points = make_code_points(
        BT709_PRIMARIES if primaries == UNKNOWN else primaries,
        SRGB if transfer in _MEANING_SRGB else transfer,
    )
    if points is None or points.is_srgb:
        return None
    return make_code_profile(points, _find_container_peak(start))


def _find_container_peak(start: bytes) -> float | None:
    """Give the brightest light, in candela per square metre; 0 says that it is not known."""
    _, found, rest = start.partition(_LIGHT_LEVEL)
    return float(int.from_bytes(rest[:2], "big")) or None if found else None


def _read_chromaticities(given: object) -> Chromaticities | None:
    """Put white, which comes first in PNG, behind the primaries."""
    if not isinstance(given, tuple) or len(given) != 8 or not any(given):
        return None
    white_x, white_y, *primaries = (float(number) for number in given)
    red_x, red_y, green_x, green_y, blue_x, blue_y = primaries
    return (red_x, red_y, green_x, green_y, blue_x, blue_y, white_x, white_y)
