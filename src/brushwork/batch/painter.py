"""One picture of a batch: skipped if it is there, gone on with if it was stopped, then written."""

from __future__ import annotations

import functools
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from brushwork import images
from brushwork.again import iter_resume, recipe_of
from brushwork.batch.events import Failed, Over, Painted, Skipped, Stepped
from brushwork.batch.jobs import Job
from brushwork.equipment import SEEING, network_for, shared
from brushwork.errors import BrushworkError, CheckpointError, OutputError
from brushwork.events import Finished, StepTaken
from brushwork.images import Picture
from brushwork.keeping import Keeping
from brushwork.painting import Painting
from brushwork.paintings import parsed
from brushwork.recipe import Recipe
from brushwork.record import FILE, peeked
from brushwork.request import Request
from brushwork.runs import begun

#: What decides that a picture is the one that is wanted.
WANTED = ("kind", "content", "styles", "options", "aspect", "inputs", "weights", "brushwork")


@dataclass(frozen=True)
class Saving:
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
PLAIN = Saving()


class Reader:
    """Reads what a job names; each painting once for all jobs.

    Parameters
    ----------
    saving
        How the paintings will be written.
    """

    def __init__(self, saving: Saving) -> None:
        self._saving = saving
        self._paintings: Callable[..., Picture] = functools.cache(images.read)

    def request(self, job: Job) -> tuple[Request, Recipe] | None:
        """Read the pictures; None if the very painting is there already.

        Raises
        ------
        BrushworkError
            If a picture cannot be read, or the painting could not be written.
        """
        named = [parsed(style) for style in job.styles]
        styles = [(self._paintings(source), how) for source, how in named]
        request = Request.of(job.content, styles, job.options)
        recipe = request.recipe()
        if not self._saving.overwrite and _is_there(job.output, recipe, self._saving.depth):
            return None
        transparent = request.content is not None and request.content.alpha is not None
        images.check_output(
            job.output,
            overwrite=self._saving.overwrite,
            transparent=transparent,
            depth=self._saving.depth,
        )
        return request, recipe


class Painter:
    """Paints one job after the other in this process; paintings and networks are shared.

    Parameters
    ----------
    saving
        How the paintings are written.
    """

    def __init__(self, saving: Saving = PLAIN) -> None:
        self._saving = saving
        self._reader = Reader(saving)
        self._networks = shared(SEEING, network_for)

    def paint(self, job: Job) -> Iterator[Stepped | Over]:
        """Paint a picture and write it.

        Its state is kept beside it meanwhile. Whoever stops iterating leaves the state of the last
        step behind, and the next time it is painted it goes on from there, after kill -9 too.
        """
        try:
            yield from self._painted(job)
        except BrushworkError as error:
            yield Failed(job, str(error))

    def _painted(self, job: Job) -> Iterator[Stepped | Over]:
        began = time.perf_counter()
        found = self._reader.request(job)
        if found is None:
            yield Skipped(job)
            return
        request, recipe = found
        folder = job.output.with_name(f".{job.output.name}.checkpoint")
        if _goes_on(folder, recipe):
            events = iter_resume(folder)
        else:
            network = None if job.options.color == "only" else self._networks(job.options)
            events = begun(request, began=began, keeping=Keeping(folder), network=network)
        for event in events:
            if isinstance(event, StepTaken):
                yield Stepped(job, event.progress)
            if isinstance(event, Finished):
                saved(event.painting, job, self._saving)
                painted = Painted.of(job, event.painting)
        yield painted  # told only now, when the kept state has been taken away


def saved(painting: Painting, job: Job, saving: Saving) -> None:
    """Write a painting where its job wants it.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    painting.save(job.output, overwrite=saving.overwrite, depth=saving.depth)


def _is_there(output: Path, wanted: Recipe, depth: images.Depth) -> bool:
    """Tell whether a picture is there that was painted by the same recipe, in the same depth.

    Raises
    ------
    OutputError
        If another file is there.
    """
    if not output.exists():
        return False
    try:
        there = recipe_of(output)
    except BrushworkError:
        there = None
    same = there is not None and all(getattr(there, n) == getattr(wanted, n) for n in WANTED)
    if same and images.depth(output) == depth:
        return True
    raise OutputError(
        f"{str(output)!r} exists and is another picture; use --overwrite / overwrite=True or "
        "another folder."
    )


def _goes_on(folder: Path, wanted: Recipe) -> bool:
    """Tell whether a stopped run of this picture can go on; what cannot is taken away."""
    if not (folder / FILE).is_file():
        return False
    try:
        kept = peeked(folder).recipe
    except CheckpointError:
        kept = None
    if kept == wanted:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False
