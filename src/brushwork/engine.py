"""One picture, from coarse to fine: make the objective of a scale, step, enlarge, go on.

`paint` is a generator of events. Nothing calls upward: whoever iterates sees every step, and stops
the run by not iterating any further.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import PIL.Image
import torch
from torch import Tensor

from brushwork import images, memory
from brushwork.errors import BrushworkError, PictureError
from brushwork.events import Event, Finished, Planned, Rescued, ScaleStarted, StepTaken
from brushwork.objective import Evaluation, Network, Objective
from brushwork.optimizers import OPTIMIZERS, Optimizer
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.planning import Circumstances, Plan, Stage, plan_for
from brushwork.progress import Progress
from brushwork.pyramid import Scale, style_size

#: How much the aspect ratio of a given start may differ from the photo's.
ASPECT_TOLERANCE = 0.02


@dataclass(frozen=True)
class Style:
    """A painting ``(1, 3, H, W)`` in [0, 1] and its weight in the mixture."""

    pixels: Tensor
    weight: float = 1.0


@dataclass(frozen=True)
class Subject:
    """The pictures that a run starts from.

    Attributes
    ----------
    content
        The photo, ``(1, 3, H, W)`` in [0, 1], on the device where the run is computed.
    styles
        At least one painting, on the same device.
    alpha
        The photo's opacity, ``(1, 1, H, W)`` in [0, 1], which the result keeps; None if opaque.
    start
        The picture that ``options.init`` names, where it names one.
    notes
        What was noticed while reading them, for the notes of the painting.
    """

    content: Tensor
    styles: Sequence[Style]
    alpha: Tensor | None = None
    start: Tensor | None = None
    notes: tuple[str, ...] = ()


def planned(subject: Subject, network: Network, options: Options) -> Plan:
    """Say how ``subject`` would be painted now: sizes, tiles, and the memory that it takes.

    Raises
    ------
    PictureError
        If the photo is too narrow for ``options.size``.
    MemoryBudgetError
        If it cannot be painted in the memory that may be used.
    """
    held, available = _memory(subject.content.device)
    given = Circumstances(
        content=_size(subject.content),
        styles=[_size(style.pixels) for style in subject.styles],
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

    Returns
    -------
    Iterator[Event]
        `Planned`; for every scale `ScaleStarted`, then its `StepTaken` (and `Rescued`, if need
        be); at last `Finished`, with the `Painting`.

    Raises
    ------
    PictureError
        If the photo is too narrow for ``options.size``, or the start has another aspect ratio.
    MemoryBudgetError
        If it cannot be painted in the memory that may be used.
    BrushworkError
        If the loss is not a finite number where a scale starts.
    """
    plan = plan or planned(subject, network, options)
    _check_start(subject)
    progress = Progress([stage.scale for stage in plan.stages], began)
    return _run(subject, network, options, plan, progress)


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
        objective = _objective(subject, network, options, stage)
        if optimizer is None:
            first = _first_picture(subject, options, scale)
            optimizer = OPTIMIZERS[options.optimizer](evaluate, first, stage.pairs)
        yield from _steps(optimizer, scale, started, progress, subject.alpha)
        notes += [f"at {scale.width}×{scale.height}, {note}" for note in optimizer.notes]
    assert optimizer is not None and objective is not None  # a plan has at least one scale
    yield Finished(
        Painting(
            image=_rendered(optimizer.best, subject.alpha),
            losses=objective.losses(optimizer.best),
            seconds=progress.seconds,
            options=options,
            notes=tuple(notes),
        )
    )


def _steps(
    optimizer: Optimizer,
    scale: Scale,
    started: ScaleStarted,
    progress: Progress,
    alpha: Tensor | None,
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
            preview=lambda best=best: _rendered(best, alpha),  # type: ignore[misc]
        )
        if optimizer.stalled:
            return


def _objective(subject: Subject, network: Network, options: Options, stage: Stage) -> Objective:
    """Make the targets of one scale: photo and paintings as large as the picture is now."""
    total = sum(style.weight for style in subject.styles)
    scale, style_scale = stage.scale, options.style_scale
    return Objective(
        network,
        images.resize(subject.content, scale.size),
        (
            images.resize(style.pixels, style_size(scale, _size(style.pixels), style_scale))
            for style in subject.styles
        ),
        [style.weight / total for style in subject.styles],
        options,
        tile_side=stage.tile_side,
    )


def _first_picture(subject: Subject, options: Options, scale: Scale) -> Tensor:
    if options.init == "noise":
        generator = torch.Generator().manual_seed(options.seed)
        return torch.rand(1, 3, *scale.size, generator=generator).to(subject.content)
    return images.resize(subject.content if subject.start is None else subject.start, scale.size)


def _check_start(subject: Subject) -> None:
    if subject.start is None:
        return
    (height, width), (rows, columns) = subject.start.shape[2:], subject.content.shape[2:]
    if abs((width * rows) / (height * columns) - 1) > ASPECT_TOLERANCE:
        raise PictureError(
            f"the picture to start from is {width}×{height}, but the photo is {columns}×{rows}; "
            "crop it to the photo's aspect ratio, or use init content or noise."
        )


def _rendered(pixels: Tensor, alpha: Tensor | None) -> PIL.Image.Image:
    if alpha is None:
        return images.to_pil(pixels)
    return images.to_pil(pixels, images.resize(alpha, (pixels.shape[2], pixels.shape[3])))


def _size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
