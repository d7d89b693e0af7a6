"""One picture, from coarse to fine: make the objective of a scale, step, enlarge, go on.

`paint` is a generator of events. Nothing calls upward: whoever iterates sees every step, and stops
the run by not iterating any further.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator

import PIL.Image
import torch
from torch import Tensor

from brushwork import memory
from brushwork.errors import BrushworkError
from brushwork.events import Event, Finished, Planned, Rescued, ScaleStarted, StepTaken
from brushwork.objective import Evaluation, Network, Objective
from brushwork.optimizers import OPTIMIZERS, Optimizer
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.planning import Circumstances, Plan, StyleSize, plan_for
from brushwork.progress import Progress
from brushwork.pyramid import Scale
from brushwork.scene import Style
from brushwork.subject import Subject
from brushwork.targets import Extra, objective_for

#: Makes a picture for people of one that is being painted.
Show = Callable[[Tensor], PIL.Image.Image]


def planned(subject: Subject, network: Network, options: Options) -> Plan:
    """Say how ``subject`` would be painted now: sizes, tiles, and the memory that it takes.

    Raises
    ------
    PictureError
        If the photo is too narrow for ``options.size``.
    MemoryBudgetError
        If it cannot be painted in the memory that may be used.
    """
    held, available = _memory(subject.device)
    given = Circumstances(
        extent=subject.extent,
        styles=[_circumstance(style) for style in subject.styles],
        precision=getattr(network, "precision", "float32"),
        budget=options.memory_budget or available,
        held=held,
    )
    return plan_for(options, given)


def paint(
    subject: Subject,
    network: Network,
    options: Options,
    *,
    plan: Plan | None = None,
    began: float | None = None,
    extra: Extra | None = None,
) -> Iterator[Event]:
    """Repaint ``subject.content`` in the mixture of ``subject.styles``, event by event.

    Only the target picture changes: content, styles and network are read. Each scale starts from
    the enlarged picture of the one before it, the first from ``options.init``. Unfit pictures are
    refused at once, before the first event is asked for.

    Parameters
    ----------
    subject
        The pictures, on the device of the network.
    network
        Gives the feature maps of the content and style layers of ``options``.
    options
        How to paint.
    plan
        What `planned` gave; made now if None.
    began
        When the run began, by `time.perf_counter`; now if None.
    extra
        Makes losses of your own for each scale, from its `Scene`.

    Returns
    -------
    Iterator[Event]
        `Planned`; for every scale `ScaleStarted`, then its `StepTaken` (and `Rescued`, if need
        be); at last `Finished`, with the `Painting`.

    Raises
    ------
    PictureError
        If the photo is too narrow for ``options.size``, or the start, the mask or a region has
        another aspect ratio.
    MemoryBudgetError
        If it cannot be painted in the memory that may be used.
    BrushworkError
        If the loss is not a finite number where a scale starts.
    """
    subject.check()
    plan = plan or planned(subject, network, options)
    progress = Progress([stage.scale for stage in plan.stages], began)
    return _run(subject, network, options, plan, progress, extra)


def _memory(device: torch.device) -> tuple[int, int]:
    """Give the bytes that are held already and those that may be held, where the pictures are."""
    if device.type != "cuda":  # MPS shares its memory with the processor
        return memory.resident(), memory.available()
    held, (free, _) = torch.cuda.memory_allocated(device), torch.cuda.mem_get_info(device)
    return held, held + int((1 - memory.MARGIN) * free)


def _run(
    subject: Subject,
    network: Network,
    options: Options,
    plan: Plan,
    progress: Progress,
    extra: Extra | None,
) -> Iterator[Event]:
    yield Planned(plan)
    notes = list(subject.notes)
    optimizer: Optimizer | None = None
    objective: Objective | None = None

    def evaluate(image: Tensor) -> Evaluation:
        assert objective is not None  # a scale makes its objective before its first step
        return objective.evaluate(image)

    for index, stage in enumerate(plan.stages, start=1):
        scale = stage.scale
        # What the last scale held is let go before this one, which is larger, takes any memory.
        objective = None
        if optimizer is not None:
            optimizer = optimizer.enlarged(evaluate, scale.size, stage.pairs)
        memory.give_back()
        started = ScaleStarted(index, len(plan.stages), scale.width, scale.height, scale.steps)
        yield started
        scene = subject.scene(scale, options.style_scale)
        objective = objective_for(network, scene, options, tile_side=stage.tile_side, extra=extra)
        if optimizer is None:
            first = subject.first_picture(options, scale)
            optimizer = OPTIMIZERS[options.optimizer](evaluate, first, stage.pairs)
        show = _shower(subject, objective)
        yield from _steps(optimizer, scale, started, progress, show)
        notes += [f"at {scale.width}×{scale.height}, {note}" for note in optimizer.notes]
    assert optimizer is not None and objective is not None  # a plan has at least one scale
    yield Finished(
        Painting(
            image=show(optimizer.best),
            losses=objective.losses(optimizer.best),
            seconds=progress.seconds,
            options=options,
            notes=tuple(notes),
        )
    )


def _shower(subject: Subject, objective: Objective) -> Show:
    """Say how a picture of this scale appears."""
    return lambda image: subject.rendered(objective.shown(image))


def _steps(
    optimizer: Optimizer,
    scale: Scale,
    started: ScaleStarted,
    progress: Progress,
    show: Show,
) -> Iterator[Event]:
    progress.start()
    for step in range(1, scale.steps + 1):
        known = len(optimizer.notes)
        evaluation = optimizer.step()
        if step == 1 and not math.isfinite(evaluation.total):
            raise BrushworkError(
                f"the loss is {evaluation.total} at the start of {scale.width}×{scale.height}; "
                "check the weights file and the layer weights, or leave them at their defaults."
            )
        progress.advance(scale)
        if optimizer.stalled:
            progress.forgo(scale, scale.steps - step)
        yield from (Rescued(note, started) for note in optimizer.notes[known:])
        best = optimizer.best
        yield StepTaken(
            step=step,
            steps=scale.steps,
            scale=started,
            losses=evaluation.losses,
            seconds=progress.seconds,
            remaining=progress.remaining,
            progress=progress.part,
            preview=functools.partial(show, best),
        )
        if optimizer.stalled:
            return


def _circumstance(style: Style) -> StyleSize:
    height, width = style.pixels.shape[2:]
    return StyleSize(height, width, style.scale)
