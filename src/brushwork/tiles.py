"""A picture in parts that overlap, cut so that what they give adds up to what the whole gives.

Every position of a feature map depends on a square of pixels, its receptive field. A tile *owns*
some pixels and *sees* more: a rim as wide as the deepest layer reaches. Features that belong to
the owned pixels are then the very ones that the whole picture would give; those of the rim belong
to other tiles and are left out of every sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from torch import Tensor

from brushwork.options import VGG19_LAYERS

#: No tile owns less than this on a side, so that every layer has something to see.
SMALLEST_TILE = 32


@dataclass(frozen=True)
class Span:
    """One axis of a tile: it owns ``start`` to ``stop`` and sees ``first`` to ``last``."""

    start: int
    stop: int
    first: int
    last: int

    def own(self, stride: int) -> slice:
        """Where the owned positions lie, counted from ``first``, at a layer of this stride."""
        first = self.first // stride
        return slice(self.start // stride - first, self.stop // stride - first)


@dataclass(frozen=True)
class Tile:
    """A rectangle of a picture, with the rim that its features depend on."""

    rows: Span
    columns: Span

    @property
    def area(self) -> int:
        """How many pixels it sees."""
        return (self.rows.last - self.rows.first) * (self.columns.last - self.columns.first)

    def seen(self, image: Tensor) -> Tensor:
        """Give what the tile sees of ``(B, 3, H, W)``, as a view."""
        rows, columns = self.rows, self.columns
        return image[..., rows.first : rows.last, columns.first : columns.last]

    def own(self, maps: Tensor, layer: str) -> Tensor:
        """Leave the rim out of the feature maps that ``layer`` gave for the seen part."""
        return maps[..., self.rows.own(stride(layer)), self.columns.own(stride(layer))]

    def place(self, maps: Tensor, layer: str) -> Tensor:
        """Give the owned part of the feature maps of the whole picture, as a view."""
        step = stride(layer)
        rows = slice(self.rows.start // step, self.rows.stop // step)
        columns = slice(self.columns.start // step, self.columns.stop // step)
        return maps[..., rows, columns]


def tiles(height: int, width: int, side: int | None, taps: Iterable[str]) -> tuple[Tile, ...]:
    """Cut a picture into tiles that own about ``side`` by ``side`` pixels; None leaves it whole.

    Tiles own equal parts, as far as possible, and begin where the grid of the deepest pooling
    does, so that every pooling joins the same pixels as in the whole picture. They see
    ``reach(taps)`` pixels more on every side, rounded up to that grid, or up to the picture's edge.
    """
    taps = tuple(taps)
    rows = _spans(height, side or height, reach(taps), grid(taps))
    columns = _spans(width, side or width, reach(taps), grid(taps))
    return tuple(Tile(down, across) for down, across in itertools.product(rows, columns))


def reach(taps: Iterable[str]) -> int:
    """Give how many pixels beyond those it belongs to a feature of the deepest tap depends on.

    Followed from the tap up to the picture: a 3×3 convolution looks one position further on every
    side, and a 2×2 pooling doubles the distance. That is 70 for ``conv5_1``: 1, twice 1 plus 4,
    twice 6 plus 4, twice 16 plus 2, twice 34 plus 2.
    """
    distance = 0
    for layer in reversed(VGG19_LAYERS[: _deepest(taps) + 1]):
        distance += 1
        if _follows_pooling(layer):
            distance *= 2
    return distance


def stride(layer: str) -> int:
    """Give how many pixels of the picture lie between neighbouring positions of a layer."""
    return int(2 ** (int(layer[4]) - 1))


def grid(taps: Iterable[str]) -> int:
    """Give the stride of the deepest tap; tiles begin at its multiples."""
    return stride(VGG19_LAYERS[_deepest(taps)])


def _deepest(taps: Iterable[str]) -> int:
    return max(VGG19_LAYERS.index(tap) for tap in taps)


def _follows_pooling(layer: str) -> bool:
    return layer.endswith("_1") and layer != "conv1_1"


def _spans(length: int, side: int, rim: int, step: int) -> list[Span]:
    count = max(1, min(-(-length // side), length // SMALLEST_TILE))
    cuts = sorted({round(length * cut / count / step) * step for cut in range(count)} | {length})
    return [
        Span(
            start,
            stop,
            first=max(0, (start - rim) // step * step),
            last=min(length, -(-(stop + rim) // step) * step),
        )
        for start, stop in itertools.pairwise(cuts)
    ]
