"""The outline that costs least: short, along edges, and contradicted by few pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from brushwork.segmentation.neighbours import NEIGHBOURS, all_pairs, pairs

#: What a pixel's length of outline costs in a flat place, in units of log likelihood.
STIFFNESS = 8.0


def cut(evidence: Tensor, costs: Sequence[Tensor], start: Tensor, steps: int) -> Tensor:
    """Draw the outline that costs least: ``Σ w |uᵢ - uⱼ| - Σ evidence · u`` for u in [0, 1].

    The sums go over pairs of neighbours and over pixels. The least u is 0 or 1 nearly everywhere,
    and wherever it is cut the parts are a minimum cut of the graph of these pixels.

    Parameters
    ----------
    evidence
        ``(1, 1, H, W)``: above 0 where a pixel seems to be inside.
    costs
        The weights w, as `lengths` gives them.
    start
        ``(1, 1, H, W)`` in [0, 1].
    steps
        How often to improve it.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1].

    Notes
    -----
    Chan, Esedoḡlu and Nikolova (2006) on why no other minimum is met; Chambolle and Pock (2011),
    algorithm 1, with τ = σ = ¼, since the differences to eight neighbours have a norm of at most 4.
    """
    inside = ahead = start
    forces = [torch.zeros_like(cost) for cost in costs]
    for _ in range(steps):
        pull = evidence.clone()
        for offset, cost, force in zip(NEIGHBOURS, costs, forces, strict=True):
            here, there = pairs(ahead, offset)
            torch.clamp(force.add_(there - here, alpha=0.25), -cost, cost, out=force)
            pulled, pushed = pairs(pull, offset)
            pulled += force
            pushed -= force
        moved = torch.add(inside, pull, alpha=0.25).clamp_(0, 1)
        ahead, inside = 2 * moved - inside, moved
    return inside


def lengths(lab: Tensor) -> list[Tensor]:
    """Say what an outline costs between neighbours: ``s / d · exp(-‖cᵢ - cⱼ‖² / 2m)``.

    s is `STIFFNESS`, d the distance of the pixels, m the mean of ‖cᵢ - cⱼ‖² over the picture
    ``(1, 3, H, W)``; one tensor for each of the four directions to a neighbour.
    """
    squares = [(there - here).square().sum(dim=1, keepdim=True) for here, there in all_pairs(lab)]
    mean = torch.cat([square.flatten() for square in squares]).mean().clamp_min(1e-8)
    return [
        STIFFNESS / math.hypot(*offset) * torch.exp(-square / (2 * mean))
        for square, offset in zip(squares, NEIGHBOURS, strict=True)
    ]
