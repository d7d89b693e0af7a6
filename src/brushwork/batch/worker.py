"""One job of a batch: skipped if its result is there, resumed if it was stopped, then written."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brushwork import images
from brushwork.api import Stylizer
from brushwork.batch.events import JobEnded, JobFailed, JobFinished, JobProgressed, JobSkipped
from brushwork.batch.jobs import Job
from brushwork.checkpoints.manifest import FILE, read_manifest
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Finished, StepTaken
from brushwork.engine.request import Request, measure_need
from brushwork.engine.result import Result
from brushwork.errors import BrushworkError, CheckpointError, OutputError
from brushwork.images import Image
from brushwork.options import parse_style
from brushwork.recipe import Recipe, read_recipe
from brushwork.system import memory

#: What decides that a result is the one that is wanted.
COMPARED = ("kind", "content", "styles", "options", "aspect", "inputs", "weights", "brushwork")


@dataclass(frozen=True)
class SaveOptions:
    """How results are written.

    Attributes
    ----------
    overwrite
        Whether another image of the same name is replaced.
    depth
        Bits a channel.
    """

    overwrite: bool = False
    depth: images.Depth = 8


#: In 8 bits, and never in place of another image.
DEFAULT_SAVE = SaveOptions()


class JobReader:
    """Reads what a job names; each style image once for all jobs.

    Parameters
    ----------
    saving
        How the results will be written.
    """

    def __init__(self, saving: SaveOptions) -> None:
        self._saving = saving
        self._read_style: Callable[..., Image] = functools.cache(images.read)

    def read(self, job: Job) -> tuple[Request, Recipe] | None:
        """Read the images; None if the very result is there already.

        Raises
        ------
        BrushworkError
            If an image cannot be read, or the result could not be written.
        """
        named = [parse_style(style) for style in job.styles]
        options = job.settings.options
        needs = [measure_need(options, how.scale) for _, how in named]
        styles = [
            (self._read_style(source, long_side=need), how)
            for (source, how), need in zip(named, needs, strict=True)
        ]
        request = Request.read(job.content, styles, job.settings)
        recipe = request.recipe()
        if not self._saving.overwrite and _is_done(job.output, recipe, self._saving.depth):
            return None
        transparent = request.content is not None and request.content.alpha is not None
        images.check_output(
            job.output,
            overwrite=self._saving.overwrite,
            transparent=transparent,
            depth=self._saving.depth,
        )
        return request, recipe


class JobWorker:
    """Does one job after the other in this process; style images and networks are shared.

    Parameters
    ----------
    saving
        How the results are written.
    """

    def __init__(self, saving: SaveOptions = DEFAULT_SAVE) -> None:
        self._saving = saving
        self._reader = JobReader(saving)
        self._stylizer = Stylizer()

    def run(self, job: Job) -> Iterator[JobProgressed | JobEnded]:
        """Make a result and write it.

        Its state is saved beside it meanwhile. Whoever stops iterating leaves the state of the last
        step behind, and the next time the job is run it goes on from there, after kill -9 too.
        """
        try:
            with memory.tell_out_of_memory("the picture was made"):
                yield from self._run(job)
        except BrushworkError as error:
            yield JobFailed(job, str(error))

    def _run(self, job: Job) -> Iterator[JobProgressed | JobEnded]:
        found = self._reader.read(job)
        if found is None:
            yield JobSkipped(job)
            return
        request, recipe = found
        folder = job.output.with_name(f".{job.output.name}.checkpoint")
        if _can_resume(folder, recipe):
            events = self._stylizer.iter_resume(folder)
        else:
            events = self._stylizer.run(request, Autosave(folder))
        for event in events:
            if isinstance(event, StepTaken):
                yield JobProgressed(job, event.progress)
            if isinstance(event, Finished):
                save_result(event.result, job, self._saving)
                finished = JobFinished.from_result(job, event.result)
        yield finished  # told only now, when the checkpoint has been removed


def save_result(result: Result, job: Job, saving: SaveOptions) -> None:
    """Write a result where its job wants it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    result.save(job.output, overwrite=saving.overwrite, depth=saving.depth)


def _is_done(output: Path, wanted: Recipe, depth: images.Depth) -> bool:
    """Tell whether a result is there that was made by the same recipe, in the same depth.

    Raises
    ------
    OutputError
        If another file is there.
    """
    if not output.exists():
        return False
    try:
        there = read_recipe(output)
    except BrushworkError:
        there = None
    same = there is not None and all(getattr(there, n) == getattr(wanted, n) for n in COMPARED)
    if same and images.read_depth(output) == depth:
        return True
    raise OutputError(
        f"{str(output)!r} exists and is another picture; use --overwrite / overwrite=True or "
        "another folder."
    )


def _can_resume(folder: Path, wanted: Recipe) -> bool:
    """Tell whether a stopped run of this job can go on; what cannot is removed."""
    if not (folder / FILE).is_file():
        return False
    try:
        kept = read_manifest(folder).recipe
    except CheckpointError:
        kept = None
    # The one that was kept has begun, and says in which precision.
    if kept is not None and kept.model_copy(update={"computed": ""}) == wanted:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False
