"""Mixtures of Gaussians of place and colour, and how they look in shadow."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

#: Gaussians of each mixture, and how often they are refined.
COLORS, REFINEMENTS = 6, 4
#: One pixel in so many is enough for them.
SAMPLED = 3
#: How far a Gaussian reaches beyond its pixels, as a part of the long side.
REACH = 0.1
#: Least variance of colour along each axis of OKLab: a deviation of 0.01 can just be seen.
MIN_VARIANCE = 1e-4
#: What remains of lightness and chroma in shadows, and how likely each shadow is.
SHADOWS, SHADOW_SHARE = (0.85, 0.7), 0.1


@dataclass(frozen=True)
class Mixture:
    """K Gaussians of place and colour: shares ``(K,)``, means ``(K, 5)``, roots ``(K, 5, 5)``.

    The roots of the covariances are Cholesky's, of which the first two rows and columns are the
    roots of the covariances of place alone.
    """

    shares: Tensor
    means: Tensor
    roots: Tensor

    def log_density(self, pixels: Tensor) -> Tensor:
        """Give ``log p(colour | place)`` for ``(N, 5)``: ``(N,)``, without a factor of 2π."""
        place, both = self.parts(pixels)
        return both.logsumexp(dim=0) - place.logsumexp(dim=0)

    def parts(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Give the log densities of place, and of place and colour, of each part: ``(K, N)``."""
        # The inverse of so small a root costs nothing; a product is faster than a solution is.
        identity = torch.eye(5).to(self.roots).expand_as(self.roots)
        inverse = torch.linalg.solve_triangular(self.roots, identity, upper=False)
        squares = (inverse @ pixels.T - inverse @ self.means[:, :, None]).square_()
        scales = self.roots.diagonal(dim1=1, dim2=2).log()[:, :, None]
        place = self.shares.log()[:, None] - (squares[:, :2] / 2 + scales[:, :2]).sum(dim=1)
        return place, place - (squares[:, 2:] / 2 + scales[:, 2:]).sum(dim=1)


def fit_mixture(pixels: Tensor, weights: Tensor) -> Mixture:
    """Fit a mixture to a sample of pixels ``(N, 5)`` with weights ``(N,)``.

    It starts from groups of like colours and is refined by expectation and maximisation.
    """
    pixels, weights = pixels[::SAMPLED], weights[::SAMPLED].clamp_min(1e-6)
    mixture = _make_mixture(pixels, weights * _group_colors(pixels[:, 2:], weights))
    for _ in range(REFINEMENTS):
        mixture = _make_mixture(pixels, weights * mixture.parts(pixels)[1].softmax(dim=0))
    return mixture


def add_shadows(mixture: Mixture) -> Mixture:
    """Add each Gaussian at less light.

    Where less light falls on the same thing, all three coordinates of OKLab shrink by the same
    factor, since they are linear in the cube roots of light.
    """
    factors = torch.tensor([[1.0, 1.0, left, left, left] for left in (1.0, *SHADOWS)])
    factors = factors.to(mixture.means)[:, None]
    likely = torch.tensor([1.0] + [SHADOW_SHARE] * len(SHADOWS)).to(mixture.shares)
    return Mixture(
        (likely[:, None] * mixture.shares).flatten() / likely.sum(),
        (factors * mixture.means).flatten(end_dim=1),
        (factors[..., None] * mixture.roots).flatten(end_dim=1),
    )


def _group_colors(colors: Tensor, weights: Tensor) -> Tensor:
    """Share colours ``(N, 3)`` out among groups: ``(K, N)`` of 0 and 1.

    The group that varies most is cut in two, at its mean and across its longest axis, until there
    are enough (Orchard and Bouman 1991).
    """
    groups = torch.ones_like(weights)[None]
    for _ in range(COLORS - 1):
        shares, means, covariances = _compute_moments(colors, weights * groups)
        variances, axes = torch.linalg.eigh(covariances)
        widest = int((variances[:, -1] * shares).argmax())
        beyond = ((colors - means[widest]) @ axes[widest, :, -1] > 0).to(colors)
        parted = groups[widest] * torch.stack([beyond, 1 - beyond])
        groups = torch.cat([groups[:widest], parted, groups[widest + 1 :]])
    return groups


def _make_mixture(pixels: Tensor, weights: Tensor) -> Mixture:
    """Give the mixture whose parts have the weights ``(K, N)``."""
    shares, means, covariances = _compute_moments(pixels, weights)
    least = torch.tensor([REACH**2] * 2 + [MIN_VARIANCE] * 3).to(pixels).diag()
    return Mixture(shares, means, torch.linalg.cholesky(covariances + least))


def _compute_moments(values: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Give shares, means and covariances of ``(N, D)`` under each of the weights ``(K, N)``."""
    masses = weights.sum(dim=1).clamp_min(1e-6)
    means = weights @ values / masses[:, None]
    away = values[None] - means[:, None]
    covariances = (away * weights[:, :, None]).mT @ away / masses[:, None, None]
    return masses / masses.sum(), means, covariances
