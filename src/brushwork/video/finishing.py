"""From painted frames in a folder to a film: a whole one, or of what there is after a stop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from brushwork.system.files import hash_file
from brushwork.video.clip import ClipFrame, measure_rate
from brushwork.video.folder import FilmFolder
from brushwork.video.footage import open_footage
from brushwork.video.levels import to_pixels
from brushwork.video.production import Production
from brushwork.video.request import FilmRequest
from brushwork.video.writing import write_film


def write_whole(film: Production) -> list[str]:
    """Write a film over which all passes have been; give what the person should know of it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    return write_film(
        _show_frames(film.folder, film.times, film.request.film.passes),
        film.request.format,
        rate=measure_rate(film.times, film.clip.info.rate),
        source=film.clip,
        selection=film.request.selection,
    )


def write_partial(path: Path) -> tuple[Path, int] | None:
    """Write a film of the frames that are painted; give where it is and how many they are.

    Parameters
    ----------
    path
        The folder of a film that was stopped.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    folder = FilmFolder.open(path)
    try:
        given = folder.read_request()
        request = FilmRequest.from_json(given, path)
        times, count = folder.read_times(), folder.find_unpainted()
        if not times or not count:
            return None
        request = replace_partial(request, given.get("partial"))
        _write_first(request, folder, times, count)
        if request.output.is_file():
            folder.update_request(partial=hash_file(request.output))
        return request.output, count
    finally:
        folder.release()


def replace_partial(request: FilmRequest, partial: str | None) -> FilmRequest:
    """Let a film be written over what an earlier stop left, if nobody has changed it since.

    Parameters
    ----------
    request
        What is asked for.
    partial
        The hash of what was left, as the folder has it.
    """
    output = request.output
    is_ours = partial and output.is_file() and hash_file(output) == partial
    return replace(request, overwrite=True) if is_ours else request


def _write_first(
    request: FilmRequest, folder: FilmFolder, times: Sequence[Fraction], count: int
) -> None:
    """Write the first frames of a film, with what is heard until the next one."""
    clip = open_footage(request)
    selection = request.selection
    if count < len(times):
        selection = replace(selection, end=selection.start + times[count])
    frames = _show_frames(folder, times[:count])
    rate = measure_rate(times, clip.info.rate)
    write_film(frames, request.format, rate=rate, source=clip, selection=selection)


def _show_frames(
    folder: FilmFolder, times: Sequence[Fraction], turn: int = 1
) -> Iterator[ClipFrame]:
    """Give the frames after a pass in 8 bits."""
    for number, seconds in enumerate(times):
        yield ClipFrame(seconds, to_pixels(folder.read_passed(turn, number)))
