"""The content loss of some layers, where it counts."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from brushwork.losses import energy, squared_error
from brushwork.terms.base import Compared, FeatureLoss, Seen, Sums


class ContentLoss(FeatureLoss):
    """How far the deep features are from the photo's, place by place.

    ``Σ w (F - P)² / Σ v P²`` at each layer, which is `content_loss` where all weights are 1. v says
    where the picture is painted at all; w = v · d, and d where it should keep more of the photo.

    Parameters
    ----------
    targets
        The photo's features P by layer, ``(1, C, H', W')``.
    shares
        The part of each layer in the loss, summing to 1.
    painted, kept
        v, and w, by layer, ``(1, 1, H', W')`` each; 1 everywhere if None.
    """

    name = "content"

    def __init__(
        self,
        targets: Mapping[str, Tensor],
        shares: Mapping[str, float],
        *,
        painted: Mapping[str, Tensor] | None = None,
        kept: Mapping[str, Tensor] | None = None,
    ) -> None:
        self.layers = tuple(targets)
        self._targets = targets
        self._shares = shares
        self._weights = kept or painted
        self._energies = {
            layer: energy(target if painted is None else target * _root(painted[layer], target))
            for layer, target in targets.items()
        }

    def summed(self, seen: Seen) -> Sums:
        """Sum the squared differences, each weighted."""
        return {layer: self._error(seen, layer) for layer in self.layers}

    def compared(self, sums: Sums) -> Compared:
        """Divide by the photo's energy, and take the layers together."""
        parts = {layer: (sums[layer] / self._energies[layer]).sum() for layer in self.layers}
        weighted = [self._shares[layer] * part for layer, part in parts.items()]
        return Compared(torch.stack(weighted).sum(), parts)

    def _error(self, seen: Seen, layer: str) -> Tensor:
        maps, target = seen.maps[layer], seen.part(self._targets[layer], layer)
        if self._weights is None:
            return squared_error(maps, target)
        root = _root(seen.part(self._weights[layer], layer), maps)
        return squared_error(maps * root, target * root)


def _root(weights: Tensor, like: Tensor) -> Tensor:
    return weights.sqrt().to(like.dtype)
