"""A thing in a box: found by how its colours differ from those round the box.

The colours outside the box and those of a first guess inside become two mixtures of Gaussians.
The outline with the least sum of unlikely pixels and of length, where length along an edge of the
photo costs little, gives better colours, and these a better outline. A guided filter carries the
last outline to the photo's own pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.color import to_oklab
from brushwork.errors import OptionError

#: The long side at which the outline is found.
LOOKED_AT = 320
#: How far round the box the background is looked at, as a part of the box's mean side.
MARGIN = 0.3
#: Gaussians of each mixture.
COLORS = 6
#: Turns of colours and outline.
TURNS = 6
#: Steps of the outline in each turn, which goes on from the one before.
STEPS = 120
#: What a pixel's length of outline costs in a flat place, in units of log likelihood.
STIFFNESS = 6.0
#: One pixel counts for no more than this: a colour never seen before is no proof.
MOST_EVIDENCE = 5.0
#: Variance added to each axis of a Gaussian: a deviation of 0.01 is just seen.
LEAST_VARIANCE = 1e-4
#: Holes up to this part of the thing are filled.
LARGEST_HOLE = 0.02
#: Radius of the guided filter at `LOOKED_AT`, and the variance of colour that counts as an edge.
RADIUS, EDGE = 4, 1e-4
#: Neighbours by rows and columns; each pair of pixels is met once.
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class Mixture:
    """K Gaussians: shares ``(K,)``, means ``(K, 3)``, covariances ``(K, 3, 3)``."""

    shares: Tensor
    means: Tensor
    covariances: Tensor

    def parts(self, colors: Tensor) -> Tensor:
        """Give the log density of each part at ``(N, 3)``: ``(N, K)``, without ``(2π)^-3/2``."""
        lower = torch.linalg.cholesky(self.covariances)
        away = (colors[None] - self.means[:, None]).mT
        squares = torch.linalg.solve_triangular(lower, away, upper=False).square().sum(dim=1)
        scale = lower.diagonal(dim1=1, dim2=2).log().sum(dim=1)
        return (self.shares.log() - scale)[None] - squares.T / 2

    def log_density(self, colors: Tensor) -> Tensor:
        """Give the log density at ``(N, 3)``: ``(N,)``."""
        return self.parts(colors).logsumexp(dim=1)


def fitted(colors: Tensor, weights: Tensor, turns: int = 4) -> Mixture:
    """Fit a mixture to weighted colours ``(N, 3)``.

    It starts from groups: the one with the longest axis is cut in two at its mean, across that
    axis, until there are enough (Orchard and Bouman 1991). Then expectation and maximisation.
    """
    groups = _split(colors, weights)
    mixture = _moments(colors, weights[:, None] * groups)
    for _ in range(turns):
        mixture = _moments(colors, weights[:, None] * mixture.parts(colors).softmax(dim=1))
    return mixture


def _split(colors: Tensor, weights: Tensor) -> Tensor:
    """Share ``(N, 3)`` out among `COLORS` groups: ``(N, K)`` of 0 and 1."""
    groups = torch.ones(len(colors), 1, dtype=colors.dtype)
    for _ in range(COLORS - 1):
        mixture = _moments(colors, weights[:, None] * groups)
        lengths, axes = torch.linalg.eigh(mixture.covariances)
        widest = int((lengths[:, -1] * mixture.shares).argmax())
        side = (colors - mixture.means[widest]) @ axes[widest, :, -1] > 0
        member = groups[:, widest]
        groups = torch.cat([groups, (member * side)[:, None]], dim=1)
        groups[:, widest] = member * ~side
    return groups


def _moments(colors: Tensor, weights: Tensor) -> Mixture:
    """Give the mixture whose parts have the weights ``(N, K)``."""
    masses = weights.sum(dim=0).clamp_min(1e-6)
    means = weights.T @ colors / masses[:, None]
    away = colors[None] - means[:, None]
    covariances = (away * weights.T[:, :, None]).mT @ away / masses[:, None, None]
    floor = LEAST_VARIANCE * torch.eye(3, dtype=colors.dtype)
    return Mixture(masses / masses.sum(), means, covariances + floor)


def cut(evidence: Tensor, stiffness: list[Tensor], start: Tensor, steps: int) -> Tensor:
    """Find the outline that costs least: ``min Σ w |u_i - u_j| - Σ evidence · u`` over [0, 1].

    The primal-dual method of Chambolle and Pock (2011).
    """
    # The differences have a norm of at most √16.
    step = 0.25
    inside, ahead = start, start
    forces = [torch.zeros_like(weight) for weight in stiffness]
    for _ in range(steps):
        pull = evidence.clone()
        for index, (offset, weight) in enumerate(zip(_NEIGHBOURS, stiffness, strict=True)):
            here, there = _pair(ahead, offset)
            force = (forces[index] + step * (there - here)).clamp(-weight, weight)
            forces[index] = force
            first, second = _pair(pull, offset)
            first += force
            second -= force
        moved = (inside + step * pull).clamp(0, 1)
        ahead, inside = 2 * moved - inside, moved
    return inside


def _pair(picture: Tensor, offset: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Give views of all pixels that have a neighbour there, and of these neighbours."""
    down, right = offset
    height, width = picture.shape[-2:]
    rows = slice(0, height - down), slice(down, height)
    columns = slice(max(0, -right), width - max(0, right)), slice(max(0, right), width + min(0, right))
    return picture[..., rows[0], columns[0]], picture[..., rows[1], columns[1]]


def stiffness(lab: Tensor) -> list[Tensor]:
    """Say what an outline between neighbours costs: ``s / distance · exp(-‖c_i - c_j‖² / 2m)``."""
    squares = []
    for offset in _NEIGHBOURS:
        here, there = _pair(lab, offset)
        squares.append((here - there).square().sum(dim=1, keepdim=True))
    mean = torch.cat([square.flatten() for square in squares]).mean().clamp_min(1e-8)
    return [
        STIFFNESS / (down**2 + right**2) ** 0.5 * torch.exp(-square / (2 * mean))
        for square, (down, right) in zip(squares, _NEIGHBOURS, strict=True)
    ]


def found(lab: Tensor, allowed: Tensor) -> Tensor:
    """Find the thing in OKLab (1,3,h,w), where ``allowed`` (1,1,h,w) bool: (1,1,h,w) bool."""
    colors = lab[0].flatten(start_dim=1).T.contiguous()
    free = allowed.flatten()
    background = fitted(colors, (~free).to(colors))
    strangeness = -background.log_density(colors)
    limit = strangeness[~free].quantile(0.95)
    inside = (allowed & (strangeness.reshape(allowed.shape) > limit)).to(lab)
    if float(inside.sum()) < 0.02 * float(free.sum()):
        inside = allowed.to(lab)
    edges = stiffness(lab)
    for _ in range(TURNS):
        weights = inside.flatten()
        thing = fitted(colors, weights.clamp_min(1e-6))
        background = fitted(colors, (1 - weights).clamp_min(1e-6))
        odds = thing.log_density(colors) - background.log_density(colors)
        odds = odds.clamp(-MOST_EVIDENCE, MOST_EVIDENCE).reshape(inside.shape)
        odds = odds.masked_fill(~allowed, -1e3)
        inside = (cut(odds, edges, inside, STEPS) > 0.5).to(lab)
    return inside > 0.5
