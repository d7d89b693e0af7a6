"""What numbers of ITU-T H.273 say about colours: primaries, and how light became numbers.

PNG has them in its chunk cICP, AVIF and HEIC in their box colr, ICC profiles of version 4.4 in
their tag cicp. Which are honoured, and how, follows Chromium.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
#: x and y of red, green, blue and white.
Chromaticities = tuple[float, float, float, float, float, float, float, float]

_D65, _C = (0.3127, 0.3290), (0.310, 0.316)
#: ITU-T H.273, table 2.
_PRIMARIES: dict[int, Chromaticities] = {
    1: (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *_D65),
    4: (0.670, 0.330, 0.210, 0.710, 0.140, 0.080, *_C),
    5: (0.640, 0.330, 0.290, 0.600, 0.150, 0.060, *_D65),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, *_C),
    9: (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    10: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),  # X, Y and Z themselves
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *_D65),
}
UNKNOWN = 2
BT709_PRIMARIES, BT2020_PRIMARIES = 1, 9
SRGB, PQ, HLG = 13, 16, 18
#: Cameras of video: what a screen makes of them is a plain power (ITU-R BT.1886).
_VIDEO = (1, 6, 11, 14, 15)


@dataclass(frozen=True)
class CodePoints:
    """Primaries and transfer characteristics, by their numbers."""

    primaries: int
    transfer: int

    @property
    def chromaticities(self) -> Chromaticities:
        """Red, green, blue and white, each by its x and y."""
        return _PRIMARIES[self.primaries]

    @property
    def is_high_dynamic_range(self) -> bool:
        """Whether there is light brighter than white."""
        return self.transfer in (PQ, HLG)

    @property
    def is_srgb(self) -> bool:
        """Whether it is what images are that say nothing."""
        return self == CodePoints(BT709_PRIMARIES, SRGB)

    def to_light(self, numbers: Numbers) -> Numbers:
        """Turn numbers in [0, 1] into linear light in [0, 1]; not for high dynamic range."""
        return _CURVES[self.transfer](numbers)


def make_code_points(primaries: int, transfer: int) -> CodePoints | None:
    """Give code points, or None where one of them says nothing, or is not known."""
    if primaries not in _PRIMARIES or transfer not in (*_CURVES, PQ, HLG):
        return None
    return CodePoints(primaries, transfer)


def compute_matrix(chromaticities: Chromaticities) -> Numbers:
    """Give the matrix from linear RGB to XYZ, whose white has Y = 1.

    Raises
    ------
    ValueError
        If the primaries span no colours.
    """
    pairs = np.array(chromaticities, np.float64).reshape(4, 2)
    if not pairs[3, 1] > 0:
        raise ValueError(f"white without light: {chromaticities}")
    columns = np.stack([pairs[:, 0], pairs[:, 1], 1 - pairs.sum(axis=1)])
    try:
        amounts = np.linalg.solve(columns[:, :3], columns[:, 3] / pairs[3, 1])
    except np.linalg.LinAlgError as error:
        raise ValueError(f"primaries on a line: {chromaticities}") from error
    matrix: Numbers = columns[:, :3] * amounts
    return matrix


def encode_srgb(light: Numbers) -> Numbers:
    """Turn linear light, clamped to [0, 1], into numbers of sRGB (IEC 61966-2-1)."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _make_power(exponent: float) -> Callable[[Numbers], Numbers]:
    return lambda numbers: numbers**exponent


def _from_srgb(numbers: Numbers) -> Numbers:
    return np.where(numbers <= 0.04045, numbers / 12.92, ((numbers + 0.055) / 1.055) ** 2.4)


def _from_smpte_240(numbers: Numbers) -> Numbers:
    bent = ((numbers + 0.1115) / 1.1115) ** (1 / 0.45)
    return np.where(numbers < 4 * 0.0228, numbers / 4, bent)


def _from_smpte_428(numbers: Numbers) -> Numbers:
    """Undo the curve of cinemas, whose white is at 48 of 52.37 candela per square metre."""
    return np.clip(52.37 / 48 * numbers**2.6, 0, 1)


#: ITU-T H.273, table 3, from numbers to light.
_CURVES: dict[int, Callable[[Numbers], Numbers]] = {
    **dict.fromkeys(_VIDEO, _make_power(2.4)),
    4: _make_power(2.2),
    5: _make_power(2.8),
    7: _from_smpte_240,
    8: _make_power(1.0),
    SRGB: _from_srgb,
    17: _from_smpte_428,
}
