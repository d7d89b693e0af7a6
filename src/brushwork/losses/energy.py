"""The one comparison under content loss and style loss: squared error over the target's energy."""

from __future__ import annotations

import torch
from torch import Tensor

#: Of a target, the squares of so many channels are held at once: the content representation of a
#: poster is hundreds of megabytes, and its squares in float32 would be four times as many.
CHANNELS_AT_ONCE = 16


def relative_squared_error(value: Tensor, target: Tensor) -> Tensor:
    """Give ``Σ(value - target)² / Σ target²`` for each entry of the batch.

    Parameters
    ----------
    value, target
        ``(B, ...)``; the target may have a batch of 1, which is compared with every entry.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0; float32 if both are of half precision.

    Raises
    ------
    ValueError
        If anything but the target's batch of 1 differs in shape.
    """
    return squared_error(value, target) / energy(target)


def squared_error(value: Tensor, target: Tensor) -> Tensor:
    """Give ``Σ(value - target)²`` for each entry of the batch, ``(B,)``.

    The error of a whole is the sum of the errors of its parts.

    Raises
    ------
    ValueError
        If anything but the target's batch of 1 differs in shape.
    """
    if value.shape[1:] != target.shape[1:] or target.shape[0] not in (1, value.shape[0]):
        raise ValueError(
            f"shapes do not fit: {tuple(value.shape)} against a target of {tuple(target.shape)}"
        )
    return _sum_of_squares(_to_float32(value) - _to_float32(target))


def energy(target: Tensor) -> Tensor:
    """Give ``Σ target²`` for each entry of the batch, ``(B,)``, to divide by.

    A target without any energy (a layer can be silent) would divide by zero; the dtype's machine
    epsilon stands in for its energy then, so that a quotient is finite, and 0 for equal inputs.
    """
    parts = [
        _sum_of_squares(_to_float32(part)) for part in torch.split(target, CHANNELS_AT_ONCE, dim=1)
    ]
    squares = torch.stack(parts).sum(dim=0)
    return squares.clamp_min(torch.finfo(squares.dtype).eps)


def _to_float32(values: Tensor) -> Tensor:
    """Leave half precision, which cannot add up so many."""
    return values.to(torch.promote_types(values.dtype, torch.float32))


def _sum_of_squares(values: Tensor) -> Tensor:
    return values.square().sum(dim=tuple(range(1, values.ndim)))
