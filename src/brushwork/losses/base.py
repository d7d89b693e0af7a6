"""Losses as values: write one as a small class, add it to others, multiply it by its weight.

>>> total = style + 0.035 * content          # doctest: +SKIP

There are two kinds. A `FeatureLoss` is about what the network sees. It first *sums* something over
positions, tile by tile, and only then *compares* the sums of the whole image with what is wanted.
A `PixelLoss` is about the image itself, and sees all of it.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from brushwork.features.tiles import Tile
from brushwork.losses.statistic import Statistics


@dataclass(frozen=True)
class FeatureView:
    """What a feature loss is shown: one tile of the image; all of it, where it is small.

    Attributes
    ----------
    tile
        Where it lies.
    pixels
        The pixels that the tile owns, ``(1, 3, h, w)``.
    maps
        The feature maps that the tile owns by layer, ``(1, C, h', w')``.
    """

    tile: Tile
    pixels: Tensor
    maps: Mapping[str, Tensor]

    def part(self, whole: Tensor, layer: str) -> Tensor:
        """Give the tile's part of maps ``(…, H', W')`` of the whole image at a layer."""
        return self.tile.place(whole, layer)


@dataclass(frozen=True)
class LossValue:
    """A loss, a scalar, and the parts by name that it is made of, for whoever watches."""

    loss: Tensor
    parts: Mapping[str, Tensor] = field(default_factory=dict)


class Loss(abc.ABC):
    """Something that an image should have little of; multiply it by a weight, add it to others."""

    #: How it is called among the losses of a run.
    name: str

    def __mul__(self, weight: float) -> WeightedSum:
        return WeightedSum(((weight, self),))

    __rmul__ = __mul__

    def __add__(self, other: Loss | WeightedSum) -> WeightedSum:
        return 1.0 * self + other


class FeatureLoss(Loss):
    """A loss over named feature maps.

    Attributes
    ----------
    layers
        The layers that it wants to see.
    """

    layers: tuple[str, ...] = ()

    @abc.abstractmethod
    def accumulate(self, seen: FeatureView) -> Statistics:
        """Sum over the positions of one tile whatever the comparison needs, differentiably."""

    @abc.abstractmethod
    def compute(self, sums: Statistics) -> LossValue:
        """Make a loss of the sums over all tiles, differentiably."""


class PixelLoss(Loss):
    """A loss over the image itself."""

    @abc.abstractmethod
    def __call__(self, image: Tensor) -> Tensor:
        """Give a scalar for ``(1, 3, H, W)``, differentiably."""


@dataclass(frozen=True)
class WeightedSum:
    """Losses with their weights."""

    terms: tuple[tuple[float, Loss], ...]

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers that the losses want to see."""
        found = (loss for _, loss in self.terms if isinstance(loss, FeatureLoss))
        return tuple(dict.fromkeys(layer for loss in found for layer in loss.layers))

    def __add__(self, other: Loss | WeightedSum) -> WeightedSum:
        more = other if isinstance(other, WeightedSum) else 1.0 * other
        return WeightedSum(self.terms + more.terms)

    def __mul__(self, weight: float) -> WeightedSum:
        return WeightedSum(tuple((weight * share, loss) for share, loss in self.terms))

    __rmul__ = __mul__

    def __iter__(self) -> Iterator[tuple[float, Loss]]:
        return iter(self.terms)
