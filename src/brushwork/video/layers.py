"""At the edge of what moves: whether a pixel goes with what moves or with what is behind it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.flow import Flow, find_edges, square, warp
from brushwork.video.levels import Plane

#: What differs from a plane's flow by more than so many pixels moves otherwise.
AWAY = 1.0
#: The side of the window about where one motion ends in which a pixel may go with either.
BAND_SIDE = 13
#: Flow is of one motion alone in what is left when so many pixels are taken off its rim.
INNER = 2
#: No pixel counts for more levels of 255 than these.
MOST_LEVELS = 20.0
#: The radius in pixels in which pixels that look alike decide together, and the variance, in
#: squared levels, below which they do look alike.
RADIUS, VARIANCE = 2, 30.0


def part_layers(
    here: NDArray[np.uint8], there: NDArray[np.uint8], flow: Flow, plane: Flow
) -> tuple[Flow, NDArray[np.bool_]]:
    """Give each pixel beside the edge of what moves one of the two motions that meet there.

    Dense flow goes over from one to the other within some pixels, so that what lies behind a thing
    is dragged along with it, and just there lies what it uncovers. Here both motions are continued
    across the edge, and the one under which the frames look more alike is taken.

    Parameters
    ----------
    here, there
        ``(H, W)``, the frame that the flow is of, and that which it leads to.
    flow
        ``(H, W, 2)``, which follows the plane where that fits.
    plane
        The plane's flow everywhere.

    Returns
    -------
    tuple
        The flow, and where one of the two was chosen.

    Notes
    -----
    The difference of the two costs at a pixel is averaged over what looks alike around it by a
    guided filter (He, Sun and Tang 2013, equations 5, 6 and 8), as Hosni and others (2013) do with
    the costs of any labels.
    """
    other = square(flow - plane) > AWAY**2
    edges = find_edges(flow)
    middle = _shrink(other, INNER) & ~_grow(edges, 1)
    if not middle.any():
        return flow, np.zeros_like(other)
    rim = (_grow(other, 1) & ~_shrink(other, 1)) | (edges & other)
    band = _grow(rim, BAND_SIDE // 2)
    thing = _continue(flow, middle)
    seen, goal = there.astype(np.float32), here.astype(np.float32)
    with_plane, with_thing = (
        np.minimum(np.abs(warp(seen, one, sharp=True) - goal), MOST_LEVELS)
        for one in (plane, thing)
    )
    behind = _average(with_thing - with_plane, goal) > 0
    chosen = np.where(behind[..., None], plane, thing)
    return np.asarray(np.where(band[..., None], chosen, flow), np.float32), band


def _continue(flow: Flow, middle: NDArray[np.bool_]) -> Flow:
    """Give every pixel the flow of the nearest in the middle of what moves."""
    _, labels = cv2.distanceTransformWithLabels(
        (~middle).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    nearest = np.zeros(labels.max() + 1, np.int64)
    nearest[labels[middle]] = np.flatnonzero(middle)
    return np.asarray(flow.reshape(-1, 2)[nearest[labels]], np.float32)


def _average(values: Plane, guide: Plane) -> Plane:
    """Average values over what looks alike: a guided filter."""

    def mean(image: Plane) -> Plane:
        return np.asarray(cv2.blur(image, (2 * RADIUS + 1, 2 * RADIUS + 1)), np.float32)

    about_guide, about_values = mean(guide), mean(values)
    together = mean(guide * values) - about_guide * about_values
    slope = together / (mean(guide * guide) - about_guide**2 + VARIANCE)
    return mean(slope) * guide + mean(about_values - slope * about_guide)


def _grow(where: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    window = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return np.asarray(cv2.dilate(where.astype(np.uint8), window) > 0)


def _shrink(where: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    window = np.ones((2 * pixels + 1, 2 * pixels + 1), np.uint8)
    return np.asarray(cv2.erode(where.astype(np.uint8), window) > 0)
