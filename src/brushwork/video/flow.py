"""Dense optical flow between two frames, and bringing one to where its pixels are in the other."""

from __future__ import annotations

import functools
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.clip import Pixels
from brushwork.video.levels import Plane

#: ``(H, W, 2)``: how far a pixel moved, to the right and downwards.
Flow = NDArray[np.float32]

#: Flow changes more from pixel to pixel than this part of itself at the edge of what moves.
BOUNDARY, BOUNDARY_PIXELS = 0.01, 0.002
#: Pixels by which flow may lead beyond the outermost: what is there is made up, and were it taken
#: frame after frame, a slow pan would draw it out.
RIM = 0.05


def find_flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    """Find the flow from a grey frame to another: Kroeger and others (2016), from OpenCV."""
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    finder.setFinestScale(0)
    return np.asarray(finder.calc(first, second, None), np.float32)


def warp(image: Plane | Flow, backward: Flow, *, sharp: bool = False) -> Plane:
    """Bring an earlier image to where its pixels are later: ``image(p + backward(p))``.

    Parameters
    ----------
    image
        ``(H, W)`` or ``(H, W, C)``, float32.
    backward
        From the later frame to the earlier one.
    sharp
        Interpolate with Lanczos's kernel, which blurs less when it is done again and again.
    """
    height, width = backward.shape[:2]
    places = (get_grid(height, width) + backward).astype(np.float32)
    kernel = cv2.INTER_LANCZOS4 if sharp else cv2.INTER_LINEAR
    remap: Any = cv2.remap  # its types know no missing map
    warped = remap(image, places, None, kernel, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.float32)


def find_outside(backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether its flow leads out of the frame."""
    height, width = backward.shape[:2]
    places = get_grid(height, width) + backward
    last = np.array([width, height]) - 1
    outside = (places < -RIM) | (places > last + RIM)
    return np.asarray(outside[..., 0] | outside[..., 1])


def find_edges(flow: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether it lies at the edge of what moves."""
    rows, columns = (np.gradient(flow, axis=axis) for axis in (0, 1))
    steps = square(rows) + square(columns)
    return np.asarray(steps > BOUNDARY * square(flow) + BOUNDARY_PIXELS)


def square(flow: Flow) -> Plane:
    """Give the square of the length at each pixel, far quicker than a sum over two does."""
    return np.asarray(flow[..., 0] ** 2 + flow[..., 1] ** 2, np.float32)


def measure_difference(first: Plane, second: Plane | Pixels) -> Plane:
    """Give the largest difference of the three channels at each pixel."""
    red, green, blue = cv2.split(np.abs(first - second))
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.float32)


@functools.lru_cache(maxsize=4)
def get_grid(height: int, width: int) -> Flow:
    """Give the column and the row of each pixel, to be read alone."""
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    grid = np.stack([columns, rows], axis=2)
    grid.flags.writeable = False
    return grid
