"""Numbers as pictures: feature maps in grey, matrices in heat."""

from __future__ import annotations

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from torch import Tensor

#: The heat map's colours from nothing to most: paper, two blues, near black.
HEAT = np.array([(250, 249, 245), (152, 193, 217), (40, 92, 150), (10, 20, 50)], dtype=float)


def grey(values: Tensor, size: tuple[int, int]) -> PIL.Image.Image:
    """Draw ``(H, W)`` from its own lowest number (black) to its 99.5th percentile (white).

    Every value stays a square of its own, so that one sees how coarse the map is.
    """
    numbers = values.double().numpy()
    low, high = numbers.min(), np.quantile(numbers, 0.995)
    levels = ((numbers - low) / max(high - low, 1e-12)).clip(0, 1) * 255
    image = PIL.Image.fromarray(levels.round().astype(np.uint8))
    return image.resize(size, PIL.Image.Resampling.NEAREST).convert("RGB")


def heat(values: Tensor, size: tuple[int, int], highest: float) -> PIL.Image.Image:
    """Draw ``(H, W)`` of numbers from 0 to ``highest``, pale to dark.

    The colour follows the square root, because a few large numbers would leave the rest blank.
    """
    parts = np.sqrt((values.double().numpy() / highest).clip(0, 1))
    image = PIL.Image.fromarray(_coloured(parts))
    return image.resize(size, PIL.Image.Resampling.NEAREST)


def _coloured(parts: NDArray[np.float64]) -> NDArray[np.uint8]:
    stops = np.linspace(0, 1, len(HEAT))
    channels = [np.interp(parts, stops, HEAT[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
