"""The content representation: what a deep layer still knows of the content image."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from brushwork.losses.base import FeatureLoss, FeatureView, LossValue
from brushwork.losses.energy import energy, relative_squared_error, squared_error
from brushwork.losses.statistic import Statistics


def content_loss(features: Tensor, target_features: Tensor) -> Tensor:
    """Compare the feature maps of one deep layer, position by position.

    ``mean((F - P)²) / mean(P²)`` for each image of the batch, which is 0 for equal features and
    1 where F = 0.

    Parameters
    ----------
    features, target_features
        ``(B, C, H, W)``, or ``(1, C, H, W)`` for the target; F of the target image, P of the
        content image.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0, without unit.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Gatys, Ecker and Bethge (2016), equation 1, who take half of the squared sum; here it is the
    mean over the energy of P, so that one weight means the same for every image, layer and size.
    """
    return relative_squared_error(features, target_features)


class ContentLoss(FeatureLoss):
    """How far the deep features are from the content image's, place by place.

    ``Σ w (F - P)² / Σ v P²`` at each layer, which is `content_loss` where all weights are 1. v says
    where the image is stylized at all; w = v · d, and d where it should keep more of the content.

    Parameters
    ----------
    targets
        The content image's features P by layer, ``(1, C, H', W')``.
    shares
        The part of each layer in the loss, summing to 1.
    mask, weights
        v, and w, by layer, ``(1, 1, H', W')`` each; 1 everywhere if None.
    """

    name = "content"

    def __init__(
        self,
        targets: Mapping[str, Tensor],
        shares: Mapping[str, float],
        *,
        mask: Mapping[str, Tensor] | None = None,
        weights: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.layers = tuple(targets)
        self._targets = targets
        self._shares = shares
        self._weights = weights or mask
        self._energies = {
            layer: energy(target if mask is None else target * _take_root(mask[layer], target))
            for layer, target in targets.items()
        }

    def accumulate(self, seen: FeatureView) -> Statistics:
        """Sum the squared differences, each weighted."""
        return {layer: self._error(seen, layer) for layer in self.layers}

    def compute(self, sums: Statistics) -> LossValue:
        """Divide by the content image's energy, and take the layers together."""
        parts = {layer: (sums[layer] / self._energies[layer]).sum() for layer in self.layers}
        weighted = [self._shares[layer] * part for layer, part in parts.items()]
        return LossValue(torch.stack(weighted).sum(), parts)

    def _error(self, seen: FeatureView, layer: str) -> Tensor:
        maps, target = seen.maps[layer], seen.part(self._targets[layer], layer)
        if self._weights is None:
            return squared_error(maps, target)
        root = _take_root(seen.part(self._weights[layer], layer), maps)
        return squared_error(maps * root, target * root)


def _take_root(weights: Tensor, like: Tensor) -> Tensor:
    return weights.sqrt().to(like.dtype)
