"""ICC profiles for files that say what their colours mean in another way.

So there is one road to sRGB: what a file says becomes a profile, which ``profiles`` applies.
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from brushwork.images.code_points import Chromaticities, CodePoints, Numbers, compute_matrix

_D50 = (0.9642, 1.0, 0.8249)
# Bradford's matrix, to the sharpened cones in which white is adapted: ICC.1:2022, annex E.
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
#: Points of a curve that no formula of a profile describes.
_POINTS = 4096
_CICP, _LUMINANCE = b"cicp", b"lumi"
#: PQ has no more light.
_MOST_LIGHT = 10000.0


def make_gamma_profile(chromaticities: Chromaticities, exponent: float) -> bytes | None:
    """Make a profile for ``light = number ** exponent``; None if the primaries span no colours."""
    curve = b"para" + struct.pack(">IHHi", 0, 0, 0, round(exponent * 65536))
    return _make_rgb(chromaticities, curve, {})


def make_grey_profile(exponent: float) -> bytes:
    """Make a profile for grey with ``light = number ** exponent``."""
    curve = b"para" + struct.pack(">IHHi", 0, 0, 0, round(exponent * 65536))
    return _join(b"GRAY", {b"wtpt": _make_point(_D50), b"kTRC": curve})


def make_grey_code_profile(points: CodePoints) -> bytes:
    """Make a profile for grey with the curve of code points; not for high dynamic range."""
    curve = _make_curve(points.to_light(np.linspace(0, 1, _POINTS)))
    return _join(b"GRAY", {b"wtpt": _make_point(_D50), b"kTRC": curve})


def make_code_profile(points: CodePoints, peak: float | None = None) -> bytes | None:
    """Make a profile of code points, which are in it by their numbers, too.

    Its curves are right but for high dynamic range, which a profile has no words for; ``peak`` is
    its brightest light, in candela per square metre, if that is known.
    """
    if points.is_high_dynamic_range:
        curve = _make_curve(np.linspace(0, 1, 2))
    else:
        curve = _make_curve(points.to_light(np.linspace(0, 1, _POINTS)))
    tag = _CICP + bytes(4) + bytes([points.primaries, points.transfer, 0, 1])
    more = {_CICP: tag}
    if peak is not None:
        more[_LUMINANCE] = _make_point((0.0, min(peak, _MOST_LIGHT), 0.0))
    return _make_rgb(points.chromaticities, curve, more)


def find_code_points(profile: bytes) -> tuple[int, int] | None:
    """Give the numbers of primaries and transfer that a profile names, None where it names none."""
    tag = find_tag(profile, _CICP)
    return (tag[8], tag[9]) if tag[:4] == _CICP and len(tag) >= 10 else None


def find_peak(profile: bytes) -> float | None:
    """Give the brightest light that a profile names, in candela per square metre."""
    tag = find_tag(profile, _LUMINANCE)
    return int.from_bytes(tag[12:16], "big", signed=True) / 65536 if len(tag) >= 20 else None


def is_of_grey(profile: bytes | None) -> bool:
    """Tell a profile whose numbers are one a pixel."""
    return profile is not None and profile[16:20] == b"GRAY"


def find_tag(profile: bytes, wanted: bytes) -> bytes:
    """Give the content of a tag, nothing where there is none.

    Parameters
    ----------
    profile
        An ICC profile.
    wanted
        The four letters of the tag.
    """
    count = int.from_bytes(profile[128:132], "big")
    for place in range(132, min(132 + 12 * count, len(profile) - 11), 12):
        name, start, length = struct.unpack_from(">4sII", profile, place)
        if name == wanted:
            return profile[start : start + length]
    return b""


def _make_rgb(
    chromaticities: Chromaticities, curve: bytes, more: dict[bytes, bytes]
) -> bytes | None:
    try:
        matrix = compute_matrix(chromaticities)
    except ValueError:
        return None
    adapted = adapt_to_d50(matrix)
    if np.abs(adapted).max() > 4:  # primaries that nearly lie on a line
        return None
    tags = {b"wtpt": _make_point(_D50), **more}
    for letter, column in zip((b"r", b"g", b"b"), adapted.T, strict=True):
        tags |= {letter + b"XYZ": _make_point(column), letter + b"TRC": curve}
    return _join(b"RGB ", tags)


def adapt_to_d50(matrix: Numbers) -> Numbers:
    """Move the white of a matrix from linear RGB to XYZ to D50, as profiles have it."""
    ratio = (_BRADFORD @ np.array(_D50)) / (_BRADFORD @ matrix.sum(axis=1))
    adapted: Numbers = np.linalg.inv(_BRADFORD) @ np.diag(ratio) @ _BRADFORD @ matrix
    return adapted


def _make_curve(light: NDArray[np.float64]) -> bytes:
    levels = np.rint(light * 65535).astype(">u2")
    return b"curv" + struct.pack(">II", 0, len(levels)) + levels.tobytes()


def _make_point(numbers: tuple[float, ...] | Numbers) -> bytes:
    fixed = (round(float(number) * 65536) for number in numbers)
    return b"XYZ " + bytes(4) + struct.pack(">3i", *fixed)


def _join(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Write a profile of version 4.4: a header, a table of tags, their contents (ICC.1:2022, 7)."""
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"", 0x04400000, b"mntr", space, b"XYZ ")
    header += struct.pack(">6H4s", 2025, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + _make_point(_D50)[8:]
    return header.ljust(128, b"\0") + table + body
