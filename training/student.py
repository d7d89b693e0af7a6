"""The small network while it learns: VGG-19's shape, a quarter of its channels, and readouts.

Its taps speak of a quarter of the large network's dimensions: the principal directions Q of the
large features, uncentred, so that ``Qᵀ F`` keeps as much of their energy as any C/4 numbers can. A
readout R per layer is learnt so that ``R f ≈ Qᵀ F``. Q's columns are orthonormal, so the distance
of two Gram matrices of ``R f`` is that of two Gram matrices of ``Q R f``, which live in the large
network's own space: the small network's losses have the large network's metric, at a sixteenth of
the price of a Gram matrix. (Wang, Li, Wang, Hu and Yang 2020 read the small features out to all
channels; the loss is the same.)
"""

from __future__ import annotations

from collections.abc import Collection

import torch.nn.functional as F
from torch import Tensor, nn

from brushwork.features import Weights
from brushwork.layers import SMALL_TAPS, follows_pooling


class Student(nn.Module):
    """A network that can be trained, with the layers of ``weights`` and their sizes."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.names = tuple(weights.convolutions)
        self.kernels = nn.ParameterDict(
            {n: k.clone() for n, (k, _) in weights.convolutions.items()}
        )
        self.biases = nn.ParameterDict({n: b.clone() for n, (_, b) in weights.convolutions.items()})
        self.readouts = nn.ParameterDict({n: r.clone() for n, r in weights.readouts.items()})
        self.register_buffer("scale", weights.scale.clone())
        self.register_buffer("offset", weights.offset.clone())

    def forward(self, image: Tensor, taps: Collection[str] = SMALL_TAPS) -> dict[str, Tensor]:
        """Give what some taps read out, for images ``(B, 3, H, W)`` in [0, 1]."""
        maps = image * self.scale.reshape(1, 3, 1, 1) + self.offset.reshape(1, 3, 1, 1)
        found: dict[str, Tensor] = {}
        for name in self.names:
            if len(found) == len(set(taps)):
                break
            if follows_pooling(name):
                maps = F.max_pool2d(maps, 2)
            maps = F.pad(maps, (1, 1, 1, 1), mode="replicate")
            maps = F.conv2d(maps, self.kernels[name], self.biases[name]).relu()
            if name in taps:
                found[name] = F.conv2d(maps, self.readouts[name][:, :, None, None])
        return found

    def weights(self) -> Weights:
        """Give copies of what has been learnt, as the package reads it."""
        return Weights(
            convolutions={
                name: (_copy(self.kernels[name]), _copy(self.biases[name])) for name in self.names
            },
            scale=_copy(self.scale),
            offset=_copy(self.offset),
            readouts={name: _copy(readout) for name, readout in self.readouts.items()},
        )


def _copy(tensor: Tensor) -> Tensor:
    return tensor.detach().cpu().clone()


def project(maps: Tensor, basis: Tensor) -> Tensor:
    """Give ``Qᵀ F``: ``(B, C/4, H, W)`` of ``(B, C, H, W)``, Q being ``(C, C/4)``."""
    return F.conv2d(maps.to(basis.dtype), basis.T[:, :, None, None])
