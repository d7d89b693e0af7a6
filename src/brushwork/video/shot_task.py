"""Shots that are painted elsewhere: all that one needs is sent with it, and frames come back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from brushwork.engine.request import Request
from brushwork.video.folder import FilmFolder
from brushwork.video.masking import FrameMasks
from brushwork.video.moments import Moments
from brushwork.video.painter import Painter
from brushwork.video.settings import FilmOptions
from brushwork.video.shots import Frame


@dataclass(frozen=True)
class ShotTask:
    """A shot, and how it is painted; no frame of it needs one of another.

    Attributes
    ----------
    first
        The number of its first frame in the film.
    sources
        Its frames, as they lie in the folder of the film.
    times
        When each is shown in the film.
    request
        What is asked for, as of a picture; its content image is that of any frame.
    film
        How frames follow each other.
    moments
        What changes while the film runs.
    masks
        What of each frame is painted, counted from 0, without files.
    """

    first: int
    sources: Sequence[bytes]
    times: Sequence[Fraction]
    request: Request
    film: FilmOptions
    moments: Moments
    masks: FrameMasks


class ShotCrew(Protocol):
    """Whoever paints shots, several at once."""

    def paint(self, tasks: Iterable[ShotTask]) -> Iterator[tuple[ShotTask, list[bytes]]]:
        """Give each shot, whole, when it is painted, in any order; tasks are taken as needed.

        Raises
        ------
        BrushworkError
            If one cannot be painted.
        """


#: Calls whoever paints shots, which may take a while.
CallCrew = Callable[[], ShotCrew]


def paint_shot(task: ShotTask) -> list[bytes]:
    """Paint a shot in a folder that is gone afterwards; give its frames as they lay there.

    Raises
    ------
    BrushworkError
        If the disk is full.
    """
    with tempfile.TemporaryDirectory(prefix="brushwork-") as place:
        folder = FilmFolder.create(Path(place) / "shot", {})
        try:
            for number, content in enumerate(task.sources):
                folder.write_file("source", number, content)
            painter = Painter(folder, task.request, task.film, task.moments, task.masks, task.times)
            count = len(task.sources)
            for number in range(count):
                painter.paint(Frame(number, 0, count - 1))
            return [folder.read_file("painted", number) for number in range(count)]
        finally:
            folder.release()
