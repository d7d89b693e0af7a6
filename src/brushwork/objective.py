"""A loss and a network make one callable that says how far a picture is from what is wanted.

A picture need not be looked at whole. Feature losses first sum something over positions, so a
first round through its tiles adds up the sums, without a gradient. From them follow the losses,
and how each would change with its sums: small tensors, such as a C×C matrix a layer. With that
known, the loss too is a sum over positions, and a second round gives each tile its part of the
gradient. It is the exact gradient of the whole, in the memory of one tile.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from brushwork import memory
from brushwork.errors import OptionError
from brushwork.scene import Frame
from brushwork.terms import Compared, FeatureLoss, Loss, PixelLoss, Seen, Sum
from brushwork.tiles import Tile, tiles

Network = Callable[[Tensor], dict[str, Tensor]]
#: The sums of all feature losses, by the loss and the name that it gave them.
_Sums = dict[tuple[FeatureLoss, Hashable], Tensor]


@dataclass(frozen=True)
class Evaluation:
    """The losses of one picture by name, and the gradient of their weighted total.

    ``losses`` holds ``total``; each loss by its name (``content``, ``style``, …) and each of its
    parts as ``style.conv1_1``; all but ``total`` are unweighted.
    """

    losses: dict[str, float]
    gradient: Tensor

    @property
    def total(self) -> float:
        """The weighted sum that is being minimised."""
        return self.losses["total"]


class Objective:
    """The weighted loss of a target picture at one scale.

    Parameters
    ----------
    network
        Gives the feature maps of all layers that the losses want to see, of ``(1, 3, H, W)``.
    loss
        What the picture should have little of: a loss, or several with their weights.
    size
        Height and width of the picture.
    tile_side
        The picture is looked at in tiles that own about this many pixels squared; whole if None.
    frame
        What is shown of the picture, where that is not all of it; see `Frame`.
    seamless
        Beyond each edge the picture goes on at the opposite one, for the network and for tiles.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss | Sum,
        size: tuple[int, int],
        *,
        tile_side: int | None = None,
        frame: Frame | None = None,
        seamless: bool = False,
    ) -> None:
        self._network = network
        self._frame = frame
        terms = tuple(loss if isinstance(loss, Sum) else 1.0 * loss)
        self._of_pixels = [(w, term) for w, term in terms if isinstance(term, PixelLoss)]
        self._of_features = [(w, term) for w, term in terms if isinstance(term, FeatureLoss)]
        taps = [layer for _, term in self._of_features for layer in term.layers]
        self._tiles = tiles(*size, tile_side, taps, wraps=seamless)

    def __call__(self, image: Tensor) -> dict[str, Tensor]:
        """Give the named losses of ``image``, each a scalar; ``total`` is differentiable.

        The picture is looked at whole, whatever its size; see `evaluate` for tiles.
        """
        shown = self.shown(image)
        (whole,) = tiles(*_size(image), None, ())
        return self._combined(self._summed(whole, shown), shown)

    def shown(self, image: Tensor) -> Tensor:
        """Give the picture as a person would see it: kept parts as they are in the photo."""
        return image if self._frame is None else self._frame.shown(image)

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
                shown = self.shown(image)
                return _numbers(self._combined(self._surveyed(shown), shown))
            return _numbers(self(image))

    def _evaluated_in_tiles(self, image: Tensor) -> Evaluation:
        shown = self.shown(image)
        sums = {key: total.requires_grad_() for key, total in self._surveyed(shown).items()}
        leaf = shown.detach().requires_grad_()
        losses = self._combined(sums, leaf)
        *pulls, gradient = torch.autograd.grad(
            losses["total"], [*sums.values(), leaf], allow_unused=True, materialize_grads=True
        )
        for tile in self._tiles:
            tile.add(gradient, self._pulled(tile, shown, dict(zip(sums, pulls, strict=True))))
            memory.give_back()
        if self._frame is not None:
            gradient = self._frame.felt(gradient)
        return Evaluation(_numbers(losses), gradient)

    def _surveyed(self, image: Tensor) -> _Sums:
        """Go through the tiles once for the sums over the whole picture."""
        sums: _Sums = {}
        with torch.no_grad():
            for tile in self._tiles:
                _add(sums, self._summed(tile, tile.seen(image)))
                memory.give_back()
        return sums

    def _pulled(self, tile: Tile, image: Tensor, pulls: Mapping[object, Tensor]) -> Tensor:
        """Give the tile's part of the gradient, for known gradients of the sums."""
        leaf = tile.seen(image).detach().requires_grad_()
        sums = self._summed(tile, leaf)
        part = torch.stack([(pulls[key] * total).sum() for key, total in sums.items()]).sum()
        (gradient,) = torch.autograd.grad(part, leaf, allow_unused=True, materialize_grads=True)
        return gradient

    def _summed(self, tile: Tile, pixels: Tensor) -> _Sums:
        """Show a tile to all feature losses, and gather what they sum."""
        if not self._of_features:
            return {}
        maps = self._network(pixels)
        self._check(maps)
        owned = {layer: tile.own(found, layer) for layer, found in maps.items()}
        seen = Seen(tile, tile.own(pixels, "conv1_1"), owned)
        return {
            (term, name): total
            for _, term in self._of_features
            for name, total in term.summed(seen).items()
        }

    def _check(self, maps: Mapping[str, Tensor]) -> None:
        for _, term in self._of_features:
            missing = [layer for layer in term.layers if layer not in maps]
            if missing:
                raise OptionError(
                    f"the loss {term.name!r} wants to see {', '.join(missing)}, but the network "
                    f"gives {', '.join(maps)}; name it as one of extra_layers."
                )

    def _combined(self, sums: _Sums, image: Tensor) -> dict[str, Tensor]:
        """Weigh the losses against each other, and name them."""
        losses: dict[str, Tensor] = {}
        weighted = []
        for weight, term in self._of_features:
            own = {name: total for (whose, name), total in sums.items() if whose is term}
            compared = term.compared(own)
            weighted.append(weight * compared.loss)
            losses |= _named(term, compared)
        for weight, pixel_loss in self._of_pixels:
            losses[pixel_loss.name] = pixel_loss(image)
            weighted.append(weight * losses[pixel_loss.name])
        return {"total": torch.stack(weighted).sum(), **losses}


def _named(term: FeatureLoss, compared: Compared) -> dict[str, Tensor]:
    parts = {f"{term.name}.{part}": loss for part, loss in compared.parts.items()}
    return {term.name: compared.loss, **parts}


def _add(sums: _Sums, parts: Mapping[tuple[FeatureLoss, Hashable], Tensor]) -> None:
    """Add in place: a new sum a tile would take room in the middle of what the tile has freed."""
    for key, part in parts.items():
        if key in sums:
            sums[key] += part
        else:
            sums[key] = part


def _size(image: Tensor) -> tuple[int, int]:
    return image.shape[2], image.shape[3]


def _numbers(losses: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(loss.detach()) for name, loss in losses.items()}
