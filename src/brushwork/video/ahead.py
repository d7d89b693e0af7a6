"""What is painted ahead: every few frames, a later one, with what comes into view until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brushwork.video.brush import Brush
from brushwork.video.carrying import Carried, carry
from brushwork.video.clip import Pixels
from brushwork.video.masking import is_empty
from brushwork.video.motion import Motion, compose, estimate_motion
from brushwork.video.painted import Painted
from brushwork.video.reel import Reel, SourceFrame
from brushwork.video.shots import Frame

#: Every so many frames something is painted ahead.
AHEAD = 10
#: So many frames further than is needed until the next one is painted ahead it may lie, …
FURTHER = (5, 10)
#: … as long as at most this part of it is new, …
MOST_NEW = 0.4
#: … and it sees this part of what is new in the one that is needed.
SEEN = 0.75


class Ahead:
    """Paints frames of a film ahead, and reads them again.

    What is uncovered bit by bit would otherwise be painted in strips too narrow for a stroke.

    Parameters
    ----------
    reel
        The frames.
    """

    def __init__(self, reel: Reel) -> None:
        self._reel = reel
        self._chosen: dict[int, int] = {}
        self._back: dict[tuple[int, int], Motion] = {}

    def forget(self, frame: Frame) -> None:
        """Take away what a frame, and those after it, do not need any more."""
        self._reel.folder.remove_ahead(max(frame.shot, find_base(frame) - AHEAD))

    def paint(self, frame: Frame, brush: Brush) -> Painted | None:
        """Give the later frame that has what comes into view; None where nothing is to be painted.

        Parameters
        ----------
        frame
            One that follows another of its shot.
        brush
            That of the shot; what is painted already is read.
        """
        base = find_base(frame)
        number, near = self._choose(base, frame)
        source = self._reel.read_source(number)
        if is_empty(source.inside):
            return None
        between = None if number == near else self._reel.folder.read_source(near)
        if not self._reel.folder.has_ahead(base):
            carried = self._carry(replace(frame, number=number), base, source, between)
            self._reel.keep_ahead(base, brush.paint_new(source, carried))
        levels = self._reel.folder.read_ahead(base)
        ahead = Painted(levels, source.pixels, source.inside, ahead=True)
        if between is None:
            return ahead
        if (number, near) not in self._back:
            self._back = {(number, near): estimate_motion(source.pixels, between, quick=True)}
        return replace(ahead, via=(between, self._back[number, near]))

    def _carry(
        self, later: Frame, base: int, source: SourceFrame, between: Pixels | None
    ) -> Carried:
        """Gather what is painted of a later frame, by way of one between if that is far away."""
        nearest = self._reel.read_to_move(base, later)
        motion = estimate_motion(nearest.source, source.pixels if between is None else between)
        if between is not None:
            motion = compose(motion, estimate_motion(between, source.pixels))
        return carry(
            source.pixels,
            nearest,
            motion,
            self._reel.list_earlier(later, base),
            inside=source.inside,
            loose=self._read_last(later, base - AHEAD),
            lasting=True,
        )

    def _read_last(self, frame: Frame, base: int) -> Painted | None:
        """Give what was painted ahead before: of some of it nothing has been shown."""
        if base < frame.shot or not self._reel.folder.has_ahead(base):
            return None
        source = self._reel.read_source(self._choose(base, frame)[0])
        return Painted(self._reel.folder.read_ahead(base), source.pixels, source.inside)

    def _choose(self, base: int, frame: Frame) -> tuple[int, int]:
        """Give the frame that is painted ahead from one, and that until which it is to last."""
        near = min(base + AHEAD, frame.last)
        if base not in self._chosen:
            read = self._reel.folder.read_source
            self._chosen[base] = choose_ahead(read, base, near, frame.last)
        return self._chosen[base], near


def find_base(frame: Frame) -> int:
    """Give the last frame before one that something was painted ahead from."""
    return frame.shot + (frame.number - frame.shot - 1) // AHEAD * AHEAD


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
