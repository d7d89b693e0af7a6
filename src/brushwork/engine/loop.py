"""One result, from coarse to fine: make the objective of a scale, step, enlarge, go on.

`stylize_inputs` is a generator of events. Nothing calls upward: whoever iterates sees every step,
and stops the run by not iterating any further.
"""

from __future__ import annotations

import functools
import math
import time
import weakref
from collections.abc import Collection, Generator
from dataclasses import dataclass, field

import PIL.Image
import torch
from torch import Tensor

from brushwork.checkpoints.manifest import Snapshot
from brushwork.engine.events import Event, Finished, Planned, Recovered, ScaleStarted, StepTaken
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.result import Result, make_result
from brushwork.engine.targets import Extra, StyleTargets, make_objective
from brushwork.engine.timing import Progress, question_plan
from brushwork.errors import BrushworkError, MemoryBudgetError
from brushwork.features import Networks, VGGFeatures, pick_precision, question_choice
from brushwork.images import resize, wrap_round
from brushwork.layers import NetworkName
from brushwork.optimizers import OPTIMIZERS, Optimizer
from brushwork.optimizers.base import Evaluate, Evaluation, State
from brushwork.options import Options
from brushwork.planning.plan import Plan, PlanInputs, Stage, StyleSize, make_plan
from brushwork.planning.pyramid import Scale
from brushwork.recipe import Recipe
from brushwork.system import memory

#: What the target was before the small network took it goes by this name in a snapshot.
ENTRY = "entry"


@dataclass(frozen=True)
class Run:
    """All that a run is made of.

    Attributes
    ----------
    inputs
        The images, on the device of the network.
    networks
        Give the feature maps of the content and style layers of ``options``, each in its turn.
    options
        How to stylize.
    plan
        Scales and tiles.
    recipe
        What the result is told of how it was made; None for nothing.
    extra
        Makes losses of the caller's own for each scale, from its `ScaleInputs`.
    started
        When it all began, by `time.perf_counter`.
    notes
        What the result says at last; listeners may add to it while the run lasts.
    known
        By network, the targets of these style images that are extracted already; runs that share
        style images share them. None to extract them anew.
    """

    inputs: Inputs
    networks: Networks
    options: Options
    plan: Plan
    recipe: Recipe | None = None
    extra: Extra | None = None
    started: float = field(default_factory=time.perf_counter)
    notes: list[str] = field(default_factory=list)
    known: dict[NetworkName, StyleTargets] | None = None


def plan_run(inputs: Inputs, networks: Collection[NetworkName], options: Options) -> Plan:
    """Plan how ``inputs`` would be stylized now: sizes, tiles, and the memory that it takes.

    ``networks`` are the names of those that the run will have, in the order of their turns.

    Raises
    ------
    ImageError
        If the content image is too narrow for ``options.size``.
    MemoryBudgetError
        If it cannot be done in the memory that may be used.
    """
    held, available = _measure_memory(inputs.device)
    given = PlanInputs(
        extent=inputs.extent,
        styles=[_measure_style(style) for style in inputs.styles],
        precision=pick_precision(options.precision, inputs.device, networks),
        budget=options.memory_budget or available,
        held=held,
        networks=tuple(networks),
    )
    return make_plan(options, given)


def stylize_inputs(run: Run, snapshot: Snapshot | None = None) -> Generator[Event]:
    """Stylize the content image in the mixture of styles, event by event.

    Only the target image changes: content, styles and network are read. Each scale starts from
    the enlarged target of the one before it, the first from the initial image. Unfit images are
    refused at once, before the first event is asked for.

    Parameters
    ----------
    run
        Images, network, options and plan.
    snapshot
        Where an earlier run of the same plan stood: it goes on from there.

    Returns
    -------
    Generator[Event]
        `Planned`; for every scale `ScaleStarted`, then its `StepTaken` (and `Recovered`, if need
        be); at last `Finished`, with the `Result`.

    Raises
    ------
    ImageError
        If the start, the mask or a region has another aspect ratio than the content image.
    MemoryBudgetError
        If memory runs out, although the plan had fitted.
    BrushworkError
        If the loss is not a finite number where a scale starts.
    """
    run.inputs.check()
    started = run.started if snapshot is None else time.perf_counter() - snapshot.seconds
    progress = Progress(run.plan.work, started)
    return _iterate_scales(run, progress, snapshot)


