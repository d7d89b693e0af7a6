"""Pictures as tensors: another size, and back to PIL."""

from __future__ import annotations

import PIL.Image
import torch
import torch.nn.functional as F
from torch import Tensor


def resize(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize pictures with an antialiased bicubic filter.

    Parameters
    ----------
    pixels
        ``(B, C, H, W)`` in [0, 1], on any device and of any floating type.
    size
        Height and width to reach.

    Returns
    -------
    Tensor
        ``(B, C, *size)`` clamped to [0, 1] (bicubic overshoots at edges), of the given device and
        type; the very tensor that was given if it has that size already.
    """
    if tuple(pixels.shape[-2:]) == tuple(size):
        return pixels
    # On the CPU in float32: Apple's MPS lacks the antialiased filter, and CPUs lack it in halves.
    plain = pixels.to("cpu", torch.float32)
    resized = F.interpolate(plain, size, mode="bicubic", align_corners=False, antialias=True)
    return resized.clamp(0, 1).to(pixels.device, pixels.dtype)


def to_pil(pixels: Tensor, alpha: Tensor | None = None) -> PIL.Image.Image:
    """Turn one picture into an 8-bit PIL image, each number rounded to the nearest level.

    Parameters
    ----------
    pixels
        ``(1, 3, H, W)`` sRGB; what is outside [0, 1] is clamped.
    alpha
        ``(1, 1, H, W)`` in the same way, or None for an opaque picture.

    Returns
    -------
    PIL.Image.Image
        Of mode RGB, or RGBA with ``alpha``.

    Raises
    ------
    ValueError
        If the shapes are others.
    """
    height, width = pixels.shape[-2:]
    _check_shape("pixels", pixels, (1, 3, height, width))
    if alpha is not None:
        _check_shape("alpha", alpha, (1, 1, height, width))
    planes = [plane.to("cpu", torch.float32) for plane in (pixels, alpha) if plane is not None]
    levels = torch.cat(planes, dim=1)[0].clamp(0, 1).mul(255).round().to(torch.uint8)
    return PIL.Image.fromarray(levels.permute(1, 2, 0).contiguous().numpy())


def _check_shape(name: str, tensor: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{name} has the shape {tuple(tensor.shape)}; it must be {shape}.")
