"""What this process paints of a film: one frame after the other."""

from __future__ import annotations

import time
from collections.abc import Generator

from brushwork.video.events import FrameFinished
from brushwork.video.painter import Painter
from brushwork.video.production import Production


def paint_here(film: Production) -> Generator[FrameFinished]:
    """Paint every frame that is not painted, and say so when it is kept.

    Raises
    ------
    BrushworkError
        If a mask will not do, or the disk is full.
    """
    painter = Painter(
        film.folder,
        film.prepared,
        film.request.film,
        film.moments,
        film.masks,
        film.times,
    )
    film.remove_parts()
    begun = film.count_painted()
    took: list[float] = []
    for frame in film.list_unpainted():
        started = time.perf_counter()
        painter.paint(frame)
        took.append(time.perf_counter() - started)
        # The first one takes longer than those that follow.
        usual = sum(took[1:]) / len(took[1:]) if len(took) > 1 else took[0]
        yield film.report(frame.number, begun + len(took), seconds=took[-1], usual=usual)
