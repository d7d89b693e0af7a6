"""Every feature close to some feature of the style image: for styles made of shapes."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.losses.gram import gram_sum, style_loss
from brushwork.losses.statistic import Statistic, Statistics, StyleTarget, scale_by_root

#: So many distances are computed at once; more would only take memory.
MAX_DISTANCES = 2**24


class NearestNeighbor(Statistic):
    """Gram matrices, and each feature close to the one of the style image that is most like it.

    Half of the loss is that of the Gram matrix. The other half is
    ``Σₖ ‖fₖ - s(k)‖² / N / E‖s - ν‖²``, where s(k) is the one among a sample of the style image's
    features that points into the same direction from their mean ν: the largest cosine of
    ``fₖ - ν`` and ``s - ν``. It is 0 where every feature is one of the style image's, and keeps
    together what belongs together.

    Alone the second half would be content with one flat colour, whose features are the style's
    too; the Gram matrix sees to it that all of them occur.

    Notes
    -----
    Li and Wand (2016), section 3.1, with single features in place of patches of them; the choice by
    cosine of centred features is that of Kolkin, Kucera, Paris et al. (2022), section 3.2.
    """

    sample_size = 1024
    calibration = 0.35

    def __init__(self, exemplar: StyleTarget) -> None:
        self._gram = exemplar.products
        self._mean = exemplar.mean
        self._sample = exemplar.sample.to(exemplar.mean)
        spread = self._sample.var(dim=0, correction=0).sum()
        self._variance = spread.clamp_min(torch.finfo(spread.dtype).eps)
        self._directions = F.normalize(self._sample - self._mean, dim=1)

    def accumulate(self, maps: Tensor, weights: Tensor | None) -> Statistics:
        """Sum the outer products, and the squared distances to the nearest."""
        features = maps[0].flatten(start_dim=1).T.to(self._mean)
        distances = (features - self._find_nearest(features.detach())).square().sum(dim=1)
        if weights is not None:
            distances = distances * weights.flatten().to(distances)
        return {
            "products": gram_sum(scale_by_root(maps, weights)),
            "distances": distances.sum()[None],
        }

    def loss(self, means: Statistics) -> Tensor:
        """Give the mean of both halves."""
        gram = style_loss(means["products"], self._gram).sum()
        return torch.stack([gram, means["distances"].sum() / self._variance]).mean()

    def _find_nearest(self, features: Tensor) -> Tensor:
        """Give for each row of ``(N, C)`` the row of the sample that is most like it."""
        parts = torch.split(features - self._mean, max(1, MAX_DISTANCES // len(self._sample)))
        found = torch.cat([(part @ self._directions.T).argmax(dim=1) for part in parts])
        return self._sample[found]
