"""Total variation: how much neighbouring pixels differ, to calm speckle where one wants it calm."""

from __future__ import annotations

from torch import Tensor

from brushwork.losses.base import PixelLoss


def total_variation(image: Tensor) -> Tensor:
    """Average the squared differences between neighbouring pixels.

    ``mean((x[i, j+1] - x[i, j])²) + mean((x[i+1, j] - x[i, j])²)``: 0 for one flat colour, 2 for
    a checkerboard of zeros and ones.

    Parameters
    ----------
    image
        ``(B, C, H, W)`` with H and W at least 2.

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
    across = image.diff(dim=3).square().mean(dim=(1, 2, 3))
    down = image.diff(dim=2).square().mean(dim=(1, 2, 3))
    return across + down


class TotalVariationLoss(PixelLoss):
    """`total_variation` of the image."""

    name = "total_variation"

    def __call__(self, image: Tensor) -> Tensor:
        """Give a scalar for ``(1, 3, H, W)``."""
        return total_variation(image).sum()
