"""Measure a result by layers that no run optimises, against its content and its style image.

*Style distance*: the squared Gaussian Wasserstein distance between the feature distributions,
``‖μ - ν‖² + tr(Σ + T - 2 (Σ^½ T Σ^½)^½)`` over the style's own variance ``tr T``, averaged over
``conv1_2``, ``conv2_2``, ``conv3_3`` and ``conv4_3``. It compares what fires and what fires
together, with the mean, at layers between those of the style loss.

*Content distance*: how differently the places of the result resemble each other. Features of
``conv3_3`` and ``conv4_3`` are centred and pooled to 32×32; the mean absolute difference of their
cosine similarities, pair by pair, ignores colours and strokes and sees shapes (Kolkin, Salavon and
Shakhnarovich 2019, equation 6, without their normalisation by rows).

Where images have transparent parts, every place counts by its opacity.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.features import VGGFeatures
from brushwork.images.color import compute_moments
from brushwork.layers import stride

STYLE_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
CONTENT_LAYERS = ("conv3_3", "conv4_3")
#: Features are compared place by place on a grid of so many rows and columns.
PLACES = 32


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
    content_alpha, style_alpha
        ``(1, 1, H, W)`` in [0, 1], how opaque they are; None if everywhere.
    size
        Long side at which the style image is looked at; results are compared at the aspect ratio of
        the content image with this long side.
    network
        Gives the layers that are compared; the embedded VGG-19 in float32 if None.
    """

    def __init__(
        self,
        content: Tensor,
        style: Tensor,
        size: int,
        network: VGGFeatures | None = None,
        *,
        content_alpha: Tensor | None = None,
        style_alpha: Tensor | None = None,
    ) -> None:
        self._network = network or VGGFeatures((*STYLE_LAYERS, *CONTENT_LAYERS))
        self._size = size
        self._style = self._look(style, style_alpha).compute_moments()
        seen = self._look(content, content_alpha)
        self._content, self._shares = seen.compare_places(), seen.pool_weights()

    def __call__(self, result: Tensor, alpha: Tensor | None = None) -> Distances:
        """Measure ``(1, 3, H, W)`` in [0, 1], and ``(1, 1, H, W)`` that says how opaque it is."""
        seen = self._look(result, alpha)
        moments, places = seen.compute_moments(), seen.compare_places()
        shares = _multiply(self._shares, seen.pool_weights())
        style = [_compute_wasserstein(moments[layer], self._style[layer]) for layer in STYLE_LAYERS]
        content = [
            _average((places[layer] - self._content[layer]).abs(), shares)
            for layer in CONTENT_LAYERS
        ]
        return Distances(statistics.fmean(style), statistics.fmean(content))

    def _look(self, image: Tensor, alpha: Tensor | None) -> _Seen:
        size = _fit(image, self._size)
        with torch.no_grad():
            maps = self._network(images.resize(image, size, alpha))
        return _Seen(maps, None if alpha is None else images.resize(alpha, size))


@dataclass(frozen=True)
class _Seen:
    """The maps of an image, and how opaque it is, ``(1, 1, H, W)``."""

    maps: Mapping[str, Tensor]
    alpha: Tensor | None

    def compute_moments(self) -> dict[str, tuple[Tensor, Tensor]]:
        """Give mean and covariance of the features."""
        return {
            layer: compute_moments(
                self.maps[layer],
                None if self.alpha is None else F.avg_pool2d(self.alpha, stride(layer)),
            )
            for layer in STYLE_LAYERS
        }

    def compare_places(self) -> dict[str, Tensor]:
        """Give the cosines between all places."""
        return {
            layer: _compute_self_similarity(self.maps[layer], self.alpha, stride(layer))
            for layer in CONTENT_LAYERS
        }

    def pool_weights(self) -> Tensor | None:
        """Say how much each of the 32×32 places counts, ``(1024,)``."""
        return None if self.alpha is None else F.adaptive_avg_pool2d(self.alpha, PLACES).flatten()


def _fit(image: Tensor, size: int) -> tuple[int, int]:
    height, width = image.shape[2:]
    ratio = size / max(height, width)
    return round(height * ratio), round(width * ratio)


def _multiply(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    if first is None or second is None:
        return second if first is None else first
    return first * second


def _average(values: Tensor, shares: Tensor | None) -> float:
    """Average over pairs of places, a pair counting by the product of both shares."""
    if shares is None:
        return float(values.mean())
    return float(shares @ values @ shares / shares.sum().square())


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


def _compute_self_similarity(maps: Tensor, alpha: Tensor | None, step: int) -> Tensor:
    if alpha is None:
        pooled = F.adaptive_avg_pool2d(maps, PLACES)[0].flatten(1)
        mean = pooled.mean(dim=1, keepdim=True)
    else:
        weights = F.avg_pool2d(alpha, step)
        counted = F.adaptive_avg_pool2d(weights, PLACES).flatten()
        summed = F.adaptive_avg_pool2d(maps * weights, PLACES)[0].flatten(1)
        pooled = summed / counted.clamp_min(images.INVISIBLE)
        mean = summed.sum(dim=1, keepdim=True) / counted.sum()
    directions = F.normalize(pooled - mean, dim=0)
    return directions.T @ directions
