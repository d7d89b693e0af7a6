"""Frames and masks in numbers: levels, as frames are kept, and planes; without OpenCV."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brushwork.video.clip import Pixels

#: A painted frame: ``(H, W, 3)`` levels of sRGB from 0 to 65535.
Levels = NDArray[np.uint16]
#: What is computed with: ``(H, W)`` in [0, 1], or ``(H, W, 3)``.
Plane = NDArray[np.float32]


def to_pixels(levels: Levels) -> Pixels:
    """Round a painted frame to 8 bits a channel."""
    return np.rint(levels / 257.0).astype(np.uint8)


def to_plane(levels: Levels) -> Plane:
    """Give levels as numbers in [0, 1]."""
    return np.asarray(levels / 65535, np.float32)


def to_levels(plane: Plane) -> Levels:
    """Round numbers in [0, 1] to levels."""
    return np.rint(np.clip(plane, 0, 1) * 65535).astype(np.uint16)


def mask_to_plane(mask: Tensor) -> Plane:
    """Turn a mask ``(1, 1, H, W)`` into ``(H, W)`` in [0, 1]."""
    return np.ascontiguousarray(mask[0, 0].clamp(0, 1).numpy(), np.float32)


def to_tensor(plane: Plane) -> Tensor:
    """Turn ``(H, W, C)`` into ``(1, C, H, W)``, for the network."""
    return torch.from_numpy(np.ascontiguousarray(plane.transpose(2, 0, 1)))[None]
