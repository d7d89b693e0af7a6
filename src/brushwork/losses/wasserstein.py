"""How far one cloud of features has to be moved to become another, if both were Gaussian."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork.losses.covariance import moment_sums
from brushwork.losses.statistic import Statistic, Statistics, StyleTarget, covariance

#: The style image's covariance is seen along its strongest axes, as many as hold this part of its
#: variance, …
KEPT_VARIANCE = 0.9999
#: … but no more than these: an eigenvalue problem grows with the cube.
MAX_AXES = 128
#: Eigenvalues below this part of the largest count as that: their root has no slope at 0.
FLOOR = 1e-8
#: A style image varies by at least this part of its squared mean; real ones do by a third and more.
FLAT = 1e-3


class Wasserstein(Statistic):
    """The squared Wasserstein distance of Gaussians, over the variance of the style.

    ``(‖μ - ν‖² + tr Σ + tr T - 2 tr (T^½ Σ T^½)^½) / tr T``: 0 for equal means and covariances.
    ``T^½ = V diag(√t) Vᵀ`` along the strongest axes V of T, so that the inner root is one of a
    small matrix, ``diag(√t) Vᵀ Σ V diag(√t)``, which has the same eigenvalues. What T holds along
    the other axes counts as nothing; what Σ has there costs its full variance.

    Notes
    -----
    Dowson and Landau (1982), equation 2; the last three terms are the Bures distance of Σ and T.
    The gradient needs ``(…)^-½``, so small eigenvalues are raised to a floor. A style image of one
    colour has no variance to divide by; ``tr T`` counts as at least ``10⁻³ ‖ν‖²``.
    """

    calibration = 0.42

    def __init__(self, exemplar: StyleTarget) -> None:
        self._mean = exemplar.mean.double().cpu()
        values, vectors = torch.linalg.eigh(exemplar.covariance[0].double().cpu())
        values = values.clamp_min(0)
        self._variance = values.sum().clamp_min(_least_variance(self._mean))
        axes = _count_strongest(values)
        self._root = vectors[:, -axes:] * values[-axes:].sqrt()

    def accumulate(self, maps: Tensor, weights: Tensor | None) -> Statistics:
        """Sum features and their outer products."""
        return moment_sums(maps, weights)

    def loss(self, means: Statistics) -> Tensor:
        """Give the distance, computed in float64 on the CPU: Apple's MPS has no eigenvalues."""
        mean, products = means["features"].double().cpu(), means["products"].double().cpu()
        spread = covariance(mean, products)[0]
        if not spread.isfinite().all():  # no eigenvalues: the optimiser takes the step back
            return spread.sum().to(means["features"])
        inner = torch.linalg.eigvalsh(self._root.T @ spread @ self._root)
        floor = FLOOR * inner.detach().amax().clamp_min(torch.finfo(torch.float32).tiny)
        bures = spread.trace() + self._variance - 2 * inner.clamp_min(float(floor)).sqrt().sum()
        distance = (mean - self._mean).square().sum() + bures
        relative: Tensor = distance / self._variance
        return relative.to(means["features"])


def _least_variance(mean: Tensor) -> float:
    """Give what a style image of one colour, which varies nowhere, is held to vary."""
    return max(FLAT * float(mean.square().sum()), torch.finfo(torch.float32).eps)


def _count_strongest(values: Tensor) -> int:
    """Count the axes that hold nearly all variance; ``values`` ascend."""
    held = values.flip(0).cumsum(0)
    enough = int((held < KEPT_VARIANCE * held[-1]).sum()) + 1
    return min(enough, MAX_AXES, len(values))
