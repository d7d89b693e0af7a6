"""Short ways to an objective, and to a run, for images that are tensors already."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from torch import Tensor

from brushwork.checkpoints.manifest import Snapshot
from brushwork.engine.events import Event
from brushwork.engine.inputs import Inputs, ScaleInputs, StyleImage
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.objective import Objective
from brushwork.engine.targets import make_objective
from brushwork.features import Network, Networks
from brushwork.options import Options
from brushwork.planning.plan import Plan


def objective(
    network: Network,
    photo: Tensor,
    paintings: Sequence[Tensor],
    weights: Sequence[float],
    options: Options,
    *,
    tile_side: int | None = None,
) -> Objective:
    """Compare with a photo and a mixture of paintings."""
    styles = [StyleImage(*pair) for pair in zip(paintings, weights, strict=True)]
    scene = ScaleInputs(styles, (photo.shape[2], photo.shape[3]), content=photo)
    return make_objective(network, scene, options, tile_side=tile_side)


def paint(
    inputs: Inputs,
    network: Network,
    options: Options,
    *,
    small: Network | None = None,
    plan: Plan | None = None,
    snapshot: Snapshot | None = None,
) -> Generator[Event]:
    """Begin a run as the engine does, with one network or two."""
    networks: Networks = {"small": small, "large": network} if small else {"large": network}
    plan = plan or plan_run(inputs, networks, options)
    return stylize_inputs(Run(inputs, networks, options, plan), snapshot)
