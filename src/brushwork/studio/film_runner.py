"""A job that is a film: painted frame by frame, in a folder from which it is gone on with."""

from __future__ import annotations

import contextlib
import io
import shutil
import time
from collections.abc import Callable, Generator
from fractions import Fraction
from pathlib import Path
from typing import Literal

import PIL.Image

from brushwork import assets, images
from brushwork.errors import BrushworkError, CheckpointError
from brushwork.options import Settings
from brushwork.studio.clips import Clips
from brushwork.studio.errors import NotFoundError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.gallery import FilmFiles, Gallery
from brushwork.studio.library import Library
from brushwork.studio.queue import Queue
from brushwork.studio.runner import PREVIEW_SIZE, StopRequested
from brushwork.studio.schemas import FilmInfo, Job, JobScale, JobSettings, StyleUse
from brushwork.studio.settings import make_name, read_film_options
from brushwork.studio.store import Command, JobColumns, JobRow, Store
from brushwork.system import memory
from brushwork.system.files import write_atomically
from brushwork.video.clip import ClipFrame, measure_rate
from brushwork.video.events import FilmEvent, FilmFinished, FilmPlanned, FrameFinished
from brushwork.video.finishing import write_partial
from brushwork.video.folder import FILE, FilmFolder
from brushwork.video.levels import to_pixels
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film, resume_film
from brushwork.video.writing import FilmFormat, write_film

#: Frames a second of a film that has only one.
USUAL_RATE = Fraction(25)


class FilmRunner:
    """Paints the films of a studio.

    Parameters
    ----------
    store, folder
        Where everything is kept.
    is_ending
        Tells that the process shall end.
    """

    def __init__(
        self, store: Store, folder: StudioFolder, is_ending: Callable[[], bool] = lambda: False
    ) -> None:
        self._folder = folder
        self._queue = Queue(store, folder)
        self._gallery = Gallery(store, folder)
        self._library = Library(store, folder)
        self._clips = Clips(store, folder, self._library)
        self._is_ending = is_ending

    def run(self, job: JobRow) -> None:
        """Paint a film until it is done, fails, or somebody wants it to stop."""
        try:
            with memory.tell_out_of_memory("the film was painted"):
                with contextlib.closing(self._start(job)) as events:
                    notes = self._follow(events, job)
                self._finish(job.id, "finished", notes)
        except StopRequested as stop:
            self._stop(job.id, stop.command)
        except BrushworkError as error:
            self._give_up(job.id, str(error))

    def _give_up(self, identity: str, reason: str) -> None:
        """Leave a film that cannot go on for now, as where the disk is full; nothing of it is lost.

        One of which no frame is painted has failed.
        """
        if FilmFolder.look(self._get_place(identity) / "frames").find_unpainted():
            self._queue.release(identity, {"state": "paused", "error": reason})
        else:
            self._queue.finish(identity, {"state": "failed", "error": reason})

    def _start(self, job: JobRow) -> Generator[FilmEvent]:
        """Begin a film, or go on with it."""
        place = self._get_place(job.id)
        self._queue.take_steer(job.id)
        if (place / "frames" / FILE).is_file():
            return _resume_or_begin(place / "frames", lambda: self._begin(job.settings, place))
        return self._begin(job.settings, place)

    def _begin(self, settings: JobSettings, place: Path) -> Generator[FilmEvent]:
        place.mkdir(parents=True, exist_ok=True)
        return make_film(make_request(settings, self._library, self._folder, place))

    def _follow(self, events: Generator[FilmEvent], job: JobRow) -> tuple[str, ...]:
        """Wait for the end of a film, note how it gets on, and give what is to be said of it."""
        before = job.seconds
        began = time.monotonic()
        view = FilmFolder.look(self._get_place(job.id) / "frames")
        preview, passes = job.preview, _count_passes(job)
        scale = None
        for event in events:
            if isinstance(event, FilmPlanned):
                scale = JobScale(index=1, count=passes, width=event.width, height=event.height)
                begun: JobColumns = {
                    "scale": scale,
                    "step": view.find_unpainted(),
                    "steps": event.frames,
                    "remaining": event.seconds,
                }
                self._queue.report(job.id, begun)
            if isinstance(event, FrameFinished):
                assert scale is not None
                if event.turn == 1:
                    preview += self._write_preview(job.id, _show(view, event.number - 1))
                change: JobColumns = {
                    "progress": event.progress,
                    "scale": scale.model_copy(update={"index": event.turn}),
                    "step": event.number,
                    "steps": event.count,
                    "seconds": before + time.monotonic() - began,
                    "remaining": event.remaining,
                    "preview": preview,
                }
                self._queue.report(job.id, change)
            if isinstance(event, FilmFinished):
                return event.notes
            self._check_command(job.id)
        return ()

    def _check_command(self, identity: str) -> None:
        if self._is_ending():
            raise StopRequested("end")
        command = self._queue.take_command(identity)
        if command is not None:
            raise StopRequested(command)

    def _write_preview(self, identity: str, frame: PIL.Image.Image) -> bool:
        """Write the newest frame for people to see; without it the film is worth as much."""
        buffer = io.BytesIO()
        images.shrink(frame, PREVIEW_SIZE).save(buffer, format="JPEG", quality=90, subsampling=0)
        with contextlib.suppress(BrushworkError):
            target = self._folder.previews / f"{identity}.jpg"
            write_atomically(buffer.getvalue(), target, overwrite=True)
            return True
        return False

    def _stop(self, identity: str, command: Command | Literal["end"]) -> None:
        place = self._get_place(identity)
        job = self._queue.get_row(identity)
        if command == "pause":
            self._queue.pause(identity)
        elif command == "end":
            attempts = max(0, job.attempts - 1)
            self._queue.release(identity, {"state": "queued", "attempts": attempts})
        elif command == "stop" and (done := FilmFolder.look(place / "frames").find_unpainted()):
            try:
                write_partial(place / "frames")
                note = f"kept after {done} of {job.steps} frames"
                if done == job.steps and (passes := _count_passes(job)) > 1:
                    note = f"kept after the first of {passes} passes"
                self._finish(identity, "stopped", (note,))
            except BrushworkError as error:
                self._give_up(identity, str(error))
        else:
            self._queue.finish(identity, {"state": "cancelled"})

    def _finish(
        self, identity: str, state: Literal["finished", "stopped"], notes: tuple[str, ...]
    ) -> None:
        """Hang a film in the gallery, with the frames of the clip that it was made of beside it."""
        job = self._queue.get_row(identity)
        place = self._get_place(identity)
        view = FilmFolder.look(place / "frames")
        times = (view.read_times() or [])[: view.find_unpainted()]
        rate = measure_rate(times, USUAL_RATE)
        frames = (ClipFrame(seconds, view.read_source(n)) for n, seconds in enumerate(times))
        write_film(frames, FilmFormat(place / "before.mp4", overwrite=True), rate=rate)
        turn = _count_passes(job) if state == "finished" else 1
        made = FilmFiles(place / "film.mp4", place / "before.mp4", _show(view, 0, turn))
        seconds = round(float(times[-1] + 1 / rate), 3)
        length = FilmInfo(frames=len(times), seconds=seconds)
        name = make_name(job.settings, self._library, self._get_subject(job))
        result = self._gallery.write_film(name, made, length, job, list(notes))
        change: JobColumns = {"state": state, "remaining": 0.0}
        if state == "stopped":
            change["note"] = notes[0]
        else:
            change["progress"] = 1.0
        self._queue.finish(identity, change, result)

    def _get_subject(self, job: Job) -> str:
        """Give what a film is called by: the name of its clip."""
        assert job.settings.film is not None
        with contextlib.suppress(NotFoundError):
            return Path(self._clips.get(job.settings.film.clip).name).stem
        return "A clip"

    def _get_place(self, identity: str) -> Path:
        return (self._folder.checkpoints / identity).resolve()


