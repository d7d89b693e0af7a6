"""Which frame is painted ahead, and how what is painted so goes over into what is there already."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from brushwork.video.clip import Pixels
from brushwork.video.motion import Plane, compose, estimate_motion

#: So many frames further than is needed until the next one is painted ahead it may lie, …
FURTHER = (5, 10)
#: … as long as at most this part of it is new, …
MOST_NEW = 0.4
#: … and it sees this part of what is new in the one that is needed.
SEEN = 0.9
#: Deviation of the blur, in parts of the long side, whose colours what is new keeps.
TONE = 0.03


def choose_ahead(read: Callable[[int], Pixels], base: int, near: int, last: int) -> int:
    """Choose the frame that is painted ahead from another.

    Strokes end at the rim of a frame, where the network sees nothing further; so what comes into
    view until ``near`` should lie well within.

    Parameters
    ----------
    read
        Gives a frame of the clip.
    base
        The last frame that is painted.
    near
        The one until which what is painted ahead is to last.
    last
        The last one that may be chosen.
    """
    goal = read(near)
    motion = estimate_motion(read(base), goal, quick=True)
    new = motion.visible == 0
    chosen = near
    for further in FURTHER:
        if near + further > last or not new.any():
            break
        there = read(near + further)
        seen = compose(motion, estimate_motion(goal, there, quick=True)).visible
        if 1 - seen.mean() > MOST_NEW:
            break
        if estimate_motion(there, goal, quick=True).visible[new].mean() < SEEN:
            break
        chosen = near + further
    return chosen


def keep_tone(painted: Plane, start: Plane, known: Plane) -> Plane:
    """Give what is new the colours that it began in, but for what is smaller than they are wide.

    Parameters
    ----------
    painted, start
        ``(H, W, 3)`` in [0, 1].
    known
        ``(H, W)`` in [0, 1], 0 where it is new.
    """
    blur = TONE * max(known.shape)
    new = (1 - known)[..., None].astype(np.float32)
    apart = cv2.GaussianBlur((start - painted) * new, (0, 0), blur)
    share = cv2.GaussianBlur(new, (0, 0), blur).reshape(new.shape)
    return np.asarray(painted + new * apart / np.maximum(share, 1e-3), np.float32)
