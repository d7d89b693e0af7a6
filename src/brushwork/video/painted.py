"""A frame that is painted, and what others may have of it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from brushwork.video.clip import Pixels
from brushwork.video.flow import warp
from brushwork.video.levels import Levels, Plane, to_plane
from brushwork.video.masking import find_whole
from brushwork.video.motion import Motion, compose, estimate_motion

#: Where less of a pixel than this part was painted, it does not count as painted.
LEAST_PART = 0.5
#: Pixels beside a mask in which strokes have something of what is beyond it.
EDGE = 4
#: Pixels by which what moves away from the edge of a frame does so.
INWARD = 0.5


@dataclass(frozen=True)
class Painted:
    """A frame that is painted.

    Attributes
    ----------
    levels
        As it is painted.
    source
        What the clip shows there; where it stood still, what it showed when that was painted.
    inside
        ``(H, W)`` in [0, 1], what of it is painted; None for all.
    via
        A frame by way of which it moves to others, as those are far away, and its motion to that.
    rim
        So many pixels at its edge are not taken by others where they move away from the edge.
    ahead
        Whether it was painted ahead, so that what is new in it was painted at once.
    """

    levels: Levels
    source: Pixels
    inside: Plane | None = None
    via: tuple[Pixels, Motion] | None = None
    rim: int = 0
    ahead: bool = False

    def find_motion(self, pixels: Pixels) -> Motion:
        """Find, at half the size, how it moves to another frame."""
        if self.via is None:
            return estimate_motion(self.source, pixels, quick=True)
        between, motion = self.via
        return compose(motion, estimate_motion(between, pixels, quick=True))

    def move(self, motion: Motion) -> Plane:
        """Bring it to where its pixels are in another frame, ``(H, W, 3)`` about [0, 1].

        What of the clip is mixed into it at the soft edge of a mask is taken out before.
        """
        painted = to_plane(self.levels)
        if self.inside is not None:
            source = np.asarray(self.source / 255, np.float32)
            part = np.maximum(self.inside, LEAST_PART)[..., None]
            painted = np.clip(source + (painted - source) / part, 0, 1)
        return warp(painted, motion.backward, sharp=True)

    def saw(self, motion: Motion, inside: Plane | None) -> Plane:
        """Say of each pixel of another frame whether it is painted here, ``(H, W)`` of 0 and 1.

        Strokes at the edge of a mask have something of what is beyond it; they stay at the edge,
        and are painted anew where it leaves them.
        """
        visible = motion.visible
        if self.rim:
            now = _measure_edge(*self.source.shape[:2])
            then = warp(now, motion.backward)
            visible = visible * ((then >= self.rim) | (now <= then + INWARD)).astype(np.float32)
        if self.inside is None:
            return visible
        painted = warp(self.inside, motion.backward) > LEAST_PART
        far = warp(_find_far(self.inside), motion.backward) > LEAST_PART
        seen = painted & (far | (_find_far(inside) == 0))
        return np.asarray(visible * seen, np.float32)


def _measure_edge(height: int, width: int) -> Plane:
    """Give the distance of each pixel from the outermost of the frame."""
    rows, columns = np.mgrid[:height, :width]
    rows, columns = np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns)
    return np.asarray(np.minimum(rows, columns), np.float32)


def _find_far(inside: Plane | None) -> Plane:
    """Say where it is far from the edge of what is painted: ``(H, W)`` of 0 and 1, or 1."""
    whole = find_whole(inside)
    if inside is None:
        return whole
    return np.asarray(cv2.erode(whole, np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)), np.float32)
