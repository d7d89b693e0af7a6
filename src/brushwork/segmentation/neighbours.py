"""Pairs of neighbouring pixels."""

from __future__ import annotations

from torch import Tensor

#: Neighbours, by rows and columns; so each pair of pixels is met once.
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


def all_pairs(picture: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Give `pairs` for each of the four directions."""
    return [pairs(picture, offset) for offset in NEIGHBOURS]


def pairs(picture: Tensor, offset: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Give views of the pixels that have such a neighbour, and of these neighbours."""
    height, width = picture.shape[2:]
    down, right = offset
    here = picture[..., : height - down, max(0, -right) : width - max(0, right)]
    there = picture[..., down:, max(0, right) : width + min(0, right)]
    return here, there
