"""What moved where between two frames, and what one of them does not see of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.clip import Pixels
from brushwork.video.levels import Plane
from brushwork.video.planes import TAKE, TEXTURE, find_planes, measure_texture

#: ``(H, W, 2)``: how far a pixel moved, to the right and downwards.
Flow = NDArray[np.float32]

#: Two ways that do not lead back differ by more than this part of their lengths, and so many
#: squared pixels (Sundaram, Brox and Keutzer 2010, equation 5).
INCONSISTENT, INCONSISTENT_PIXELS = 0.01, 0.5
#: Flow changes more from pixel to pixel than this part of itself at the edge of what moves.
BOUNDARY, BOUNDARY_PIXELS = 0.01, 0.002
#: Where no pixel of a window of this side differs by more levels of 255 from what was moved there,
#: the frames are alike.
ALIKE_SIDE, ALIKE_LEVELS = 5, 6
#: The side of that window where a plane is tried.
REVEAL_SIDE = 3
#: The side of the window in which they must be so on average at the edge of what moves.
CLOSE_SIDE = 3
#: The side of the window in which two frames are compared, and the levels of 255 by which they may
#: differ there before the later one is no longer the earlier one, moved.
AGREEMENT_SIDE, AGREEMENT_LEVELS = 7, 12
#: A plane's flow may make the difference between two frames larger by this, and these levels.
WORSE, WORSE_LEVELS = 1.1, 0.5
#: At the edge of what moves it must make it smaller by so many levels.
BETTER_LEVELS = 1.0
#: The side of the window about the edge of what moves in which pixels may go with any plane.
EDGE_SIDE = 13
#: Below this mean square of Sobel's gradient an area is even.
EVEN = 40.0
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
        Look at half the size.

    Notes
    -----
    Flow: Kroeger, Timofte, Dai and Van Gool (2016), dense inverse search. Visibility: the flow
    there and back must return to where it began, may not lead out of the frame, and must be smooth
    (Ruder, Dosovitskiy and Brox 2016, section 3.3), but for edges across which it looks alike.
    """
    height, width = later.shape[:2]
    if quick and min(height, width) >= 2 * SMALLEST_SIDE:
        half = estimate_motion(*(_halve(one) for one in (earlier, later)))
        scale = np.array([width, height], np.float32) / half.backward.shape[1::-1]
        backward = np.asarray(cv2.resize(half.backward, (width, height)) * scale, np.float32)
        visible, alike = (
            np.asarray(cv2.resize(one, (width, height)) > 0.999, np.float32)
            for one in (half.visible, half.alike)
        )
        return Motion(backward, visible, alike)
    first, second = _to_grey(earlier), _to_grey(later)
    if np.array_equal(first, second):
        everywhere = np.ones_like(first, np.float32)
        return Motion(np.zeros((height, width, 2), np.float32), everywhere, everywhere)
    forward, _ = _flatten(first, second, _find_flow(first, second))
    backward, planes = _flatten(second, first, _find_flow(second, first))
    apart = np.abs(warp(earlier.astype(np.float32), backward) - later).max(axis=2)
    close = cv2.blur(apart, (CLOSE_SIDE, CLOSE_SIDE)) <= ALIKE_LEVELS
    visible = compute_visibility(forward, backward, close)
    around = cv2.dilate(apart, np.ones((ALIKE_SIDE, ALIKE_SIDE), np.uint8)) <= ALIKE_LEVELS
    alike = (around & ~_find_outside(backward)).astype(np.float32)
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
    edges = _find_edges(backward)
    if close is not None:
        edges &= ~close
    hidden = _find_astray(forward, backward) | _find_outside(backward) | edges
    return np.asarray(~hidden, np.float32)


def compute_agreement(earlier: Pixels, later: Pixels, backward: Flow) -> Plane:
    """Say of each pixel how well the earlier frame, moved, gives the later one.

    ``exp(-(d / s)²)``, ``(H, W)`` in [0, 1], with d the mean difference in a window of 7 pixels, in
    levels of 255, and s = 12: 1 where they are the same, 0 where a thing has become another.
    """
    moved = warp(earlier.astype(np.float32), backward, sharp=True)
    apart = cv2.blur(np.abs(moved - later).max(axis=2), (AGREEMENT_SIDE, AGREEMENT_SIDE))
    return np.asarray(np.exp(-((apart / AGREEMENT_LEVELS) ** 2)), np.float32)


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


