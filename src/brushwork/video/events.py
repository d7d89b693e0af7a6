"""What happens while a film is made, as values. Bars, pages and files only read them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ClipRead:
    """So much of the clip is read: told every second, and not at all of a short one.

    Attributes
    ----------
    done
        How many frames of the film.
    count
        About how many there are; None where nobody knows.
    """

    done: int
    count: int | None


@dataclass(frozen=True)
class FilmPlanned:
    """What the film will need; told of every film, when all of its clip is read.

    Attributes
    ----------
    frames, width, height
        How many frames it has, and their size in pixels.
    memory, disk
        Bytes that it takes while it is painted.
    seconds
        About how long what is left of it will take; None where the pace is not known, as where
        others paint.
    notes
        What the person should know of how the clip is read.
    """

    frames: int
    width: int
    height: int
    memory: int
    disk: int
    seconds: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrameFinished:
    """A pass has been over a frame, which is kept.

    Attributes
    ----------
    number, count
        Which frame it is as it is painted, from 1, and how many there are. Further passes go in an
        order of their own, and count.
    seconds
        How long a frame takes.
    remaining
        Seconds that the rest of the film will take.
    begins_shot
        Whether it is the first frame of a shot.
    is_preview
        Whether it is one of the small quick film.
    turn
        The pass: 1 as it is painted, and 2 and more as later passes go over it.
    done
        How many frames this pass has been over; shots that are painted elsewhere come in any order.
    progress
        The part of all work that is done, 0 to 1, with that of earlier runs; work is the time of
        all passes. It is 1 at the last frame of the last one.
    """

    number: int
    count: int
    seconds: float
    remaining: float
    begins_shot: bool
    is_preview: bool
    turn: int
    done: int
    progress: float


@dataclass(frozen=True)
class FilmFinished:
    """The film is written; the last event of every film.

    Attributes
    ----------
    path
        Where it is.
    frames
        How many it has.
    seconds
        How long this run has taken.
    notes
        What the person should know, such as a sound that the file cannot hold.
    is_preview
        Whether it is the small quick film.
    """

    path: Path
    frames: int
    seconds: float
    notes: tuple[str, ...]
    is_preview: bool


#: What is told while a film is made, in the order in which it happens.
FilmEvent = ClipRead | FilmPlanned | FrameFinished | FilmFinished