def _iterate_scales(run: Run, progress: Progress, snapshot: Snapshot | None) -> Generator[Event]:
    """Go through all scales, or those that the snapshot has left."""
    yield Planned(run.plan)
    done = snapshot.index - 1 if snapshot else 0
    notes = list(snapshot.notes) if snapshot else []
    for stage in run.plan.stages[:done]:
        progress.advance(stage.work)

    def evaluate(image: Tensor) -> Evaluation:
        return objective.evaluate(image)  # that of the scale which is on

    started = None
    # What the large network had seen before the small one took it, to be compared with.
    entry = snapshot.state.tensors[ENTRY] if snapshot and ENTRY in snapshot.state.tensors else None
    try:
        optimizer = _start_optimizer(run, evaluate, run.plan.stages[done], snapshot)
        for index, stage in enumerate(run.plan.stages[done:], start=done + 1):
            scale = stage.scale
            if started is not None:
                # What the last scale held is let go before this one, which is larger, takes any.
                del objective  # noqa: F821 - bound in the turn before
                optimizer = optimizer.enlarge(
                    evaluate, scale.size, stage.pairs, wraps=run.options.seamless
                )
            memory.trim()
            started = ScaleStarted(
                index, len(run.plan.stages), scale.width, scale.height, scale.steps, stage.network
            )
            yield started
            objective = make_objective(
                run.networks[stage.network],
                run.inputs.at_scale(scale, run.options.style_scale),
                run.options,
                stage.layers,
                tile_side=stage.tile_side,
                extra=run.extra,
                known=None if run.known is None else run.known.setdefault(stage.network, {}),
                allowance=run.plan.allowance,
            )
            taken = snapshot.step if snapshot and snapshot.index == index else 0
            if stage.network == "small" and not taken:
                entry = _bring(optimizer.best if entry is None else entry, scale, run.options)
            elif stage.network == "large" and entry is not None:
                optimizer = _take_better(optimizer, entry, objective)
                entry = None
            progress.advance(taken * stage.step_work)
            stand = _Stand(started, stage, tuple(notes), entry)
            show = functools.partial(_show, run.inputs, objective)
            yield from _take_steps(optimizer, stand, progress, taken, show)
            notes += [f"at {scale.width}×{scale.height}, {note}" for note in optimizer.notes]
        notes += _question_choice(run, stage, progress.pace * stage.step_work)
        if snapshot is None:
            question_plan(run.plan, progress.seconds)
        yield Finished(_finish(run, objective, optimizer, progress.seconds, notes))
    except Exception as error:
        if not memory.is_out_of_memory(error):
            raise
        place = "" if started is None else f" at {started.width}×{started.height}"
        raise MemoryBudgetError(
            f"memory ran out{place}, although the plan had fitted: other programs, or a limit, "
            "took some of it; close them, or allow less (--memory) so that smaller tiles are used."
        ) from error


def _start_optimizer(
    run: Run, evaluate: Evaluate, stage: Stage, snapshot: Snapshot | None
) -> Optimizer:
    """Start from the initial image, or as the snapshot says."""
    kind = OPTIMIZERS[run.options.optimizer]
    if snapshot is None:
        first = run.inputs.make_initial_image(stage.scale, run.options.seed)
        return kind(evaluate, first, stage.pairs)
    restored = kind.from_state(evaluate, snapshot.state, stage.pairs)
    if not snapshot.steered:
        return restored
    return restored.enlarge(evaluate, stage.scale.size, stage.pairs)


def _bring(image: Tensor, scale: Scale, options: Options) -> Tensor:
    """Bring what an earlier scale had to the size of this one."""
    return wrap_round(resize, options.seamless)(image, scale.size)


def _take_better(optimizer: Optimizer, entry: Tensor, objective: Objective) -> Optimizer:
    """Go on from what the small network was given, should it have made it worse."""
    here = objective.evaluate(optimizer.best)
    if here.total <= objective.losses(entry)["total"]:
        optimizer.start_from(here)
        return optimizer
    restarted = type(optimizer)(optimizer.evaluate, entry, optimizer.pairs)
    restarted.notes.append("the small network led astray; the large one began from before it.")
    return restarted


