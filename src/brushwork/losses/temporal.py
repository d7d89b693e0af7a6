"""What makes a film still: each frame is like the one before it, moved as the scene moves."""

from __future__ import annotations

from torch import Tensor

from brushwork.losses.base import PixelLoss


def temporal_loss(image: Tensor, warped: Tensor, weights: Tensor) -> Tensor:
    """Compare a frame with the one before it, warped by the optical flow, where both see the scene.

    ``Σ w (x - ω)² / (C · H · W)``, at least 0, in squared units of the image: 0 where the frame
    moves as the scene does.

    Parameters
    ----------
    image
        x, the frame that is optimised, ``(B, C, H, W)``.
    warped
        ω, the stylized frame before it, warped, ``(1, C, H, W)``.
    weights
        w, ``(1, 1, H, W)`` in [0, 1]: 0 at what the frame before did not see, and at the edges of
        what moves; 1 elsewhere.

    Returns
    -------
    Tensor
        ``(B,)``.

    Raises
    ------
    ValueError
        If the sizes differ.

    Notes
    -----
    Ruder, Dosovitskiy and Brox (2016), equation 7, where D is the number of channels times pixels.
    """
    if image.shape[1:] != warped.shape[1:] or image.shape[2:] != weights.shape[2:]:
        raise ValueError(
            f"image, warped and weights must have one size, but their shapes are "
            f"{tuple(image.shape)}, {tuple(warped.shape)} and {tuple(weights.shape)}"
        )
    return (weights * (image - warped).square()).mean(dim=(1, 2, 3))


class TemporalLoss(PixelLoss):
    """`temporal_loss` against one warped frame."""

    name = "temporal"

    def __init__(self, warped: Tensor, weights: Tensor) -> None:
        self._warped = warped
        self._weights = weights

    def __call__(self, image: Tensor) -> Tensor:
        """Give a scalar for ``(1, 3, H, W)``."""
        return temporal_loss(image, self._warped, self._weights).sum()
