"""The forward pass of a VGG network (Simonyan and Zisserman 2014, section 2.1 and table 1).

A picture goes through five stacks of 3×3 convolutions, each followed by a ReLU; between two stacks
the feature maps are halved by 2×2 pooling. ``conv3_2`` is the second convolution of the third
stack, and its *tap* is what comes out of its ReLU.

Pictures and feature maps are arrays ``(channels, height, width)`` of float64.
"""

from __future__ import annotations

import numpy as np


def forward(
    picture: np.ndarray,
    convolutions: dict[str, tuple[np.ndarray, np.ndarray]],
    *,
    scale: np.ndarray,
    offset: np.ndarray,
    pooling: str = "max",
    border: str = "repeat",
) -> dict[str, np.ndarray]:
    """Give the feature maps of every layer.

    Parameters
    ----------
    picture
        ``(3, H, W)`` in [0, 1].
    convolutions
        ``{layer: (kernel (C', C, 3, 3), bias (C',))}``; the layers are taken in order of name.
    scale, offset
        ``(3,)`` each: the network was trained on ``picture * scale + offset``.
    pooling
        ``"max"`` as in the paper, or ``"average"`` as Gatys et al. suggest for smoother pictures.
    border
        What lies beyond the border of every map: ``"zero"`` as in the paper, or ``"repeat"``, the
        nearest pixel once more.

    Returns
    -------
    dict
        ``{layer: (C', H', W')}``.
    """
    maps = picture * scale[:, None, None] + offset[:, None, None]
    taps = {}
    for layer in sorted(convolutions):
        first_of_a_stack = layer.endswith("_1")
        if first_of_a_stack and layer != "conv1_1":
            maps = pool(maps, pooling)
        kernel, bias = convolutions[layer]
        maps = relu(convolve(pad(maps, border), kernel, bias))
        taps[layer] = maps
    return taps


def pad(maps: np.ndarray, border: str) -> np.ndarray:
    """Put one pixel round each map, so that a 3×3 convolution keeps height and width."""
    mode = {"zero": "constant", "repeat": "edge"}[border]
    return np.pad(maps, ((0, 0), (1, 1), (1, 1)), mode=mode)


def convolve(maps: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Convolve where the whole kernel fits; height and width become smaller by 2.

    Networks do not flip the kernel: output[o, y, x] is bias[o] plus the sum over i, row and column
    of ``kernel[o, i, row, column] * maps[i, y + row, x + column]``. The loops here run over row
    and column, and each turn multiplies one C'×C matrix with all positions at once.
    """
    _, height, width = maps.shape
    height, width = height - 2, width - 2
    output = np.zeros((len(bias), height, width)) + bias[:, None, None]
    for row in range(3):
        for column in range(3):
            shifted = maps[:, row : row + height, column : column + width]
            output += np.tensordot(kernel[:, :, row, column], shifted, axes=1)
    return output


def relu(maps: np.ndarray) -> np.ndarray:
    """Keep what is positive."""
    return np.maximum(maps, 0)


def pool(maps: np.ndarray, pooling: str) -> np.ndarray:
    """Halve the maps: of each 2×2 pixels the largest or the mean; an odd last pixel is dropped."""
    channels, height, width = maps.shape
    height, width = height // 2, width // 2
    squares = maps[:, : 2 * height, : 2 * width].reshape(channels, height, 2, width, 2)
    return {"max": np.max, "average": np.mean}[pooling](squares, axis=(2, 4))
