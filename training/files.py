"""What a distillation writes: the small network as the package reads it, and its own state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import safetensors.torch
import torch

from brushwork.features import Weights
from brushwork.layers import SMALL_TAPS, VGG19_LAYERS
from brushwork.system.files import write_atomically


def write_small_weights(weights: Weights, file: Path) -> None:
    """Write kernels, biases and readouts in half precision, named as the large network's are."""
    tensors = {}
    for layer, (kernel, bias) in weights.convolutions.items():
        tensors[f"{layer}.weight"] = kernel.half().contiguous()
        tensors[f"{layer}.bias"] = bias.half().contiguous()
    for layer, readout in weights.readouts.items():
        tensors[f"{layer}.readout"] = readout.half().contiguous()
    write_atomically(safetensors.torch.save(tensors), file, overwrite=True)


def read_small_weights(file: Path, large: Weights) -> Weights:
    """Read what `write_small_weights` wrote of a network that reads images as ``large`` does."""
    tensors = {name: tensor.float() for name, tensor in safetensors.torch.load_file(file).items()}
    layers = [layer for layer in VGG19_LAYERS if f"{layer}.weight" in tensors]
    return Weights(
        {layer: (tensors[f"{layer}.weight"], tensors[f"{layer}.bias"]) for layer in layers},
        large.scale,
        large.offset,
        {layer: tensors[f"{layer}.readout"] for layer in SMALL_TAPS},
    )


def write_state(file: Path, state: dict[str, Any]) -> None:
    """Replace the state in one step, so that a run that is killed can go on."""
    fresh = file.with_suffix(".tmp")
    torch.save(state, fresh)
    fresh.replace(file)


def read_state(file: Path) -> dict[str, Any] | None:
    """Give the state of a run that was stopped, or None."""
    if not file.exists():
        return None
    # Written by this very program; it holds more than tensors.
    return torch.load(file, map_location="cpu", weights_only=False)