def make_request(
    settings: JobSettings, library: Library, folder: StudioFolder, place: Path
) -> FilmRequest:
    """Ask for the film that the settings of a job say, with all of it in one folder.

    Raises
    ------
    BrushworkError
        If an option or an image will not do.
    """
    film = settings.film
    assert film is not None
    sources = {"mask": settings.mask, "regions": settings.regions}
    named = {name: _locate(one, library) for name, one in sources.items() if one}
    return FilmRequest(
        clip=str((folder.clips / film.clip / "clip").resolve()),
        styles=tuple(_name_style(use, library) for use in settings.styles),
        settings=Settings.create(None, **{**settings.options, **named}),
        film=read_film_options(
            film,
            start=f"{film.start:.3f}",
            end=None if film.end is None else f"{film.end:.3f}",
            keep_frames=True,  # the gallery shows those of the clip beside the film
        ),
        strength=film.strength,
        output=place / "film.mp4",
        folder=place / "frames",
        overwrite=True,
    )


def _resume_or_begin(
    frames: Path, begin: Callable[[], Generator[FilmEvent]]
) -> Generator[FilmEvent]:
    """Go on with a film; one whose folder is of no use any more is begun anew."""
    FilmFolder.open(frames).release()  # nobody else paints in it
    events = resume_film(frames)
    try:
        first = next(events)
    except CheckpointError:  # torn by a crash, or of another version
        shutil.rmtree(frames)
        yield from begin()
        return
    yield first
    yield from events


def _name_style(use: StyleUse, library: Library) -> str:
    region = "" if use.region is None else f"@{use.region}"
    return f"{_locate(use.image, library)}:{use.weight!r}{region},scale={use.scale!r}"


def _locate(identity: str, library: Library) -> str:
    """Give the place of an image, which has to be there."""
    library.get(identity)
    built_in = assets.find(identity)
    return str((built_in.path if built_in else library.get_file(identity)).resolve())


def _count_passes(job: Job) -> int:
    assert job.settings.film is not None
    return read_film_options(job.settings.film).passes


def _show(view: FilmFolder, number: int, turn: int = 1) -> PIL.Image.Image:
    """Give a frame after a pass in 8 bits a channel."""
    return PIL.Image.fromarray(to_pixels(view.read_passed(turn, number)))
