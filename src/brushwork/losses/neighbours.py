"""Every feature close to some feature of the painting: for styles made of shapes."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork.losses.statistic import Exemplar, Statistic, Sums

#: So many distances are computed at once; more would only take memory.
AT_ONCE = 2**24


class Neighbours(Statistic):
    """The mean squared distance of each feature to the nearest one of the painting.

    ``Σₖ minₛ ‖fₖ - s‖² / N / E‖s - ν‖²``, s over a sample of the painting's features and ν their
    mean; 0 where every feature is one of the painting's. Unlike the other statistics it does not
    ask how often each occurs, but keeps together what belongs together.

    Notes
    -----
    Li and Wand (2016), section 3.1, with single features in place of patches of them, and with
    the distance in place of the normalised correlation.
    """

    sample_size = 1024

    def __init__(self, exemplar: Exemplar) -> None:
        self._sample = exemplar.sample
        exact = exemplar.sample.to(exemplar.mean)
        spread = exact.var(dim=0, correction=0).sum()
        self._variance = spread.clamp_min(torch.finfo(exact.dtype).eps)

    def summed(self, maps: Tensor, weights: Tensor | None) -> Sums:
        """Sum the squared distances to the nearest."""
        features = maps[0].flatten(start_dim=1).T
        with torch.no_grad():
            nearest = self._sample[_nearest(features, self._sample)]
        exact = torch.promote_types(features.dtype, torch.float32)
        distances = (features - nearest).to(exact).square().sum(dim=1)
        if weights is not None:
            distances = distances * weights.flatten().to(exact)
        return {"distances": distances.sum()[None]}

    def loss(self, means: Sums) -> Tensor:
        """Give their mean over the painting's variance."""
        return means["distances"].sum() / self._variance


def _nearest(features: Tensor, sample: Tensor) -> Tensor:
    """Give for each row of ``(N, C)`` which row of ``(M, C)`` is nearest."""
    exact = sample.to(torch.promote_types(sample.dtype, torch.float32))
    half = exact.square().sum(dim=1) / 2
    parts = torch.split(features, max(1, AT_ONCE // len(sample)))
    return torch.cat([(half - part.to(exact) @ exact.T).argmin(dim=1) for part in parts])
