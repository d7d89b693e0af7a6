"""One job from the queue to the gallery, with everything that a person may want on the way."""

from __future__ import annotations

import contextlib
import io
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import brushwork
from brushwork.checkpoints.manifest import FILE
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Event, Finished, Planned, ScaleStarted, StepTaken
from brushwork.errors import BrushworkError, CheckpointError
from brushwork.studio import live as log
from brushwork.studio.database import Database, Row, StudioFolder, insert, update
from brushwork.studio.gallery import Gallery, add_row
from brushwork.studio.library import Library
from brushwork.studio.queue import Queue, record_job
from brushwork.studio.schemas import Settings, StyleUse
from brushwork.studio.settings import locate_source, make_options, make_styles, rename_inputs
from brushwork.system.files import write_atomically

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: Seconds from one look at the wishes, and one note of progress, to the next.
RECORD_SECONDS = 0.2
#: Seconds from one preview to the next, and its longest side.
SEEN, PREVIEW = 0.5, 1280
#: Seconds from one save of the state to the next.
SAVE_SECONDS = 5.0


class StopRequested(Exception):  # noqa: N818 - no error: somebody wants it
    """Painting ends here; ``wish`` says why."""

    def __init__(self, wish: str) -> None:
        super().__init__(wish)
        self.wish = wish


class JobRunner:
    """Paints the jobs of a studio; its process is in the folder of pictures.

    Parameters
    ----------
    database, folder
        Where everything is kept.
    ending
        Tells that the process shall end.
    """

    def __init__(
        self, database: Database, folder: StudioFolder, ending: Callable[[], bool] = lambda: False
    ) -> None:
        self._database = database
        self._folder = folder
        self._ending = ending
        self._library = Library(database, folder)
        self._gallery = Gallery(database, folder)
        self._jobs = Queue(database, folder)

    def paint(self, job: Row) -> None:
        """Paint a job until it is done, fails, or somebody wants it to stop."""
        while True:
            watch = _JobRecorder(self._database, self._folder, job, self._ending)
            events: Iterator[Event] = iter(())
            try:
                events = self._events(job)
                self._follow(events, watch)
                return
            except StopRequested as stopped:
                _close_events(events)
                job = self._jobs.row(job["id"])
                if stopped.wish == "steer":
                    continue
                self._stop(stopped.wish, watch, job)
                return
            except BrushworkError as error:
                _close_events(events)
                self._end(job, {"state": "failed", "error": str(error)})
                return

    def _events(self, job: Row) -> Iterator[Event]:
        """Begin a job, or go on with it."""
        settings = Settings.model_validate(job["settings"])
        checkpoint = self._folder.checkpoints / job["id"]
        if (checkpoint / FILE).is_file():
            try:
                return self._resume(checkpoint, job)
            except CheckpointError:  # torn by a crash of the whole machine: paint it anew
                self._jobs.forget_state(job["id"])
        self._note_steered(job)  # what begins now has all that was changed while it waited
        options = make_options(settings, self._library)
        styles = cast("list[StyleSource]", make_styles(settings.styles, self._library))
        keeping = Autosave(checkpoint, every=SAVE_SECONDS)
        if settings.content is None:
            return brushwork.iter_texture(
                styles, options, aspect=settings.aspect, checkpoint=keeping
            )
        photo = locate_source(settings.content, self._library)
        return brushwork.iter_stylize(photo, styles, options, checkpoint=keeping)

    def _resume(self, checkpoint: Path, job: Row) -> Iterator[Event]:
        """Go on from a checkpoint, towards what a person has changed since."""
        steer = job["steer"] or {}
        changes: dict[str, Any] = dict(steer.get("options", {}))
        if steer.get("mask") is not None:
            changes["mask"] = locate_source(steer["mask"], self._library)
        styles = None
        if steer.get("styles") is not None:
            uses = [StyleUse.model_validate(use) for use in steer["styles"]]
            styles = cast("list[StyleSource]", make_styles(uses, self._library))
        try:
            events = brushwork.iter_resume(checkpoint, styles, every=SAVE_SECONDS, **changes)
        except CheckpointError:
            raise
        except BrushworkError as error:
            self._note_steered(job, f"it went on as it was: {error}")
            return brushwork.iter_resume(checkpoint, every=SAVE_SECONDS)
        self._note_steered(job)
        return events

    def _note_steered(self, job: Row, note: str | None = None) -> None:
        with self._database.transaction() as connection:
            change = {"steer": None} if note is None else {"steer": None, "note": note}
            update(connection, "jobs", job["id"], change)

    def _follow(self, events: Iterator[Event], watch: _JobRecorder) -> None:
        for event in events:
            if isinstance(event, Planned):
                watch.planned(event)
            if isinstance(event, ScaleStarted):
                watch.scale(event)
            if isinstance(event, StepTaken):
                watch.step(event)
            if isinstance(event, Finished):
                painted = event
        recipe = painted.result.recipe
        assert recipe is not None  # every run tells its recipe
        recipe = rename_inputs(recipe, self._library)
        job = self._jobs.row(watch.job["id"])
        identity, row = self._gallery.add(self._name(job), painted.result, recipe, job)
        losses = row["losses"]
        change = {"state": "finished", "progress": 1.0, "remaining": 0.0, "losses": losses}
        self._end(job, {**change, "painting": identity, "seconds": row["seconds"]}, row)

    def _stop(self, wish: str, watch: _JobRecorder, job: Row) -> None:
        if wish == "pause":
            self._release(job, {"state": "paused"})
        elif wish == "end":
            self._release(job, {"state": "queued", "attempts": max(0, job["attempts"] - 1)})
        elif wish == "stop" and watch.latest is not None:
            step = watch.latest
            note = f"kept at {step.scale.width}×{step.scale.height}, step {step.step}"
            kept = step.preview()
            identity, row = self._gallery.add_unfinished(
                self._name(job), kept, step.seconds, note, job
            )
            self._end(job, {"state": "stopped", "painting": identity, "note": note}, row)
        else:
            self._end(job, {"state": "cancelled"})

    def _release(self, job: Row, change: dict[str, Any]) -> None:
        """Leave a job to be gone on with."""
        with self._database.transaction() as connection:
            free = {"worker": None, "lease": None, "wish": None, "remaining": None}
            update(connection, "jobs", job["id"], {**free, **change})
            record_job(connection, job["id"])

    def _end(self, job: Row, change: dict[str, Any], painting: Row | None = None) -> None:
        """End a job, and hang what came of it, in one transaction."""
        with self._database.transaction() as connection:
            if painting is not None:
                add_row(connection, painting)
            over = {"worker": None, "lease": None, "wish": None, "finished": time.time()}
            update(connection, "jobs", job["id"], {**over, **change})
            record_job(connection, job["id"])
        self._jobs.forget_state(job["id"])

    def _name(self, job: Row) -> str:
        settings = Settings.model_validate(job["settings"])
        named = [settings.content] if settings.content else []
        names = [self._title(identity) for identity in named]
        styles = " and ".join(self._title(use.picture) for use in settings.styles)
        return f"{names[0]} in {styles}" if names else f"Texture of {styles}"

    def _title(self, identity: str) -> str:
        with contextlib.suppress(BrushworkError):
            return str(self._library.get(identity)["title"])
        return "a picture"


