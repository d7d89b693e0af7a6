"""Ways to compute a convolution that give the same numbers in different times."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

#: Computes maps ``(B, C, H, W)``, kernel ``(C', C, 3, 3)`` as `Kernel.lay_out` gives it, bias or
#: None, rows of zeros that are put on every side, and whether only what is positive is kept.
Convolve = Callable[[Tensor, Tensor, Tensor | None, int, bool], Tensor]
#: The memory order of feature maps: one after the other, or their channels side by side.
Layout = Literal["contiguous", "channels-last"]
_FORMATS: dict[Layout, torch.memory_format] = {
    "contiguous": torch.contiguous_format,
    "channels-last": torch.channels_last,
}


@dataclass(frozen=True)
class Kernel:
    """One implementation of the 3×3 convolution, and the memory order that it works in."""

    name: str
    layout: Layout
    convolve: Convolve

    @property
    def memory_format(self) -> torch.memory_format:
        """The layout as torch has it."""
        return _FORMATS[self.layout]

    def lay_out(self, kernel: Tensor) -> Tensor:
        """Put a kernel ``(C', C, 3, 3)`` into the order that is computed with, once for all."""
        if self.layout == "channels-last" and can_pack(kernel.dtype):
            return _pack(kernel)
        return kernel.contiguous(memory_format=self.memory_format)


def _convolve_direct(
    maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int, positive: bool
) -> Tensor:
    output = F.conv2d(maps, kernel, bias, padding=zeros)
    return output.relu_() if positive else output


def _convolve_packed(
    maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int, positive: bool
) -> Tensor:
    if not kernel.is_mkldnn:
        return _convolve_direct(maps, kernel, bias, zeros, positive)
    convolve = torch.ops.mkldnn._convolution_pointwise
    padding, stride, dilation, groups = [zeros, zeros], [1, 1], [1, 1], 1
    then = "relu" if positive else "none"
    output: Tensor = convolve(maps, kernel, bias, padding, stride, dilation, groups, then, [], "")
    return output


def _convolve_winograd(
    maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int, positive: bool
) -> Tensor:
    output = torch._nnpack_spatial_convolution(maps, kernel, bias, zeros)
    return output.relu_() if positive else output


def _pack(kernel: Tensor) -> Tensor:
    """Put a kernel into the blocks that oneDNN reads, which it else makes of it at every call."""
    reorder = torch.ops.mkldnn._reorder_convolution_weight
    packed: Tensor = reorder(kernel, [0, 0], [1, 1], [1, 1], 1)
    return packed


#: oneDNN on maps that lie one after the other.
CONTIGUOUS = Kernel("contiguous", "contiguous", _convolve_direct)
#: oneDNN on maps whose channels lie side by side, with kernels in blocks, and ReLU in the same go:
#: ahead on small maps, where it takes half the time. The functions are torch's own and private.
CHANNELS_LAST = Kernel("channels-last", "channels-last", _convolve_packed)
#: NNPACK's transform (Winograd 1980; Lavin and Gray 2016), which multiplies less; ahead where a
#: map has many pixels. The function is torch's own and private, so it may be gone one day.
WINOGRAD = Kernel("winograd", "contiguous", _convolve_winograd)
KERNELS = {kernel.name: kernel for kernel in (CONTIGUOUS, CHANNELS_LAST, WINOGRAD)}


def list_candidates(dtype: torch.dtype) -> tuple[Kernel, ...]:
    """Give the kernels that can compute in ``dtype`` on this CPU."""
    winograd = dtype == torch.float32 and has_winograd()
    return (CONTIGUOUS, CHANNELS_LAST, *((WINOGRAD,) if winograd else ()))


@functools.cache
def has_winograd() -> bool:
    """Whether NNPACK works here; asking is also what initialises it."""
    if not torch.backends.nnpack.is_available():  # type: ignore[no-untyped-call]
        return False
    try:
        WINOGRAD.convolve(torch.ones(1, 16, 8, 8), torch.ones(16, 16, 3, 3), None, 1, False)
    except (RuntimeError, AttributeError):
        return False
    return True


@functools.cache
def can_pack(dtype: torch.dtype) -> bool:
    """Whether kernels in blocks are known to this torch, and give the right numbers here."""
    maps = torch.arange(-50, 50, dtype=dtype).reshape(1, 4, 5, 5)
    kernel = torch.arange(4 * 4 * 9, dtype=dtype).reshape(4, 4, 3, 3) % 5 - 2
    maps = maps.contiguous(memory_format=torch.channels_last)
    try:
        packed = _convolve_packed(maps, _pack(kernel), None, 1, True)
    except (RuntimeError, AttributeError, TypeError):
        return False
    return torch.equal(packed, _convolve_direct(maps, kernel, None, 1, True))


class Work(NamedTuple):
    """A convolution by what decides its speed: channels, and the pixels of a map."""

    inputs: int
    outputs: int
    pixels: int
