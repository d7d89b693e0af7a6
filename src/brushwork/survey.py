"""Looking at photo and paintings once, in tiles, to remember what a loss compares with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from brushwork import memory
from brushwork.losses import Exemplar, feature_sum, gram_sum, rooted
from brushwork.scene import weights_at
from brushwork.tiles import stride, tiles

Network = Callable[[Tensor], dict[str, Tensor]]
#: Of a painting's features always the same ones are drawn.
SEED = 0


def content_maps(
    network: Network,
    photo: Tensor,
    layers: Sequence[str],
    *,
    side: int | None = None,
    taps: Sequence[str],
    wraps: bool = False,
) -> dict[str, Tensor]:
    """Give the photo's representation at some layers, put together from its tiles."""
    height, width = photo.shape[2:]
    whole: dict[str, Tensor] = {}
    with torch.no_grad():
        for tile in tiles(height, width, side, taps, wraps=wraps):
            maps = network(tile.seen(photo))
            for layer in layers:
                if layer not in whole:
                    whole[layer] = maps[layer].new_empty(_shape(maps[layer], layer, photo))
                tile.place(whole[layer], layer).copy_(tile.own(maps[layer], layer))
            del maps  # or the next tile would be looked at beside the maps of this one
            memory.give_back()
    return whole


def exemplars(
    network: Network,
    painting: Tensor,
    layers: Sequence[str],
    *,
    part: Tensor | None = None,
    sample_size: int = 0,
    side: int | None = None,
    taps: Sequence[str],
) -> dict[str, Exemplar]:
    """Remember a painting by the moments of its features, and a sample of them.

    Parameters
    ----------
    network
        Gives the maps of ``taps``.
    painting
        ``(1, 3, H, W)`` in [0, 1].
    layers
        What to remember.
    part
        ``(1, 1, H, W)`` in [0, 1], how much each place counts; 1 everywhere if None.
    sample_size
        How many features to draw, with replacement, in proportion to how much they count.
    side, taps
        How to cut tiles, and the layers that the network gives.
    """
    weights = None if part is None else {layer: weights_at(part, layer) for layer in layers}
    drawn = {layer: _drawn(painting, layer, weights, sample_size) for layer in layers}
    sums: dict[tuple[str, str], Tensor] = {}
    samples: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    height, width = painting.shape[2:]
    with torch.no_grad():
        for tile in tiles(height, width, side, taps):
            maps = network(tile.seen(painting))
            for layer in layers:
                own = tile.own(maps[layer], layer)
                weight = None if weights is None else tile.place(weights[layer], layer)
                _add(sums, (layer, "mean"), feature_sum(own, weight))
                _add(sums, (layer, "products"), gram_sum(rooted(own, weight)))
                times = tile.place(drawn[layer], layer)[0, 0]
                samples[layer].append(_repeated(own, times))
            del maps
            memory.give_back()
    counts = {layer: _count(painting, layer, weights) for layer in layers}
    return {
        layer: Exemplar(
            sums[layer, "mean"] / counts[layer],
            sums[layer, "products"] / counts[layer],
            _shuffled(torch.cat(samples[layer])),
        )
        for layer in layers
    }


def _drawn(painting: Tensor, layer: str, weights: Mapping[str, Tensor] | None, size: int) -> Tensor:
    """Say how often each position is drawn, ``(1, 1, H', W')``; the same however it is tiled."""
    height, width = _grid(painting, layer)
    chances = torch.ones(height * width) if weights is None else weights[layer].flatten().cpu()
    times = torch.zeros(height * width, dtype=torch.long)
    if size:
        generator = torch.Generator().manual_seed(SEED)
        # In doubles, where the sum of very many chances is still exact enough to draw by.
        ladder = chances.double().cumsum(0)
        levels = torch.rand(size, generator=generator, dtype=torch.float64) * ladder[-1]
        picked = torch.searchsorted(ladder, levels, right=True).clamp_max(height * width - 1)
        times.index_add_(0, picked, torch.ones_like(picked))
    return times.reshape(1, 1, height, width)


def _repeated(maps: Tensor, times: Tensor) -> Tensor:
    """Give the features of ``(1, C, H, W)`` as rows, each as often as ``(H, W)`` says."""
    flat = times.flatten()
    index = torch.repeat_interleave(torch.arange(len(flat)), flat).to(maps.device)
    return maps[0].flatten(start_dim=1)[:, index].T


def _shuffled(sample: Tensor) -> Tensor:
    """Mix the rows, so that the first few of them are a sample too."""
    generator = torch.Generator().manual_seed(SEED)
    return sample[torch.randperm(len(sample), generator=generator).to(sample.device)]


def _count(painting: Tensor, layer: str, weights: Mapping[str, Tensor] | None) -> float:
    if weights is not None:
        return float(weights[layer].sum(dtype=torch.float64))
    height, width = _grid(painting, layer)
    return float(height * width)


def _grid(image: Tensor, layer: str) -> tuple[int, int]:
    return image.shape[2] // stride(layer), image.shape[3] // stride(layer)


def _shape(maps: Tensor, layer: str, image: Tensor) -> tuple[int, int, int, int]:
    """Give the shape of a layer's maps for a whole picture, from those of one of its tiles."""
    return maps.shape[0], maps.shape[1], *_grid(image, layer)


def _add(sums: dict[tuple[str, str], Tensor], key: tuple[str, str], part: Tensor) -> None:
    if key in sums:
        sums[key] += part
    else:
        sums[key] = part
