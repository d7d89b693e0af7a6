"""Options and targets make one callable that says how far a picture is from what is wanted.

Terms are of two kinds. The content loss and total variation are *local*: they add up over
positions. A Gram matrix is a *statistic*: it first sums something over positions and is compared
with the style's only then. Several styles mix in the summary, not in the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from brushwork.losses import content_loss, gram_matrix, style_loss, total_variation
from brushwork.options import Options, layer_weights

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
        One ``(1, 3, H', W')`` for each painting, of any sizes.
    shares
        The part of each painting in the mixture, summing to 1.
    options
        Layers, strength and the weight of total variation.
    """

    def __init__(
        self,
        network: Network,
        content: Tensor,
        styles: Sequence[Tensor],
        shares: Sequence[float],
        options: Options,
    ) -> None:
        self._network = network
        self._options = options
        self._content_weights = layer_weights(options.content_layers)
        self._style_weights = layer_weights(options.style_layers)
        with torch.no_grad():
            maps = network(content)
            self._content = {layer: maps[layer] for layer in self._content_weights}
            self._grams = self._mixed(styles, shares)

    def __call__(self, image: Tensor) -> dict[str, Tensor]:
        """Give the named losses of ``image``, each a scalar; ``total`` is differentiable."""
        maps = self._network(image)
        content = _weighted(self._content_weights, self._content_losses(maps))
        by_layer = self._style_losses(maps)
        style = _weighted(self._style_weights, by_layer)
        losses = {
            "total": style + self._options.content_weight * content,
            "content": content,
            "style": style,
            **{f"style.{layer}": loss for layer, loss in by_layer.items()},
        }
        if self._options.total_variation:
            losses["total_variation"] = total_variation(image).sum()
            losses["total"] += self._options.total_variation * losses["total_variation"]
        return losses

    def evaluate(self, image: Tensor) -> Evaluation:
        """Give the losses of ``image`` and the gradient of the total with respect to it."""
        leaf = image.detach().requires_grad_()
        losses = self(leaf)
        (gradient,) = torch.autograd.grad(losses["total"], leaf)
        return Evaluation(_numbers(losses), gradient)

    def losses(self, image: Tensor) -> dict[str, float]:
        """Give the named losses of ``image`` as numbers, without a gradient."""
        with torch.no_grad():
            return _numbers(self(image))

    def _content_losses(self, maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {
            layer: content_loss(maps[layer], target).sum()
            for layer, target in self._content.items()
        }

    def _style_losses(self, maps: Mapping[str, Tensor]) -> dict[str, Tensor]:
        return {
            layer: style_loss(gram_matrix(maps[layer]), target).sum()
            for layer, target in self._grams.items()
        }

    def _mixed(self, styles: Sequence[Tensor], shares: Sequence[float]) -> dict[str, Tensor]:
        """Blend the paintings: the weighted mean of their Gram matrices, layer by layer."""
        mixed: dict[str, Tensor] = {}
        for style, share in zip(styles, shares, strict=True):
            maps = self._network(style)
            for layer in self._style_weights:
                mixed[layer] = mixed.get(layer, 0) + share * gram_matrix(maps[layer])
        return mixed


def _weighted(weights: Mapping[str, float], losses: Mapping[str, Tensor]) -> Tensor:
    return torch.stack([weight * losses[layer] for layer, weight in weights.items()]).sum()


def _numbers(losses: Mapping[str, Tensor]) -> dict[str, float]:
    return {name: float(loss.detach()) for name, loss in losses.items()}
