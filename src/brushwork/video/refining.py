"""The motion of a plane to a hundredth of a pixel: from the brightness of two frames itself."""

from __future__ import annotations

import itertools
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: A homography, ``(3, 3)``.
Matrix = NDArray[np.float64]
#: ``(N, 2)``, columns and rows.
Places = NDArray[np.float32]
#: ``(H, W, 3)``: brightness, and how it changes to the right and downwards, by pixel.
Slopes = NDArray[np.float32]

#: Rounds at most; one that moves nothing by more than so many pixels is the last, and one that
#: moves anything by more than so many has lost its way.
ROUNDS, ENOUGH, MOST = 6, 0.002, 0.5
#: Frames are blurred by this deviation in pixels, so that what is between pixels is well told.
BLUR = 2.0
#: Pixels that differ by more than so many times the median, and a level of 255, do not count.
OUTLYING = 3.0
#: Pixels at the rim of a frame that are left out: what is beyond it is not known.
RIM = 4


def measure_slopes(grey: NDArray[np.uint8]) -> Slopes:
    """Give the brightness of a frame ``(H, W)`` and its slopes, for `refine`."""
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), BLUR)
    filters: Any = cv2.Scharr  # its types know no plain numbers
    across, down = (filters(smooth, cv2.CV_32F, *order) / 32 for order in ((1, 0), (0, 1)))
    return np.stack([smooth, across, down], axis=2).astype(np.float32)


def refine(matrix: Matrix, freedom: int, here: Slopes, there: Slopes, places: Places) -> Matrix:
    """Refine a homography that brings places of a frame I to where they are in another, J.

    Each round finds the small motion δ, with as many numbers as the homography has, for which
    ``g · δ(x) = -(J(H x) - I(x))`` in the sense of least squares, with g the mean of both frames'
    slopes, and goes on from H after δ. What fits no better than before is not taken.

    Parameters
    ----------
    matrix
        H, right to a part of a pixel.
    freedom
        Numbers that it has: 8, or 6 for an affine motion, or 4 for a turn with a change of size.
    here, there
        Both frames, as `measure_slopes` gives them.
    places
        Pixels of the first frame that follow H.

    Notes
    -----
    Lucas and Kanade (1981), with the slopes of both frames as in Benhimane and Malis (2004), which
    leave no error of the second order.
    """
    center, scale = np.array(here.shape[1::-1]) / 2, max(here.shape) / 2
    inward = np.array(
        [[1 / scale, 0, -center[0] / scale], [0, 1 / scale, -center[1] / scale], [0, 0, 1]]
    )
    places = _choose_places(matrix, here, there, places)
    if len(places) <= freedom:
        return matrix
    across, down = _list_moves((places - center) / scale, freedom)
    best, least = matrix, np.inf
    for _ in range(ROUNDS):
        known, found = _look(matrix, here, there, places)
        apart = found[:, 0] - known[:, 0]
        if (apart**2).mean() >= least:
            break
        best, least = matrix, float((apart**2).mean())
        slopes = scale / 2 * (known + found)
        system = slopes[:, 1:2] * across + slopes[:, 2:] * down
        numbers = np.linalg.lstsq(system, -apart, rcond=None)[0]
        moved = scale * max(np.abs(across @ numbers).max(), np.abs(down @ numbers).max())
        if moved < ENOUGH or moved > MOST:
            break
        matrix = matrix @ np.linalg.inv(inward) @ _make_matrix(numbers) @ inward
    return best


def _choose_places(matrix: Matrix, here: Slopes, there: Slopes, places: Places) -> Places:
    """Leave out what lies at the rim of one of the frames, and what does not look alike."""
    moved, last = _move(matrix, places), np.array(here.shape[1::-1]) - 1 - RIM
    inside = (np.minimum(moved, places) >= RIM) & (np.maximum(moved, places) <= last)
    places = places[inside.all(axis=1)]
    if not len(places):
        return places
    known, found = _look(matrix, here, there, places)
    apart = np.abs(found - known)[:, 0]
    counts = apart <= OUTLYING * np.median(apart) + 1
    return np.asarray(places[counts], np.float32)


def _look(
    matrix: Matrix, here: Slopes, there: Slopes, places: Places
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give what both frames show at places of the first."""
    columns, rows = places.astype(int).T
    return here[rows, columns].astype(float), _interpolate(there, _move(matrix, places))


def _move(matrix: Matrix, places: Places) -> NDArray[np.float64]:
    x, y, w = matrix @ np.vstack([places.T, np.ones(len(places))])
    return np.stack([x / w, y / w], axis=1)


def _interpolate(image: Slopes, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate between sixteen pixels; OpenCV's own rounds places to a 32nd of a pixel."""
    whole = np.floor(places).astype(int)
    (columns, rows), (across, down) = whole.T, (_weigh(part) for part in (places - whole).T)
    total = np.zeros((len(places), image.shape[2]))
    for below, right in itertools.product(range(4), repeat=2):
        weights = down[:, below] * across[:, right]
        total += weights[:, None] * image[rows + below - 1, columns + right - 1]
    return total


def _weigh(part: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh four pixels in a row, of which the place lies ``part`` of a pixel behind the second.

    Keys (1981), equation 15, the cubic that is exact for parabolas.
    """
    apart = np.abs(part[:, None] - np.arange(-1, 3))
    near = (1.5 * apart - 2.5) * apart**2 + 1
    far = ((2.5 - 0.5 * apart) * apart - 4) * apart + 2
    return np.where(apart <= 1, near, np.where(apart < 2, far, 0))


def _list_moves(
    places: NDArray[np.float64], freedom: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give how much each number moves places, about the middle, to the right and downwards."""
    x, y = places.T
    one, none = np.ones_like(x), np.zeros_like(x)
    if freedom == 4:
        return np.stack([x, -y, one, none], axis=1), np.stack([y, x, none, one], axis=1)
    across = [x, y, one, none, none, none, -x * x, -x * y]
    down = [none, none, none, x, y, one, -x * y, -y * y]
    return np.stack(across[:freedom], axis=1), np.stack(down[:freedom], axis=1)


def _make_matrix(numbers: NDArray[np.float64]) -> Matrix:
    """Make the homography of a small motion."""
    if len(numbers) == 4:
        size, turn, right, below = numbers
        numbers = np.array([size, -turn, right, turn, size, below])
    return np.eye(3) + np.append(numbers, np.zeros(9 - len(numbers))).reshape(3, 3)
