"""Large images a few rows at a time, and palettes from a sample: colour in bounded memory."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from brushwork.images.transforms import INVISIBLE

#: An image of up to so many pixels is computed whole, and every one of its pixels is counted.
STRIP_PIXELS = 2**20
#: Pixels that are drawn of a larger one to know its palette: the mean is known to a 500th of the
#: deviation.
SAMPLED_PIXELS = 2**18


def map_strips(function: Callable[..., Tensor], *planes: Tensor) -> Tensor:
    """Apply a function of single pixels to images, in strips where they are large.

    Parameters
    ----------
    function
        From ``(1, C, h, W)`` of each to ``(1, D, h, W)``, place by place.
    *planes
        ``(1, C, H, W)``, all of one height and width.
    """
    strips = list_strips(planes[0])
    if len(strips) == 1:
        return function(*planes)
    whole: Tensor | None = None
    for rows in strips:
        part = function(*(plane[..., rows, :] for plane in planes))
        if whole is None:
            whole = part.new_empty(*part.shape[:2], *planes[0].shape[2:])
        whole[..., rows, :] = part
    assert whole is not None  # no image is without rows
    return whole


def find_bounds(
    function: Callable[[Tensor], Tensor], image: Tensor, alpha: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Give the least and the largest value of a function of single pixels, where they are visible.

    Parameters
    ----------
    function
        From ``(1, C, h, W)`` to ``(1, 1, h, W)``.
    image, alpha
        ``(1, C, H, W)`` and ``(1, 1, H, W)``; all is visible if None.
    """
    lows, highs = [], []
    for rows in list_strips(image):
        values = function(image[..., rows, :])
        if alpha is not None:
            values = values[alpha[..., rows, :] > INVISIBLE]
        if values.numel():
            lows.append(values.amin())
            highs.append(values.amax())
    return torch.stack(lows).amin(), torch.stack(highs).amax()


def sample_palette(image: Tensor, alpha: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Give pixels that have the palette of an image, and how much each counts.

    Returns
    -------
    tuple
        The very image and its alpha where it is small; of a large one ``(1, C, 1, N)`` of its
        pixels, drawn by their opacity so that all count alike.
    """
    if image.shape[2] * image.shape[3] <= STRIP_PIXELS:
        return image, alpha
    generator = torch.Generator().manual_seed(0)
    drawn = draw_pixels(image, SAMPLED_PIXELS, generator, alpha)
    return drawn[:, :, None].to(image.device), None


def draw_pixels(
    image: Tensor, count: int, generator: torch.Generator, alpha: Tensor | None = None
) -> Tensor:
    """Draw pixels with replacement, as likely as they are opaque: ``(1, C, count)`` on the CPU."""
    flat = image.flatten(start_dim=2).cpu()
    if alpha is None:
        return flat[:, :, torch.randint(flat.shape[2], (count,), generator=generator)]
    # In doubles, where the sum of very many chances is still exact enough to draw by.
    ladder = alpha.flatten().cpu().double().cumsum(0)
    levels = torch.rand(count, generator=generator, dtype=torch.float64) * ladder[-1]
    picked = torch.searchsorted(ladder, levels, right=True).clamp_max(flat.shape[2] - 1)
    return flat[:, :, picked]


def list_strips(image: Tensor) -> list[slice]:
    """Give the rows of each strip of ``(…, H, W)``; all of them of a small one."""
    height, width = image.shape[-2:]
    if height * width <= STRIP_PIXELS:
        return [slice(0, height)]
    rows = max(1, STRIP_PIXELS // width)
    return [slice(start, min(start + rows, height)) for start in range(0, height, rows)]
