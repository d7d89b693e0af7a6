"""What a run is computed with: a device, a precision, a network."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, TypeVar

import torch

from brushwork.errors import DeviceError
from brushwork.features.choices import is_bfloat16_faster, is_plain
from brushwork.features.machine import has_bfloat16
from brushwork.features.vgg import Precision
from brushwork.layers import NetworkName

Made = TypeVar("Made")


def pick_precision(
    name: Literal["auto", "float32", "bfloat16"],
    device: torch.device,
    networks: Collection[NetworkName],
) -> Precision:
    """Choose the precision of the feature maps: ``auto`` takes bfloat16 where a CPU gains by it.

    For the small network alone it takes the processor's word for that: a draft would be done before
    it was measured.
    """
    if name != "auto":
        return name
    if device.type != "cpu" or is_plain():
        return "float32"
    pays = is_bfloat16_faster() if "large" in networks else has_bfloat16()
    return "bfloat16" if pays else "float32"


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
