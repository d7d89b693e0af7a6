"""One frame after the other: the first of a shot as a picture, the next from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from brushwork.engine.request import Request
from brushwork.engine.run import build_networks
from brushwork.features import pick_device
from brushwork.video.ahead import Ahead
from brushwork.video.brush import Brush
from brushwork.video.carrying import carry, hold
from brushwork.video.folder import FilmFolder
from brushwork.video.masking import FrameMasks, find_whole, is_empty
from brushwork.video.moments import Moments
from brushwork.video.motion import estimate_motion
from brushwork.video.painted import Painted
from brushwork.video.reel import Reel, SourceFrame
from brushwork.video.settings import FilmOptions
from brushwork.video.shots import Frame
from brushwork.video.still import find_still, find_unmoved, keep_still


class Painter:
    """Paints the frames of a film into its folder.

    Parameters
    ----------
    folder
        Where the frames are.
    request
        What is asked for, as of a picture; its content image is that of any frame.
    film
        How frames follow each other.
    moments
        What changes on the way.
    masks
        What of each frame is painted.
    times
        When each frame is shown.
    """

    def __init__(
        self,
        folder: FilmFolder,
        request: Request,
        film: FilmOptions,
        moments: Moments,
        masks: FrameMasks,
        times: Sequence[Fraction],
    ) -> None:
        self._request = request
        self._film = film
        self._moments = moments
        self._masks = masks
        self._reel = Reel(folder, masks, times)
        self._ahead = Ahead(self._reel)
        self._networks = build_networks(request.options, pick_device(request.options.device))
        self._brush: Brush | None = None

    def paint(self, frame: Frame) -> None:
        """Paint a frame and keep it."""
        self._ahead.forget(frame)
        if frame.number == frame.shot:
            self._brush = None  # that of another shot has its colours
        source = self._reel.read_source(frame.number)
        if is_empty(source.inside):
            shown = np.asarray(source.pixels.astype(np.uint16) * 257)
            self._reel.keep(frame.number, shown, source.pixels)
        elif frame.number == frame.shot or self._is_empty(frame.number - 1):
            self._begin(frame, source)
        else:
            self._follow(frame, source)

    def _is_empty(self, number: int) -> bool:
        return is_empty(self._reel.read_source(number).inside)

    def _begin(self, frame: Frame, source: SourceFrame) -> None:
        """Paint the first frame of a shot, or one after a frame without anything to paint."""
        self._reel.keep(frame.number, self._find_brush(frame).paint_first(source), source.pixels)

    def _follow(self, frame: Frame, source: SourceFrame) -> None:
        """Paint a frame from the one before it."""
        pixels, inside, film = source.pixels, source.inside, self._film
        # What moves slowly is left until that can be seen, and then it moves all the way.
        anchor = self._reel.folder.read_anchor(frame.number - 1)
        before = replace(self._reel.read_to_move(frame.number - 1, frame), source=anchor)
        changing = self._moments.are_changing(source.seconds)
        still = np.zeros(pixels.shape[:2], np.float32)
        if not changing:
            still = find_still(anchor, pixels) * find_whole(before.inside) * find_whole(inside)
        if bool(still.all()):
            self._reel.keep(frame.number, before.levels, anchor)
            return
        motion = estimate_motion(anchor, pixels)
        still = find_unmoved(still, pixels, motion.backward)
        brush = self._find_brush(frame)
        carried = carry(pixels, before, motion, self._list_others(frame, brush), still, inside)
        painted = brush.paint_following(source, carried, film.steps, film.steadiness)
        if not changing:
            painted = hold(painted, carried.show(pixels, inside), film.steadiness)
        painted = keep_still(painted, before.levels, still, inside)
        self._reel.keep(frame.number, painted, np.where(still[..., None] > 0, anchor, pixels))

    def _list_others(self, frame: Frame, brush: Brush) -> Iterator[Painted]:
        """Give other frames that may have seen what the one before did not, or will see it."""
        yield from self._reel.list_earlier(frame, frame.number - 1)
        if (ahead := self._ahead.paint(frame, brush)) is not None:
            yield ahead

    def _find_brush(self, frame: Frame) -> Brush:
        """Give the brush of a shot, of which a run that is resumed has none yet."""
        if self._brush is None:
            numbers = range(frame.shot, frame.number + 1)
            sources = map(self._reel.read_source, numbers)
            first = next(source for source in sources if not is_empty(source.inside))
            given = self._request, self._moments, self._masks, self._networks
            self._brush = Brush(*given, first)
        return self._brush
