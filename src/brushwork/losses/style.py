"""The style loss: every region of the target against the style image that it shall look like."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from brushwork.losses.base import FeatureLoss, FeatureView, LossValue
from brushwork.losses.covariance import Covariance
from brushwork.losses.gram import Gram
from brushwork.losses.histogram import Histogram
from brushwork.losses.nearest_neighbor import NearestNeighbor
from brushwork.losses.statistic import Statistic, Statistics
from brushwork.losses.wasserstein import Wasserstein


@dataclass(frozen=True)
class Region:
    """A part of the target, and the style that it shall have.

    Attributes
    ----------
    statistics
        By layer, how its features are compared with the style's.
    shares
        The part of each layer in the loss of the region, summing to 1.
    counts
        By layer, the number of positions of the region, or the sum of their weights.
    area
        Its part of everything that is stylized; the areas of all regions sum to 1.
    weights
        By layer, how much each position belongs to it, ``(1, 1, H', W')`` in [0, 1]; None for 1.
    """

    statistics: Mapping[str, Statistic]
    shares: Mapping[str, float]
    counts: Mapping[str, float]
    area: float = 1.0
    weights: Mapping[str, Tensor] | None = None


class StyleLoss(FeatureLoss):
    """How far the statistics of the features are from the style's.

    The mean over regions, each counting by its area, of the weighted mean over layers.

    Parameters
    ----------
    regions
        At least one.
    """

    name = "style"

    def __init__(self, regions: Sequence[Region]) -> None:
        self.layers = tuple(
            dict.fromkeys(layer for region in regions for layer in region.statistics)
        )
        self._regions = tuple(regions)

    def accumulate(self, seen: FeatureView) -> Statistics:
        """Sum for each region and layer whatever its statistic sums."""
        found: dict[Hashable, Tensor] = {}
        for index, region in enumerate(self._regions):
            for layer, statistic in region.statistics.items():
                weights = region.weights
                here = None if weights is None else seen.part(weights[layer], layer)
                for name, total in statistic.accumulate(seen.maps[layer], here).items():
                    found[index, layer, name] = total
        return found

    def compute(self, sums: Statistics) -> LossValue:
        """Divide by the positions, and compare with the style."""
        parts: dict[str, Tensor] = {}
        losses = []
        for index, region in enumerate(self._regions):
            for layer, statistic in region.statistics.items():
                means = {
                    key[2]: total / region.counts[layer]
                    for key, total in sums.items()
                    if isinstance(key, tuple) and key[:2] == (index, layer)
                }
                loss = region.area * statistic.calibration * statistic.loss(means)
                parts[layer] = parts[layer] + loss if layer in parts else loss
                losses.append(region.shares[layer] * loss)
        return LossValue(torch.stack(losses).sum(), parts)


STATISTICS: dict[str, type[Statistic]] = {
    "gram": Gram,
    "covariance": Covariance,
    "wasserstein": Wasserstein,
    "histogram": Histogram,
    "nearest_neighbor": NearestNeighbor,
}
