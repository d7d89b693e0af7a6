"""An image in parts that overlap, cut so that what they give adds up to what the whole gives.

Every position of a feature map depends on a square of pixels, its receptive field. A tile *owns*
some pixels and *sees* more: a rim as wide as the deepest layer reaches. Features that belong to
the owned pixels are then the very ones that the whole image would give; those of the rim belong
to other tiles and are left out of every sum.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from brushwork.layers import grid, reach, stride

#: No tile owns less than this on a side, so that every layer has something to see.
SMALLEST_TILE = 32


@dataclass(frozen=True)
class Span:
    """One axis of a tile: it owns ``start`` to ``stop`` and sees ``first`` to ``last``.

    Of an image that wraps, ``first`` may lie before 0 and ``last`` beyond ``length``.
    """

    start: int
    stop: int
    first: int
    last: int
    length: int

    @property
    def wraps(self) -> bool:
        """Whether it sees past the image's edge."""
        return self.first < 0 or self.last > self.length

    def index(self, device: torch.device) -> Tensor:
        """Give where in the image each row or column lies that it sees."""
        return torch.arange(self.first, self.last, device=device) % self.length

    def own(self, stride: int) -> slice:
        """Where the owned positions lie, counted from ``first``, at a layer of this stride."""
        first = self.first // stride
        return slice(self.start // stride - first, self.stop // stride - first)


@dataclass(frozen=True)
class Tile:
    """A rectangle of an image, with the rim that its features depend on."""

    rows: Span
    columns: Span

    @property
    def area(self) -> int:
        """How many pixels it sees."""
        return (self.rows.last - self.rows.first) * (self.columns.last - self.columns.first)

    def seen(self, image: Tensor) -> Tensor:
        """Give what the tile sees of ``(B, 3, H, W)``, as a view where it can be one."""
        rows, columns = self.rows, self.columns
        if rows.wraps or columns.wraps:
            return image[..., rows.index(image.device), :][..., columns.index(image.device)]
        return image[..., rows.first : rows.last, columns.first : columns.last]

    def add(self, image: Tensor, part: Tensor) -> None:
        """Add to ``image``, in place, what belongs to the pixels that the tile sees."""
        rows, columns = self.rows, self.columns
        if rows.wraps or columns.wraps:
            band = image.new_zeros(*image.shape[:-1], part.shape[-1])
            band.index_add_(-2, rows.index(image.device), part)
            image.index_add_(-1, columns.index(image.device), band)
        else:
            image[..., rows.first : rows.last, columns.first : columns.last] += part

    def own(self, maps: Tensor, layer: str) -> Tensor:
        """Leave the rim out of the feature maps that ``layer`` gave for the seen part."""
        rows, columns = self.rows.own(stride(layer)), self.columns.own(stride(layer))
        if (rows, columns) == (slice(0, maps.shape[2]), slice(0, maps.shape[3])):
            return maps
        owned: Tensor = _Cut.apply(maps, rows, columns)  # type: ignore[no-untyped-call]
        return owned

    def place(self, maps: Tensor, layer: str) -> Tensor:
        """Give the owned part of the feature maps of the whole image, as a view."""
        step = stride(layer)
        rows = slice(self.rows.start // step, self.rows.stop // step)
        columns = slice(self.columns.start // step, self.columns.stop // step)
        return maps[..., rows, columns]


class _Cut(torch.autograd.Function):
    """Cuts a part out of maps; it, and its gradient, lie in memory as the maps do.

    A view would have its numbers put into another order by whatever looks at it next, and its
    gradient would not lie as that of the other layers, to which it is added: half as much time
    again for a tile.
    """

    @staticmethod
    def forward(ctx: Any, maps: Tensor, rows: slice, columns: slice) -> Tensor:
        ctx.shape, ctx.place = maps.shape, (..., rows, columns)
        ctx.order = _find_order(maps)
        return maps[ctx.place].contiguous(memory_format=ctx.order)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        whole = torch.empty(
            ctx.shape, dtype=gradient.dtype, device=gradient.device, memory_format=ctx.order
        ).zero_()
        whole[ctx.place] = gradient
        return whole, None, None


def _find_order(maps: Tensor) -> torch.memory_format:
    """Tell whether channels come last in memory."""
    last = maps.stride(1) == 1 and maps.shape[1] > 1
    return torch.channels_last if last else torch.contiguous_format


def tiles(
    height: int, width: int, side: int | None, taps: Iterable[str], *, wraps: bool = False
) -> tuple[Tile, ...]:
    """Cut an image into tiles that own about ``side`` by ``side`` pixels; None leaves it whole.

    Tiles own equal parts, as far as possible, and begin where the grid of the deepest pooling
    does, so that every pooling joins the same pixels as in the whole image. They see
    at least ``reach(taps)`` pixels more on every side, or up to the image's edge; where it wraps,
    beyond the edge comes the opposite one. All see equally much, so that what is computed for one
    fits exactly where what was computed for another has been. A whole image sees just itself.
    """
    taps = tuple(taps)
    rows = _spans(height, side or height, taps, wraps=wraps)
    columns = _spans(width, side or width, taps, wraps=wraps)
    return tuple(Tile(down, across) for down, across in itertools.product(rows, columns))


def _spans(length: int, side: int, taps: tuple[str, ...], *, wraps: bool) -> list[Span]:
    count = max(1, min(-(-length // side), length // SMALLEST_TILE))
    if count == 1:
        return [Span(0, length, 0, length, length)]
    rim, step = reach(taps), grid(taps)
    cuts = sorted({round(length * cut / count / step) * step for cut in range(count)} | {length})
    owned = list(itertools.pairwise(cuts))
    needed = [_add_rim(start, stop, rim, step) for start, stop in owned]
    if not wraps:
        needed = [(max(0, first), min(length, last)) for first, last in needed]
    widest = max(last - first for first, last in needed)
    seen = widest + (length - widest) % step  # so that the last one, too, begins on the grid
    firsts = [first if wraps else min(first, length - seen) for first, _ in needed]
    return [
        Span(start, stop, first, first + seen, length)
        for (start, stop), first in zip(owned, firsts, strict=True)
    ]


def _add_rim(start: int, stop: int, rim: int, step: int) -> tuple[int, int]:
    """Give what is seen from where to where, both on the grid."""
    return (start - rim) // step * step, -(-(stop + rim) // step) * step
