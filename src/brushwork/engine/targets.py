"""From the options and the images of a scale to the loss that is minimised there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from brushwork.engine.inputs import ScaleInputs, StyleImage, locate_regions, pool_mask
from brushwork.engine.objective import Objective
from brushwork.features import Network, VGGFeatures
from brushwork.features.tiles import tiles
from brushwork.layers import stride
from brushwork.losses import (
    STATISTICS,
    ContentLoss,
    Loss,
    Region,
    StyleLoss,
    StyleTarget,
    TotalVariationLoss,
    WeightedSum,
    blend,
    feature_sum,
    gram_sum,
    scale_by_root,
)
from brushwork.options import Options
from brushwork.planning.layers import ScaleLayers, choose_layers
from brushwork.system import memory

#: Makes losses of a user's own from the inputs of a scale.
Extra = Callable[[ScaleInputs], Loss | WeightedSum]

#: Targets of style images that many runs share: by the number of the image, its size, the layers
#: and the tiles. They hold for one network and the same style images.
StyleTargets = dict[
    tuple[int, tuple[int, ...], tuple[str, ...], int | None], dict[str, StyleTarget]
]


def make_objective(
    network: Network,
    inputs: ScaleInputs,
    options: Options,
    layers: ScaleLayers | None = None,
    *,
    tile_side: int | None = None,
    extra: Extra | None = None,
    known: StyleTargets | None = None,
    allowance: int = 0,
) -> Objective:
    """Make the objective of one scale: style + content weight · content (+ smoothness, + yours).

    Parameters
    ----------
    network
        Gives the feature maps of all layers that are compared; no others of a VGG are computed.
    inputs
        The images, at the size of this scale.
    options
        Statistics, strength and the weight of total variation.
    layers
        What is compared; as at the coarsest scale if None.
    tile_side
        Images are looked at in tiles that own about this many pixels squared; whole if None.
    extra
        Makes more losses.
    known
        Targets of the style images that other runs with this network have extracted.
    allowance
        Bytes that the process may hold before what a tile has freed goes back to the system.
    """
    layers = layers or choose_layers(options, in_full=True)
    network = _select(network, layers.names)
    canvas = _wrap(network) if options.seamless else network
    targets = _Targets(network, options, layers, tile_side, known)
    loss = 1.0 * targets.style(inputs)
    if inputs.content is not None:
        weight = options.content_weight * layers.content_factor
        loss += weight * targets.content(canvas, inputs, inputs.content)
    if options.total_variation:
        loss += options.total_variation * TotalVariationLoss(inputs.alpha)
    if extra is not None:
        loss += extra(inputs)
        canvas = _select(canvas, (*layers.names, *loss.layers))
    return Objective(
        canvas,
        loss,
        inputs.size,
        tile_side=tile_side,
        mask_blend=inputs.mask_blend,
        seamless=options.seamless,
        allowance=allowance,
    )


class _Targets:
    """Extracts the targets of all images of a scale in the same way."""

    def __init__(
        self,
        network: Network,
        options: Options,
        layers: ScaleLayers,
        tile_side: int | None,
        known: StyleTargets | None = None,
    ) -> None:
        self._network = network
        self._known = known
        self._content_layers = layers.content
        self._style_layers = layers.style
        self._statistic = STATISTICS[options.statistics]
        self._side = tile_side
        self._taps = layers.names
        self._wraps = options.seamless

    def content(self, network: Network, inputs: ScaleInputs, content: Tensor) -> ContentLoss:
        layers = tuple(self._content_layers)
        maps = extract_content_targets(
            network, content, layers, side=self._side, taps=self._taps, wraps=self._wraps
        )
        mask = weights = None
        if inputs.weight is not None:
            mask = {layer: pool_mask(inputs.weight, layer) for layer in layers}
        if inputs.preserve is not None:
            more = inputs.preserve if inputs.weight is None else inputs.weight * inputs.preserve
            weights = {layer: pool_mask(more, layer) for layer in layers}
        return ContentLoss(maps, self._content_layers, mask=mask, weights=weights)

    def style(self, inputs: ScaleInputs) -> StyleLoss:
        extracted = [(style, self._find(n, style)) for n, style in enumerate(inputs.styles)]
        where = locate_regions(inputs, [style.region for style, _ in extracted])
        areas = {name: 1.0 if m is None else float(m.sum()) for name, m in where.items()}
        return StyleLoss(
            [
                self._region(
                    [(style, found) for style, found in extracted if style.region == name],
                    mask,
                    inputs.size,
                    areas[name] / sum(areas.values()),
                )
                for name, mask in where.items()
            ]
        )

    def _find(self, number: int, style: StyleImage) -> dict[str, StyleTarget]:
        """Extract the targets of a style image, unless another run has."""
        if self._known is None:
            return self._extract(style)
        key = (number, tuple(style.pixels.shape), tuple(self._style_layers), self._side)
        if key not in self._known:
            self._known[key] = self._extract(style)
        return self._known[key]

    def _extract(self, style: StyleImage) -> dict[str, StyleTarget]:
        return extract_style_targets(
            self._network,
            style.pixels,
            [layer for layer in self._style_layers if layer in (style.layers or (layer,))],
            part=style.part,
            sample_size=self._statistic.sample_size,
            side=self._side,
            taps=self._taps,
        )

    def _region(
        self,
        styles: Sequence[tuple[StyleImage, Mapping[str, StyleTarget]]],
        mask: Tensor | None,
        size: tuple[int, int],
        area: float,
    ) -> Region:
        """Blend the styles of a region, layer by layer."""
        layers = [layer for layer in self._style_layers if any(layer in f for _, f in styles)]
        weights = None if mask is None else {layer: pool_mask(mask, layer) for layer in layers}
        total = sum(self._style_layers[layer] for layer in layers)
        return Region(
            statistics={layer: self._statistic(_blend_targets(styles, layer)) for layer in layers},
            shares={layer: self._style_layers[layer] / total for layer in layers},
            counts={
                layer: _count_positions(size, layer)
                if weights is None
                else max(float(weights[layer].sum()), 1e-6)
                for layer in layers
            },
            area=area,
            weights=weights,
        )


def _wrap(network: Network) -> Network:
    """Let the target go on at the opposite edge, which style images do not."""
    if not isinstance(network, VGGFeatures):
        raise TypeError(f"a seamless result needs a VGG network, not a {type(network).__name__}")
    return network.with_border("wrap")


def _select(network: Network, layers: Sequence[str]) -> Network:
    """Let the network give these layers and compute no further."""
    return network.with_taps(layers) if isinstance(network, VGGFeatures) else network


def _blend_targets(
    styles: Sequence[tuple[StyleImage, Mapping[str, StyleTarget]]], layer: str
) -> StyleTarget:
    named = [(style.weight, found[layer]) for style, found in styles if layer in found]
    return blend([target for _, target in named], [weight for weight, _ in named])


def _count_positions(size: tuple[int, int], layer: str) -> float:
    height, width = size
    return float((height // stride(layer)) * (width // stride(layer)))


#: Of a style image's features always the same ones are drawn.
SEED = 0


def extract_content_targets(
    network: Network,
    content: Tensor,
    layers: Sequence[str],
    *,
    side: int | None = None,
    taps: Sequence[str],
    wraps: bool = False,
) -> dict[str, Tensor]:
    """Give the representation of the content image at some layers, put together from its tiles."""
    height, width = content.shape[2:]
    whole: dict[str, Tensor] = {}
    with torch.no_grad():
        for tile in tiles(height, width, side, taps, wraps=wraps):
            maps = network(tile.seen(content))
            for layer in layers:
                if layer not in whole:
                    whole[layer] = _make_room(maps[layer], layer, content)
                tile.place(whole[layer], layer).copy_(tile.own(maps[layer], layer))
            del maps  # or the next tile would be looked at beside the maps of this one
    memory.trim()
    return whole


def extract_style_targets(
    network: Network,
    image: Tensor,
    layers: Sequence[str],
    *,
    part: Tensor | None = None,
    sample_size: int = 0,
    side: int | None = None,
    taps: Sequence[str],
) -> dict[str, StyleTarget]:
    """Extract the moments of the features of a style image, and a sample of them.

    Parameters
    ----------
    network
        Gives the maps of ``taps``.
    image
        ``(1, 3, H, W)`` in [0, 1].
    layers
        The layers to extract them at.
    part
        ``(1, 1, H, W)`` in [0, 1], how much each place counts; 1 everywhere if None.
    sample_size
        How many features to draw, with replacement, in proportion to how much they count.
    side, taps
        How to cut tiles, and the layers that the network gives.
    """
    weights = None if part is None else {layer: pool_mask(part, layer) for layer in layers}
    drawn = {layer: _draw_sample(image, layer, weights, sample_size) for layer in layers}
    sums: dict[tuple[str, str], Tensor] = {}
    samples: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    height, width = image.shape[2:]
    with torch.no_grad():
        for tile in tiles(height, width, side, taps):
            maps = network(tile.seen(image))
            for layer in layers:
                own = tile.own(maps[layer], layer)
                weight = None if weights is None else tile.place(weights[layer], layer)
                _add(sums, (layer, "mean"), feature_sum(own, weight))
                _add(sums, (layer, "products"), gram_sum(scale_by_root(own, weight)))
                times = tile.place(drawn[layer], layer)[0, 0]
                samples[layer].append(_repeat_features(own, times))
            del maps
    memory.trim()
    counts = {layer: _sum_weights(image, layer, weights) for layer in layers}
    return {
        layer: StyleTarget(
            sums[layer, "mean"] / counts[layer],
            sums[layer, "products"] / counts[layer],
            _shuffle(torch.cat(samples[layer])),
        )
        for layer in layers
    }


def _draw_sample(
    image: Tensor, layer: str, weights: Mapping[str, Tensor] | None, size: int
) -> Tensor:
    """Say how often each position is drawn, ``(1, 1, H', W')``; the same however it is tiled."""
    height, width = _get_grid(image, layer)
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


def _repeat_features(maps: Tensor, times: Tensor) -> Tensor:
    """Give the features of ``(1, C, H, W)`` as rows, each as often as ``(H, W)`` says."""
    flat = times.flatten()
    index = torch.repeat_interleave(torch.arange(len(flat)), flat).to(maps.device)
    return maps[0].flatten(start_dim=1)[:, index].T


def _shuffle(sample: Tensor) -> Tensor:
    """Mix the rows, so that the first few of them are a sample too."""
    generator = torch.Generator().manual_seed(SEED)
    return sample[torch.randperm(len(sample), generator=generator).to(sample.device)]


def _sum_weights(image: Tensor, layer: str, weights: Mapping[str, Tensor] | None) -> float:
    if weights is not None:
        return float(weights[layer].sum(dtype=torch.float64))
    height, width = _get_grid(image, layer)
    return float(height * width)


def _get_grid(image: Tensor, layer: str) -> tuple[int, int]:
    return image.shape[2] // stride(layer), image.shape[3] // stride(layer)


def _make_room(maps: Tensor, layer: str, image: Tensor) -> Tensor:
    """Give room for a layer's maps of a whole image, in the memory order of those of one tile.

    Who compares maps that lie otherwise pays for it five times: in the difference, in its gradient
    and in all that is added to it.
    """
    beside = maps.is_contiguous(memory_format=torch.channels_last)
    return torch.empty(
        *maps.shape[:2],
        *_get_grid(image, layer),
        dtype=maps.dtype,
        device=maps.device,
        memory_format=torch.channels_last if beside else torch.contiguous_format,
    )


def _add(sums: dict[tuple[str, str], Tensor], key: tuple[str, str], part: Tensor) -> None:
    if key in sums:
        sums[key] += part
    else:
        sums[key] = part
