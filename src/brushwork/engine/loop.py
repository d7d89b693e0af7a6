"""One picture, from coarse to fine: make the objective of a scale, step, enlarge, go on.

`paint` is a generator of events. Nothing calls upward: whoever iterates sees every step, and stops
the run by not iterating any further.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterator

import PIL.Image
import torch
from torch import Tensor

from brushwork.checkpoints.manifest import Snapshot
from brushwork.engine.events import Event, Finished, Planned, Recovered, ScaleStarted, StepTaken
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.result import Result
from brushwork.engine.targets import Extra, make_objective
from brushwork.engine.timing import Progress
from brushwork.errors import BrushworkError
from brushwork.features import Network
from brushwork.optimizers import OPTIMIZERS, Optimizer
from brushwork.optimizers.base import Evaluation
from brushwork.options import Options
from brushwork.planning.plan import Plan, PlanInputs, Stage, StyleSize, make_plan
from brushwork.planning.pyramid import Scale
from brushwork.system import memory


def plan_run(subject: Inputs, network: Network, options: Options) -> Plan:
    """Say how ``subject`` would be painted now: sizes, tiles, and the memory that it takes.

    Raises
    ------
    PictureError
        If the photo is too narrow for ``options.size``.
    MemoryBudgetError
        If it cannot be painted in the memory that may be used.
    """
    held, available = _measure_memory(subject.device)
    given = PlanInputs(
        extent=subject.extent,
        styles=[_measure_style(style) for style in subject.styles],
        precision=getattr(network, "precision", "float32"),
        budget=options.memory_budget or available,
        held=held,
    )
    return make_plan(options, given)


def paint(
    subject: Inputs,
    network: Network,
    options: Options,
    *,
    plan: Plan | None = None,
    began: float | None = None,
    extra: Extra | None = None,
    snapshot: Snapshot | None = None,
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
        What `plan_run` gave; made now if None.
    began
        When the run began, by `time.perf_counter`; now if None.
    extra
        Makes losses of your own for each scale, from its `Scene`.
    snapshot
        Where an earlier run of the same plan stood: it goes on from there.

    Returns
    -------
    Iterator[Event]
        `Planned`; for every scale `ScaleStarted`, then its `StepTaken` (and `Recovered`, if need
        be); at last `Finished`, with the `Result`.

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
    plan = plan or plan_run(subject, network, options)
    if snapshot is not None:
        began = time.perf_counter() - snapshot.seconds
    progress = Progress([stage.scale for stage in plan.stages], began)
    return _Run(subject, network, options, plan, extra).events(progress, snapshot)


def _measure_memory(device: torch.device) -> tuple[int, int]:
    """Give the bytes that are held already and those that may be held, where the pictures are."""
    if device.type != "cuda":  # MPS shares its memory with the processor
        return memory.measure_resident(), memory.measure_available()
    held, (free, _) = torch.cuda.memory_allocated(device), torch.cuda.mem_get_info(device)
    return held, held + int((1 - memory.MARGIN) * free)


class _Run:
    """One picture on its way through the scales."""

    def __init__(
        self,
        subject: Inputs,
        network: Network,
        options: Options,
        plan: Plan,
        extra: Extra | None,
    ) -> None:
        self.subject = subject
        self.network = network
        self.options = options
        self.plan = plan
        self.extra = extra
        self.notes: tuple[str, ...] = ()
        self._objective: Objective | None = None
        self._optimizer: Optimizer | None = None

    def events(self, progress: Progress, snapshot: Snapshot | None) -> Iterator[Event]:
        """Paint all scales, or those that the snapshot has left."""
        try:
            yield Planned(self.plan)
            self.notes = snapshot.notes if snapshot else ()
            done = snapshot.index - 1 if snapshot else 0
            for stage in self.plan.stages[:done]:
                progress.advance(stage.scale, stage.scale.steps)
            for index, stage in enumerate(self.plan.stages[done:], start=done + 1):
                here = snapshot if snapshot and snapshot.index == index else None
                yield from self._stage(index, stage, progress, here)
            yield Finished(self._painting(progress.seconds))
        finally:
            # The optimiser knows this run, and the run its optimiser: a ring that would hold the
            # memory of both until Python looks for rings.
            self._optimizer = self._objective = None

    def _stage(
        self, index: int, stage: Stage, progress: Progress, snapshot: Snapshot | None
    ) -> Iterator[Event]:
        scale = stage.scale
        # What the last scale held is let go before this one, which is larger, takes any memory.
        self._objective = None
        if self._optimizer is not None:
            self._optimizer = self._optimizer.enlarge(self._evaluate, scale.size, stage.pairs)
        memory.trim()
        started = ScaleStarted(index, len(self.plan.stages), scale.width, scale.height, scale.steps)
        yield started
        scene = self.subject.at_scale(scale, self.options.style_scale)
        self._objective = make_objective(
            self.network, scene, self.options, tile_side=stage.tile_side, extra=self.extra
        )
        if self._optimizer is None:
            self._optimizer = self._begun(stage, snapshot)
        taken = snapshot.step if snapshot else 0
        progress.advance(scale, taken)
        yield from self._steps(self._optimizer, started, progress, scale, taken)
        self.notes += tuple(
            f"at {scale.width}×{scale.height}, {note}" for note in self._optimizer.notes
        )

    def _begun(self, stage: Stage, snapshot: Snapshot | None) -> Optimizer:
        """Start with the first picture, or as the snapshot says."""
        kind = OPTIMIZERS[self.options.optimizer]
        if snapshot is None:
            first = self.subject.make_initial_image(self.options, stage.scale)
            return kind(self._evaluate, first, stage.pairs)
        restored = kind.from_state(self._evaluate, snapshot.state, stage.pairs)
        if not snapshot.steered:
            return restored
        return restored.enlarge(self._evaluate, stage.scale.size, stage.pairs)

    def _steps(
        self,
        optimizer: Optimizer,
        started: ScaleStarted,
        progress: Progress,
        scale: Scale,
        taken: int,
    ) -> Iterator[Event]:
        """Take the steps of a scale that are not ``taken`` yet."""
        progress.start()
        step = taken
        while step < scale.steps and not optimizer.stalled:
            step += 1
            known = len(optimizer.notes)
            losses = optimizer.step().losses
            if step == 1:
                _check_finite(losses["total"], scale)
            progress.advance(scale)
            if optimizer.stalled:
                progress.forgo(scale, scale.steps - step)
            yield from (Recovered(note, started) for note in optimizer.notes[known:])
            yield self._taken(step, started, losses, progress)

    def _taken(
        self, step: int, started: ScaleStarted, losses: dict[str, float], progress: Progress
    ) -> StepTaken:
        assert self._optimizer is not None and self._objective is not None
        show = functools.partial(_render_preview, self.subject, self._objective)
        seconds = progress.seconds
        return StepTaken(
            step=step,
            steps=started.steps,
            scale=started,
            losses=losses,
            seconds=seconds,
            remaining=progress.remaining,
            progress=progress.part,
            preview=functools.partial(show, self._optimizer.best),
            snapshot=functools.partial(self._snapshot, started.index, step, seconds),
        )

    def _snapshot(self, index: int, step: int, seconds: float) -> Snapshot:
        # Looked up when it is called: an event that is kept must not keep a scale's pairs alive.
        assert self._optimizer is not None
        return Snapshot(index, step, seconds, self.notes, self._optimizer.state())

    def _painting(self, seconds: float) -> Result:
        assert self._optimizer is not None and self._objective is not None
        best = self._optimizer.best
        seen = self.subject.render(self._objective.composite(best))
        return Result(
            image=seen.image(),
            levels=seen.levels(),
            losses=self._objective.losses(best),
            seconds=seconds,
            options=self.options,
            notes=(*self.subject.notes, *self.notes),
        )

    def _evaluate(self, image: Tensor) -> Evaluation:
        assert self._objective is not None  # a scale makes its objective before its first step
        return self._objective.evaluate(image)


def _render_preview(subject: Inputs, objective: Objective, image: Tensor) -> PIL.Image.Image:
    """Give a picture that is being painted as people see it."""
    return subject.render(objective.composite(image)).image()


def _check_finite(total: float, scale: Scale) -> None:
    if not math.isfinite(total):
        raise BrushworkError(
            f"the loss is {total} at the start of {scale.width}×{scale.height}; "
            "check the weights file and the layer weights, or leave them at their defaults."
        )


def _measure_style(style: StyleImage) -> StyleSize:
    height, width = style.pixels.shape[2:]
    return StyleSize(height, width, style.scale)