@dataclass(frozen=True)
class _Stand:
    """Where in a run its steps are: what an event and a snapshot say besides the step itself."""

    started: ScaleStarted
    stage: Stage
    notes: tuple[str, ...]
    entry: Tensor | None


def _take_steps(
    optimizer: Optimizer,
    stand: _Stand,
    progress: Progress,
    taken: int,
    show: functools.partial[PIL.Image.Image],
) -> Generator[Event]:
    """Take the steps of a stage that are not ``taken`` yet."""
    progress.start()
    started, stage, step = stand.started, stand.stage, taken
    scale = stage.scale
    # An event that somebody keeps must not keep the optimiser's pairs of a scale alive.
    reference = weakref.ref(optimizer)
    while step < scale.steps and not optimizer.stalled:
        step += 1
        known = len(optimizer.notes)
        losses = optimizer.step().losses
        if step == 1:
            _check_finite(losses["total"], scale)
        progress.advance(stage.step_work)
        if optimizer.stalled:
            progress.forgo((scale.steps - step) * stage.step_work)
        yield from (Recovered(note, started) for note in optimizer.notes[known:])
        seconds = progress.seconds
        yield StepTaken(
            step=step,
            steps=scale.steps,
            scale=started,
            losses=losses,
            seconds=seconds,
            remaining=progress.remaining,
            progress=progress.part,
            preview=functools.partial(show, optimizer.best),
            snapshot=functools.partial(_take_snapshot, reference, stand, step, seconds),
        )


def _take_snapshot(
    reference: weakref.ref[Optimizer], stand: _Stand, step: int, seconds: float
) -> Snapshot:
    optimizer = reference()
    if optimizer is None:
        raise RuntimeError("a snapshot has to be taken before the next event is asked for")
    state = optimizer.state()
    if stand.entry is not None:
        state = State({**state.tensors, ENTRY: stand.entry}, state.numbers)
    return Snapshot(stand.started.index, step, seconds, stand.notes, state)


def _show(inputs: Inputs, objective: Objective, image: Tensor) -> PIL.Image.Image:
    """Give a target that is being optimised as people see it."""
    return inputs.render(objective.composite(image)).image()


def _finish(
    run: Run, objective: Objective, optimizer: Optimizer, seconds: float, notes: list[str]
) -> Result:
    best = optimizer.best
    rendered = run.inputs.render(objective.composite(best))
    everything = (*run.inputs.notes, *notes, *run.notes)
    losses = optimizer.losses or objective.losses(best)
    return make_result(rendered, losses, seconds, run.options, everything, run.recipe)


def _question_choice(run: Run, stage: Stage, step_seconds: float) -> list[str]:
    """See whether the network is computed as it is fastest, by what a step of this stage took."""
    if stage.network != "large" or stage.tiles > 1 or run.inputs.device.type != "cpu":
        return []  # the small network's steps say nothing of the large one, which need not be built
    network = run.networks["large"]
    if not isinstance(network, VGGFeatures):
        return []
    cost = stage.step_work / (stage.scale.height * stage.scale.width)
    note = question_choice(network.precision, stage.seen, cost, step_seconds)
    return [] if note is None else [note]


def _check_finite(total: float, scale: Scale) -> None:
    if not math.isfinite(total):
        raise BrushworkError(
            f"the loss is {total} at the start of {scale.width}×{scale.height}; "
            "check the weights file and the layer weights, or leave them at their defaults."
        )


def _measure_memory(device: torch.device) -> tuple[int, int]:
    """Give the bytes that are held already and those that may be held, where the images are."""
    if device.type != "cuda":  # MPS shares its memory with the processor
        return memory.measure_resident(), memory.measure_available()
    held, (free, _) = torch.cuda.memory_allocated(device), torch.cuda.mem_get_info(device)
    return held, held + int((1 - memory.MARGIN) * free)


def _measure_style(style: StyleImage) -> StyleSize:
    height, width = style.pixels.shape[2:]
    return StyleSize(height, width, style.scale, names_layers=style.layers is not None)
