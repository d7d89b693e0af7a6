"""A loss and a network make one callable that says how far an image is from what is wanted.

An image need not be looked at whole. Feature losses first sum something over positions, so a
first round through its tiles adds up the sums, without a gradient. From them follow the losses,
and how each would change with its sums: small tensors, such as a C×C matrix a layer. With that
known, the loss too is a sum over positions, and a second round gives each tile its part of the
gradient. It is the exact gradient of the whole, in the memory of one tile.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import torch
from torch import Tensor

from brushwork.engine.inputs import MaskBlend
from brushwork.errors import OptionError
from brushwork.features import Network
from brushwork.features.tiles import Tile, tiles
from brushwork.losses import FeatureLoss, FeatureView, Loss, LossValue, PixelLoss, WeightedSum
from brushwork.optimizers.base import Evaluation
from brushwork.system import memory

#: The sums of all feature losses, by the loss and the name that it gave them.
_TermStatistics = dict[tuple[FeatureLoss, Hashable], Tensor]


class Objective:
    """The weighted loss of the target image at one scale.

    Parameters
    ----------
    network
        Gives the feature maps of all layers that the losses want to see, of ``(1, 3, H, W)``.
    loss
        What the target should have little of: a loss, or several with their weights.
    size
        Height and width of the target.
    tile_side
        The target is looked at in tiles that own about this many pixels squared; whole if None.
    mask_blend
        How target and background are blended, where there is a mask; see `MaskBlend`.
    seamless
        Beyond each edge the target goes on at the opposite one, for the network and for tiles.
    allowance
        Bytes that the process may hold before what a tile has freed goes back to the system.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss | WeightedSum,
        size: tuple[int, int],
        *,
        tile_side: int | None = None,
        mask_blend: MaskBlend | None = None,
        seamless: bool = False,
        allowance: int = 0,
    ) -> None:
        self._network = network
        self._allowance = allowance
        self._mask_blend = mask_blend
        terms = tuple(loss if isinstance(loss, WeightedSum) else 1.0 * loss)
        self._of_pixels = [(w, term) for w, term in terms if isinstance(term, PixelLoss)]
        self._of_features = [(w, term) for w, term in terms if isinstance(term, FeatureLoss)]
        taps = [layer for _, term in self._of_features for layer in term.layers]
        self._tiles = tiles(*size, tile_side, taps, wraps=seamless)

    def __call__(self, image: Tensor) -> dict[str, Tensor]:
        """Give the named losses of ``image``, each a scalar; ``total`` is differentiable.

        The image is looked at whole, whatever its size; see `evaluate` for tiles.
        """
        shown = self.composite(image)
        (whole,) = tiles(*_size(image), None, ())
        return self._combine(self._accumulate(whole, shown), shown)

    def composite(self, image: Tensor) -> Tensor:
        """Give the image as a person would see it: outside the mask the background."""
        return image if self._mask_blend is None else self._mask_blend.forward(image)

    def evaluate(self, image: Tensor) -> Evaluation:
        """Give the losses of ``image`` and the gradient of the total with respect to it."""
        if len(self._tiles) > 1:
            return self._evaluate_in_tiles(image)
        leaf = image.detach().requires_grad_()
        losses = self(leaf)
        (gradient,) = torch.autograd.grad(losses["total"], leaf)
        return Evaluation(_to_floats(losses), gradient)

    def losses(self, image: Tensor) -> dict[str, float]:
        """Give the named losses of ``image`` as numbers, without a gradient."""
        with torch.no_grad():
            if len(self._tiles) > 1:
                shown = self.composite(image)
                return _to_floats(self._combine(self._accumulate_tiles(shown), shown))
            return _to_floats(self(image))

    def _evaluate_in_tiles(self, image: Tensor) -> Evaluation:
        memory.trim()  # tiles and the optimiser free pieces that do not serve each other
        shown = self.composite(image)
        sums = {key: total.requires_grad_() for key, total in self._accumulate_tiles(shown).items()}
        memory.trim()
        leaf = shown.detach().requires_grad_()
        losses = self._combine(sums, leaf)
        *pulls, gradient = torch.autograd.grad(
            losses["total"], [*sums.values(), leaf], allow_unused=True, materialize_grads=True
        )
        for tile in self._tiles:
            tile.add(
                gradient, self._backpropagate(tile, shown, dict(zip(sums, pulls, strict=True)))
            )
            memory.trim(self._allowance)
        memory.trim()
        if self._mask_blend is not None:
            gradient = self._mask_blend.backward(gradient)
        return Evaluation(_to_floats(losses), gradient)

    def _accumulate_tiles(self, image: Tensor) -> _TermStatistics:
        """Go through the tiles once for the sums over the whole image."""
        sums: _TermStatistics = {}
        with torch.no_grad():
            for tile in self._tiles:
                add_statistics(sums, self._accumulate(tile, tile.seen(image)))
                memory.trim(self._allowance)
        return sums

    def _backpropagate(self, tile: Tile, image: Tensor, pulls: Mapping[object, Tensor]) -> Tensor:
        """Give the tile's part of the gradient, for known gradients of the sums."""
        leaf = tile.seen(image).detach().requires_grad_()
        sums = self._accumulate(tile, leaf)
        part = torch.stack([(pulls[key] * total).sum() for key, total in sums.items()]).sum()
        (gradient,) = torch.autograd.grad(part, leaf, allow_unused=True, materialize_grads=True)
        return gradient

    def _accumulate(self, tile: Tile, pixels: Tensor) -> _TermStatistics:
        """Show a tile to all feature losses, and gather what they sum."""
        if not self._of_features:
            return {}
        maps = self._network(pixels)
        self._check(maps)
        owned = {layer: tile.own(found, layer) for layer, found in maps.items()}
        seen = FeatureView(tile, tile.own(pixels, "conv1_1"), owned)
        return {
            (term, name): total
            for _, term in self._of_features
            for name, total in term.accumulate(seen).items()
        }

    def _check(self, maps: Mapping[str, Tensor]) -> None:
        for _, term in self._of_features:
            missing = [layer for layer in term.layers if layer not in maps]
            if missing:
                raise OptionError(
                    f"the loss {term.name!r} wants to see {', '.join(missing)}, but the network "
                    f"gives {', '.join(maps)}; build the network with that layer."
                )

    def _combine(self, sums: _TermStatistics, image: Tensor) -> dict[str, Tensor]:
        """Weigh the losses against each other, and name them."""
        losses: dict[str, Tensor] = {}
        weighted = []
        for weight, term in self._of_features:
            own = {name: total for (whose, name), total in sums.items() if whose is term}
            compared = term.compute(own)
            weighted.append(weight * compared.loss)
            losses |= _name_parts(term, compared)
        for weight, pixel_loss in self._of_pixels:
            losses[pixel_loss.name] = pixel_loss(image)
            weighted.append(weight * losses[pixel_loss.name])
        return {"total": torch.stack(weighted).sum(), **losses}


def _name_parts(term: FeatureLoss, compared: LossValue) -> dict[str, Tensor]:
    parts = {f"{term.name}.{part}": loss for part, loss in compared.parts.items()}
    return {term.name: compared.loss, **parts}


def add_statistics(
    sums: _TermStatistics, parts: Mapping[tuple[FeatureLoss, Hashable], Tensor]
) -> None:
    """Add in place: a new sum a tile would take room in the middle of what the tile has freed."""
    for key, part in parts.items():
        if key in sums:
            sums[key] += part
        else:
            sums[key] = part


def _size(image: Tensor) -> tuple[int, int]:
    return image.shape[2], image.shape[3]


def _to_floats(losses: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(loss.detach()) for name, loss in losses.items()}
