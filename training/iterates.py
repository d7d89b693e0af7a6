"""Images halfway between photo and painting, as the small network itself makes them.

An optimiser finds every weakness of the network that it is driven by, such as a grain that the
network does not see. Images that the network was driven to are therefore shown to it again with
what the large network says of them (as Ross, Gordon and Bagnell 2011 teach a policy by the states
that it comes to).
"""

from __future__ import annotations

import random

import torch
from torch import Tensor

from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.targets import make_objective
from brushwork.features import VGGFeatures, Weights
from brushwork.optimizers import LBFGS
from brushwork.options import Options
from training.samples import Sampler

#: The steps of a short run whose images are kept.
KEPT_STEPS = (4, 12, 30, 60)


class Iterates:
    """A pool of such images, the oldest making room for the newest.

    Parameters
    ----------
    sampler
        Where photos and paintings come from.
    side
        Their side in pixels.
    size
        How many are kept.
    generator
        Where chance comes from.
    """

    def __init__(self, sampler: Sampler, side: int, size: int, generator: random.Random) -> None:
        self._sampler = sampler
        self._side = side
        self._size = size
        self._random = generator
        self.pool: list[Tensor] = []

    def draw(self) -> Tensor | None:
        """Give one, ``(1, 3, side, side)``; None while there is none."""
        return self._random.choice(self.pool) if self.pool else None

    def renew(self, weights: Weights) -> None:
        """Drive one image by the network of these weights, and keep what it comes through."""
        options = Options(strength=self._random.uniform(0.3, 0.9), precision="float32")
        network = VGGFeatures(options.layers, weights=weights)
        content, style = self._sampler.draw(self._side), self._sampler.draw(self._side)
        start = content if self._random.random() < 0.7 else torch.rand_like(content)
        inputs = ScaleInputs([StyleImage(style)], (self._side, self._side), content=content)
        optimizer = LBFGS(make_objective(network, inputs, options).evaluate, start, pairs=20)
        for step in range(1, max(KEPT_STEPS) + 1):
            optimizer.step()
            if step in KEPT_STEPS:
                self.pool.append(optimizer.best.clone())
        del self.pool[: -self._size]
