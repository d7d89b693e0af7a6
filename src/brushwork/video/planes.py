"""Flow that is the same for many pixels: what moves as a plane before the camera moves as one."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.flow import Flow
from brushwork.video.refining import Matrix, Places, measure_slopes, refine

#: At most so many planes are looked for, and one must be so large a part of the frame.
MOST_PLANES, LEAST_SHARE = 3, 0.03
#: One pixel of so many, each way, is asked which plane it belongs to.
GRID = 4
#: Pixels by which the flow of what belongs to a plane differs from the plane's at most: of what
#: the plane is fitted to, and of what it then takes.
FIT, TAKE = 0.2, 1.2
#: What moves less than so many pixels anywhere stands still.
STILL = 0.1
#: A stiffer motion is taken where it explains so large a part of what a looser one does.
NEARLY = 0.95
#: Where the mean square of Sobel's gradient, in levels of 255, is below this in a window of this
#: side, in any direction, flow is not exact enough to fit anything to.
TEXTURE, TEXTURE_SIDE = 150.0, 7


def find_planes(
    grey: NDArray[np.uint8], flow: Flow, other: NDArray[np.uint8] | None = None
) -> list[Flow]:
    """Fit homographies to dense flow, the one that most pixels follow first.

    Flow has an error of its own at each pixel, and is a guess where nothing is to be seen; a pan,
    a zoom or a turn of the camera, and each flat thing that moves, have eight numbers.

    Parameters
    ----------
    grey
        ``(H, W)``, the frame that the flow is of.
    flow
        ``(H, W, 2)``.
    other
        The frame that it leads to. Dense flow is a hundredth of a pixel or two off all over a
        frame, and more of it does not average that out; with this frame, what is fitted is exact.

    Returns
    -------
    list
        The flow of each plane, as if it filled the frame.

    Notes
    -----
    Homographies by random sample consensus (Fischler and Bolles 1981), with seeds that do not
    change, and least squares over what agrees.
    """
    height, width = grey.shape
    rows, columns = np.mgrid[GRID // 2 : height : GRID, GRID // 2 : width : GRID]
    rows, columns = rows.ravel(), columns.ravel()
    told = measure_texture(grey)[rows, columns] > TEXTURE
    rows, columns = rows[told], columns[told]
    here = np.stack([columns, rows], axis=1).astype(np.float32)
    there = here + flow[rows, columns]
    least = max(8, round(LEAST_SHARE * height * width / GRID**2))
    slopes = None if other is None else (measure_slopes(grey), measure_slopes(other))
    found: list[Flow] = []
    while len(found) < MOST_PLANES and len(here) >= least:
        fitted = _fit(here, there)
        if fitted is None or fitted[1].sum() < least:
            break
        matrix, follows, freedom = fitted
        if slopes is not None:
            matrix = refine(matrix, freedom, *slopes, here[follows])
        spread = _spread(matrix, height, width)
        found.append(spread if np.abs(spread).max() > STILL else np.zeros_like(spread))
        taken = spread[here[:, 1].astype(int), here[:, 0].astype(int)] - (there - here)
        left = (taken**2).sum(1) > TAKE**2
        here, there = here[left], there[left]
    return found


def _fit(here: Places, there: Places) -> tuple[Matrix, NDArray[np.bool_], int] | None:
    """Fit the stiffest motion that explains nearly as much as the loosest.

    It gives that, what follows it, and how many numbers it has.
    """
    best: tuple[Matrix, NDArray[np.bool_], int] | None = None
    for freedom, estimate in ESTIMATES.items():
        matrix, inliers = estimate(here, there, method=cv2.RANSAC, ransacReprojThreshold=FIT)
        if matrix is None:
            continue
        follows = np.asarray(inliers).ravel() > 0
        if best is None or follows.sum() >= NEARLY * best[1].sum():
            whole = np.asarray(matrix, np.float64)
            whole = np.vstack([whole, [0, 0, 1]]) if len(whole) == 2 else whole
            best = whole, follows, freedom
    return best


def _estimate_homography(here: Places, there: Places, **how: Any) -> Any:
    return cv2.findHomography(here, there, **how)


#: What fits a motion, by how many numbers it has, the loosest first.
ESTIMATES: dict[int, Any] = {
    8: _estimate_homography,
    6: cv2.estimateAffine2D,
    4: cv2.estimateAffinePartial2D,
}


def measure_texture(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give the mean square of Sobel's gradient, in the direction in which that is least."""
    least: Any = cv2.cornerMinEigenVal(grey, TEXTURE_SIDE)  # of (gradient / 4 / 255)²
    return np.asarray(least * (4 * 255) ** 2, np.float32)


def _spread(matrix: Matrix, height: int, width: int) -> Flow:
    """Give the flow of a homography at every pixel."""
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    x, y, w = (row[0] * columns + row[1] * rows + row[2] for row in matrix)
    return np.stack([x / w - columns, y / w - rows], axis=2).astype(np.float32)
