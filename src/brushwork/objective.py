"""Options and targets make one callable that says how far a picture is from what is wanted.

Terms are of two kinds. The content loss and total variation are *local*: they add up over
positions. A Gram matrix is a *statistic*: it first sums something over positions and is compared
with the style's only then. Several styles mix in the summary, not in the loss.

That is why a picture need not be looked at whole. A first round through its tiles adds up the
sums, without a gradient. From them follow the losses, and how each would change with its Gram
matrix; a C×C matrix a layer. With that known, the style loss too is a sum over positions, and a
second round gives each tile its part of the gradient. It is the exact gradient of the whole, in
the memory of one tile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from brushwork import memory
from brushwork.losses import (
    content_loss,
    energy,
    gram_matrix,
    gram_sum,
    squared_error,
    style_loss,
    total_variation,
)
from brushwork.options import Options, layer_weights
from brushwork.tiles import Tile, stride, tiles

Network = Callable[[Tensor], dict[str, Tensor]]


@dataclass(frozen=True)
class Evaluation:
    """The losses of one picture by name, and the gradient of their weighted total.

    ``losses`` holds ``total``, ``content``, ``style``, one ``style.<layer>`` for each style layer,
    and ``total_variation`` where it has a weight; all but ``total`` are unweighted.
    """

    losses: dict[str, float]
    gradient: Tensor

    @property
    def total(self) -> float:
        """The weighted sum that is being minimised."""
        return self.losses["total"]


class Objective:
    """The loss of a target picture at one scale: style + content weight · content (+ smoothness).

    Parameters
    ----------
    network
        Gives the feature maps of all content and style layers of ``(1, 3, H, W)``.
    content
        ``(1, 3, H, W)`` in [0, 1], at the size of the target.
    styles
        One ``(1, 3, H', W')`` for each painting, of any sizes; each is looked at once, in turn.
    shares
        The part of each painting in the mixture, summing to 1.
    options
        Layers, strength and the weight of total variation.
    tile_side
        Pictures are looked at in tiles that own about this many pixels squared; whole if None.
    """

    def __init__(
        self,
        network: Network,
        content: Tensor,
        styles: Iterable[Tensor],
        shares: Sequence[float],
        options: Options,
        *,
        tile_side: int | None = None,
    ) -> None:
        self._network = network
        self._options = options
        self._content_weights = layer_weights(options.content_layers)
        self._style_weights = layer_weights(options.style_layers)
        self._tile_side = tile_side
        self._tiles = self._cut(content)
        with torch.no_grad():
            self._content = self._content_maps(content)
            self._energies = {layer: energy(maps) for layer, maps in self._content.items()}
            self._grams = self._mixed(styles, shares)

    def __call__(self, image: Tensor) -> dict[str, Tensor]:
        """Give the named losses of ``image``, each a scalar; ``total`` is differentiable.

        The picture is looked at whole, whatever its size; see `evaluate` for tiles.
        """
        maps = self._network(image)
        grams = {layer: gram_matrix(maps[layer]) for layer in self._style_weights}
        content = {
            layer: content_loss(maps[layer], target).sum()
            for layer, target in self._content.items()
        }
        return self._combined(grams, content, image)

    def evaluate(self, image: Tensor) -> Evaluation:
        """Give the losses of ``image`` and the gradient of the total with respect to it."""
        if len(self._tiles) > 1:
            return self._evaluated_in_tiles(image)
        leaf = image.detach().requires_grad_()
        losses = self(leaf)
        (gradient,) = torch.autograd.grad(losses["total"], leaf)
        return Evaluation(_numbers(losses), gradient)

    def losses(self, image: Tensor) -> dict[str, float]:
        """Give the named losses of ``image`` as numbers, without a gradient."""
        with torch.no_grad():
            if len(self._tiles) > 1:
                return _numbers(self._combined(*self._surveyed(image), image))
            return _numbers(self(image))

    def _combined(
        self, grams: Mapping[str, Tensor], content_losses: Mapping[str, Tensor], image: Tensor
    ) -> dict[str, Tensor]:
        """Weigh the parts of the loss against each other, and name them."""
        style_losses = {
            layer: style_loss(grams[layer], target).sum() for layer, target in self._grams.items()
        }
        content = _weighted(self._content_weights, content_losses)
        style = _weighted(self._style_weights, style_losses)
        losses = {
            "total": style + self._options.content_weight * content,
            "content": content,
            "style": style,
            **{f"style.{layer}": loss for layer, loss in style_losses.items()},
        }
        if self._options.total_variation:
            losses["total_variation"] = total_variation(image).sum()
            losses["total"] += self._options.total_variation * losses["total_variation"]
        return losses

    def _evaluated_in_tiles(self, image: Tensor) -> Evaluation:
        grams, content = self._surveyed(image)
        summaries = [gram.requires_grad_() for gram in grams.values()]
        leaf = image.detach().requires_grad_()
        losses = self._combined(grams, content, leaf)
        *pulls, gradient = torch.autograd.grad(
            losses["total"], [*summaries, leaf], allow_unused=True, materialize_grads=True
        )
        for tile in self._tiles:
            seen = tile.seen(gradient)
            seen += self._pulled(tile, image, dict(zip(grams, pulls, strict=True)))
            memory.give_back()
        return Evaluation(_numbers(losses), gradient)

    def _surveyed(self, image: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """Go through the tiles once for the Gram matrices and content losses of the whole."""
        sums: dict[str, Tensor] = {}
        errors: dict[str, Tensor] = {}
        with torch.no_grad():
            for tile in self._tiles:
                maps = self._network(tile.seen(image))
                _add(sums, self._gram_sums(tile, maps))
                _add(errors, self._content_errors(tile, maps))
                del maps  # or the next tile would be looked at beside the maps of this one
                memory.give_back()
        return _averaged(sums, image), errors

    def _pulled(self, tile: Tile, image: Tensor, pulls: Mapping[str, Tensor]) -> Tensor:
        """Give the tile's part of the gradient, for known gradients of the Gram matrices."""
        leaf = tile.seen(image).detach().requires_grad_()
        maps = self._network(leaf)
        sums = _averaged(self._gram_sums(tile, maps), image)
        content = _weighted(self._content_weights, self._content_errors(tile, maps))
        part = self._options.content_weight * content
        for layer, pull in pulls.items():
            part = part + (pull * sums[layer]).sum()
        (gradient,) = torch.autograd.grad(part, leaf)
        return gradient

    def _gram_sums(self, tile: Tile, maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {layer: gram_sum(tile.own(maps[layer], layer)) for layer in self._style_weights}

    def _content_errors(self, tile: Tile, maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Give the tile's part of the content losses."""
        return {
            layer: (
                squared_error(tile.own(maps[layer], layer), tile.place(target, layer))
                / self._energies[layer]
            ).sum()
            for layer, target in self._content.items()
        }

    def _content_maps(self, content: Tensor) -> dict[str, Tensor]:
        """Give the content representation of the whole photo, put together from its tiles."""
        whole: dict[str, Tensor] = {}
        for tile in self._tiles:
            maps = self._network(tile.seen(content))
            for layer in self._content_weights:
                if layer not in whole:
                    whole[layer] = maps[layer].new_empty(_shape(maps[layer], layer, content))
                tile.place(whole[layer], layer).copy_(tile.own(maps[layer], layer))
            del maps
            memory.give_back()
        return whole

    def _mixed(self, styles: Iterable[Tensor], shares: Sequence[float]) -> dict[str, Tensor]:
        """Blend the paintings: the weighted mean of their Gram matrices, layer by layer."""
        mixed: dict[str, Tensor] = {}
        for style, share in zip(styles, shares, strict=True):
            sums: dict[str, Tensor] = {}
            for tile in self._cut(style):
                _add(sums, self._gram_sums(tile, self._network(tile.seen(style))))
                memory.give_back()
            grams = _averaged(sums, style)
            _add(mixed, {layer: share * gram for layer, gram in grams.items()})
        return mixed

    def _cut(self, image: Tensor) -> tuple[Tile, ...]:
        height, width = image.shape[2:]
        taps = (*self._content_weights, *self._style_weights)
        return tiles(height, width, self._tile_side, taps)


def _add(sums: dict[str, Tensor], parts: Mapping[str, Tensor]) -> None:
    """Add in place: a new sum a tile would take room in the middle of what the tile has freed."""
    for layer, part in parts.items():
        if layer in sums:
            sums[layer] += part
        else:
            sums[layer] = part


def _averaged(sums: Mapping[str, Tensor], image: Tensor) -> dict[str, Tensor]:
    """Divide sums over positions by how many positions each layer has for the whole picture."""
    height, width = image.shape[2:]
    return {
        layer: total / ((height // stride(layer)) * (width // stride(layer)))
        for layer, total in sums.items()
    }


def _shape(maps: Tensor, layer: str, image: Tensor) -> tuple[int, int, int, int]:
    """Give the shape of a layer's maps for a whole picture, from those of one of its tiles."""
    height, width = image.shape[2:]
    return maps.shape[0], maps.shape[1], height // stride(layer), width // stride(layer)


def _weighted(weights: Mapping[str, float], losses: Mapping[str, Tensor]) -> Tensor:
    return torch.stack([weight * losses[layer] for layer, weight in weights.items()]).sum()


def _numbers(losses: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(loss.detach()) for name, loss in losses.items()}
