"""Images halfway between photo and painting, as the small network itself makes them.

An optimiser finds every weakness of the network that it is driven by, such as a grain that the
network does not see. Images that the network was driven to are therefore shown to it again with
what the large network says of them (as Ross, Gordon and Bagnell 2011 teach a policy by the states
that it comes to).
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Mapping

import torch
from torch import Tensor

from brushwork.losses import gram_matrix
from brushwork.optimizers import LBFGS
from brushwork.optimizers.base import Evaluation
from brushwork.options import Options
from brushwork.planning.layers import choose_layers
from training.student import Student

#: The steps of a short run whose images are kept.
KEPT_STEPS = (4, 12, 30, 60)
#: What coarse and what fine scales compare; a run does one of both.
LAYERS = tuple(choose_layers(Options(), in_full=in_full) for in_full in (True, False))
#: How many pairs the optimiser remembers.
PAIRS = 20


class Iterates:
    """A pool of such images of one side, the oldest making room for the newest.

    Parameters
    ----------
    size
        How many are kept.
    generator
        Where chance comes from.
    """

    def __init__(self, size: int, generator: random.Random) -> None:
        self._random = generator
        self.pool: deque[Tensor] = deque(maxlen=size)

    def mix_into(self, batch: Tensor, share: float) -> Tensor:
        """Put images of the pool in the place of about a ``share`` of a batch, once there are."""
        return torch.stack(
            [
                self._random.choice(self.pool)
                if self.pool and self._random.random() < share
                else image
                for image in batch
            ]
        )

    def renew(self, student: Student, contents: Tensor, styles: Tensor) -> None:
        """Drive images by the network as it is now, and keep what they come through.

        Parameters
        ----------
        student
            The network.
        contents, styles
            ``(B, 3, H, W)`` in [0, 1]: B runs are taken side by side.
        """
        starts_at_content = self._random.random() < 0.7
        start = contents if starts_at_content else torch.rand_like(contents)
        objective = Objective(student, contents, styles, self._random)
        optimizer = LBFGS(objective.evaluate, start, pairs=PAIRS)
        for step in range(1, max(KEPT_STEPS) + 1):
            optimizer.step()
            if step in KEPT_STEPS:
                self.pool.extend(optimizer.best.clone())


class Objective:
    """Style and content of several images at once, each by its own photo and painting.

    ``Σ s · mean_l ‖G_l - A_l‖² / ‖A_l‖² + (1 - s) · ‖F - P‖² / ‖P‖²`` over the images, G and F
    being those of the target, A the Gram matrices of the style images, P the content features and
    s a strength that chance chooses.
    """

    def __init__(
        self, student: Student, contents: Tensor, styles: Tensor, generator: random.Random
    ) -> None:
        self._student = student
        layers = generator.choice(LAYERS)
        self._taps = layers.names
        (self._content_layer,) = layers.content
        self._strength = generator.uniform(0.3, 0.98)
        with torch.no_grad():
            self._content = self._look_at(contents)[self._content_layer]
            maps = self._look_at(styles)
            self._grams = {layer: gram_matrix(maps[layer]) for layer in layers.style}

    def evaluate(self, images: Tensor) -> Evaluation:
        """Give the sum of all losses and its gradient."""
        leaf = images.detach().requires_grad_()
        maps = self._look_at(leaf)
        style = torch.stack(
            [_relate(gram_matrix(maps[layer]), gram) for layer, gram in self._grams.items()]
        ).mean(dim=0)
        content = _relate(maps[self._content_layer], self._content)
        total = (self._strength * style + (1 - self._strength) * content).sum()
        (gradient,) = torch.autograd.grad(total, leaf)
        return Evaluation({"total": float(total.detach())}, gradient)

    def _look_at(self, images: Tensor) -> Mapping[str, Tensor]:
        return self._student(images, self._taps)


def _relate(value: Tensor, target: Tensor) -> Tensor:
    """Give the squared distance of each image's entry from its target, in parts of the target."""
    errors = (value - target).flatten(1).square().sum(dim=1)
    return errors / target.flatten(1).square().sum(dim=1).clamp_min(1e-12)
