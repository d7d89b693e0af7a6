"""From a hard outline in a small picture to a soft one in a large picture."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

#: Radius of the guided filter, and the variance of colour that counts as an edge for it.
RADIUS, EDGE = 3, 1e-4
#: How much the contrast of its result is raised.
CONTRAST = 2.0


def softened(photo: Tensor, small: Tensor, inside: Tensor) -> Tensor:
    """Carry an outline from a small picture to a large one, with the edges of the large one.

    ``q = aᵀ I + b``: in each window of the small picture the plane of colours that is nearest to
    the mask; a and b, blurred and enlarged, meet the colours I of the large one. Only about the
    outline; elsewhere the mask is what it was.

    Parameters
    ----------
    photo, small
        ``(1, 3, H, W)`` and ``(1, 3, h, w)`` in [0, 1].
    inside
        ``(1, 1, h, w)`` of bool.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1].

    Notes
    -----
    He, Sun and Tang (2013), section 3.5; enlarged as by He and Sun (2015), *Fast Guided Filter*.
    """
    size = (photo.shape[2], photo.shape[3])
    hard = inside.to(photo)
    slopes, base = _planes(small, hard)
    slopes, base = _enlarged(_mean(slopes), size), _enlarged(_mean(base), size)
    soft = (slopes * photo).sum(dim=1, keepdim=True) + base
    soft = (CONTRAST * (soft - 0.5) + 0.5).clamp(0, 1)
    near = _mean(hard)
    near = _enlarged(((near > 0) & (near < 1)).to(photo), size)
    return torch.lerp(_enlarged(hard, size), soft, near)


def _planes(guide: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Fit the mask by colour in each window: slopes ``(1, 3, h, w)`` and base ``(1, 1, h, w)``."""
    mean, level = _mean(guide), _mean(mask)
    products = guide[:, :, None] * guide[:, None]
    covariance = _mean(products.flatten(1, 2)) - (mean[:, :, None] * mean[:, None]).flatten(1, 2)
    together = _mean(guide * mask) - mean * level
    matrices = covariance[0].reshape(3, 3, -1).permute(2, 0, 1) + EDGE * torch.eye(3).to(guide)
    slopes = torch.linalg.solve(matrices, together[0].flatten(1).T[..., None])
    slopes = slopes[..., 0].T.reshape(guide.shape)
    return slopes, level - (slopes * mean).sum(dim=1, keepdim=True)


def _mean(planes: Tensor) -> Tensor:
    """Average over windows, which are smaller at the border."""
    return F.avg_pool2d(planes, 2 * RADIUS + 1, 1, RADIUS, count_include_pad=False)


def _enlarged(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(planes, size, mode="bilinear", align_corners=False)
