"""How long a plan will take on this machine, from a few measured probe steps."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import torch

from brushwork.objective import Network
from brushwork.options import Options
from brushwork.planning import Plan, Stage
from brushwork.scene import Scene, Style
from brushwork.targets import objective_for

#: Sides of the square pictures that are probed.
SMALL, LARGE = 96, 384
#: What the optimiser, the resizing of pictures and the events cost on top of the objective.
OVERHEAD = 1.1
#: What it costs that every tile gives back its memory, which must then be mapped anew, and that its
#: own part is copied out of what it sees.
GIVING_BACK = 1.45


@dataclass(frozen=True)
class Pace:
    """Seconds of one evaluation of the objective: ``fixed + pixel · pixels``.

    Attributes
    ----------
    fixed
        Seconds that any evaluation takes, however small the picture.
    pixel
        Seconds more for each pixel.
    survey
        What an evaluation without a gradient takes, as a part of one with it.
    """

    fixed: float
    pixel: float
    survey: float

    def seconds(self, plan: Plan) -> float:
        """Predict the seconds that all scales of a plan take together."""
        return OVERHEAD * sum(self._stage(stage) for stage in plan.stages)

    def _stage(self, stage: Stage) -> float:
        """Predict one scale: its steps, and once as much as two surveys to make its targets."""
        once = stage.tiles * self.fixed + stage.seen * self.pixel
        step = once if stage.tiles == 1 else GIVING_BACK * (1 + self.survey) * once
        return stage.scale.steps * step + 2 * self.survey * once


def measured(network: Network, options: Options, device: torch.device) -> Pace:
    """Evaluate the objective of two made-up pictures, the larger with and without a gradient."""
    small, _ = _probe(network, options, device, SMALL)
    large, surveyed = _probe(network, options, device, LARGE)
    pixel = max(0.0, large - small) / (LARGE**2 - SMALL**2)
    return Pace(max(0.0, small - pixel * SMALL**2), pixel, surveyed / large)


def timed(plan: Plan, network: Network, options: Options, device: torch.device) -> Plan:
    """Give the plan with the seconds that it is expected to take."""
    return replace(plan, seconds=measured(network, options, device).seconds(plan))


def _probe(
    network: Network, options: Options, device: torch.device, side: int
) -> tuple[float, float]:
    """Give the seconds of an evaluation with and without a gradient; each the better of two."""
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)).to(device)
    scene = Scene([Style(picture)], (side, side), content=picture)
    objective = objective_for(network, scene, options)
    objective.evaluate(picture)  # the first one chooses kernels and lays out weights
    times = []
    for look in (objective.evaluate, objective.losses):
        turns = []
        for _ in range(2):
            began = time.perf_counter()
            look(picture)
            turns.append(time.perf_counter() - began)
        times.append(min(turns))
    return times[0], times[1]
