"""Connected parts: which are kept, and which gaps are filled."""

from __future__ import annotations

import torch
from torch import Tensor

#: Parts from this part of the largest are kept.
SMALLEST_PART = 0.1
#: Gaps up to this part of the thing are filled; larger ones let the background be seen.
LARGEST_GAP = 0.1


def keep_large(inside: Tensor) -> Tensor:
    """Keep the largest connected part of ``(1, 1, H, W)`` of bool, and others that are not small.

    A belt or a branch in front of a thing may cut it in two; parts from a tenth of the largest on
    are kept. Corners connect.
    """
    labels = label_components(inside)
    counts = labels[inside].bincount(minlength=inside.numel())
    return inside & (counts[labels] >= SMALLEST_PART * counts.amax())


def fill_gaps(inside: Tensor, outside: Tensor) -> Tensor:
    """Fill gaps of up to a tenth of the thing, unless they reach what is known as background.

    Parameters
    ----------
    inside, outside
        ``(1, 1, H, W)`` of bool. A gap at the image's own border is closed by that.
    """
    # Sides connect the background and corners do not, or it would leak through a slanting line.
    labels = label_components(~inside, corners=False)
    counts = labels[~inside].bincount(minlength=inside.numel())
    counts[labels[outside & ~inside]] = inside.numel()
    return inside | (counts[labels] <= LARGEST_GAP * inside.sum())


def label_components(inside: Tensor, *, corners: bool = True) -> Tensor:
    """Label the connected parts of ``(1, 1, H, W)`` of bool by the number of their first pixel.

    Every pixel takes the least number among its neighbours', then the number of the pixel with
    that number, until nothing changes: numbers travel along a part in leaps.
    """
    own = torch.arange(inside.numel()).reshape(inside.shape)
    labels, before = own, torch.full_like(own, -1)
    while not labels.equal(before):
        before = labels
        least = labels
        for offset in NEIGHBOURS if corners else NEIGHBOURS[:2]:
            least = _take_least(least, inside, offset)
        labels = torch.where(inside, least.flatten()[least], own)
    return labels


def _take_least(labels: Tensor, inside: Tensor, offset: tuple[int, int]) -> Tensor:
    """Give both of each pair of neighbours that are inside the lesser label."""
    result = labels.clone()
    for index, other in ((0, 1), (1, 0)):
        pair, both = pair_views(labels, offset), pair_views(inside, offset)
        target = pair_views(result, offset)[index]
        lesser = torch.minimum(target, pair[other])
        target.copy_(torch.where(both[0] & both[1], lesser, target))
    return result


#: Neighbours, by rows and columns; so each pair of pixels is met once.
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


def list_pairs(image: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Give `pair_views` for each of the four directions."""
    return [pair_views(image, offset) for offset in NEIGHBOURS]


def pair_views(image: Tensor, offset: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Give views of the pixels that have such a neighbour, and of these neighbours."""
    height, width = image.shape[2:]
    down, right = offset
    here = image[..., : height - down, max(0, -right) : width - max(0, right)]
    there = image[..., down:, max(0, right) : width + min(0, right)]
    return here, there
