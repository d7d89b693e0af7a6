"""Colour profiles of curves and a matrix, in numbers as exact as they come.

Pillow hands colour to Little CMS in eight bits alone. Most profiles of photos are so simple that
one can follow them oneself: a curve for each channel, then a matrix to the light of an eye
(ICC.1:2022, annex F.3). Profiles of grey have one curve.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from brushwork.images.code_points import (
    BT709_PRIMARIES,
    SRGB,
    CodePoints,
    Numbers,
    compute_matrix,
    encode_srgb,
)
from brushwork.images.hdr import list_rows
from brushwork.images.profile_making import adapt_to_d50, find_tag

#: From the light of profiles, under D50, to that of the screen.
_TO_SCREEN = np.linalg.inv(
    adapt_to_d50(compute_matrix(CodePoints(BT709_PRIMARIES, SRGB).chromaticities))
)
_D50_LIGHT = b"XYZ "
_MARK = b"acsp"
#: Input, display and output devices, and colour spaces.
_CLASSES = (b"scnr", b"mntr", b"prtr", b"spac")
#: What goes before curves and matrix where a profile has it.
_TABLES = (b"A2B0", b"A2B1", b"D2B0", b"D2B1")
#: How many numbers the kinds of parametric curves have.
_COUNTS = (1, 3, 4, 5, 7)

Curve = Callable[[Numbers], Numbers]


@dataclass(frozen=True)
class CurvesAndMatrix:
    """A profile of one or three channels; ``matrix`` leads from their light to the screen's."""

    curves: tuple[Curve, ...]
    matrix: Numbers

    @classmethod
    def read(cls, profile: bytes) -> Self | None:
        """Read a profile; None if it is broken, or there is more in it, such as tables."""
        usual = profile[12:16] in _CLASSES and profile[20:24] == _D50_LIGHT
        if not usual or profile[36:40] != _MARK or any(find_tag(profile, one) for one in _TABLES):
            return None
        try:
            match profile[16:20]:
                case b"GRAY":
                    return cls((_read_curve(find_tag(profile, b"kTRC")),), np.ones((3, 1)))
                case b"RGB ":
                    names = (b"r", b"g", b"b")
                    curves = tuple(_read_curve(find_tag(profile, one + b"TRC")) for one in names)
                    columns = [_read_point(find_tag(profile, one + b"XYZ")) for one in names]
                    matrix = _TO_SCREEN @ np.stack(columns, axis=1)
                    return cls(curves, matrix.astype(np.float64))
        except (ValueError, struct.error):
            return None
        return None

    def to_srgb(self, planes: NDArray[np.float32]) -> NDArray[np.float32]:
        """Convert numbers (C, H, W) in [0, 1] to (3, H, W) of sRGB.

        White stays white; where the darkest there is has some light, it becomes black.
        """
        whole = np.empty((3, *planes.shape[1:]), np.float32)
        dark = self._measure_black()
        for rows in list_rows(*planes.shape[1:]):
            numbers = planes[:, rows].astype(np.float64)
            light = np.stack([curve(one) for curve, one in zip(self.curves, numbers, strict=True)])
            shown = np.tensordot(self.matrix, light, axes=1)
            whole[:, rows] = encode_srgb((shown - dark) / (1 - dark))
        return whole

    def _measure_black(self) -> float:
        """Give the luminance of the darkest; half of white at most."""
        light = self.matrix @ np.array([float(curve(np.zeros(1))[0]) for curve in self.curves])
        luminance = compute_matrix(CodePoints(BT709_PRIMARIES, SRGB).chromaticities)[1]
        return float(np.clip(luminance @ light, 0, 0.5))


def _read_point(tag: bytes) -> Numbers:
    kind, *numbers = struct.unpack_from(">4s4x3i", tag)
    if kind != b"XYZ ":
        raise ValueError("no XYZ")
    return np.array(numbers) / 65536


def _read_curve(tag: bytes) -> Curve:
    """Read a curve from numbers to light, both in [0, 1].

    Raises
    ------
    ValueError
        If it is none, or leads nowhere.
    struct.error
        If it is cut.
    """
    curve = _read_points(tag) if tag[:4] == b"curv" else _read_formula(tag)
    with np.errstate(all="ignore"):
        if not np.isfinite(curve(np.linspace(0, 1, 256))).all():
            raise ValueError("a curve without end")
    return curve


def _read_points(tag: bytes) -> Curve:
    """Read a table of equal steps, with no entry for a line and one for a power: 10.6."""
    (count,) = struct.unpack_from(">8xI", tag)
    levels = np.array(struct.unpack_from(f">12x{count}H", tag), np.float64)
    if count == 0:
        return lambda numbers: numbers
    if count == 1:
        return lambda numbers: numbers ** (levels[0] / 256)
    steps = np.linspace(0, 1, count)
    return lambda numbers: np.interp(numbers, steps, levels / 65535)


def _read_formula(tag: bytes) -> Curve:
    """Read a power, with a line below it for all kinds but the first: 10.18."""
    name, kind = struct.unpack_from(">4s4xH", tag)
    if name != b"para" or kind >= len(_COUNTS):
        raise ValueError("no curve")
    given = np.array(struct.unpack_from(f">12x{_COUNTS[kind]}i", tag)) / 65536
    gamma, a, b, c, d, e, f = _spread_formula(kind, [float(number) for number in given])

    def follow(numbers: Numbers) -> Numbers:
        bent = np.maximum(a * numbers + b, 0) ** gamma + e
        return np.clip(np.where(numbers >= d, bent, c * numbers + f), 0, 1)

    return follow


def _spread_formula(kind: int, given: list[float]) -> tuple[float, ...]:
    """Give all seven numbers: the power, a, b of its base, the slope below d, and two offsets."""
    match kind, given:
        case 0, [gamma]:
            return gamma, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
        case 1, [gamma, a, b] if a:
            return gamma, a, b, 0.0, -b / a, 0.0, 0.0
        case 2, [gamma, a, b, c] if a:
            return gamma, a, b, 0.0, -b / a, c, c
        case 3, [gamma, a, b, c, d]:
            return gamma, a, b, c, d, 0.0, 0.0
        case 4, [gamma, a, b, c, d, e, f]:
            return gamma, a, b, c, d, e, f
    raise ValueError("a base of no slope")
