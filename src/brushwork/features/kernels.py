"""One convolution followed by a ReLU, by the fastest kernel that gives the same numbers.

A convolution of VGG is 3×3 with stride 1, so the gradient of its input is a convolution too: of
the output's gradient with the flipped, transposed kernel. Both can therefore use whichever
implementation is fastest. On a CPU in float32 there are two good ones:

- *winograd*: NNPACK's transform, which multiplies less; ahead where a feature map has many pixels;
- *channels-last*: oneDNN's direct convolution on channels-last memory; ahead on small maps.

Everywhere else (other devices and dtypes, or ``BRUSHWORK_KERNELS=plain``) `torch.nn.functional`
decides. The choice depends on shapes alone, never on a clock, so that the same picture gives the
same bits every time.
"""

from __future__ import annotations

import functools
import os
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Feature maps of this many pixels and more go to winograd. Both AVX2 and AVX-512 machines cross
#: over between 768 and 3072 pixels a map, whatever the number of channels.
WINOGRAD_PIXELS = 2048
#: One repeated pixel on every side.
BORDER = (1, 1, 1, 1)
#: With three channels to read there is nothing for winograd to save.
WINOGRAD_CHANNELS = 16


class ConvolutionReLU(nn.Module):
    """Convolve and keep what is positive: ``max(0, kernel ∗ maps + bias)``, height and width kept.

    The maps are padded by repeating their border. Zeros, as the network was trained with, would
    be a dark frame round every feature map, which the optimiser answers by painting a frame.

    Parameters
    ----------
    kernel, bias
        ``(C', C, 3, 3)`` and ``(C',)``; held as buffers, no gradient is ever computed for them.
    """

    def __init__(self, kernel: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.kernel: Tensor
        self.bias: Tensor
        self.register_buffer("kernel", kernel)
        self.register_buffer("bias", bias)
        self._prepared: dict[tuple[bool, bool], Tensor] = {}

    def forward(self, maps: Tensor) -> Tensor:
        """Give ``(B, C', H, W)`` for feature maps ``(B, C, H, W)``."""
        fast = maps.device.type == "cpu" and maps.dtype == torch.float32
        if fast and os.environ.get("BRUSHWORK_KERNELS") != "plain":
            output: Tensor = _FastConvolutionReLU.apply(maps, self)  # type: ignore[no-untyped-call]
            return output
        return F.relu(F.conv2d(F.pad(maps, BORDER, mode="replicate"), self.kernel, self.bias))

    def convolve(self, maps: Tensor) -> Tensor:
        """Pad and convolve, by the kernel that is fastest for this shape."""
        winograd = self._by_winograd(maps)
        layout = torch.contiguous_format if winograd else torch.channels_last
        padded = F.pad(maps.contiguous(memory_format=layout), BORDER, mode="replicate")
        kernel = self._kernel(flipped=False, channels_last=not winograd)
        if winograd:
            return torch._nnpack_spatial_convolution(padded, kernel, self.bias, 0)
        return F.conv2d(padded, kernel, self.bias)

    def convolve_back(self, gradient: Tensor) -> Tensor:
        """Give the gradient of the maps for one of the convolution's output.

        It is the convolution with the flipped, transposed kernel over every place that the kernel
        touched, whose border then adds up onto the pixels that the padding had repeated.
        """
        winograd = self._by_winograd(gradient)
        kernel = self._kernel(flipped=True, channels_last=not winograd)
        if winograd:
            padded = torch._nnpack_spatial_convolution(gradient.contiguous(), kernel, None, 2)
        else:
            gradient = gradient.contiguous(memory_format=torch.channels_last)
            padded = F.conv2d(gradient, kernel, padding=2)
        return _fold(padded)

    def _by_winograd(self, maps: Tensor) -> bool:
        pixels = maps.shape[2] * maps.shape[3]
        channels = min(self.kernel.shape[:2])
        return pixels >= WINOGRAD_PIXELS and channels >= WINOGRAD_CHANNELS and _has_winograd()

    def _kernel(self, *, flipped: bool, channels_last: bool) -> Tensor:
        """Lay the kernel out once for each way it is used, not once a step."""
        if (flipped, channels_last) not in self._prepared:
            kernel = self.kernel.flip(2, 3).transpose(0, 1) if flipped else self.kernel
            layout = torch.channels_last if channels_last else torch.contiguous_format
            self._prepared[flipped, channels_last] = kernel.contiguous(memory_format=layout)
        return self._prepared[flipped, channels_last]

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        self._prepared.clear()  # the module moves to another device or dtype
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]


class _FastConvolutionReLU(torch.autograd.Function):
    """Keeps one tensor for the backward pass: its output, which tells where ReLU let through."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, layer: ConvolutionReLU) -> Tensor:
        output = layer.convolve(maps).relu_()
        ctx.save_for_backward(output)
        ctx.layer = layer
        return output

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (output,) = ctx.saved_tensors
        passed = torch.ops.aten.threshold_backward(gradient, output, 0)
        return ctx.layer.convolve_back(passed), None


def _fold(padded: Tensor) -> Tensor:
    """Add the outermost ring onto the one inside it: what repeating the border does to gradients.

    ``(B, C, H + 2, W + 2)`` to a view of ``(B, C, H, W)``; changes ``padded``.
    """
    padded[:, :, 1] += padded[:, :, 0]
    padded[:, :, -2] += padded[:, :, -1]
    padded[:, :, :, 1] += padded[:, :, :, 0]
    padded[:, :, :, -2] += padded[:, :, :, -1]
    return padded[:, :, 1:-1, 1:-1]


@functools.cache
def _has_winograd() -> bool:
    """Whether NNPACK works here; asking is also what initialises it."""
    if not torch.backends.nnpack.is_available():  # type: ignore[no-untyped-call]
        return False
    try:
        maps = torch.ones(1, WINOGRAD_CHANNELS, 8, 8)
        kernel = torch.ones(WINOGRAD_CHANNELS, WINOGRAD_CHANNELS, 3, 3)
        torch._nnpack_spatial_convolution(maps, kernel, None, 1)
    except (RuntimeError, AttributeError):
        return False
    return True
