"""Trained weights from files: the embedded networks, or one that the user names, always checked."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from brushwork import assets
from brushwork.errors import WeightsError
from brushwork.layers import SMALL_TAPS, STACKS, VGG19_LAYERS, count_channels, name_layers

#: SHA-256 of the embedded files, so that a damaged installation is noticed.
EMBEDDED_SHA256 = "50c94f3e77272a8579046084d16c819344c058120b55ef598dcfcbca8bb03207"
SMALL_SHA256 = "e162127722ce79b6f103a3f77bae820f62d322fd38c7c687026d9e63686fac12"
#: The original network reads 0…255 minus these means (RGB); torchvision's reads a standardised 0…1.
_ORIGINAL_MEAN = (123.68, 116.779, 103.939)
_TORCHVISION_MEAN = (0.485, 0.456, 0.406)
_TORCHVISION_DEVIATION = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Weights:
    """The convolutions of one trained network, and how it wants its input.

    Attributes
    ----------
    convolutions
        ``{layer: (kernel (C', C, 3, 3), bias (C',))}`` from the image down, float32.
    scale, offset
        ``(3,)`` each: the network reads ``image * scale + offset`` for an RGB image in [0, 1].
    readouts
        ``{layer: (C', C')}``, what the features of a layer are multiplied by before they are
        given; empty where they are given as they are.
    """

    convolutions: dict[str, tuple[Tensor, Tensor]]
    scale: Tensor
    offset: Tensor
    readouts: dict[str, Tensor] = field(default_factory=dict)


def load_weights(path: str | Path | None = None) -> Weights:
    """Read trained weights: the embedded VGG-19, or a file.

    A file is a ``.safetensors`` with the names of the embedded one (``conv1_1.weight``,
    ``conv1_1.bias``, …: the original network's input convention) or a torchvision VGG-19 or VGG-16
    state dict, ``.pth`` or ``.safetensors`` (``features.0.weight``, …: torchvision's convention).

    Raises
    ------
    WeightsError
        If the file is missing, damaged or no VGG; the message names the first tensor that is wrong.
    """
    if path is None:
        return _build_weights(_read_embedded(assets.VGG19, EMBEDDED_SHA256), "the embedded weights")
    path = Path(path)
    if not path.is_file():
        raise WeightsError(
            f"there is no weights file {str(path)!r}; give a .safetensors or .pth file."
        )
    read = _read_safetensors if path.suffix.lower() == ".safetensors" else _read_state_dict
    return _build_weights(read(path), str(path))


def load_small_weights() -> Weights:
    """Read the embedded small network: VGG-19's shape up to ``conv5_1``, a quarter of its channels.

    What its taps give is read out in the principal directions of the large network's features, so
    that losses of it are estimates of losses of the large one; see ``training/``.

    Raises
    ------
    WeightsError
        If the file is damaged.
    """
    tensors = _read_embedded(assets.SMALL_VGG19, SMALL_SHA256)
    kept = {name: tensor.to(torch.float32) for name, tensor in tensors.items()}
    layers = [layer for layer in VGG19_LAYERS if f"{layer}.weight" in kept]
    scale, offset = _make_normalisation(torchvision=False)
    return Weights(
        {layer: (kept[f"{layer}.weight"], kept[f"{layer}.bias"]) for layer in layers},
        scale,
        offset,
        {layer: kept[f"{layer}.readout"] for layer in SMALL_TAPS},
    )


def _read_embedded(file: Path, sha256: str) -> dict[str, Tensor]:
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise WeightsError(
            f"the embedded weights {file.name} are damaged (wrong SHA-256); "
            "install brushwork again."
        )
    return safetensors.torch.load(data)


def _read_safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load_file(path)
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsError(f"{str(path)!r} is not a readable safetensors file: {error}.") from None


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    try:
        # weights_only: a pickle may run any code of its author's; this reads tensors and no more.
        with warnings.catch_warnings(action="ignore"):  # what matters is said in the refusal
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a damaged pickle breaks anywhere: IndexError, struct.error, …
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WeightsError(
            f"{str(path)!r} is not a readable state dict ({reason}); "
            "give torchvision's VGG-19 or VGG-16 .pth, or a .safetensors file."
        ) from None
    if not isinstance(state, Mapping):
        raise WeightsError(f"{str(path)!r} holds a {type(state).__name__}, not a state dict.")
    return {str(name): value for name, value in state.items() if isinstance(value, Tensor)}


def _build_weights(tensors: Mapping[str, Tensor], source: str) -> Weights:
    torchvision = any(name.startswith("features.") for name in tensors)
    stacks = STACKS[_identify_network(tensors, torchvision)]
    names = (
        _name_torchvision_layers(stacks)
        if torchvision
        else {layer: layer for layer in name_layers(stacks)}
    )
    convolutions: dict[str, tuple[Tensor, Tensor]] = {}
    channels = 3
    for layer, name in names.items():
        outputs = count_channels(layer)
        kernel = _check_tensor(
            _read_kernel(tensors, name), f"{name}.weight", (outputs, channels, 3, 3), source
        )
        bias = _check_tensor(tensors.get(f"{name}.bias"), f"{name}.bias", (outputs,), source)
        convolutions[layer] = (kernel, bias)
        channels = outputs
    scale, offset = _make_normalisation(torchvision)
    return Weights(convolutions, scale, offset)


def _identify_network(tensors: Mapping[str, Tensor], torchvision: bool) -> str:
    """Tell the two apart by module 17: a convolution in VGG-16, a ReLU in VGG-19."""
    return "VGG-16" if torchvision and "features.17.weight" in tensors else "VGG-19"


def _name_torchvision_layers(stacks: tuple[int, ...]) -> dict[str, str]:
    """Count modules as torchvision does: every convolution, ReLU and pool is one."""
    names, index = {}, 0
    for stack, convolutions in enumerate(stacks, start=1):
        for position in range(1, convolutions + 1):
            names[f"conv{stack}_{position}"] = f"features.{index}"
            index += 2
        index += 1
    return names


def _read_kernel(tensors: Mapping[str, Tensor], name: str) -> Tensor | None:
    table, index = tensors.get(f"{name}.weight_table"), tensors.get(f"{name}.weight_index")
    if table is not None and index is not None:
        index = index.long()
        inside = bool(((index >= 0) & (index < len(table))).all())
        return table[index] if inside else None
    return tensors.get(f"{name}.weight")


def _check_tensor(tensor: Tensor | None, name: str, shape: tuple[int, ...], source: str) -> Tensor:
    if tensor is None:
        raise WeightsError(f"{source}: tensor {name} is missing; this is not a VGG-19 or VGG-16.")
    if tuple(tensor.shape) != shape:
        raise WeightsError(
            f"{source}: tensor {name} has shape {tuple(tensor.shape)}, but VGG has {shape} there."
        )
    values = tensor.to(torch.float32) if tensor.is_floating_point() else None
    if values is None or not bool(values.isfinite().all()):
        raise WeightsError(
            f"{source}: tensor {name} holds something else than finite real numbers."
        )
    return values.contiguous()


def _make_normalisation(torchvision: bool) -> tuple[Tensor, Tensor]:
    if torchvision:
        scale = 1 / torch.tensor(_TORCHVISION_DEVIATION)
        return scale, -torch.tensor(_TORCHVISION_MEAN) * scale
    return torch.full((3,), 255.0), -torch.tensor(_ORIGINAL_MEAN)
