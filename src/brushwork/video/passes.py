"""Further passes over a film: each frame takes a part of its neighbour, moved to where it is."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator

import numpy as np

from brushwork.video.carrying import soften
from brushwork.video.events import FrameFinished
from brushwork.video.levels import Levels, to_levels, to_plane
from brushwork.video.masking import find_whole
from brushwork.video.motion import compute_agreement, estimate_motion
from brushwork.video.painted import Painted
from brushwork.video.production import Production
from brushwork.video.reel import Reel

#: So much of what it takes is its neighbour's, where that gives the clip's frame exactly.
SHARE = 0.8


def pass_over(film: Production, turn: int) -> Generator[FrameFinished]:
    """Go over all frames once more, each from what lies in the folder alone.

    Parameters
    ----------
    film
        The pass before has been over all of it.
    turn
        The pass, from 2.
    """
    reel = Reel(film.folder, film.masks, film.times)
    started, done = time.perf_counter(), 0
    for place, (frame, next_to) in enumerate(order_pass(turn, len(film.times)), start=1):
        if film.folder.has_passed(turn, frame):
            continue
        shot = next(shot for shot in film.shots if frame in shot)
        neighbour = next_to if next_to in shot else None
        film.folder.write_passed(turn, frame, _go_over(reel, turn, frame, neighbour))
        done += 1
        each = (time.perf_counter() - started) / done
        yield film.report(frame, place, seconds=each, usual=each, turn=turn)


def _go_over(reel: Reel, turn: int, frame: int, neighbour: int | None) -> Levels:
    """Give a frame after a pass; as it was, where its shot has no neighbour of it."""
    before = reel.folder.read_passed(turn - 1, frame if neighbour is None else neighbour)
    if neighbour is None:
        return before
    own = reel.read_painted(frame, turn - 1)
    return steady(own, reel.read_painted(neighbour, turn), before)


def steady(own: Painted, neighbour: Painted, before: Levels) -> Levels:
    """Let a frame take from its neighbour what both see.

    ``x + t w (y - x)`` with t = 0.8, y the neighbour, moved, and w how well the clip's frame is
    given by that of the neighbour, moved in the same way.

    Parameters
    ----------
    own
        The frame, x.
    neighbour
        The one after it, or before it, which this pass has been over.
    before
        What that was before this pass. What is the same in both frames, to the bit, stays so.

    Notes
    -----
    Ruder, Dosovitskiy and Brox (2016), section 4.3, equation 10, without steps between the passes:
    they move every pixel a little, which is the flicker that is to go.
    """
    motion = estimate_motion(neighbour.source, own.source)
    trust = compute_agreement(neighbour.source, own.source, motion.backward)
    seen = soften(neighbour.saw(motion, own.inside)) * find_whole(own.inside)
    part = SHARE * (trust * seen)[..., None]
    painted = to_plane(own.levels)
    mixed = to_levels(painted + part * (neighbour.move(motion) - painted))
    same = (own.levels == before).all(axis=2, keepdims=True)
    return np.where(same, neighbour.levels, mixed)


def order_pass(number: int, count: int) -> Iterator[tuple[int, int]]:
    """Give each frame with its neighbour, in the order of a pass: the second goes backwards."""
    step = -1 if number % 2 == 0 else 1
    frames = range(count)[::step]
    return ((frame, frame - step) for frame in frames)
