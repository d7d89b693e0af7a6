"""The content representation: what a deep layer still knows of the photo."""

from __future__ import annotations

from torch import Tensor

from brushwork.losses.energy import relative_squared_error


def content_loss(features: Tensor, target_features: Tensor) -> Tensor:
    """Compare the feature maps of one deep layer, position by position.

    ``mean((F - P)²) / mean(P²)`` for each picture of the batch, which is 0 for equal features and
    1 where F = 0.

    Parameters
    ----------
    features, target_features
        ``(B, C, H, W)``, or ``(1, C, H, W)`` for the target; F of the target picture, P of the
        content picture.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0, without unit.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Gatys, Ecker and Bethge (2016), equation 1, who take half of the squared sum; here it is the
    mean over the energy of P, so that one weight means the same for every photo, layer and size.
    """
    return relative_squared_error(features, target_features)
