"""High dynamic range on a screen that has none: what is brighter than white is drawn below it.

White is at 203 candela per square metre, as ITU-R BT.2408 has it. Up to there light keeps its
proportions, beyond it is bent: a quadratic Bézier curve, the reference white tone mapping operator
of SMPTE ST 2094-50, which Chromium draws by. The brightest channel decides for all three, so that
hues stay.
"""

from __future__ import annotations

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork.images.code_points import (
    BT709_PRIMARIES,
    BT2020_PRIMARIES,
    PQ,
    CodePoints,
    Numbers,
    compute_matrix,
    encode_srgb,
)

WHITE = 203.0
#: The brightest light, in candela per square metre, where the file does not say.
USUAL_PEAK = 1000.0
#: How far the middle of the curve's corner leans to its end.
_LEAN = 0.65
#: From XYZ to the channels of which the brightest counts, and to those of the screen.
_TO_MIXED = np.linalg.inv(compute_matrix(CodePoints(BT2020_PRIMARIES, PQ).chromaticities))
_TO_SCREEN = np.linalg.inv(compute_matrix(CodePoints(BT709_PRIMARIES, PQ).chromaticities))
#: Pixels that are computed at once.
_STRIP = 2**18


def convert_light(
    image: PIL.Image.Image, points: CodePoints, peak: float | None = None
) -> PIL.Image.Image:
    """Convert an image of mode L or RGB of high dynamic range to sRGB.

    Parameters
    ----------
    image
        Whose numbers are PQ or HLG (ITU-R BT.2100).
    points
        Which of the two, and which primaries.
    peak
        The brightest light, in candela per square metre; 1000 if it is not known.

    Returns
    -------
    PIL.Image.Image
        Of mode RGB.
    """
    numbers = np.asarray(image)
    planes = numbers[None] if numbers.ndim == 2 else numbers.transpose(2, 0, 1)
    levels = np.empty((image.height, image.width, 3), np.uint8)
    for rows in list_rows(*levels.shape[:2]):
        shown = _convert_strip(planes[:, rows] / np.float64(255), points, peak)
        levels[rows] = np.rint(shown * 255)
    return PIL.Image.fromarray(levels)


def convert_deep_light(
    planes: NDArray[np.float32], points: CodePoints, peak: float | None = None
) -> NDArray[np.float32]:
    """Convert numbers (C, H, W) in [0, 1] of one or three channels as `convert_light` does.

    Returns
    -------
    NDArray
        (3, H, W) sRGB in [0, 1].
    """
    whole = np.empty((3, *planes.shape[1:]), np.float32)
    for rows in list_rows(*planes.shape[1:]):
        shown = _convert_strip(planes[:, rows].astype(np.float64), points, peak)
        whole[:, rows] = shown.transpose(2, 0, 1)
    return whole


def list_rows(height: int, width: int) -> list[slice]:
    """Give the rows that are computed at once: float64 takes room."""
    rows = max(1, _STRIP // width)
    return [slice(top, top + rows) for top in range(0, height, rows)]


def _convert_strip(planes: Numbers, points: CodePoints, peak: float | None) -> Numbers:
    """Turn numbers (C, H, W) in [0, 1] into (H, W, 3) of sRGB."""
    fractions = np.broadcast_to(planes, (3, *planes.shape[1:])).transpose(1, 2, 0)
    to_xyz = compute_matrix(points.chromaticities)
    light = _from_pq(fractions) if points.transfer == PQ else _from_hlg(fractions, to_xyz[1])
    brightest = _multiply(light, _TO_MIXED @ to_xyz).max(axis=2, keepdims=True)
    shown = _multiply(light, _TO_SCREEN @ to_xyz)
    return encode_srgb(shown * _compute_gain(brightest, (peak or USUAL_PEAK) / WHITE))


def _compute_gain(brightest: Numbers, peak: float) -> Numbers:
    """Say by what light is multiplied, of which 1 is white and ``peak`` the brightest."""
    if peak <= 1:
        return np.ones_like(brightest)
    # The more is above white, the lower white is drawn: at half the light from 1000 cd/m² on.
    white = 1 - 0.5 * min(np.log(peak) / np.log(USUAL_PEAK / WHITE), 1)
    # The corner of the curve from (1, white) to (peak, 1), on the line on which light came so far.
    across, up = 1 + _LEAN * (1 / white - 1), white + _LEAN * (1 - white)
    bend, lean = 1 - 2 * across + peak, across - 1
    reach = np.clip(brightest, 1, peak) - 1
    time = (np.sqrt(lean**2 + bend * reach) - lean) / bend
    curve = white * (1 - time) ** 2 + 2 * up * time * (1 - time) + time**2
    gain: Numbers = np.where(brightest <= 1, white, curve / np.maximum(brightest, 1))
    return gain


def _from_pq(fractions: Numbers) -> Numbers:
    """Turn PQ into light, of which 1 is white (ITU-R BT.2100-2, table 4)."""
    low = fractions ** (32 / 2523)
    ratio = np.maximum(low - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * low)
    light: Numbers = 10000 / WHITE * ratio ** (16384 / 2610)
    return light


def _from_hlg(fractions: Numbers, luminance: Numbers) -> Numbers:
    """Turn HLG into light, of which 1 is white, on a screen of 1000 cd/m² (table 5)."""
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * np.log(4 * a)
    scene = np.where(fractions <= 0.5, fractions**2 / 3, (np.exp((fractions - c) / a) + b) / 12)
    bright = (scene @ luminance)[..., None]
    light: Numbers = USUAL_PEAK / WHITE * scene * bright**0.2
    return light


def _multiply(light: Numbers, matrix: Numbers) -> Numbers:
    product: Numbers = light @ matrix.T
    return product
