"""Ways to compute a convolution that give the same numbers in different times."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import platformdirs
import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.errors import OutputError
from brushwork.system.files import create_folder, write_atomically

#: Computes maps ``(B, C, H, W)``, kernel ``(C', C, 3, 3)``, bias or None, and rows of zeros that
#: are put on every side.
Convolve = Callable[[Tensor, Tensor, Tensor | None, int], Tensor]


@dataclass(frozen=True)
class Kernel:
    """One implementation of the 3×3 convolution, and the memory order that it likes best."""

    name: str
    layout: torch.memory_format
    convolve: Convolve


def _convolve_direct(maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int) -> Tensor:
    return F.conv2d(maps, kernel, bias, padding=zeros)


def _convolve_winograd(maps: Tensor, kernel: Tensor, bias: Tensor | None, zeros: int) -> Tensor:
    return torch._nnpack_spatial_convolution(maps, kernel, bias, zeros)


#: oneDNN on maps that lie one after the other.
CONTIGUOUS = Kernel("contiguous", torch.contiguous_format, _convolve_direct)
#: oneDNN on maps whose channels lie side by side; mostly ahead on small maps.
CHANNELS_LAST = Kernel("channels-last", torch.channels_last, _convolve_direct)
#: NNPACK's transform (Winograd 1980; Lavin and Gray 2016), which multiplies less; ahead where a
#: map has many pixels. The function is torch's own and private, so it may be gone one day.
WINOGRAD = Kernel("winograd", torch.contiguous_format, _convolve_winograd)
KERNELS = {kernel.name: kernel for kernel in (CONTIGUOUS, CHANNELS_LAST, WINOGRAD)}


def list_candidates(dtype: torch.dtype) -> tuple[Kernel, ...]:
    """Give the kernels that can compute in ``dtype`` on this CPU."""
    if dtype == torch.bfloat16:
        return (CHANNELS_LAST,)  # the other two do not know this type, or turn it round and back
    return (CONTIGUOUS, CHANNELS_LAST, *((WINOGRAD,) if has_winograd() else ()))


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


#: Larger maps are measured at this many pixels: the order of the kernels does not change above.
MEASURED_PIXELS = 128 * 128
#: Runs of each kernel after one to warm up; the fastest counts.
TURNS = 8
#: bfloat16 must be this much faster than float32 to be worth its rounding.
LEAST_SPEEDUP = 1.25


class Work(NamedTuple):
    """A convolution by what decides its speed; ``pixels`` of a map, rounded to a power of two."""

    inputs: int
    outputs: int
    pixels: int

    @classmethod
    def of(cls, inputs: int, outputs: int, pixels: int) -> Work:
        """Describe a convolution of maps with ``pixels`` pixels."""
        rounded = 1 << max(0, pixels - 1).bit_length()
        return cls(inputs, outputs, min(rounded, MEASURED_PIXELS))


#: What was chosen in this process, and what it was told to choose.
_choices: dict[str, str] = {}
_adopted_choices: dict[str, str] = {}
#: Half of what VGG-19 computes is convolutions of about this shape.
TYPICAL_WORK = Work(128, 128, 64 * 64)


def get_choices() -> dict[str, str]:
    """Give every choice of this process so far, for a run that shall round as this one does."""
    return dict(_choices)


def adopt_choices(choices: Mapping[str, str]) -> None:
    """Choose as another process on the same `describe_machine` did."""
    _adopted_choices.update(choices)
    choose_kernel.cache_clear()
    is_bfloat16_faster.cache_clear()


@functools.cache
def choose_kernel(work: Work, dtype: torch.dtype) -> Kernel:
    """Give the fastest kernel for some work on this CPU."""
    choices = list_candidates(dtype)
    if len(choices) == 1:
        return choices[0]
    key = f"{work.inputs}x{work.outputs}x{work.pixels} {_name_dtype(dtype)}"

    def measure() -> str:
        times = _time_kernels(choices, work, dtype)
        return choices[times.index(min(times))].name

    name = _get_choice(key, measure)
    return KERNELS[name] if KERNELS.get(name) in choices else CHANNELS_LAST


@functools.cache
def is_bfloat16_faster() -> bool:
    """Whether this CPU computes convolutions enough faster in bfloat16 than in float32."""

    def measure() -> str:
        exact = min(_time_kernels(list_candidates(torch.float32), TYPICAL_WORK, torch.float32))
        rounded = min(_time_kernels(list_candidates(torch.bfloat16), TYPICAL_WORK, torch.bfloat16))
        return "yes" if exact > LEAST_SPEEDUP * rounded else "no"

    return _get_choice("bfloat16 pays", measure) == "yes"


def _time_kernels(kernels: Sequence[Kernel], work: Work, dtype: torch.dtype) -> list[float]:
    """Time kernels on made-up maps; the best of several runs that take turns.

    Other programs disturb a run now and then. Taking turns they disturb all kernels alike, and the
    best run is the least disturbed one.
    """
    runs = [_prepare_run(kernel, work, dtype) for kernel in kernels]
    times = [math.inf] * len(runs)
    for turn in range(1 + TURNS):
        for index, run in enumerate(runs):
            began = time.perf_counter()
            run()
            if turn:  # the first one warms up
                times[index] = min(times[index], time.perf_counter() - began)
    return times


def _prepare_run(kernel: Kernel, work: Work, dtype: torch.dtype) -> Callable[[], Tensor]:
    side = round(work.pixels**0.5)
    maps = torch.ones(1, work.inputs, side, -(-work.pixels // side), dtype=dtype)
    weights = torch.ones(work.outputs, work.inputs, 3, 3, dtype=dtype)
    maps, weights = (t.contiguous(memory_format=kernel.layout) for t in (maps, weights))
    return lambda: kernel.convolve(maps, weights, None, 1)


def _get_choice(key: str, measure: Callable[[], str]) -> str:
    """Look up what was measured on this machine, or measure and write it down."""
    _choices[key] = _adopted_choices.get(key) or _look_up(key, measure)
    return _choices[key]


def _look_up(key: str, measure: Callable[[], str]) -> str:
    known = _read_cache()
    mine = known.setdefault(describe_machine(), {})
    if key not in mine:
        mine[key] = measure()
        _write_cache(known)
    return mine[key]


def _cache_file() -> Path:
    return Path(platformdirs.user_cache_dir("brushwork")) / "kernels.json"


def _read_cache() -> dict[str, dict[str, str]]:
    """Give what the file knows; one that is missing or torn knows nothing."""
    try:
        known = json.loads(_cache_file().read_text(encoding="utf-8"))
        return {str(machine): dict(choices) for machine, choices in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write_cache(known: dict[str, dict[str, str]]) -> None:
    """Replace the file whole; where that is not allowed, each process measures for itself."""
    file = _cache_file()
    with contextlib.suppress(OutputError):
        create_folder(file.parent)
        write_atomically(json.dumps(known, indent=1).encode(), file, overwrite=True)


@functools.cache
def describe_machine() -> str:
    """Say what decides how sums are rounded here: processor, threads, torch."""
    threads = torch.get_num_threads()
    return f"{_describe_processor()}, {threads} threads, torch {torch.__version__}"


def _describe_processor() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line for line in lines if line.startswith("model name"))
        return f"{name.partition(':')[2].strip()}, {torch.backends.cpu.get_cpu_capability()}"
    return f"{platform.processor() or platform.machine()}, {platform.system()}"


def _name_dtype(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
