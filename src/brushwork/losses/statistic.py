"""What every style statistic is: sums over positions, compared with a style image's."""

from __future__ import annotations

import abc
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

#: What is added up over positions, under names of whoever adds.
Statistics = Mapping[Hashable, Tensor]


@dataclass(frozen=True)
class StyleTarget:
    """What is kept of a style image at one layer.

    Attributes
    ----------
    mean
        ``(1, C)``, the mean of the features over all positions.
    products
        ``(1, C, C)``, the mean of their outer products: the Gram matrix.
    sample
        ``(M, C)``, the features of some positions, drawn at random; empty if nobody needs them.
    """

    mean: Tensor
    products: Tensor
    sample: Tensor

    @property
    def covariance(self) -> Tensor:
        """``(1, C, C)``, the mean of the outer products of what differs from the mean."""
        return covariance(self.mean, self.products)


class Statistic(abc.ABC):
    """One way to say how far the features of an image are from a style, at one layer.

    It only sees an image as sums over positions, each weighted by how much the position counts.
    That is what lets an image be looked at in tiles and a style have a region of its own.

    Parameters
    ----------
    exemplar
        What is kept of the style image.
    """

    #: How many features of the style image it wants to see in the sample.
    sample_size = 0
    #: What its losses are multiplied by, so that one ``strength`` means the same for all: measured
    #: by ``python -m benchmarks.calibration``, relative to the Gram matrix.
    calibration = 1.0

    @abc.abstractmethod
    def __init__(self, exemplar: StyleTarget) -> None: ...

    @abc.abstractmethod
    def accumulate(self, maps: Tensor, weights: Tensor | None) -> Statistics:
        """Sum over the positions of ``(1, C, H, W)``, each weighted by ``(1, 1, H, W)`` or 1."""

    @abc.abstractmethod
    def loss(self, means: Statistics) -> Tensor:
        """Compare the sums, divided by the sum of all weights, with the style; a scalar."""


def blend(exemplars: Sequence[StyleTarget], shares: Sequence[float]) -> StyleTarget:
    """Mix styles: means and products weighted by ``shares``, samples in that proportion.

    The result is what one style image would give whose positions are drawn from all of them.
    """
    total = sum(shares)
    parts = [share / total for share in shares]
    size = max(len(exemplar.sample) for exemplar in exemplars)
    return StyleTarget(
        mean=_average([exemplar.mean for exemplar in exemplars], parts),
        products=_average([exemplar.products for exemplar in exemplars], parts),
        sample=torch.cat(
            [
                exemplar.sample[: round(part * size)]
                for exemplar, part in zip(exemplars, parts, strict=True)
            ]
        ),
    )


def covariance(mean: Tensor, products: Tensor) -> Tensor:
    """Give ``E[f fᵀ] - E[f] E[f]ᵀ`` from ``(1, C)`` and ``(1, C, C)``."""
    return products - mean[:, :, None] * mean[:, None, :]


def feature_sum(maps: Tensor, weights: Tensor | None) -> Tensor:
    """Add up the features of all positions: ``(1, C)``, in float32 at least."""
    counted = maps if weights is None else maps * weights.to(maps.dtype)
    exact = torch.promote_types(maps.dtype, torch.float32)
    return counted.sum(dim=(2, 3), dtype=exact)


def scale_by_root(maps: Tensor, weights: Tensor | None) -> Tensor:
    """Multiply by the root of the weights, so that products of features are weighted by them."""
    return maps if weights is None else maps * weights.sqrt().to(maps.dtype)


def _average(tensors: Sequence[Tensor], parts: Sequence[float]) -> Tensor:
    return torch.stack([part * tensor for tensor, part in zip(tensors, parts, strict=True)]).sum(0)
