"""Ways to compute a convolution that give the same numbers in different times."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

#: Computes maps ``(B, C, H, W)``, kernel ``(C', C, 3, 3)``, bias or None, and rows of zeros that
#: are put on every side.
Convolve = Callable[[Tensor, Tensor, Tensor | None, int], Tensor]
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


def _convolve_direct(maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int) -> Tensor:
    return F.conv2d(maps, kernel, bias, padding=zeros)


def _convolve_winograd(maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int) -> Tensor:
    return torch._nnpack_spatial_convolution(maps, kernel, bias, zeros)


#: oneDNN on maps that lie one after the other.
CONTIGUOUS = Kernel("contiguous", "contiguous", _convolve_direct)
#: oneDNN on maps whose channels lie side by side; mostly ahead on small maps.
CHANNELS_LAST = Kernel("channels-last", "channels-last", _convolve_direct)
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
        WINOGRAD.convolve(torch.ones(1, 16, 8, 8), torch.ones(16, 16, 3, 3), None, 1)
    except (RuntimeError, AttributeError):
        return False
    return True


class Work(NamedTuple):
    """A convolution by what decides its speed: channels, and the pixels of a map."""

    inputs: int
    outputs: int
    pixels: int
