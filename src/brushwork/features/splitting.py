"""An image in bfloat16 that keeps its digits: what rounding takes off goes along in channels.

bfloat16 has 8 significant bits, too few for an image that is changed in small steps. An image x is
the sum of its rounding h and of what that leaves, l, rounded in its turn; a kernel w is the sum of
two likewise. ``h·w_h + l·w_h + h·w_l`` differs from ``x·w`` by less than 2⁻¹⁶ of it, and is the
convolution of nine channels with nine: nearly as exact as float32, by the arithmetic that is
fastest, for products of bfloat16 are added up in float32.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def split_image(image: Tensor) -> Tensor:
    """Give ``[h, l, h]`` of an image: ``(B, 3, H, W)`` to ``(B, 9, H, W)`` in bfloat16.

    The gradient of the image is the sum of what the two parts of the kernel give, in its own dtype.
    """
    split: Tensor = _SplitImage.apply(image)  # type: ignore[no-untyped-call]
    return split


def split_kernel(kernel: Tensor) -> Tensor:
    """Give ``[w_h, w_h, w_l]`` of a kernel ``(C', 3, 3, 3)``: ``(C', 9, 3, 3)``, in its dtype."""
    high = _round(kernel)
    return torch.cat([high, high, kernel - high], dim=1)


class _SplitImage(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, image: Tensor) -> Tensor:
        ctx.dtype = image.dtype
        high = _round(image)
        return torch.cat([high, image - high, high], dim=1).to(torch.bfloat16)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        of_high, _, of_rest = gradient.to(ctx.dtype).chunk(3, dim=1)
        return of_high + of_rest


def _round(values: Tensor) -> Tensor:
    return values.to(torch.bfloat16).to(values.dtype)
