"""Total variation: how much neighbouring pixels differ, to calm speckle where one wants it calm."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork.losses.base import PixelLoss


def total_variation(image: Tensor, weights: Tensor | None = None) -> Tensor:
    """Average the squared differences between neighbouring pixels.

    ``mean((x[i, j+1] - x[i, j])²) + mean((x[i+1, j] - x[i, j])²)``: 0 for one flat colour, 2 for
    a checkerboard of zeros and ones.

    Parameters
    ----------
    image
        ``(B, C, H, W)`` with H and W at least 2.
    weights
        ``(1, 1, H, W)`` in [0, 1]: a difference counts by the product of both pixels' weights;
        all alike if None.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0, in squared units of the image.

    Raises
    ------
    ValueError
        If the shape is not that.

    Notes
    -----
    Mahendran and Vedaldi (2015), section 3, with β = 2 and the mean in place of the sum, so that
    one weight means the same for every size.
    """
    if image.ndim != 4 or min(image.shape[2:]) < 2:
        raise ValueError(
            f"image must be (B, C, H, W), at least 2 by 2, but the shape is {tuple(image.shape)}"
        )
    return _average_squares(image, weights, 3) + _average_squares(image, weights, 2)


def _average_squares(image: Tensor, weights: Tensor | None, dimension: int) -> Tensor:
    squares = image.diff(dim=dimension).square()
    if weights is None:
        return squares.mean(dim=(1, 2, 3))
    count = weights.shape[dimension] - 1
    both = weights.narrow(dimension, 0, count) * weights.narrow(dimension, 1, count)
    least = torch.finfo(both.dtype).tiny  # nothing but lone pixels is visible
    return (both * squares).sum(dim=(2, 3)).mean(dim=1) / both.sum().clamp_min(least)


class TotalVariationLoss(PixelLoss):
    """`total_variation` of the image, in which each pixel has its weight."""

    name = "total_variation"

    def __init__(self, weights: Tensor | None = None) -> None:
        self._weights = weights

    def __call__(self, image: Tensor) -> Tensor:
        """Give a scalar for ``(1, 3, H, W)``."""
        return total_variation(image, self._weights).sum()
