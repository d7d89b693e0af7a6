"""What neural style transfer compares (Gatys, Ecker and Bethge 2016, sections 2.1 to 2.3).

Each loss is divided by the energy of its own target, which the paper does not do: it is 0 where
both are equal and 1 where the picture's side is 0 everywhere.

Pictures and feature maps are arrays ``(channels, height, width)`` of float64.
"""

from __future__ import annotations

import numpy as np


def gram(maps: np.ndarray) -> np.ndarray:
    """Correlate every feature map with every other: equation 3, divided by the positions.

    ``G[i, j]`` is the mean over all positions of map i times map j.
    """
    channels, height, width = maps.shape
    matrix = np.zeros((channels, channels))
    for i in range(channels):
        for j in range(channels):
            matrix[i, j] = np.sum(maps[i] * maps[j]) / (height * width)
    return matrix


def mixed_gram(grams: list[np.ndarray], weights: list[float]) -> np.ndarray:
    """Mix several paintings: the weighted mean of their Gram matrices."""
    return sum(weight * matrix for weight, matrix in zip(weights, grams, strict=True)) / sum(
        weights
    )


def style_loss(gram_of_picture: np.ndarray, gram_of_style: np.ndarray) -> float:
    """Give ``‖G - A‖² / ‖A‖²``: equation 4 with the energy of A in place of 4 N² C²."""
    return float(np.sum((gram_of_picture - gram_of_style) ** 2) / np.sum(gram_of_style**2))


def content_loss(maps_of_picture: np.ndarray, maps_of_content: np.ndarray) -> float:
    """Give ``mean((F - P)²) / mean(P²)``: equation 1 over the energy of P."""
    return float(np.mean((maps_of_picture - maps_of_content) ** 2) / np.mean(maps_of_content**2))


def total_variation(picture: np.ndarray) -> float:
    """Give the mean squared difference of horizontal neighbours plus that of vertical ones."""
    across = picture[:, :, 1:] - picture[:, :, :-1]
    down = picture[:, 1:, :] - picture[:, :-1, :]
    return float(np.mean(across**2) + np.mean(down**2))


def temporal(frame: np.ndarray, warped: np.ndarray, weights: np.ndarray) -> float:
    """Sum the weighted squares over all channels and pixels: Ruder et al. 2016, equation 7."""
    total = 0.0
    for channel in range(frame.shape[0]):
        total += float(np.sum(weights * (frame[channel] - warped[channel]) ** 2))
    return total / frame.size


def weighted_mean(losses: dict[str, float], weights: dict[str, float]) -> float:
    """Take several layers together (equation 5), the weights scaled to sum to 1."""
    return sum(weights[layer] * losses[layer] for layer in weights) / sum(weights.values())


def total_loss(
    style: float,
    content: float,
    variation: float,
    *,
    content_weight: float,
    variation_weight: float,
) -> float:
    """Add up what is minimised: equation 7 with style weight 1, and total variation."""
    return style + content_weight * content + variation_weight * variation
