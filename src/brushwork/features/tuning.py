"""Which kernel is fastest for a convolution here: measured once, then remembered on disk.

The crossover between direct and Winograd convolutions depends on the processor, its caches, its
vector width and torch's build, so nothing is assumed. A measurement takes milliseconds. It is kept
in the user's cache folder under the processor, torch's version and the number of threads, because
another kernel rounds differently: the same machine shall give the same bits every time.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import platform
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import platformdirs
import torch
from torch import Tensor

from brushwork.features.kernels import CHANNELS_LAST, KERNELS, Kernel, candidates

#: Larger maps are measured at this many pixels: the order of the kernels does not change above.
MEASURED_PIXELS = 128 * 128
#: Runs of each kernel after one to warm up; the fastest counts.
TURNS = 8
#: bfloat16 must be this much faster than float32 to be worth its rounding.
WORTH_ROUNDING = 1.25


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
_chosen: dict[str, str] = {}
_adopted: dict[str, str] = {}


#: Half of what VGG-19 computes is convolutions of about this shape.
TYPICAL = Work(128, 128, 64 * 64)


def chosen() -> dict[str, str]:
    """Give every choice of this process so far, for a run that shall round as this one does."""
    return dict(_chosen)


def adopt(choices: Mapping[str, str]) -> None:
    """Choose as another process on the same `machine` did."""
    _adopted.update(choices)
    fastest.cache_clear()
    bfloat16_pays.cache_clear()


@functools.cache
def fastest(work: Work, dtype: torch.dtype) -> Kernel:
    """Give the fastest kernel for some work on this CPU."""
    choices = candidates(dtype)
    if len(choices) == 1:
        return choices[0]
    key = f"{work.inputs}x{work.outputs}x{work.pixels} {_named(dtype)}"

    def measured() -> str:
        times = _times(choices, work, dtype)
        return choices[times.index(min(times))].name

    name = _remembered(key, measured)
    return KERNELS[name] if KERNELS.get(name) in choices else CHANNELS_LAST


@functools.cache
def bfloat16_pays() -> bool:
    """Whether this CPU computes convolutions enough faster in bfloat16 than in float32."""

    def measured() -> str:
        exact = min(_times(candidates(torch.float32), TYPICAL, torch.float32))
        rounded = min(_times(candidates(torch.bfloat16), TYPICAL, torch.bfloat16))
        return "yes" if exact > WORTH_ROUNDING * rounded else "no"

    return _remembered("bfloat16 pays", measured) == "yes"


def _times(kernels: Sequence[Kernel], work: Work, dtype: torch.dtype) -> list[float]:
    """Time kernels on made-up maps; the best of several runs that take turns.

    Other programs disturb a run now and then. Taking turns they disturb all kernels alike, and the
    best run is the least disturbed one.
    """
    runs = [_run(kernel, work, dtype) for kernel in kernels]
    times = [math.inf] * len(runs)
    for turn in range(1 + TURNS):
        for index, run in enumerate(runs):
            began = time.perf_counter()
            run()
            if turn:  # the first one warms up
                times[index] = min(times[index], time.perf_counter() - began)
    return times


def _run(kernel: Kernel, work: Work, dtype: torch.dtype) -> Callable[[], Tensor]:
    side = round(work.pixels**0.5)
    maps = torch.ones(1, work.inputs, side, -(-work.pixels // side), dtype=dtype)
    weights = torch.ones(work.outputs, work.inputs, 3, 3, dtype=dtype)
    maps, weights = (t.contiguous(memory_format=kernel.layout) for t in (maps, weights))
    return lambda: kernel.convolve(maps, weights, None, 1)


def _remembered(key: str, measure: Callable[[], str]) -> str:
    """Look up what was measured on this machine, or measure and write it down."""
    _chosen[key] = _adopted.get(key) or _looked_up(key, measure)
    return _chosen[key]


def _looked_up(key: str, measure: Callable[[], str]) -> str:
    known = _read()
    mine = known.setdefault(machine(), {})
    if key not in mine:
        mine[key] = measure()
        _write(known)
    return mine[key]


def _file() -> Path:
    return Path(platformdirs.user_cache_dir("brushwork")) / "kernels.json"


def _read() -> dict[str, dict[str, str]]:
    """Give what the file knows; one that is missing or torn knows nothing."""
    try:
        known = json.loads(_file().read_text(encoding="utf-8"))
        return {str(machine): dict(choices) for machine, choices in known.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(known: dict[str, dict[str, str]]) -> None:
    """Replace the file whole; where that is not allowed, each process measures for itself."""
    file = _file()
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=file.name)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(known, stream, indent=1)
        Path(fresh).replace(file)


@functools.cache
def machine() -> str:
    """Say what decides how sums are rounded here: processor, threads, torch."""
    threads = torch.get_num_threads()
    return f"{_processor()}, {threads} threads, torch {torch.__version__}"


def _processor() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line for line in lines if line.startswith("model name"))
        return f"{name.partition(':')[2].strip()}, {torch.backends.cpu.get_cpu_capability()}"
    return f"{platform.processor() or platform.machine()}, {platform.system()}"


def _named(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
