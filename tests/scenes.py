"""The objective of a photo and paintings that are at their sizes already."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.targets import make_objective
from brushwork.features import Network
from brushwork.options import Options


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
