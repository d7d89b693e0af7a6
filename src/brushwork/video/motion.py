"""What moved where between two frames, and what one of them does not see of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.clip import Pixels

#: ``(H, W, 2)``: how far a pixel moved, to the right and downwards.
Flow = NDArray[np.float32]
#: ``(H, W)`` in [0, 1], or ``(H, W, 3)``.
Plane = NDArray[np.float32]

#: Two ways that do not lead back differ by more than this part of their lengths, and so many
#: squared pixels (Sundaram, Brox and Keutzer 2010, equation 5).
INCONSISTENT, INCONSISTENT_PIXELS = 0.01, 0.5
#: Flow changes more from pixel to pixel than this part of itself at the edge of what moves.
BOUNDARY, BOUNDARY_PIXELS = 0.01, 0.002
#: Where no pixel of a window of this side differs by more levels of 255 from what was moved there,
#: it was seen, whatever its flow says: on even areas flow is a guess, and any guess does.
ALIKE_SIDE, ALIKE_LEVELS = 5, 6
#: OpenCV's own filter needs so many pixels a side.
SMALLEST_SIDE = 16


@dataclass(frozen=True)
class Motion:
    """How one frame comes from another.

    Attributes
    ----------
    backward
        From each pixel of the later frame to where it was in the earlier one.
    visible
        ``(H, W)``, 1 where the earlier frame saw what the later one shows, else 0.
    """

    backward: Flow
    visible: Plane


def estimate_motion(earlier: Pixels, later: Pixels) -> Motion:
    """Find dense optical flow both ways, and what it is not to be trusted with.

    Parameters
    ----------
    earlier, later
        ``(H, W, 3)`` uint8, of one size.

    Notes
    -----
    Flow: Kroeger, Timofte, Dai and Van Gool (2016), dense inverse search. Visibility: the flow
    there and back must return to where it began, may not lead out of the frame, and must be smooth
    (Ruder, Dosovitskiy and Brox 2016, section 3.3); beyond them, what looks alike counts as seen.
    """
    first, second = _to_grey(earlier), _to_grey(later)
    if np.array_equal(first, second):
        height, width = first.shape
        return Motion(np.zeros((height, width, 2), np.float32), np.ones_like(first, np.float32))
    forward, backward = _find_flow(first, second), _find_flow(second, first)
    visible = compute_visibility(forward, backward)
    alike = _find_alike(earlier, later, backward) & ~_find_outside(backward)
    return Motion(backward, np.maximum(visible, alike.astype(np.float32)))


def compute_visibility(forward: Flow, backward: Flow) -> Plane:
    """Say of each pixel of the later frame whether the earlier one saw it.

    Parameters
    ----------
    forward, backward
        Flow from the earlier frame to the later one, and back.
    """
    returned = warp(forward, backward)
    both = (returned**2).sum(2) + (backward**2).sum(2)
    astray = ((returned + backward) ** 2).sum(2) > INCONSISTENT * both + INCONSISTENT_PIXELS
    rows, columns = (np.gradient(backward, axis=axis) for axis in (0, 1))
    steps = (rows**2).sum(2) + (columns**2).sum(2)
    edge = steps > BOUNDARY * (backward**2).sum(2) + BOUNDARY_PIXELS
    return np.asarray(~(astray | _find_outside(backward) | edge), np.float32)


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
    places = (_get_grid(height, width) + backward).astype(np.float32)
    kernel = cv2.INTER_LANCZOS4 if sharp else cv2.INTER_LINEAR
    remap: Any = cv2.remap  # its types know no missing map
    warped = remap(image, places, None, kernel, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.float32)


def _find_outside(backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether its flow leads out of the frame."""
    height, width = backward.shape[:2]
    places = _get_grid(height, width) + backward
    return np.asarray((places < -0.5).any(2) | (places > np.array([width, height]) - 0.5).any(2))


def _find_alike(earlier: Pixels, later: Pixels, backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether the earlier frame, moved, looks as the later one round it."""
    moved = warp(earlier.astype(np.float32), backward)
    apart = np.abs(moved - later).max(axis=2)
    around = cv2.dilate(apart, np.ones((ALIKE_SIDE, ALIKE_SIDE), np.uint8))
    return np.asarray(around <= ALIKE_LEVELS)


def _find_flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return np.asarray(finder.calc(first, second, None), np.float32)


def _get_grid(height: int, width: int) -> Flow:
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns, rows], axis=2).astype(np.float32)


def _to_grey(pixels: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
