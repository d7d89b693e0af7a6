"""From a clip and paintings to a film, event by event; stopped anywhere, it goes on from there."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable
from pathlib import Path

from brushwork.engine.request import Request
from brushwork.features import adopt_choices
from brushwork.video.checking import check_film
from brushwork.video.clip import ClipFrame
from brushwork.video.elsewhere import paint_elsewhere
from brushwork.video.events import FilmEvent, FilmFinished
from brushwork.video.finishing import replace_partial, write_whole
from brushwork.video.folder import FilmFolder
from brushwork.video.footage import begin_reading, estimate_count, keep_footage, open_footage
from brushwork.video.here import paint_here
from brushwork.video.passes import pass_over
from brushwork.video.planning import plan_film, plan_frame
from brushwork.video.preparing import check_unchanged, hash_images, prepare_frame
from brushwork.video.production import Production
from brushwork.video.request import FilmRequest
from brushwork.video.shot_task import CallCrew, ShotCrew


def make_film(request: FilmRequest, call_crew: CallCrew | None = None) -> Generator[FilmEvent]:
    """Make a film, event by event.

    Parameters
    ----------
    request
        What is asked for.
    call_crew
        Calls who paints the shots, several at once, as soon as nothing that was given is amiss;
        this process paints, one frame after the other, if None.

    Raises
    ------
    BrushworkError
        If the clip, a style image, an option or the place of the film will not do, or nobody
        answers who was called.
    """
    _check(request)
    clip = open_footage(request)
    first, frames = begin_reading(request, clip)
    prepared = prepare_frame(request, clip, first)
    plan_frame(prepared)  # what cannot be painted is refused before anything is kept of it
    crew = None if call_crew is None else call_crew()
    if request.film.preview:
        yield from make_film(request.make_preview())
    folder = FilmFolder.create(request.folder, _describe(request, prepared))
    yield from _make(Production(request, prepared, clip, folder), frames, crew)


def resume_film(path: Path, call_crew: CallCrew | None = None) -> Generator[FilmEvent]:
    """Go on with a film that was stopped; it ends in the same bits.

    Parameters
    ----------
    path
        Its folder.
    call_crew
        As in `make_film`, for the shots of which nothing is painted.

    Raises
    ------
    BrushworkError
        If the clip or a style image is missing or not what it was, or nobody answers who was
        called.
    """
    folder = FilmFolder.open(path)
    try:
        film, frames = _open(folder)
        crew = None if call_crew is None else call_crew()
    except BaseException:
        folder.release()
        raise
    yield from _make(film, frames, crew)


def _check(request: FilmRequest) -> None:
    """Refuse what will not do, before a long clip is read as far as its first frame."""
    request.format.check()
    FilmFolder.check_free(request.folder)
    check_film(
        request.settings.options,
        request.film,
        request.strength,
        len(request.styles),
        masked=request.settings.sources.mask is not None,
    )


def _describe(request: FilmRequest, prepared: Request) -> dict[str, object]:
    """Give what a run must know to go on with a film."""
    return {
        **request.to_json(),
        "hashes": hash_images(prepared),
        "size": list(prepared.content.size),  # type: ignore[union-attr]
        "kernels": {},
        "partial": None,
    }


def _open(folder: FilmFolder) -> tuple[Production, Iterable[ClipFrame]]:
    """Give a film as it was left, and the frames of its clip where these are not all kept."""
    given = folder.read_request()
    request = FilmRequest.from_json(given, folder.path)
    request = replace_partial(request, given.get("partial"))
    request.format.check()
    adopt_choices(given.get("kernels") or {})
    clip = open_footage(request)
    frames: Iterable[ClipFrame] = ()
    if folder.read_times() is None:
        first, frames = begin_reading(request, clip)
    else:
        first = folder.read_source(0)
    prepared = prepare_frame(request, clip, first)
    check_unchanged(prepared, given["hashes"])
    return Production(request, prepared, clip, folder), frames


def _make(
    film: Production, frames: Iterable[ClipFrame], crew: ShotCrew | None
) -> Generator[FilmEvent]:
    """Read, paint and write; the folder is released whatever happens."""
    started = time.perf_counter()
    try:
        expected = estimate_count(film.request, film.clip)
        yield from keep_footage(frames, film.folder, film.size, expected)
        yield plan_film(film, alone=crew is None)
        if crew is not None:
            yield from paint_elsewhere(film, crew)
        yield from paint_here(film)
        for turn in range(2, film.request.film.passes + 1):
            yield from pass_over(film, turn)
        notes = write_whole(film)
    finally:
        film.folder.release()
    if not film.request.film.keep_frames:
        film.folder.remove()
    yield FilmFinished(
        film.request.output,
        len(film.times),
        time.perf_counter() - started,
        tuple(dict.fromkeys([*film.clip.info.notes, *film.clip.notes, *notes])),
        film.request.is_preview,
    )
