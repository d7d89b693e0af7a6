"""One job from the queue to the gallery, with everything that a person may want on the way."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable, Generator
from typing import Any, Literal

import PIL.Image

from brushwork import images
from brushwork.api import Stylizer
from brushwork.checkpoints.manifest import FILE
from brushwork.engine import result as engine
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Event, Finished, Planned, ScaleStarted, StepTaken
from brushwork.engine.request import measure_need
from brushwork.errors import BrushworkError, CheckpointError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.gallery import Gallery
from brushwork.studio.library import Library
from brushwork.studio.queue import Queue
from brushwork.studio.schemas import Job, JobScale, LossStep
from brushwork.studio.settings import get_options, make_name, read_styles, start_run
from brushwork.studio.store import Command, JobColumns, JobRow, Store
from brushwork.system import memory
from brushwork.system.files import write_atomically

#: Seconds from one look at the commands, and one note of progress, to the next.
RECORD_SECONDS = 0.2
#: Seconds from one preview to the next, and its longest side.
PREVIEW_SECONDS, PREVIEW_SIZE = 0.5, 1280
#: Seconds from one save of the state to the next.
SAVE_SECONDS = 5.0


class StopRequested(Exception):  # noqa: N818 - no error: somebody wants it
    """The run ends here; ``command`` says why."""

    def __init__(self, command: Command | Literal["end"]) -> None:
        super().__init__(command)
        self.command = command


class JobRunner:
    """Paints the jobs of a studio, with one `Stylizer` for all of them.

    Parameters
    ----------
    store, folder
        Where everything is kept.
    is_ending
        Tells that the process shall end.
    stylizer
        It keeps the networks; one of its own if None.
    """

    def __init__(
        self,
        store: Store,
        folder: StudioFolder,
        is_ending: Callable[[], bool] = lambda: False,
        stylizer: Stylizer | None = None,
    ) -> None:
        self._store = store
        self._folder = folder
        self._is_ending = is_ending
        self._library = Library(store, folder)
        self._gallery = Gallery(store, folder)
        self._queue = Queue(store, folder)
        self._stylizer = stylizer or Stylizer()

    def run(self, job: JobRow) -> None:
        """Paint a job until it is done, fails, or somebody wants it to stop."""
        if job.settings.film is not None:
            from brushwork.studio.film_runner import FilmRunner  # it needs the extra for films

            FilmRunner(self._store, self._folder, self._is_ending).run(job)
            return
        while True:
            recorder = _JobRecorder(self._queue, self._folder, job, self._is_ending)
            try:
                with memory.tell_out_of_memory("the picture was painted"):
                    with contextlib.closing(self._start(job)) as events:
                        made = _follow(events, recorder)
                    self._finish(self._queue.get_row(job.id), made)
                return
            except StopRequested as stop:
                job = self._queue.get_row(job.id)
                if stop.command != "steer":
                    self._stop(stop.command, recorder.latest, recorder.size, job)
                    return
            except BrushworkError as error:
                self._queue.finish(job.id, {"state": "failed", "error": str(error)})
                return

    def _start(self, job: JobRow) -> Generator[Event]:
        """Start a job, or go on with it."""
        checkpoint = Autosave(self._folder.checkpoints / job.id, every=SAVE_SECONDS)
        if self._has_checkpoint(job):
            try:
                return self._resume(job)
            except CheckpointError:  # torn by a crash, or of another version: paint it anew
                self._queue.remove_checkpoint(job.id)
        self._queue.take_steer(job.id)  # the settings have all that was changed while it waited
        return start_run(self._stylizer, job.settings, self._library, checkpoint)

    def _has_checkpoint(self, job: JobRow) -> bool:
        return (self._folder.checkpoints / job.id / FILE).is_file()

    def _resume(self, job: JobRow) -> Generator[Event]:
        """Go on from a checkpoint, towards what a person has changed since."""
        folder = self._folder.checkpoints / job.id
        try:
            styles, changes = self._read_steer(job)
            events = self._stylizer.iter_resume(folder, styles, every=SAVE_SECONDS, **changes)
        except CheckpointError:
            raise
        except BrushworkError as error:
            self._queue.take_steer(job.id, f"it went on as it was: {error}")
            return self._stylizer.iter_resume(folder, every=SAVE_SECONDS)
        self._queue.take_steer(job.id)
        return events

    def _read_steer(self, job: JobRow) -> tuple[list[Any] | None, dict[str, Any]]:
        """Give the styles, and the options and sources by name, that a job is steered to."""
        if job.steer is None:
            return None, {}
        changes = dict(job.steer.options)
        options = get_options(job.settings, **changes)
        if job.steer.mask is not None:
            enough = measure_need(options)
            changes["mask"] = self._library.read(job.steer.mask, long_side=enough)
        uses = job.steer.styles
        return None if uses is None else list(read_styles(uses, self._library, options)), changes

    def _finish(self, job: JobRow, made: engine.Result) -> None:
        result = self._gallery.write(make_name(job.settings, self._library), made, job)
        change: JobColumns = {"state": "finished", "progress": 1.0, "remaining": 0.0}
        change |= {"losses": result.losses, "seconds": result.seconds}
        recipe = None if made.recipe is None else made.recipe.to_json()
        self._queue.finish(job.id, change, result, recipe)

    def _stop(
        self,
        command: Command | Literal["end"],
        step: StepTaken | None,
        size: tuple[int, int] | None,
        job: JobRow,
    ) -> None:
        if command == "pause":
            self._queue.pause(job.id)
        elif command == "end":
            attempts = max(0, job.attempts - 1)
            self._queue.release(job.id, {"state": "queued", "attempts": attempts})
        elif command == "stop" and step is not None:
            image, note = _keep(step, size)
            result = self._gallery.write_unfinished(
                make_name(job.settings, self._library), image, step.seconds, note, job
            )
            self._queue.finish(job.id, {"state": "stopped", "note": note}, result)
        else:
            self._queue.finish(job.id, {"state": "cancelled"})


def _keep(step: StepTaken, size: tuple[int, int] | None) -> tuple[PIL.Image.Image, str]:
    """Give the image of a step at the height and width that were asked for, and what to note."""
    image = step.preview()
    note = f"kept at {image.width}×{image.height}, step {step.step}"
    if size in (None, (image.height, image.width)):
        return image, note
    assert size is not None
    read = images.read(image)
    larger = images.resize(read.pixels, size, read.alpha)
    alpha = None if read.alpha is None else images.resize(read.alpha, size)
    note += f", and enlarged to {size[1]}×{size[0]}"
    return images.to_pil(larger, alpha), note


def _follow(events: Generator[Event], recorder: _JobRecorder) -> engine.Result:
    """Wait for the result of a run, and note how it gets on."""
    for event in events:
        if isinstance(event, Planned):
            recorder.record_plan(event)
        if isinstance(event, ScaleStarted):
            recorder.record_scale(event)
        if isinstance(event, StepTaken):
            recorder.record_step(event)
        if isinstance(event, Finished):
            result = event.result
    return result


class _JobRecorder:
    """Notes how a job gets on, not too often, and looks for commands."""

    def __init__(
        self, queue: Queue, folder: StudioFolder, job: Job, is_ending: Callable[[], bool]
    ) -> None:
        self.latest: StepTaken | None = None
        self.size: tuple[int, int] | None = None
        self._queue = queue
        self._job = job.id
        self._preview = folder.previews / f"{job.id}.jpg"
        self._is_ending = is_ending
        self._version = job.preview
        self._record_due = self._preview_due = 0.0
        self._steps: list[LossStep] = []

    def record_plan(self, event: Planned) -> None:
        """Note how long it will take, and how large it will be."""
        last = event.plan.stages[-1].scale
        self.size = (last.height, last.width)
        self._queue.report(self._job, {"remaining": event.plan.seconds})

    def record_scale(self, event: ScaleStarted) -> None:
        """Note the size that is painted now."""
        self._queue.report(self._job, {"scale": _describe_scale(event)})

    def record_step(self, event: StepTaken) -> None:
        """Note a step.

        Raises
        ------
        StopRequested
            If somebody wants the job to stop here.
        """
        self.latest = event
        losses = {name: float(loss) for name, loss in event.losses.items()}
        self._steps.append(LossStep(scale=event.scale.index, step=event.step, losses=losses))
        now = time.monotonic()
        last = event.step == event.steps
        if now < self._record_due and not last:
            return
        self._record_due = now + RECORD_SECONDS
        if now >= self._preview_due or last:
            self._write_preview(event)
            self._preview_due = time.monotonic() + PREVIEW_SECONDS
        change: JobColumns = {
            "progress": event.progress,
            "step": event.step,
            "steps": event.steps,
            "scale": _describe_scale(event.scale),
            "losses": losses,
            "seconds": event.seconds,
            "remaining": event.remaining,
            "preview": self._version,
        }
        self._queue.report(self._job, change, self._steps)
        self._steps = []
        self._check_command()

    def _write_preview(self, event: StepTaken) -> None:
        """Write the preview; one that cannot be written is not worth the result."""
        image = images.shrink(event.preview(), PREVIEW_SIZE).convert("RGB")
        buffer = io.BytesIO()
        image.save(buffer, format="JPEG", quality=90, subsampling=0)
        with contextlib.suppress(BrushworkError):
            write_atomically(buffer.getvalue(), self._preview, overwrite=True, durable=False)
            self._version += 1

    def _check_command(self) -> None:
        if self._is_ending():
            raise StopRequested("end")
        command = self._queue.take_command(self._job)
        if command is not None:
            raise StopRequested(command)


def _describe_scale(scale: ScaleStarted) -> JobScale:
    return JobScale(index=scale.index, count=scale.count, width=scale.width, height=scale.height)