class _JobRecorder:
    """Notes how a job gets on, not too often, and looks for wishes."""

    def __init__(
        self, database: Database, folder: StudioFolder, job: Row, ending: Callable[[], bool]
    ) -> None:
        self.job = job
        self.latest: StepTaken | None = None
        self._database = database
        self._preview = folder.previews / f"{job['id']}.jpg"
        self._ending = ending
        self._version = int(job["preview"])
        self._due = self._seen = 0.0
        self._history: list[tuple[int, int, dict[str, float]]] = []
        self._scale: ScaleStarted | None = None

    def planned(self, event: Planned) -> None:
        """Note how long it will take."""
        self._note({"remaining": event.plan.seconds})

    def scale(self, event: ScaleStarted) -> None:
        """Note the size that is painted now."""
        self._scale = event
        self._note({})

    def step(self, event: StepTaken) -> None:
        """Note a step.

        Raises
        ------
        Stopped
            If somebody wants the job to stop here.
        """
        self.latest, self._scale = event, event.scale
        losses = {name: float(loss) for name, loss in event.losses.items()}
        self._history.append((event.scale.index, event.step, losses))
        now = time.monotonic()
        last = event.step == event.steps
        if now < self._due and not last:
            return
        self._due = now + RECORD_SECONDS
        if now >= self._seen or last:
            self._show(event)
            self._seen = time.monotonic() + SEEN
        self._note(
            {
                "progress": event.progress,
                "step": event.step,
                "steps": event.steps,
                "losses": losses,
                "seconds": event.seconds,
                "remaining": event.remaining,
            }
        )
        self._check_command()

    def _show(self, event: StepTaken) -> None:
        """Write the preview; one that cannot be written is not worth the painting."""
        image = event.preview().convert("RGB")
        image.thumbnail((PREVIEW, PREVIEW))
        buffer = io.BytesIO()
        image.save(buffer, format="JPEG", quality=90, subsampling=0)
        with contextlib.suppress(BrushworkError):
            write_atomically(buffer.getvalue(), self._preview, overwrite=True)
            self._version += 1

    def _note(self, change: dict[str, Any]) -> None:
        scale = self._scale
        if scale is not None:
            change["scale"] = {
                "index": scale.index,
                "count": scale.count,
                "width": scale.width,
                "height": scale.height,
            }
        identity = self.job["id"]
        with self._database.transaction() as connection:
            update(connection, "jobs", identity, {**change, "preview": self._version})
            record_job(connection, identity)
            if self._history:
                self._note_history(connection, identity)
        self._history = []

    def _note_history(self, connection: sqlite3.Connection, identity: str) -> None:
        for index, step, losses in self._history:
            row = {"job": identity, "scale": index, "step": step, "losses": losses}
            insert(connection, "history", row)
        steps = [
            {"scale": index, "step": step, "losses": losses}
            for index, step, losses in self._history
        ]
        log.record(connection, "losses", identity, {"job": identity, "steps": steps})

    def _check_command(self) -> None:
        if self._ending():
            raise StopRequested("end")
        row = self._database.row("SELECT wish FROM jobs WHERE id = ?", (self.job["id"],))
        if row is None:
            raise StopRequested("cancel")
        if row["wish"] is not None:
            with self._database.transaction() as connection:
                update(connection, "jobs", self.job["id"], {"wish": None})
            raise StopRequested(row["wish"])


def _close_events(events: Iterator[Event]) -> None:
    """Let the run save where it stands."""
    if isinstance(events, Generator):
        events.close()
