"""What moved where between two frames, and what one of them does not see of the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.clip import Pixels
from brushwork.video.flattening import flatten
from brushwork.video.flow import (
    Flow,
    find_edges,
    find_flow,
    find_outside,
    measure_difference,
    square,
    warp,
)
from brushwork.video.layers import part_layers
from brushwork.video.levels import Plane
from brushwork.video.planes import TEXTURE, measure_texture

#: Two ways that do not lead back differ by more than this part of their lengths, and so many
#: squared pixels (Sundaram, Brox and Keutzer 2010, equation 5).
INCONSISTENT, INCONSISTENT_PIXELS = 0.01, 0.5
#: Where no pixel of a window of this side differs by more levels of 255 from what was moved there,
#: the frames are alike.
ALIKE_SIDE, ALIKE_LEVELS = 5, 6
#: The side of that window where a plane is tried.
REVEAL_SIDE = 3
#: The side of the window in which they must be so on average at the edge of what moves.
CLOSE_SIDE = 3
#: Where they differ by more levels there, neither of the motions that meet there is right.
UNLIKE_LEVELS = 20
#: The side of the window in which two frames are compared, and the levels of 255 by which they may
#: differ there before the later one is no longer the earlier one, moved.
AGREEMENT_SIDE, AGREEMENT_LEVELS = 7, 12
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
    alike
        ``(H, W)``, 1 where it looks as if it had, else 0: on even areas flow is a guess, and any
        guess does if there is nothing better.
    """

    backward: Flow
    visible: Plane
    alike: Plane


def estimate_motion(earlier: Pixels, later: Pixels, *, quick: bool = False) -> Motion:
    """Find dense optical flow both ways, and what it is not to be trusted with.

    Parameters
    ----------
    earlier, later
        ``(H, W, 3)`` uint8, of one size.
    quick
        Look for flow at half the size.

    Notes
    -----
    Flow: Kroeger, Timofte, Dai and Van Gool (2016), dense inverse search. Visibility: the flow
    there and back must return to where it began, may not lead out of the frame, and must be smooth
    (Ruder, Dosovitskiy and Brox 2016, section 3.3), but for edges across which it looks alike.
    """
    first, second = _to_grey(earlier), _to_grey(later)
    if np.array_equal(first, second):
        everywhere = np.ones_like(first, np.float32)
        return Motion(np.zeros((*first.shape, 2), np.float32), everywhere, everywhere)
    forward, *_ = _follow(first, second, quick)
    backward, parted, planes = _follow(second, first, quick)
    apart = _compare(earlier, later, backward)
    mean = cv2.blur(apart, (CLOSE_SIDE, CLOSE_SIDE))
    visible = compute_visibility(forward, backward, parted | (mean <= ALIKE_LEVELS))
    visible[parted & (mean > UNLIKE_LEVELS)] = 0
    around = cv2.dilate(apart, np.ones((ALIKE_SIDE, ALIKE_SIDE), np.uint8)) <= ALIKE_LEVELS
    alike = (around & ~find_outside(backward)).astype(np.float32)
    told = measure_texture(second) > TEXTURE  # there it does not look alike by chance
    visible = np.maximum(visible, alike * told)
    if planes:  # a smaller one than the first would guess where all looks alike
        backward, visible = _reveal(earlier, later, backward, visible, planes[0])
    return Motion(backward, visible, alike)


def compose(first: Motion, second: Motion) -> Motion:
    """Give the motion from one frame by way of a second to a third, which flow does not span."""
    seen = warp(first.visible, second.backward) > 0.999
    alike = warp(first.alike, second.backward) > 0.999
    return Motion(
        np.asarray(second.backward + warp(first.backward, second.backward), np.float32),
        np.asarray(second.visible * seen, np.float32),
        np.asarray(second.alike * alike, np.float32),
    )


def compute_visibility(
    forward: Flow, backward: Flow, close: NDArray[np.bool_] | None = None
) -> Plane:
    """Say of each pixel of the later frame whether the earlier one saw it.

    Parameters
    ----------
    forward, backward
        Flow from the earlier frame to the later one, and back.
    close
        Where the frames look so much alike that the edge of what moves is no reason for doubt.
    """
    edges = find_edges(backward)
    if close is not None:
        edges &= ~close
    hidden = _find_astray(forward, backward) | find_outside(backward) | edges
    return np.asarray(~hidden, np.float32)


def compute_agreement(earlier: Pixels, later: Pixels, backward: Flow) -> Plane:
    """Say of each pixel how well the earlier frame, moved, gives the later one.

    ``exp(-(d / s)²)``, ``(H, W)`` in [0, 1], with d the mean difference in a window of 7 pixels, in
    levels of 255, and s = 12: 1 where they are the same, 0 where a thing has become another.
    """
    moved = warp(earlier.astype(np.float32), backward, sharp=True)
    apart = cv2.blur(measure_difference(moved, later), (AGREEMENT_SIDE, AGREEMENT_SIDE))
    return np.asarray(np.exp(-((apart / AGREEMENT_LEVELS) ** 2)), np.float32)


def _find_astray(forward: Flow, backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether there and back leads elsewhere."""
    returned = warp(forward, backward)
    both = square(returned) + square(backward)
    apart = square(returned + backward)
    return np.asarray(apart > INCONSISTENT * both + INCONSISTENT_PIXELS)


def _follow(
    here: NDArray[np.uint8], there: NDArray[np.uint8], quick: bool
) -> tuple[Flow, NDArray[np.bool_], list[Flow]]:
    """Find the flow of a frame, where that is one of two motions that meet, and its planes."""
    if quick and min(here.shape) >= 2 * SMALLEST_SIDE:
        small, other = _halve(here), _halve(there)
        found = flatten(small, other, find_flow(small, other))
        flow, *planes = (_enlarge(one, here.shape) for one in (found[0], *found[1]))
    else:
        flow, planes = flatten(here, there, find_flow(here, there))
    if not planes:
        return flow, np.zeros(here.shape, np.bool_), planes
    return *part_layers(here, there, flow, planes[0]), planes


def _compare(earlier: Pixels, later: Pixels, backward: Flow) -> Plane:
    """Give the largest difference of the three channels after the earlier frame was moved."""
    return measure_difference(warp(earlier.astype(np.float32), backward), later)


def _halve(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = grey.shape
    return np.asarray(cv2.resize(grey, (width // 2, height // 2), interpolation=cv2.INTER_AREA))


def _enlarge(flow: Flow, shape: tuple[int, ...]) -> Flow:
    scale = np.array(shape[::-1], np.float32) / flow.shape[1::-1]
    return np.asarray(cv2.resize(flow, shape[::-1]) * scale, np.float32)


def _reveal(
    earlier: Pixels, later: Pixels, backward: Flow, visible: Plane, plane: Flow
) -> tuple[Flow, Plane]:
    """Let pixels whose flow is not trusted go with a plane under which the frames look alike.

    At the edge of what moves flow lies between two motions: just there lies what a thing uncovers.
    """
    apart = _compare(earlier, later, plane)
    alike = cv2.dilate(apart, np.ones((REVEAL_SIDE, REVEAL_SIDE), np.uint8)) <= ALIKE_LEVELS
    found = (visible == 0) & alike & ~find_outside(plane)
    revealed = np.where(found[..., None], plane, backward)
    return np.asarray(revealed, np.float32), np.where(found, 1, visible).astype(np.float32)


def _to_grey(pixels: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
