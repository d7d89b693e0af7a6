"""What others paint of a film: shots that are sent out, and kept as they come back."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence

from brushwork.video.events import FrameFinished
from brushwork.video.production import Production
from brushwork.video.shot_task import ShotCrew, ShotTask


def paint_elsewhere(film: Production, crew: ShotCrew) -> Generator[FrameFinished]:
    """Send out each shot that is not begun, and keep it when it comes back, whole.

    Raises
    ------
    BrushworkError
        If one cannot be painted, a mask will not do, or the disk is full.
    """
    begun = done = film.count_painted()
    shots = film.list_unbegun()
    began = time.perf_counter()
    for task, painted in crew.paint(_make_tasks(film, shots)):
        # The first comes last: a shot that begins with a frame that is painted is whole.
        for place in reversed(range(len(painted))):
            film.folder.write_file("painted", task.first + place, painted[place])
        for place in range(len(painted)):
            done += 1
            each = (time.perf_counter() - began) / (done - begun)
            yield film.report(task.first + place, done, seconds=each, usual=each)


def _make_tasks(film: Production, shots: Sequence[range]) -> Iterator[ShotTask]:
    """Make a task of each shot, when it is asked for: frames take memory."""
    for shot in shots:
        yield ShotTask(
            shot.start,
            [film.folder.read_file("source", number) for number in shot],
            film.times[shot.start : shot.stop],
            film.prepared,
            film.request.film,
            film.moments,
            film.masks.hold(shot.start, len(shot), film.size),
        )
