"""Measure a result by layers that no run optimises, against its content and its style image.

*Style distance*: the squared Gaussian Wasserstein distance between the feature distributions,
``‖μ - ν‖² + tr(Σ + T - 2 (Σ^½ T Σ^½)^½)`` over the style's own variance ``tr T``, averaged over
``conv1_2``, ``conv2_2``, ``conv3_3`` and ``conv4_3``. It compares what fires and what fires
together, with the mean, at layers between those of the style loss.

*Content distance*: how differently the places of the result resemble each other. Features of
``conv3_3`` and ``conv4_3`` are centred and pooled to 32×32; the mean absolute difference of their
cosine similarities, pair by pair, ignores colours and strokes and sees shapes (Kolkin, Salavon and
Shakhnarovich 2019, equation 6, without their normalisation by rows).
"""

from __future__ import annotations

import statistics
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.features import VGGFeatures
from brushwork.images.color import compute_moments

STYLE_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
CONTENT_LAYERS = ("conv3_3", "conv4_3")


class Distances(NamedTuple):
    """Distances of a result from its style image and its content image; 0 is equal."""

    style: float
    content: float


class Metrics:
    """Distances of results from one content and one style image, all seen at one size.

    Parameters
    ----------
    content, style
        ``(1, 3, H, W)`` in [0, 1].
    size
        Long side at which the style image is looked at; results are compared at the aspect ratio of
        the content image with this long side.
    network
        Gives the layers that are compared; the embedded VGG-19 in float32 if None.
    """

    def __init__(
        self, content: Tensor, style: Tensor, size: int, network: VGGFeatures | None = None
    ) -> None:
        self._network = network or VGGFeatures((*STYLE_LAYERS, *CONTENT_LAYERS))
        self._size = size
        with torch.no_grad():
            style_maps = self._network(_fit(style, size))
            content_maps = self._network(_fit(content, size))
        self._style = {layer: compute_moments(style_maps[layer]) for layer in STYLE_LAYERS}
        self._content = {
            layer: _compute_self_similarity(content_maps[layer]) for layer in CONTENT_LAYERS
        }

    def __call__(self, result: Tensor) -> Distances:
        """Measure ``(1, 3, H, W)`` in [0, 1]."""
        with torch.no_grad():
            maps = self._network(_fit(result, self._size))
        style = [
            _compute_wasserstein(compute_moments(maps[layer]), self._style[layer])
            for layer in STYLE_LAYERS
        ]
        content = [
            float((_compute_self_similarity(maps[layer]) - self._content[layer]).abs().mean())
            for layer in CONTENT_LAYERS
        ]
        return Distances(statistics.fmean(style), statistics.fmean(content))


def _fit(image: Tensor, size: int) -> Tensor:
    height, width = image.shape[2:]
    ratio = size / max(height, width)
    return images.resize(image, (round(height * ratio), round(width * ratio)))


def _compute_wasserstein(here: tuple[Tensor, Tensor], there: tuple[Tensor, Tensor]) -> float:
    (mean, covariance), (target_mean, target) = here, there
    root = _take_square_root(target)
    cross = torch.linalg.eigvalsh(root @ covariance @ root).clamp_min(0).sqrt().sum()
    spread = covariance.trace() + target.trace() - 2 * cross
    distance = ((mean - target_mean).square().sum() + spread) / target.trace()
    return max(0.0, float(distance))  # rounding can take it below


def _take_square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = (vectors * values.clamp_min(0).sqrt()) @ vectors.T
    return root


def _compute_self_similarity(maps: Tensor) -> Tensor:
    pooled = F.adaptive_avg_pool2d(maps, 32)[0].flatten(1)
    directions = F.normalize(pooled - pooled.mean(dim=1, keepdim=True), dim=0)
    return directions.T @ directions
