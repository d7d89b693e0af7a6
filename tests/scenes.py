"""The objective of a photo and paintings that are at their sizes already."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from brushwork.objective import Network, Objective
from brushwork.options import Options
from brushwork.scene import Scene, Style
from brushwork.targets import objective_for


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
    styles = [Style(*pair) for pair in zip(paintings, weights, strict=True)]
    scene = Scene(styles, (photo.shape[2], photo.shape[3]), content=photo)
    return objective_for(network, scene, options, tile_side=tile_side)
