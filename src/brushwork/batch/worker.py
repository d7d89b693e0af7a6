"""One picture of a batch: skipped if it is there, gone on with if it was stopped, then written."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brushwork import images
from brushwork.batch.events import JobEnded, JobFailed, JobFinished, JobProgressed, JobSkipped
from brushwork.batch.jobs import Job
from brushwork.checkpoints.manifest import FILE, read_manifest
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Finished, StepTaken
from brushwork.engine.request import Request
from brushwork.engine.result import Result
from brushwork.engine.resume import iter_resume
from brushwork.engine.run import build_network, start_run
from brushwork.errors import BrushworkError, CheckpointError, OutputError
from brushwork.features.device import Made
from brushwork.images import Image
from brushwork.options import SEEING, Options, parse_style
from brushwork.recipe import Recipe, read_recipe

#: What decides that a picture is the one that is wanted.
COMPARED = ("kind", "content", "styles", "options", "aspect", "inputs", "weights", "brushwork")


@dataclass(frozen=True)
class SaveOptions:
    """How pictures are written.

    Attributes
    ----------
    overwrite
        Whether another picture of the same name is replaced.
    depth
        Bits a channel.
    """

    overwrite: bool = False
    depth: images.Depth = 8


#: In 8 bits, and never in place of another picture.
DEFAULT_SAVE = SaveOptions()


class JobReader:
    """Reads what a job names; each painting once for all jobs.

    Parameters
    ----------
    saving
        How the paintings will be written.
    """

    def __init__(self, saving: SaveOptions) -> None:
        self._saving = saving
        self._paintings: Callable[..., Image] = functools.cache(images.read)

    def request(self, job: Job) -> tuple[Request, Recipe] | None:
        """Read the pictures; None if the very painting is there already.

        Raises
        ------
        BrushworkError
            If a picture cannot be read, or the painting could not be written.
        """
        named = [parse_style(style) for style in job.styles]
        styles = [(self._paintings(source), how) for source, how in named]
        request = Request.read(job.content, styles, job.options)
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
    """Paints one job after the other in this process; paintings and networks are shared.

    Parameters
    ----------
    saving
        How the paintings are written.
    """

    def __init__(self, saving: SaveOptions = DEFAULT_SAVE) -> None:
        self._saving = saving
        self._reader = JobReader(saving)
        self._networks = memoize_by(SEEING, build_network)

    def paint(self, job: Job) -> Iterator[JobProgressed | JobEnded]:
        """Paint a picture and write it.

        Its state is kept beside it meanwhile. Whoever stops iterating leaves the state of the last
        step behind, and the next time it is painted it goes on from there, after kill -9 too.
        """
        try:
            yield from self._run(job)
        except BrushworkError as error:
            yield JobFailed(job, str(error))

    def _run(self, job: Job) -> Iterator[JobProgressed | JobEnded]:
        began = time.perf_counter()
        found = self._reader.request(job)
        if found is None:
            yield JobSkipped(job)
            return
        request, recipe = found
        folder = job.output.with_name(f".{job.output.name}.checkpoint")
        if _can_resume(folder, recipe):
            events = iter_resume(folder)
        else:
            network = None if job.options.color == "only" else self._networks(job.options)
            events = start_run(request, began=began, keeping=Autosave(folder), network=network)
        for event in events:
            if isinstance(event, StepTaken):
                yield JobProgressed(job, event.progress)
            if isinstance(event, Finished):
                save_result(event.result, job, self._saving)
                painted = JobFinished.from_result(job, event.result)
        yield painted  # told only now, when the kept state has been taken away


def save_result(painting: Result, job: Job, saving: SaveOptions) -> None:
    """Write a painting where its job wants it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    painting.save(job.output, overwrite=saving.overwrite, depth=saving.depth)


def _is_done(output: Path, wanted: Recipe, depth: images.Depth) -> bool:
    """Tell whether a picture is there that was painted by the same recipe, in the same depth.

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
    """Tell whether a stopped run of this picture can go on; what cannot is taken away."""
    if not (folder / FILE).is_file():
        return False
    try:
        kept = read_manifest(folder).recipe
    except CheckpointError:
        kept = None
    if kept == wanted:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def memoize_by(names: Sequence[str], make: Callable[[Options], Made]) -> Callable[[Options], Made]:
    """Make something of options, but only once for the same values of those that matter."""
    made: dict[tuple[Any, ...], Made] = {}

    def of(options: Options) -> Made:
        key = tuple(getattr(options, name) for name in names)
        if key not in made:
            made[key] = make(options)
        return made[key]

    return of
