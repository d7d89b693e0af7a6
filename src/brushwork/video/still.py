"""What stands still in a clip, and stays as it was painted, to the bit."""

from __future__ import annotations

import cv2
import numpy as np

from brushwork.video.clip import Pixels
from brushwork.video.flow import Flow
from brushwork.video.levels import Levels, Plane
from brushwork.video.masking import find_whole
from brushwork.video.planes import STILL, TEXTURE, measure_texture

#: Levels by which a still pixel differs from what it was, averaged over its surroundings, after a
#: blur of this deviation in pixels, which leaves little of noise and much of what moves; …
NOISE, NOISE_BLUR = 1.5, 1.5
#: … or by so many times the median of what the blur takes away, up to the most levels.
NOISE_LEFT, MOST_NOISE = 1.4, 4.0
#: Pixels about a moving one that move with it: strokes reach over edges.
RIM = 2


def find_still(anchor: Pixels, pixels: Pixels) -> Plane:
    """Say where nothing but noise has changed since a pixel was last painted.

    Parameters
    ----------
    anchor
        What the clip showed at each pixel then.
    pixels
        What it shows now.

    Returns
    -------
    Plane
        ``(H, W)``, 1 where it is still.
    """
    difference = anchor.astype(np.float32) - pixels
    # Beyond the frame nothing changes: mirrored there, noise would count twice.
    smooth = cv2.GaussianBlur(difference, (0, 0), NOISE_BLUR, borderType=cv2.BORDER_CONSTANT)
    grain = float(np.median(np.abs(difference - smooth)))
    allowed = min(max(NOISE, NOISE_LEFT * grain), MOST_NOISE)
    changed = cv2.blur(np.abs(smooth).max(axis=2), (5, 5))
    moving = (changed > allowed).astype(np.uint8)
    rim = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    return np.asarray(np.asarray(cv2.dilate(moving, rim)) == 0, np.float32)


def camera_stands(still: Plane, pixels: Pixels, backward: Flow) -> bool:
    """Tell whether at least half of what has texture is still, and most of that did not move.

    Even areas say nothing of it, and a slow pan changes a pixel less than noise does.

    Parameters
    ----------
    still
        As `find_still` gives it.
    pixels
        The frame.
    backward
        Its flow to where each pixel was last painted.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    told = measure_texture(grey) > TEXTURE
    if not told.any():
        return True
    held = told & (still > 0)
    moved = np.abs(backward).max(axis=2)[held]
    return bool(held.sum() >= 0.5 * told.sum() and np.median(moved) < STILL)


def find_unmoved(still: Plane, pixels: Pixels, backward: Flow) -> Plane:
    """Say where nothing has changed nor moved; all is given as for `camera_stands`."""
    if camera_stands(still, pixels, backward):
        return still
    return np.asarray(still * (np.abs(backward).max(axis=2) < STILL), np.float32)


def keep_still(
    painted: Levels, before: Levels, still: Plane, inside: Plane | None = None
) -> Levels:
    """Leave still pixels exactly as they were, and go over to them softly from those that move.

    Outside ``inside``, where the clip is shown, nothing is as it was.
    """
    soft = np.where(still > 0, 1, cv2.GaussianBlur(still, (0, 0), 1.5)) * find_whole(inside)
    soft = soft[..., None]
    blended = painted + soft * (before.astype(np.float32) - painted)
    return np.where(still[..., None] > 0, before, np.rint(blended)).astype(np.uint16)
