"""What a frame has of others, moved to where its pixels are now, and how far to trust that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from brushwork.video.clip import Pixels
from brushwork.video.filling import fill_unseen, measure_distance
from brushwork.video.folder import Levels
from brushwork.video.motion import (
    Flow,
    Motion,
    Plane,
    compose,
    compute_agreement,
    estimate_motion,
    warp,
)
from brushwork.video.planes import STILL, TEXTURE, measure_texture

#: Less than this part of a frame that no other one saw is left to the steps of the frame.
NEGLIGIBLE = 0.002
#: At this steadiness, what was carried changes half as much as the steps would change it.
HALFWAY = 5.0
#: Levels by which a still pixel differs from what it was, averaged over its surroundings, after a
#: blur of this deviation in pixels, which leaves little of noise and much of what moves; …
NOISE, NOISE_BLUR = 1.5, 1.5
#: … or by so many times the median of what the blur takes away, up to the most levels.
NOISE_LEFT, MOST_NOISE = 1.4, 4.0
#: Where less of a pixel than this part was painted, it does not count as painted.
LEAST_PART = 0.5
#: Pixels beside a mask in which strokes have something of what is beyond it.
EDGE = 4
#: Pixels about a moving one that move with it: strokes reach over edges.
RIM = 2
#: Pixels by which what moves away from the edge of a frame does so.
INWARD = 0.5


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
    trust
        ``(H, W)`` in [0, 1]: how well the clip itself is given by the same frames, moved in the
        same way; 0 where none saw it.
    """

    start: Plane
    known: Plane
    trust: Plane

    def show(self, pixels: Pixels, inside: Plane | None) -> Carried:
        """Mix in the clip, where not all of the frame is painted."""
        if inside is None:
            return self
        source = np.asarray(pixels / 255, np.float32)
        return replace(self, start=source + inside[..., None] * (self.start - source))


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
    """

    levels: Levels
    source: Pixels
    inside: Plane | None = None
    via: tuple[Pixels, Motion] | None = None
    rim: int = 0

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


def carry(
    pixels: Pixels,
    nearest: Painted,
    motion: Motion,
    others: Iterable[Painted],
    still: Plane | None = None,
    inside: Plane | None = None,
    loose: Painted | None = None,
    *,
    guesses: bool = True,
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
    guesses
        Whether even areas may take what looks alike.
    """
    moved, known = nearest.move(motion), nearest.saw(motion, inside)
    start, trust = moved, known * compute_agreement(nearest.source, pixels, motion.backward)
    if still is not None:
        start = np.where(still[..., None] > 0, to_plane(nearest.levels), start)
        known, trust = np.maximum(known, still), np.maximum(trust, still)
    remaining = iter(others)
    while _is_incomplete(known, inside) and (other := next(remaining, None)):
        found = other.find_motion(pixels)
        new = other.saw(found, inside) * (1 - known)
        start = np.where(new[..., None] > 0, other.move(found), start)
        agreement = compute_agreement(other.source, pixels, found.backward)
        known, trust = np.maximum(known, new), np.maximum(trust, new * agreement)
    if guesses:
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
    trust = trust * soft
    if inside is not None:
        soft = np.where(inside > 0, soft, 1).astype(np.float32)
    return Carried(filled, soft, trust)


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


def find_whole(inside: Plane | None) -> Plane:
    """Say where nothing of the clip is mixed into what is painted: ``(H, W)`` of 0 and 1, or 1."""
    return np.asarray(1 if inside is None else inside >= 1, np.float32)


def to_plane(levels: Levels) -> Plane:
    """Give levels as numbers in [0, 1]."""
    return np.asarray(levels / 65535, np.float32)


def to_levels(plane: Plane) -> Levels:
    """Round numbers in [0, 1] to levels."""
    return np.rint(np.clip(plane, 0, 1) * 65535).astype(np.uint16)


def _measure_edge(height: int, width: int) -> Plane:
    """Give the distance of each pixel from the outermost of the frame."""
    rows, columns = np.mgrid[:height, :width]
    rows, columns = np.minimum(rows, height - 1 - rows), np.minimum(columns, width - 1 - columns)
    return np.asarray(np.minimum(rows, columns), np.float32)


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


def _find_far(inside: Plane | None) -> Plane:
    """Say where it is far from the edge of what is painted: ``(H, W)`` of 0 and 1, or 1."""
    whole = find_whole(inside)
    if inside is None:
        return whole
    return np.asarray(cv2.erode(whole, np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)), np.float32)


def _is_incomplete(known: Plane, inside: Plane | None) -> bool:
    """Tell whether much of what is painted of a frame is not known."""
    missing = (1 - known) if inside is None else (1 - known) * inside
    return float(missing.mean()) >= NEGLIGIBLE


def soften(known: Plane) -> Plane:
    """Let what is known, ``(H, W)`` in [0, 1], end softly, within itself."""
    inside = cv2.erode(known, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.GaussianBlur(inside, (0, 0), 1.0), np.float32) * known
