"""Functions of a picture whose minimum inside [0, 1] is known on paper, and a counter of calls."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from brushwork.optimizers import Evaluate
from brushwork.optimizers.base import Evaluation

SHAPE = (1, 3, 4, 4)
PIXELS = math.prod(SHAPE)


def evaluation(total: Tensor | float, gradient: Tensor) -> Evaluation:
    return Evaluation({"total": float(total)}, gradient)


def grey(level: float = 0.5) -> Tensor:
    return torch.full(SHAPE, level, dtype=torch.float64)


def random_between(low: float, high: float, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return low + (high - low) * torch.rand(SHAPE, generator=generator, dtype=torch.float64)


def curvature(condition: float, seed: int = 0) -> Tensor:
    """Give a symmetric matrix in random directions, its eigenvalues from 1 to ``condition``."""
    generator = torch.Generator().manual_seed(seed)
    square = torch.randn(PIXELS, PIXELS, generator=generator, dtype=torch.float64)
    directions, _ = torch.linalg.qr(square)
    eigenvalues = torch.logspace(0, math.log10(condition), PIXELS, dtype=torch.float64)
    return directions @ torch.diag(eigenvalues) @ directions.mT


def bowl(matrix: Tensor, lowest: Tensor) -> Evaluate:
    """Give ``f(x) = (x - lowest)ᵀ matrix (x - lowest) / 2``."""

    def evaluate(image: Tensor) -> Evaluation:
        offset = (image - lowest).flatten()
        slope = matrix @ offset
        return evaluation(offset @ slope / 2, slope.reshape(image.shape))

    return evaluate


def plane(slope: Tensor) -> Evaluate:
    """Give ``f(x) = slope · x``, which falls for ever, plus what keeps it above 0 in the box."""

    def evaluate(image: Tensor) -> Evaluation:
        return evaluation((slope * image).sum() + slope.abs().sum(), slope.clone())

    return evaluate


def behind_a_wall(evaluate: Evaluate, limit: float, beyond: float) -> Evaluate:
    """Let the loss be ``beyond`` wherever a pixel is brighter than ``limit``."""

    def walled(image: Tensor) -> Evaluation:
        if image.max() > limit:
            return evaluation(beyond, torch.full_like(image, beyond))
        return evaluate(image)

    return walled


class Counted:
    """Counts the calls of a function and keeps the pictures it was called with."""

    def __init__(self, evaluate: Evaluate) -> None:
        self.evaluate = evaluate
        self.images: list[Tensor] = []

    @property
    def calls(self) -> int:
        """How often it was called."""
        return len(self.images)

    def __call__(self, image: Tensor) -> Evaluation:
        """Call the function."""
        self.images.append(image.clone())
        return self.evaluate(image)
