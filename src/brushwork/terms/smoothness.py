"""Total variation as a term."""

from __future__ import annotations

from torch import Tensor

from brushwork.losses import total_variation
from brushwork.terms.base import PixelLoss


class Smoothness(PixelLoss):
    """`total_variation` of the picture."""

    name = "total_variation"

    def __call__(self, image: Tensor) -> Tensor:
        """Give a scalar for ``(1, 3, H, W)``."""
        return total_variation(image).sum()
