"""VGG-19 as a reader of images: its convolutions, cut off at the deepest layer asked for."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Self

import torch.nn.functional as F
from torch import Tensor, nn

from brushwork.errors import WeightsError
from brushwork.features.convolution import Border, ConvolutionReLU
from brushwork.features.kernels import CHANNELS_LAST
from brushwork.features.splitting import split_image, split_kernel
from brushwork.features.weights import Weights, load_weights
from brushwork.layers import VGG19_LAYERS, NetworkName, follows_pooling

Pooling = Literal["average", "max"]
_POOLS: dict[str, Callable[[Tensor, int], Tensor]] = {
    "average": F.avg_pool2d,
    "max": F.max_pool2d,
}
Precision = Literal["float32", "bfloat16"]
#: Gives feature maps by layer for an image ``(B, 3, H, W)``.
Network = Callable[[Tensor], dict[str, Tensor]]
#: The networks of a run: VGG-19, and the small one that was distilled from it. Either may be
#: missing where the run has no need of it.
Networks = Mapping[NetworkName, Network]
#: The stacks halve the image between them; below this side a deep layer would see nothing.
SMALLEST_SIDE = 16


class VGGFeatures(nn.Module):
    """Feature maps of named layers of a VGG network, differentiable in the image.

    A tap ``conv4_2`` is the output of that convolution after its ReLU. The network stops at the
    deepest tap. Its weights are read, never trained: they are buffers without gradient.

    Parameters
    ----------
    taps
        Names of layers, ``conv1_1`` to ``conv5_4``.
    pooling
        ``"max"`` as the network was trained, or ``"average"``.
    weights
        What `load_weights` gives; the embedded VGG-19 if None.
    precision
        ``"bfloat16"`` rounds the maps of all layers, and their gradients, to 8 significant bits.
        ``conv1_1`` reads all digits of the image all the same (see `split_image`).

    Raises
    ------
    WeightsError
        If no tap is named, or these weights lack a layer that a tap needs.

    Notes
    -----
    Simonyan and Zisserman (2014), configuration E. One departure: every convolution pads its input
    by repeating the border instead of by zeros (see `ConvolutionReLU`), so that an image of one
    colour has the same features everywhere, up to its edge.
    """

    def __init__(
        self,
        taps: Iterable[str],
        *,
        pooling: Pooling = "max",
        weights: Weights | None = None,
        precision: Precision = "float32",
    ) -> None:
        super().__init__()
        weights = weights or load_weights()
        self._weights = weights
        self.taps = tuple(dict.fromkeys(taps))
        self.pooling = pooling
        self.border: Border = "repeat"
        self.precision = precision
        self._splits = precision == "bfloat16"
        self._pool = _POOLS[pooling]
        self.scale: Tensor
        self.offset: Tensor
        self.register_buffer("scale", weights.scale.reshape(1, 3, 1, 1))
        self.register_buffer("offset", weights.offset.reshape(1, 3, 1, 1))
        self.convolutions = nn.ModuleDict(
            {layer: self._build(layer) for layer in _select_layers(self.taps, weights)}
        )
        for layer, readout in weights.readouts.items():
            self.register_buffer(f"readout_{layer}", readout[:, :, None, None])

    def with_border(self, border: Border) -> Self:
        """Give the same network, its weights shared, with another border round every map.

        Parameters
        ----------
        border
            What lies beyond it: ``"repeat"``, the nearest pixel once more, or ``"wrap"``, the
            opposite border, as in an image that is laid side by side with itself.
        """
        twin = copy.copy(self)
        twin.border = border
        convolutions = {
            name: layer.with_border(border)
            for name, layer in zip(self.convolutions, self._list_convolutions(), strict=True)
        }
        twin.__dict__["_modules"] = {"convolutions": nn.ModuleDict(convolutions)}
        return twin

    def _list_convolutions(self) -> list[ConvolutionReLU]:
        layers = self.convolutions.values()
        return [layer for layer in layers if isinstance(layer, ConvolutionReLU)]

    def with_taps(self, taps: Iterable[str]) -> Self:
        """Give the same network with other taps, as deep as they need; what both have is shared.

        Raises
        ------
        WeightsError
            If no tap is named, or these weights lack a layer.
        """
        twin = copy.copy(self)
        twin.taps = tuple(dict.fromkeys(taps))
        known = self.convolutions
        convolutions = {
            layer: known[layer] if layer in known else self._build(layer).to(self.scale)
            for layer in _select_layers(twin.taps, self._weights)
        }
        twin.__dict__["_modules"] = {"convolutions": nn.ModuleDict(convolutions)}
        return twin

    def _build(self, layer: str) -> ConvolutionReLU:
        kernel, bias = self._weights.convolutions[layer]
        if self._splits and layer == VGG19_LAYERS[0]:
            kernel = split_kernel(kernel)
        built = ConvolutionReLU(kernel, bias)
        built.border = self.border
        if self._weights.readouts:
            # A small network has its steps taken while a large one's kernels are still measured.
            built.way = CHANNELS_LAST
        return built

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Give the feature maps of every tap.

        Parameters
        ----------
        image
            ``(B, 3, H, W)``, RGB in [0, 1], on the device and in the dtype of the weights.

        Returns
        -------
        dict
            ``{tap: (B, C, H', W')}``, where H' and W' are halved, rounding down, once a stack; in
            the dtype of the image, or bfloat16.

        Raises
        ------
        ValueError
            If the shape is another, or a side is shorter than 16 pixels.
        """
        if image.ndim != 4 or image.shape[1] != 3 or min(image.shape[2:]) < SMALLEST_SIDE:
            raise ValueError(
                f"image must be (B, 3, H, W) with sides of at least {SMALLEST_SIDE}, "
                f"but the shape is {tuple(image.shape)}"
            )
        found: dict[str, Tensor] = {}
        maps = image * self.scale + self.offset
        if self._splits:
            maps = split_image(maps)
        for layer, convolution in self.convolutions.items():
            if follows_pooling(layer):
                maps = self._pool(maps, 2)
            maps = convolution(maps)
            if layer in self.taps:
                found[layer] = self._read_out(layer, maps)
        return found

    def _read_out(self, layer: str, maps: Tensor) -> Tensor:
        readout = self._buffers.get(f"readout_{layer}")
        return maps if readout is None else F.conv2d(maps, readout.to(maps.dtype))


def _select_layers(taps: tuple[str, ...], weights: Weights) -> tuple[str, ...]:
    layers = tuple(weights.convolutions)
    missing = [tap for tap in taps if tap not in layers]
    if missing or not taps:
        named = ", ".join(missing) or "none"
        raise WeightsError(f"layers asked for: {named}; the weights have {', '.join(layers)}.")
    deepest = max(layers.index(tap) for tap in taps)
    return layers[: deepest + 1]
