"""Flow that follows planes where they show a frame as well."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.flow import Flow, square, warp
from brushwork.video.levels import Plane
from brushwork.video.planes import TAKE, TEXTURE, find_planes, measure_texture

#: A plane's flow may make the difference between two frames larger by this, and these levels.
WORSE, WORSE_LEVELS = 1.1, 0.5
#: The side of the window about what moves otherwise in which even areas do not go with a plane.
NEAR_SIDE = 13
#: Below this mean square of Sobel's gradient an area is even.
EVEN = 40.0
#: What has texture moves if it does by more than so many pixels.
MOVING = 0.5
#: How softly a plane's flow goes over into what is left, as a deviation in pixels.
SOFT = 2.0


def flatten(
    here: NDArray[np.uint8], there: NDArray[np.uint8], flow: Flow
) -> tuple[Flow, list[Flow]]:
    """Let what moves as a plane move as one, where the frame looks no worse for it.

    On even areas flow says nothing. They go with the largest plane, as a sky does, or stay where
    they are, as a wall does before which something moves. The planes are given, too.
    """
    seen, goal = there.astype(np.float32), here.astype(np.float32)
    apart = _compare(seen, goal, flow)
    planes = find_planes(here, flow, there)
    nears = [square(plane - flow) < TAKE**2 for plane in planes]
    others = np.any(nears[1:], axis=0).astype(np.uint8) if nears[1:] else np.zeros_like(here)
    free = cv2.dilate(others, np.ones((NEAR_SIDE, NEAR_SIDE), np.uint8)) == 0
    texture = measure_texture(here)
    even = free & (texture < EVEN)
    for number, plane in reversed(list(enumerate(planes))):
        near, moved = nears[number], _compare(seen, goal, plane)
        fits = moved <= WORSE * apart + WORSE_LEVELS
        soft = cv2.GaussianBlur((near & fits).astype(np.float32), (0, 0), SOFT)
        share = np.where(near, soft, even & fits & (number == 0))[..., None]
        apart = np.where(share[..., 0] > 0.5, moved, apart)
        flow = np.asarray(flow + share * (plane - flow), np.float32)
    at_rest = _find_resting(texture, flow, _average(seen - goal), apart, planes)
    return np.where(at_rest[..., None], 0, flow).astype(np.float32), planes


def _find_resting(
    texture: Plane, flow: Flow, unmoved: Plane, apart: Plane, planes: list[Flow]
) -> NDArray[np.bool_]:
    """Say which even areas stay where they are: those that go on to the rim of the frame.

    What moves may be even, too, but ends within it. Where planes were found, all of these areas
    have to look more alike at rest than they do moved, and a plane that hardly moves is a camera
    that does; where there is none, nothing says that they move.
    """
    moving = ((texture > TEXTURE) & (square(flow) > MOVING**2)).astype(np.uint8)
    near = cv2.dilate(moving, np.ones((NEAR_SIDE, NEAR_SIDE), np.uint8)) > 0
    fits = unmoved <= WORSE * apart + WORSE_LEVELS
    even = _keep_outer((texture < EVEN) & ~near)
    if not even.any():
        return even
    if planes and (np.abs(planes[0]).max() < MOVING or unmoved[even].mean() >= apart[even].mean()):
        return np.zeros_like(even)
    return even & fits


def _keep_outer(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep those of its parts that reach the rim of the frame."""
    _, labels = cv2.connectedComponents(where.astype(np.uint8))
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    return where & np.isin(labels, rim[rim > 0])


def _compare(image: Plane, goal: Plane, flow: Flow) -> Plane:
    """Give the mean difference, in a window of 5 pixels, after an image was moved."""
    return _average(warp(image, flow, sharp=True) - goal)


def _average(difference: Plane) -> Plane:
    return np.asarray(cv2.blur(np.abs(difference), (5, 5)), np.float32)
