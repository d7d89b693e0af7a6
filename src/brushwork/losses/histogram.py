"""How often each value occurs, not only how much it varies: histograms along the main axes."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork.losses.gram import gram_sum, style_loss
from brushwork.losses.statistic import Statistic, Statistics, StyleTarget, scale_by_root

#: Directions of feature space that are looked along: the style image's strongest axes.
MAX_AXES = 32
#: Bins of a histogram, and how many of them the style image's own values span.
BINS, SPANNED = 192, 64


class Histogram(Statistic):
    """Gram matrix and, along the style image's main axes, the whole distribution of the features.

    Half of the loss is that of the Gram matrix. The other half projects the features onto the
    strongest axes of the style image's covariance and compares one-dimensional distributions by the
    squared Wasserstein distance: ``Σ_d ∫₀¹ (Q_d(u) - R_d(u))² du / Σ_d variance_d`` where Q and R
    are the quantile functions of target and style image along axis d.

    Distributions are kept as histograms of evenly spaced bins, to which every value gives parts to
    its two neighbours in proportion to how near they are. That adds up over positions, is exact in
    the mean, and has a slope.

    Notes
    -----
    Risser, Wilmot and Barnes (2017), section 3, add histograms to Gram matrices to keep textures
    from flickering between too strong and too faint; they match each feature map by itself. Main
    axes in place of maps are the slices of Pitié, Kokaram and Dahyot (2005), chosen by variance.
    """

    sample_size = 8192
    calibration = 1.5

    def __init__(self, exemplar: StyleTarget) -> None:
        self._gram = exemplar.products
        _, vectors = torch.linalg.eigh(exemplar.covariance[0].double().cpu())
        exact = exemplar.mean
        self._axes = vectors[:, -MAX_AXES:].T.to(exact)
        along = self._axes @ exemplar.sample.to(exact).T
        low, high = along.amin(dim=1, keepdim=True), along.amax(dim=1, keepdim=True)
        self._step = ((high - low) / SPANNED).clamp_min(torch.finfo(exact.dtype).eps)
        self._first = (low + high) / 2 - self._step * (BINS - 1) / 2
        self._variance = along.var(dim=1, correction=0).sum().clamp_min(float(self._step.min()))
        self._target = self._fill_histogram(along, None) / along.shape[1]

    def accumulate(self, maps: Tensor, weights: Tensor | None) -> Statistics:
        """Sum outer products and fill the histograms ``(1, D, bins)``."""
        along = self._axes @ maps[0].flatten(start_dim=1).to(self._axes)
        counted = None if weights is None else weights.flatten().to(self._axes)
        return {
            "products": gram_sum(scale_by_root(maps, weights)),
            "histograms": self._fill_histogram(along, counted)[None],
        }

    def loss(self, means: Statistics) -> Tensor:
        """Give the mean of both halves."""
        costs = transport_cost(means["histograms"][0], self._target) * self._step[:, 0] ** 2
        gram = style_loss(means["products"], self._gram).sum()
        return torch.stack([gram, costs.sum() / self._variance]).mean()

    def _fill_histogram(self, along: Tensor, weights: Tensor | None) -> Tensor:
        """Share the values ``(D, N)`` out among the bins: ``(D, bins)``."""
        place = (along - self._first) / self._step
        left = place.detach().floor().clamp(0, BINS - 2)
        part = place - left  # beyond the last bins it leaves [0, 1], which keeps the mean exact
        parts = torch.stack([1 - part, part])
        if weights is not None:
            parts = parts * weights
        found = torch.zeros(along.shape[0], BINS, dtype=along.dtype, device=along.device)
        index = left.long()
        return found.scatter_add(1, index, parts[0]).scatter_add(1, index + 1, parts[1])


def transport_cost(masses: Tensor, target: Tensor) -> Tensor:
    """Give ``∫₀¹ (Q(u) - R(u))² du`` for histograms ``(D, bins)`` on a common grid of step 1.

    Q and R are step functions: the bin below which a part u of the mass lies. Between two
    neighbouring values of both cumulated masses neither changes, so the integral is a finite sum.
    """
    here, there = masses.double().cumsum(dim=1), target.double().cumsum(dim=1)
    edges = torch.cat([here, there], dim=1).sort(dim=1).values
    widths = edges.diff(dim=1, prepend=torch.zeros_like(edges[:, :1]))
    middles = (edges - widths / 2).detach().contiguous()
    last = masses.shape[1] - 1
    moved = _find_bins(here, middles, last) - _find_bins(there, middles, last)
    return (widths * moved.square()).sum(dim=1).to(masses)


def _find_bins(cumulated: Tensor, levels: Tensor, last: int) -> Tensor:
    # Masses beyond the last bins can be negative, and then the sums are not quite in order.
    ordered = cumulated.detach().cummax(dim=1).values.contiguous()
    return torch.searchsorted(ordered, levels).clamp_max(last).to(levels)
