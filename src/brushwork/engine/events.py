"""What happens during a run, as values. Bars, pages and files only read them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import PIL.Image

from brushwork.checkpoints.manifest import Snapshot
from brushwork.engine.result import Result
from brushwork.layers import NetworkName
from brushwork.planning.plan import Plan


@dataclass(frozen=True)
class Planned:
    """What the run will need; ``plan.seconds`` is None where a probe would not be worth it."""

    plan: Plan


@dataclass(frozen=True)
class ScaleStarted:
    """The target is now optimised at another size, or by another network at the same size.

    Attributes
    ----------
    index, count
        It is the ``index``-th of ``count`` such stages, from 1.
    width, height
        The size, in pixels.
    steps
        How many steps will be taken.
    network
        Which network looks at the target: VGG-19 itself, or the small one.
    """

    index: int
    count: int
    width: int
    height: int
    steps: int
    network: NetworkName = "large"


@dataclass(frozen=True)
class StepTaken:
    """The objective was evaluated once, and the target moved.

    Attributes
    ----------
    step, steps
        Steps taken at this scale, from 1, and how many it will take.
    scale
        The scale that the step belongs to.
    losses
        Losses by name, of the target that the step was taken from or kept.
    seconds
        Wall time since the run began.
    remaining
        Wall time that the rest is expected to take, in seconds.
    progress
        The part of all work that is done, 0 to 1; work is pixels times steps.
    preview
        Gives the best target so far, at the size of this scale; made only when it is called.
    snapshot
        Gives where the run stands; to be called before the next event is asked for.
    """

    step: int
    steps: int
    scale: ScaleStarted
    losses: dict[str, float]
    seconds: float
    remaining: float
    progress: float
    preview: Callable[[], PIL.Image.Image] = field(repr=False, compare=False)
    snapshot: Callable[[], Snapshot] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Recovered:
    """Something went astray and was brought back; ``note`` says what. The run goes on."""

    note: str
    scale: ScaleStarted


@dataclass(frozen=True)
class CheckpointSaved:
    """The state of the run is in ``folder``, from where it can be resumed."""

    folder: Path


@dataclass(frozen=True)
class Finished:
    """The last event of every run."""

    result: Result


#: What a run yields, in the order in which it happens.
Event = Planned | ScaleStarted | StepTaken | Recovered | CheckpointSaved | Finished
