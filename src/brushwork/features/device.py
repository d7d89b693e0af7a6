"""What a run is computed with: a device, a precision, a network."""

from __future__ import annotations

from typing import Literal, TypeVar

import torch

from brushwork.errors import DeviceError
from brushwork.features.choices import is_bfloat16_faster
from brushwork.features.vgg import Precision

Made = TypeVar("Made")


def pick_precision(name: Literal["auto", "float32", "bfloat16"], device: torch.device) -> Precision:
    """Choose the precision of the feature maps: ``auto`` takes bfloat16 where a CPU gains by it."""
    if name != "auto":
        return name
    return "bfloat16" if device.type == "cpu" and is_bfloat16_faster() else "float32"


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
