"""From the options and the pictures of a scale to the loss that is minimised there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from brushwork.features import VGG
from brushwork.losses import STATISTICS, Exemplar, blended
from brushwork.objective import Network, Objective
from brushwork.options import Options, layer_weights
from brushwork.scene import Scene, Style, places, weights_at
from brushwork.survey import content_maps, exemplars
from brushwork.terms import ContentLoss, Loss, Region, Smoothness, StyleLoss, Sum
from brushwork.tiles import stride

#: Makes losses of a user's own for the scene of a scale.
Extra = Callable[[Scene], Loss | Sum]


def objective_for(
    network: Network,
    scene: Scene,
    options: Options,
    *,
    tile_side: int | None = None,
    extra: Extra | None = None,
) -> Objective:
    """Make the objective of one scale: style + content weight · content (+ smoothness, + yours).

    Parameters
    ----------
    network
        Gives the feature maps of all content and style layers.
    scene
        The pictures, at the size of this scale.
    options
        Layers, statistics, strength and the weight of total variation.
    tile_side
        Pictures are looked at in tiles that own about this many pixels squared; whole if None.
    extra
        Makes more losses.
    """
    canvas = _wrapping(network) if options.seamless else network
    targets = _Targets(network, options, tile_side)
    loss = 1.0 * targets.style(scene)
    if scene.content is not None:
        loss += options.content_weight * targets.content(canvas, scene, scene.content)
    if options.total_variation:
        loss += options.total_variation * Smoothness()
    if extra is not None:
        loss += extra(scene)
    return Objective(
        canvas,
        loss,
        scene.size,
        tile_side=tile_side,
        frame=scene.frame,
        seamless=options.seamless,
    )


class _Targets:
    """Looks at the pictures of a scene, all in the same way."""

    def __init__(self, network: Network, options: Options, tile_side: int | None) -> None:
        self._network = network
        self._content_layers = layer_weights(options.content_layers)
        self._style_layers = layer_weights(options.style_layers)
        self._statistic = STATISTICS[options.statistics]
        self._side = tile_side
        self._taps = (*self._content_layers, *self._style_layers)
        self._wraps = options.seamless

    def content(self, network: Network, scene: Scene, photo: Tensor) -> ContentLoss:
        layers = tuple(self._content_layers)
        maps = content_maps(
            network, photo, layers, side=self._side, taps=self._taps, wraps=self._wraps
        )
        painted = kept = None
        if scene.mask is not None:
            painted = {layer: weights_at(scene.mask, layer) for layer in layers}
        if scene.preserve is not None:
            more = scene.preserve if scene.mask is None else scene.mask * scene.preserve
            kept = {layer: weights_at(more, layer) for layer in layers}
        return ContentLoss(maps, self._content_layers, painted=painted, kept=kept)

    def style(self, scene: Scene) -> StyleLoss:
        remembered = [(style, self._remembered(style)) for style in scene.styles]
        where = places(scene, [style.region for style, _ in remembered])
        areas = {name: 1.0 if m is None else float(m.sum()) for name, m in where.items()}
        return StyleLoss(
            [
                self._region(
                    [(style, found) for style, found in remembered if style.region == name],
                    mask,
                    scene.size,
                    areas[name] / sum(areas.values()),
                )
                for name, mask in where.items()
            ]
        )

    def _remembered(self, style: Style) -> dict[str, Exemplar]:
        return exemplars(
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
        styles: Sequence[tuple[Style, Mapping[str, Exemplar]]],
        mask: Tensor | None,
        size: tuple[int, int],
        area: float,
    ) -> Region:
        """Blend the paintings of a region, layer by layer."""
        layers = [layer for layer in self._style_layers if any(layer in f for _, f in styles)]
        weights = None if mask is None else {layer: weights_at(mask, layer) for layer in layers}
        total = sum(self._style_layers[layer] for layer in layers)
        return Region(
            statistics={layer: self._statistic(_blend(styles, layer)) for layer in layers},
            shares={layer: self._style_layers[layer] / total for layer in layers},
            counts={
                layer: _positions(size, layer)
                if weights is None
                else max(float(weights[layer].sum()), 1e-6)
                for layer in layers
            },
            area=area,
            weights=weights,
        )


def _wrapping(network: Network) -> Network:
    """Let the picture go on at the opposite edge, which paintings do not."""
    if not isinstance(network, VGG):
        raise TypeError(f"a seamless picture needs a VGG network, not a {type(network).__name__}")
    return network.bordered("wrap")


def _blend(styles: Sequence[tuple[Style, Mapping[str, Exemplar]]], layer: str) -> Exemplar:
    named = [(style.weight, found[layer]) for style, found in styles if layer in found]
    return blended([exemplar for _, exemplar in named], [weight for weight, _ in named])


def _positions(size: tuple[int, int], layer: str) -> float:
    height, width = size
    return float((height // stride(layer)) * (width // stride(layer)))
