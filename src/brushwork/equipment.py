"""What a run is computed with: a device, a precision, a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import torch

from brushwork.errors import DeviceError
from brushwork.features import VGG, Precision, bfloat16_pays, load_weights
from brushwork.options import Options, layer_weights

Made = TypeVar("Made")

#: Options that decide what the network is.
SEEING = ("content_layers", "style_layers", "pooling", "weights", "precision", "device")


def network_for(
    options: Options, device: torch.device | None = None, extra_layers: Sequence[str] = ()
) -> VGG:
    """Build the network that gives the content and style layers of ``options``, on a device.

    Raises
    ------
    WeightsError
        If the weights file will not do.
    """
    device = device or pick_device(options.device)
    network = VGG(
        [
            *layer_weights(options.content_layers),
            *layer_weights(options.style_layers),
            *extra_layers,
        ],
        pooling=options.pooling,
        weights=load_weights(options.weights),
        precision=pick_precision(options.precision, device),
    )
    return network.to(device)


def pick_precision(name: Literal["auto", "float32", "bfloat16"], device: torch.device) -> Precision:
    """Choose the precision of the feature maps: ``auto`` takes bfloat16 where a CPU gains by it."""
    if name != "auto":
        return name
    return "bfloat16" if device.type == "cpu" and bfloat16_pays() else "float32"


def pick_device(name: str) -> torch.device:
    """Choose where to compute: ``auto`` takes CUDA, then Apple's MPS, then the CPU.

    Raises
    ------
    DeviceError
        If the device is not there.
    """
    present = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(device for device, there in present.items() if there))
    if not present[name]:
        usable = ", ".join(device for device, there in present.items() if there)
        raise DeviceError(f"device {name!r} is not available here; use auto, or one of: {usable}.")
    return torch.device(name)


def shared(names: Sequence[str], make: Callable[[Options], Made]) -> Callable[[Options], Made]:
    """Make something of options, but only once for the same values of those that matter."""
    made: dict[tuple[Any, ...], Made] = {}

    def of(options: Options) -> Made:
        key = tuple(getattr(options, name) for name in names)
        if key not in made:
            made[key] = make(options)
        return made[key]

    return of
