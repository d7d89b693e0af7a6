"""What a frame has of others, moved to where its pixels are now, and how far to trust that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.borrowing import borrow_strokes
from brushwork.video.clip import Pixels
from brushwork.video.filling import fill_unseen, measure_distance
from brushwork.video.flow import find_outside
from brushwork.video.levels import Levels, Plane, to_levels, to_plane
from brushwork.video.motion import Motion, compute_agreement
from brushwork.video.painted import Painted

#: Less than this part of a frame that no other one saw is left to the steps of the frame.
NEGLIGIBLE = 0.002
#: What lies beside it, in a window of this side, is taken from what was painted ahead, if that saw
#: it: new in the frame before, it was so near to what moves that it was painted in a strip.
BESIDE = 5
#: Strokes of what moves reach so far beyond it, as the side of a window, where it uncovers more
#: than a square of this side.
OUTLINE, LARGE = 9, 5
#: At this steadiness, what was carried changes half as much as the steps would change it.
HALFWAY = 5.0


@dataclass(frozen=True)
class Carried:
    """What a frame has of others.

    Attributes
    ----------
    start
        ``(H, W, 3)`` in [0, 1]: other frames, moved to where their pixels are now, and the
        recoloured frame of the clip where none saw it.
    known
        ``(H, W)`` in [0, 1], 1 where another frame saw it.
    begun
        ``(H, W)`` in [0, 1], 1 where it is known, or has strokes of what looks alike.
    trust
        ``(H, W)`` in [0, 1]: how well the clip itself is given by the same frames, moved in the
        same way; 0 where none saw it.
    """

    start: Plane
    known: Plane
    begun: Plane
    trust: Plane

    def show(self, pixels: Pixels, inside: Plane | None) -> Carried:
        """Mix in the clip, where not all of the frame is painted."""
        if inside is None:
            return self
        source = np.asarray(pixels / 255, np.float32)
        return replace(self, start=source + inside[..., None] * (self.start - source))


def carry(
    pixels: Pixels,
    nearest: Painted,
    motion: Motion,
    others: Iterable[Painted],
    still: Plane | None = None,
    inside: Plane | None = None,
    loose: Painted | None = None,
    *,
    lasting: bool = False,
) -> Carried:
    """Gather what other frames saw of one: the nearest first, then, for what is left, the others.

    What none of them saw is taken from what looks alike in the nearest, without trust.

    Parameters
    ----------
    pixels
        The frame of the clip.
    nearest
        The frame whose pixels it takes if it can.
    motion
        From that one to this one.
    others
        Frames to look for the rest in; they are asked for as long as there is one.
    still
        ``(H, W)``, 1 where the nearest frame stays as it is.
    inside
        ``(H, W)`` in [0, 1], what of the frame is painted; None for all. Nothing is missing where
        nothing is painted.
    loose
        A frame that was painted ahead. Of what it alone saw nothing has been shown yet: it holds
        less and less from what is known to the rim of that frame, and may change so far.
    lasting
        Whether it is painted to be there to stay: then even areas do not take what looks alike, and
        what is new has strokes of its own up to where those of what covered it end.
    """
    moved, known = nearest.move(motion), nearest.saw(motion, inside)
    start, trust = moved, known * compute_agreement(nearest.source, pixels, motion.backward)
    if still is not None:
        start = np.where(still[..., None] > 0, to_plane(nearest.levels), start)
        known, trust = np.maximum(known, still), np.maximum(trust, still)
    remaining, settled = iter(others), cv2.erode(known, np.ones((BESIDE, BESIDE), np.uint8))
    while _is_incomplete(known, inside) and (other := next(remaining, None)):
        found = other.find_motion(pixels)
        new = other.saw(found, inside) * (1 - (settled if other.ahead else known))
        start = np.where(new[..., None] > 0, other.move(found), start)
        agreement = compute_agreement(other.source, pixels, found.backward)
        trust = np.where(new > 0, new * agreement, trust).astype(np.float32)
        known = np.maximum(known, new)
    if lasting:
        known = known * (1 - _find_outlines((known == 0) & ~find_outside(motion.backward)))
    else:
        alike = nearest.saw(replace(motion, visible=motion.alike), inside) * (1 - known)
        start = np.where(alike[..., None] > 0, moved, start)
        known = np.maximum(known, alike)
    soft = soften(known)
    if loose is not None:
        found = loose.find_motion(pixels)
        start = np.where(known[..., None] > 0, start, loose.move(found))
        soft = soft + (1 - soft) * make_ramp(known, loose.saw(found, inside))
    content = np.asarray(pixels / 255, np.float32)
    filled = fill_unseen(content, np.asarray(np.clip(start, 0, 1), np.float32), soft)
    filled, begun = borrow_strokes(content, filled, soft, inside)
    trust = trust * soft
    if inside is not None:
        soft = np.where(inside > 0, soft, 1).astype(np.float32)
    return Carried(filled, soft, begun, trust)


def hold(painted: Levels, carried: Carried, steadiness: float) -> Levels:
    """Go only a part of the way from what was carried to what is painted, where it is trusted.

    Steps of an optimiser move every pixel a little, which flickers; what is to change for good,
    they ask for again in the next frame.

    Parameters
    ----------
    painted
        What the steps gave.
    carried
        What they began from.
    steadiness
        s, the weight of the temporal loss: ``5 / (5 + s)`` of the way is gone where trust is 1.
    """
    part = carried.trust[..., None] * (steadiness / (steadiness + HALFWAY))
    return to_levels(to_plane(painted) + part * (carried.start - to_plane(painted)))


def make_ramp(known: Plane, loose: Plane) -> Plane:
    """Go over from what is known, where this is 1, to what is not loose either, where it is 0.

    Parameters
    ----------
    known, loose
        ``(H, W)`` of 0 and 1.
    """
    away = measure_distance(known == 0)
    left = measure_distance((known > 0) | (loose > 0))
    part = left / np.maximum(left + away, 1)
    return np.asarray(part * part * (3 - 2 * part), np.float32)


def _find_outlines(uncovered: NDArray[np.bool_]) -> Plane:
    """Say where strokes may be of what covered before what is new: ``(H, W)`` of 0 and 1."""
    square = np.ones((LARGE, LARGE), np.uint8)
    large = cv2.morphologyEx(uncovered.astype(np.uint8), cv2.MORPH_OPEN, square)
    return np.asarray(cv2.dilate(large, np.ones((OUTLINE, OUTLINE), np.uint8)), np.float32)


def _is_incomplete(known: Plane, inside: Plane | None) -> bool:
    """Tell whether much of what is painted of a frame is not known."""
    missing = (1 - known) if inside is None else (1 - known) * inside
    return float(missing.mean()) >= NEGLIGIBLE


def soften(known: Plane) -> Plane:
    """Let what is known, ``(H, W)`` in [0, 1], end softly, within itself."""
    inside = cv2.erode(known, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), 1.0), np.float32) * known
