"""Where the learning starts: channels of the large network, rebuilt layer by layer.

From the image down, every layer of the small network is given the quarter of the large layer's
channels from which the others follow best, and the kernel that computes them from what the small
layer before it gives: both are least squares (He, Zhang and Sun 2017 prune in this way).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.features import Weights
from brushwork.layers import SMALL_REDUCTION, SMALL_TAPS, follows_pooling

#: Ridge of the least squares, as a part of the mean energy of an input.
RIDGE = 1e-3
#: Positions of a crop that each fit looks at.
POSITIONS = 3000


def build_initial_weights(
    large: Weights, crops: Sequence[Tensor]
) -> tuple[Weights, dict[str, Tensor]]:
    """Give the small network that least squares finds, and the principal directions Q by tap.

    Parameters
    ----------
    large
        The trained VGG-19.
    crops
        Images ``(1, 3, H, W)`` in [0, 1] that stand for all others.
    """
    names = tuple(large.convolutions)
    names = names[: names.index(SMALL_TAPS[-1]) + 1]
    shift, scale = large.offset.reshape(1, 3, 1, 1), large.scale.reshape(1, 3, 1, 1)
    teacher = [crop * scale + shift for crop in crops]
    student = list(teacher)
    convolutions, readouts, bases = {}, {}, {}
    for name in names:
        if follows_pooling(name):
            teacher = [F.max_pool2d(maps, 2) for maps in teacher]
            student = [F.max_pool2d(maps, 2) for maps in student]
        kernel, bias = large.convolutions[name]
        before = [_convolve(maps, kernel, bias) for maps in teacher]
        teacher = [maps.relu() for maps in before]
        products = sum(_correlate(maps) for maps in teacher)
        chosen = choose_channels(products, len(kernel) // SMALL_REDUCTION)
        convolutions[name] = _fit_kernel(student, [maps[:, chosen] for maps in before])
        student = [_convolve(maps, *convolutions[name]).relu() for maps in student]
        if name in SMALL_TAPS:
            bases[name] = torch.linalg.eigh(products).eigenvectors[:, -len(chosen) :].float()
            readouts[name] = _fit_readout(student, teacher, bases[name])
    return Weights(convolutions, large.scale, large.offset, readouts), bases


def choose_channels(products: Tensor, count: int) -> list[int]:
    """Choose channels one by one, each the one that the others before it explain least.

    It is the pivoting of a Cholesky factorisation of the matrix of their products.
    """
    rest = products.clone()
    chosen: list[int] = []
    for _ in range(count):
        left = rest.diagonal().clone()
        left[chosen] = -1
        pivot = int(left.argmax())
        chosen.append(pivot)
        rest -= torch.outer(rest[:, pivot], rest[pivot]) / rest[pivot, pivot].clamp_min(1e-12)
    return chosen


def _fit_kernel(inputs: Sequence[Tensor], wanted: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Find kernel and bias whose convolution of ``inputs`` comes closest to ``wanted``."""
    squares = products = 0
    for maps, target in zip(inputs, wanted, strict=True):
        patches = F.unfold(F.pad(maps, (1, 1, 1, 1), mode="replicate"), 3)[0]
        seen = torch.randperm(patches.shape[1])[:POSITIONS]
        columns = torch.cat([patches[:, seen], torch.ones(1, len(seen))]).double()
        squares = squares + columns @ columns.T
        products = products + columns @ target[0].flatten(1)[:, seen].T.double()
    squares.diagonal().add_(RIDGE * squares.diagonal().mean())
    found = torch.linalg.solve(squares, products).float()
    channels = inputs[0].shape[1]
    return found[:-1].T.reshape(-1, channels, 3, 3).contiguous(), found[-1].contiguous()


def _fit_readout(student: Sequence[Tensor], teacher: Sequence[Tensor], basis: Tensor) -> Tensor:
    """Find R with ``R f ≈ Qᵀ F``."""
    squares = products = 0
    for small, large in zip(student, teacher, strict=True):
        rows = small[0].flatten(1).double()
        squares = squares + rows @ rows.T
        products = products + rows @ (basis.T @ large[0].flatten(1)).T.double()
    squares.diagonal().add_(RIDGE * squares.diagonal().mean())
    return torch.linalg.solve(squares, products).T.float().contiguous()


def _convolve(maps: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    return F.conv2d(F.pad(maps, (1, 1, 1, 1), mode="replicate"), kernel, bias)


def _correlate(maps: Tensor) -> Tensor:
    rows = maps[0].flatten(1).double()
    return rows @ rows.T / rows.shape[1]
