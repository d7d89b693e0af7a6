"""What decides how sums are rounded: processor, threads, torch."""

from __future__ import annotations

import contextlib
import functools
import platform
from pathlib import Path

import torch


@functools.cache
def describe_machine() -> str:
    """Name this machine, so that figures and states of another are not taken for its own."""
    threads = torch.get_num_threads()
    return f"{_describe_processor()}, {threads} threads, torch {torch.__version__}"


def _describe_processor() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line for line in lines if line.startswith("model name"))
        return f"{name.partition(':')[2].strip()}, {torch.backends.cpu.get_cpu_capability()}"
    return f"{platform.processor() or platform.machine()}, {platform.system()}"