def _find_astray(forward: Flow, backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether there and back leads elsewhere."""
    returned = warp(forward, backward)
    both = (returned**2).sum(2) + (backward**2).sum(2)
    apart = ((returned + backward) ** 2).sum(2)
    return np.asarray(apart > INCONSISTENT * both + INCONSISTENT_PIXELS)


def _find_outside(backward: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether its flow leads out of the frame."""
    height, width = backward.shape[:2]
    places = _get_grid(height, width) + backward
    return np.asarray((places < -0.5).any(2) | (places > np.array([width, height]) - 0.5).any(2))


def _find_edges(flow: Flow) -> NDArray[np.bool_]:
    """Say of each pixel whether it lies at the edge of what moves."""
    rows, columns = (np.gradient(flow, axis=axis) for axis in (0, 1))
    steps = (rows**2).sum(2) + (columns**2).sum(2)
    return np.asarray(steps > BOUNDARY * (flow**2).sum(2) + BOUNDARY_PIXELS)


def _halve(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    return np.asarray(cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA))


def _find_flow(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Flow:
    finder: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    finder.setFinestScale(0)
    return np.asarray(finder.calc(first, second, None), np.float32)


def _reveal(
    earlier: Pixels, later: Pixels, backward: Flow, visible: Plane, plane: Flow
) -> tuple[Flow, Plane]:
    """Let pixels whose flow is not trusted go with a plane under which the frames look alike.

    At the edge of what moves flow lies between two motions: just there lies what a thing uncovers.
    """
    apart = np.abs(warp(earlier.astype(np.float32), plane) - later).max(axis=2)
    alike = cv2.dilate(apart, np.ones((REVEAL_SIDE, REVEAL_SIDE), np.uint8)) <= ALIKE_LEVELS
    found = (visible == 0) & alike & ~_find_outside(plane)
    revealed = np.where(found[..., None], plane, backward)
    return np.asarray(revealed, np.float32), np.where(found, 1, visible).astype(np.float32)


def _flatten(
    here: NDArray[np.uint8], there: NDArray[np.uint8], flow: Flow
) -> tuple[Flow, list[Flow]]:
    """Let what moves as a plane move as one, where the frame looks no worse for it.

    At the edge of what moves, flow lies between two motions, and a pixel may go with any plane that
    shows it better; on even areas it says nothing, and they go with the largest, as a sky does.
    The planes are given, too.
    """
    seen, goal = there.astype(np.float32), here.astype(np.float32)
    apart = _compare(seen, goal, flow)
    reach = np.ones((EDGE_SIDE, EDGE_SIDE), np.uint8)
    band = cv2.dilate(_find_edges(flow).astype(np.uint8), reach) > 0
    planes = find_planes(here, flow, there)
    nears = [((plane - flow) ** 2).sum(2) < TAKE**2 for plane in planes]
    others = np.any(nears[1:], axis=0).astype(np.uint8) if nears[1:] else np.zeros_like(here)
    even = (measure_texture(here) < EVEN) & (cv2.dilate(others, reach) == 0)
    for number, plane in reversed(list(enumerate(planes))):
        near, moved = nears[number], _compare(seen, goal, plane)
        fits = moved <= WORSE * apart + WORSE_LEVELS
        soft = cv2.GaussianBlur((near & fits).astype(np.float32), (0, 0), 2.0)
        better = band & (moved < apart - BETTER_LEVELS)
        share = np.where(near, soft, better | (even & fits & (number == 0)))[..., None]
        apart = np.where(share[..., 0] > 0.5, moved, apart)
        flow = np.asarray(flow + share * (plane - flow), np.float32)
    return flow, planes


def _compare(image: Plane, goal: Plane, flow: Flow) -> Plane:
    """Give the mean difference, in a window of 5 pixels, after an image was moved."""
    return np.asarray(cv2.blur(np.abs(warp(image, flow, sharp=True) - goal), (5, 5)), np.float32)


def _get_grid(height: int, width: int) -> Flow:
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns, rows], axis=2).astype(np.float32)


def _to_grey(pixels: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
