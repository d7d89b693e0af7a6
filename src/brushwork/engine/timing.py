"""How long a plan will take on this machine, from a few measured probe steps."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError

from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.targets import make_objective
from brushwork.features import Network, Networks, describe_machine
from brushwork.options import Options
from brushwork.planning.layers import ScaleLayers
from brushwork.planning.plan import Plan, Stage
from brushwork.system.remembered import read_remembered, write_remembered

#: Sides of the square images that are probed.
SMALL, LARGE = 96, 256
#: The file of what was measured in the cache folder.
TOPIC = "paces"
#: A plan that was so much off makes the next one measure anew.
MOST_ERROR = 1.3
#: What the optimiser, the resizing of images and the events cost on top of the objective.
OVERHEAD_FACTOR = 1.1


@dataclass(frozen=True)
class StepTimer:
    """Seconds of one evaluation of the objective: ``fixed + pixel · pixels``.

    Attributes
    ----------
    fixed
        Seconds that any evaluation takes, however small the image.
    pixel
        Seconds more for each pixel.
    forward
        What an evaluation without a gradient takes, as a part of one with it.
    """

    fixed: float
    pixel: float
    forward: float

    def seconds(self, stage: Stage) -> float:
        """Predict one scale: its steps, and two evaluations without a gradient for its targets."""
        once = stage.tiles * self.fixed + stage.seen * self.pixel
        step = once if stage.tiles == 1 else (1 + self.forward) * once
        return OVERHEAD_FACTOR * (stage.scale.steps * step + 2 * self.forward * once)


def find_timer(
    networks: Networks, stage: Stage, options: Options, device: torch.device
) -> StepTimer:
    """Look up what was measured on this machine, or measure and write it down."""
    timer = recall_timer(stage, options, device)
    if timer is None:
        machine = describe_machine()
        timer = measure_steps(networks[stage.network], options, stage.layers, device)
        key = _name_timer(stage, options, device)
        known = read_remembered(TOPIC, machine)
        write_remembered(TOPIC, machine, {**known, key: dataclasses.asdict(timer)})
    return timer


def recall_timer(stage: Stage, options: Options, device: torch.device) -> StepTimer | None:
    """Look up what was measured on this machine; None if nothing was."""
    known = read_remembered(TOPIC, describe_machine())
    with contextlib.suppress(ValidationError):
        found = known.get(_name_timer(stage, options, device))
        return TypeAdapter(StepTimer).validate_python(found)
    return None


def _name_timer(stage: Stage, options: Options, device: torch.device) -> str:
    layers = stage.layers
    weights = "" if options.weights is None else Path(options.weights).absolute()
    key = f"{stage.network} {weights} {device.type} {stage.precision} {options.pooling}, "
    return key + f"{options.statistics} of {' '.join(layers.style)}, {' '.join(layers.content)}"


def recall_seconds(plan: Plan, options: Options, device: torch.device) -> float | None:
    """Give the seconds that a plan will take by what was measured; None where something was not."""
    timers = [recall_timer(stage, options, device) for stage in plan.stages]
    known = [timer for timer in timers if timer is not None]
    if len(known) < len(timers):
        return None
    return sum(timer.seconds(stage) for timer, stage in zip(known, plan.stages, strict=True))


def question_plan(plan: Plan, seconds: float) -> None:
    """Forget what was measured if a run took much longer than planned, or much less."""
    if plan.seconds is not None and not 1 / MOST_ERROR < seconds / plan.seconds < MOST_ERROR:
        write_remembered(TOPIC, describe_machine(), {})


def measure_steps(
    network: Network, options: Options, layers: ScaleLayers, device: torch.device
) -> StepTimer:
    """Evaluate the objective of two made-up images, the larger with and without a gradient."""
    small, _ = _time_probe(network, options, layers, device, SMALL)
    large, forward = _time_probe(network, options, layers, device, LARGE)
    pixel = max(0.0, large - small) / (LARGE**2 - SMALL**2)
    return StepTimer(max(0.0, small - pixel * SMALL**2), pixel, forward / large)


def add_seconds(plan: Plan, networks: Networks, options: Options, device: torch.device) -> Plan:
    """Give the plan with the seconds that it is expected to take."""
    seconds = sum(
        find_timer(networks, stage, options, device).seconds(stage) for stage in plan.stages
    )
    return replace(plan, seconds=seconds)


def _time_probe(
    network: Network, options: Options, layers: ScaleLayers, device: torch.device, side: int
) -> tuple[float, float]:
    """Give the seconds of an evaluation with and without a gradient; each the better of two."""
    image = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)).to(device)
    inputs = ScaleInputs([StyleImage(image)], (side, side), content=image)
    objective = make_objective(network, inputs, options, layers)
    objective.evaluate(image)  # the first one lays out weights, and takes memory
    times = []
    for look in (objective.evaluate, objective.losses):
        turns = []
        for _ in range(2):
            began = time.perf_counter()
            look(image)
            turns.append(time.perf_counter() - began)
        times.append(min(turns))
    return times[0], times[1]


class Progress:
    """Counts the work done, and expects the rest at the pace of the current scale.

    Parameters
    ----------
    work
        What the run costs, as `Plan.work` counts.
    started
        When the run began, by the clock; now if None.
    """

    def __init__(self, work: float, started: float | None = None) -> None:
        self._clock = time.perf_counter
        self._started = self._clock() if started is None else started
        self._total = work
        self._done = 0.0
        self._scale_started, self._scale_done = self._started, 0.0

    def start(self) -> None:
        """Begin a scale: from here on its own pace counts."""
        self._scale_started, self._scale_done = self._clock(), self._done

    def advance(self, work: float) -> None:
        """Count some work as done."""
        self._done += work

    def forgo(self, work: float) -> None:
        """Take some work out of the plan: it will not be needed."""
        self._total -= work

    @property
    def seconds(self) -> float:
        """Wall time since the run began."""
        return self._clock() - self._started

    @property
    def pace(self) -> float:
        """Seconds for one unit of work at this scale."""
        return (self._clock() - self._scale_started) / max(1.0, self._done - self._scale_done)

    @property
    def remaining(self) -> float:
        """Wall time that the rest will take, in seconds."""
        return self.pace * self._total * (1 - self.part)

    @property
    def part(self) -> float:
        """The part of the work that is done, 0 to 1."""
        # A sum of hundreds of steps misses the total by its rounding, to either side.
        return round(self._done / max(1.0, self._total), 9)
