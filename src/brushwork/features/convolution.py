"""One convolution followed by a ReLU, and its gradient as another convolution.

A convolution of VGG is 3×3 with stride 1, so the gradient of its input is a convolution too: of
the output's gradient with the flipped, transposed kernel. Both can therefore use whichever
implementation is fastest (see `brushwork.features.kernels`). On other devices and dtypes, or with
``BRUSHWORK_KERNELS=plain``, `torch.nn.functional` decides.
"""

from __future__ import annotations

import copy
from typing import Any, Literal, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from brushwork.features.choices import choose_kernel, is_plain
from brushwork.features.kernels import Kernel, Layout, Work

#: What lies beyond the border of the maps: the nearest pixel once more, or the opposite border.
Border = Literal["repeat", "wrap"]
_MODES = {"repeat": "replicate", "wrap": "circular"}
#: One pixel on every side.
ONE_PIXEL = (1, 1, 1, 1)
#: What the kernels are measured for.
FAST_DTYPES = (torch.float32, torch.bfloat16)


class ConvolutionReLU(nn.Module):
    """Convolve and keep what is positive: ``max(0, kernel ∗ maps + bias)``, height and width kept.

    The maps are padded by repeating their border. Zeros, as the network was trained with, would
    be a dark frame round every feature map; the deep layers of content and style image would
    both speak of it, although neither has one. See `with_border` for images that wrap.

    Parameters
    ----------
    kernel, bias
        ``(C', C, 3, 3)`` and ``(C',)``; held as buffers, no gradient is ever computed for them.

    Attributes
    ----------
    border
        What lies beyond the maps; see `with_border`.
    way
        The kernel that computes it; the one that was measured to be fastest if None.
    """

    def __init__(self, kernel: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.kernel: Tensor
        self.bias: Tensor
        self.register_buffer("kernel", kernel)
        self.register_buffer("bias", bias)
        self.border: Border = "repeat"
        self.way: Kernel | None = None
        self._prepared: dict[tuple[bool, Layout, torch.dtype], Tensor] = {}

    def with_border(self, border: Border) -> Self:
        """Give the same convolution with another border; kernel and bias are shared."""
        twin = copy.copy(self)
        twin.border, twin._prepared = border, self._prepared
        return twin

    def forward(self, maps: Tensor) -> Tensor:
        """Give ``(B, C', H, W)`` for feature maps ``(B, C, H, W)``."""
        fast = maps.device.type == "cpu" and maps.dtype in FAST_DTYPES
        if fast and not is_plain():
            output: Tensor = _FastConvolutionReLU.apply(maps, self)  # type: ignore[no-untyped-call]
            return output
        kernel, bias = self.kernel.to(maps.dtype), self.bias.to(maps.dtype)
        return F.relu(F.conv2d(self._pad(maps), kernel, bias))

    def convolve(self, maps: Tensor) -> Tensor:
        """Pad, convolve and keep what is positive, by the kernel that is fastest for this shape."""
        outputs, inputs = self.kernel.shape[:2]
        way = self._choose(Work(inputs, outputs, maps.shape[2] * maps.shape[3]), maps.dtype)
        padded = self._pad(maps.contiguous(memory_format=way.memory_format))
        kernel = self._lay_out_kernel(way, maps.dtype, flipped=False)
        return way.convolve(padded, kernel, self.bias.to(maps.dtype), 0, True)

    def convolve_back(self, gradient: Tensor) -> Tensor:
        """Give the gradient of the maps for one of the convolution's output.

        It is the convolution with the flipped, transposed kernel over every place that the kernel
        touched, whose border then adds up onto the pixels that the padding had taken.
        """
        outputs, inputs = self.kernel.shape[:2]
        pixels = gradient.shape[2] * gradient.shape[3]
        way = self._choose(Work(outputs, inputs, pixels), gradient.dtype)
        kernel = self._lay_out_kernel(way, gradient.dtype, flipped=True)
        fold = _fold_wrapped if self.border == "wrap" else _fold_replicated
        laid_out = gradient.contiguous(memory_format=way.memory_format)
        return fold(way.convolve(laid_out, kernel, None, 2, False))

    def _choose(self, work: Work, dtype: torch.dtype) -> Kernel:
        return self.way or choose_kernel(work, dtype)

    def _pad(self, maps: Tensor) -> Tensor:
        return F.pad(maps, ONE_PIXEL, mode=_MODES[self.border])

    def _lay_out_kernel(self, way: Kernel, dtype: torch.dtype, *, flipped: bool) -> Tensor:
        """Lay the kernel out once for each way it is used, not once a step."""
        key = (flipped, way.layout, dtype)
        if key not in self._prepared:
            kernel = self.kernel.flip(2, 3).transpose(0, 1) if flipped else self.kernel
            self._prepared[key] = way.lay_out(kernel.to(dtype))
        return self._prepared[key]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_prepared": {}}  # what is in blocks cannot be copied

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        self._prepared.clear()  # the module moves to another device or dtype
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]

    def _load_from_state_dict(self, *arguments: Any) -> None:
        self._prepared.clear()  # other numbers come
        super()._load_from_state_dict(*arguments)


class _FastConvolutionReLU(torch.autograd.Function):
    """Keeps one tensor for the backward pass: its output, which tells where ReLU let through."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, layer: ConvolutionReLU) -> Tensor:
        output = layer.convolve(maps)
        ctx.save_for_backward(output)
        ctx.layer = layer
        return output

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (output,) = ctx.saved_tensors
        passed = torch.ops.aten.threshold_backward(gradient, output, 0)
        return ctx.layer.convolve_back(passed), None


def _fold_replicated(padded: Tensor) -> Tensor:
    """Add the outermost ring onto the one inside it: what repeating the border does to gradients.

    ``(B, C, H + 2, W + 2)`` to a view of ``(B, C, H, W)``; changes ``padded``.
    """
    padded[:, :, 1].add_(padded[:, :, 0])
    padded[:, :, -2].add_(padded[:, :, -1])
    padded[:, :, :, 1].add_(padded[:, :, :, 0])
    padded[:, :, :, -2].add_(padded[:, :, :, -1])
    return padded[:, :, 1:-1, 1:-1]


def _fold_wrapped(padded: Tensor) -> Tensor:
    """Add the outermost ring onto the opposite side: what wrapping does to gradients."""
    padded[:, :, -2].add_(padded[:, :, 0])
    padded[:, :, 1].add_(padded[:, :, -1])
    padded[:, :, :, -2].add_(padded[:, :, :, 0])
    padded[:, :, :, 1].add_(padded[:, :, :, -1])
    return padded[:, :, 1:-1, 1:-1]
