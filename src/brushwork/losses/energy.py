"""The one comparison under content loss and style loss: squared error over the target's energy."""

from __future__ import annotations

import torch
from torch import Tensor


def relative_squared_error(value: Tensor, target: Tensor) -> Tensor:
    """Give ``Σ(value - target)² / Σ target²`` for each entry of the batch.

    A target without any energy (a layer can be silent) would divide by zero; the dtype's machine
    epsilon stands in for its energy then, so that the result is finite, and 0 for equal inputs.

    Parameters
    ----------
    value, target
        ``(B, ...)``; the target may have a batch of 1, which is compared with every entry.

    Returns
    -------
    Tensor
        ``(B,)``, at least 0.

    Raises
    ------
    ValueError
        If anything but the target's batch of 1 differs in shape.
    """
    if value.shape[1:] != target.shape[1:] or target.shape[0] not in (1, value.shape[0]):
        raise ValueError(
            f"shapes do not fit: {tuple(value.shape)} against a target of {tuple(target.shape)}"
        )
    error = (value - target).flatten(start_dim=1).square().sum(dim=1)
    energy = target.flatten(start_dim=1).square().sum(dim=1)
    return error / energy.clamp_min(torch.finfo(energy.dtype).eps)
