"""The footage of a film: the frames of a clip that are wanted, at the size of the film."""

from __future__ import annotations

import itertools
import time
from collections.abc import Generator, Iterable, Iterator
from fractions import Fraction

import cv2
import numpy as np

from brushwork.engine.request import measure_need
from brushwork.errors import VideoError
from brushwork.planning.pyramid import fit_size
from brushwork.system.files import quote
from brushwork.system.memory import tell_out_of_memory
from brushwork.video.clip import Clip, ClipFrame, Pixels
from brushwork.video.events import ClipRead
from brushwork.video.folder import FilmFolder
from brushwork.video.reading import open_clip
from brushwork.video.request import FilmRequest
from brushwork.video.shots import ShotFinder

#: It is told so often how far a clip is read, in seconds.
TELL_EVERY = 1.0


def open_footage(request: FilmRequest) -> Clip:
    """Open the clip of a film, to be read at about its size in the memory that it may use.

    Raises
    ------
    BrushworkError
        As `open_clip`.
    """
    options = request.settings.options
    with tell_out_of_memory("the clip was opened"):
        return open_clip(
            request.clip,
            request.rate,
            budget=options.memory_budget,
            long_side=measure_need(options),
        )


def begin_reading(request: FilmRequest, clip: Clip) -> tuple[Pixels, Iterator[ClipFrame]]:
    """Give the first frame of the film, as it is in the clip, and all of them, that one too.

    Raises
    ------
    VideoError
        If there is none.
    """
    frames = request.selection.pick(clip.read_frames(request.selection.start))
    with tell_out_of_memory("the clip was read"):
        first = next(frames, None)
    if first is None:
        raise VideoError(f"no frame of {quote(clip.path)} lies between start and end; give others.")
    return first.pixels, itertools.chain([first], frames)


def keep_footage(
    frames: Iterable[ClipFrame],
    folder: FilmFolder,
    size: tuple[int, int],
    expected: int | None = None,
) -> Generator[ClipRead]:
    """Keep frames of the clip, where they are not all kept already, and note where its cuts are.

    Parameters
    ----------
    frames
        Those of the film.
    folder
        Where they are kept.
    size
        Height and width at which they are.
    expected
        About how many there are, where that is known.

    Yields
    ------
    ClipRead
        How far it is, now and then.
    """
    if folder.read_times() is not None:
        return
    times: list[Fraction] = []
    shots = ShotFinder()
    told = time.monotonic()
    with tell_out_of_memory("the clip was read"):
        for frame in frames:
            pixels = fit(frame.pixels, size)
            shots.look(pixels)
            folder.write_source(len(times), pixels)
            times.append(frame.seconds)
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                yield ClipRead(len(times), expected)
    folder.write_starts(shots.starts)
    folder.write_times(times)


def estimate_count(request: FilmRequest, clip: Clip) -> int | None:
    """Say about how many frames a film has, before they are read; None where nobody knows."""
    if clip.info.seconds is None:
        return None
    selection, seconds = request.selection, Fraction(clip.info.seconds)
    end = seconds if selection.end is None else min(selection.end, seconds)
    return max(1, selection.count(end - selection.start, clip.info.rate))


def choose_size(extent: tuple[int, int], long_side: int) -> tuple[int, int]:
    """Give height and width of the film of a clip of such a size: even, as codecs want it."""
    height, width = fit_size(*extent, long_side)
    return max(2, 2 * round(height / 2)), max(2, 2 * round(width / 2))


def fit(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Bring a frame to a height and width."""
    height, width = size
    if pixels.shape[:2] == size:
        return pixels
    shrinks = pixels.shape[0] * pixels.shape[1] > height * width
    kernel = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=kernel), np.uint8)
