"""What decides how sums are rounded: processor, threads, torch."""

from __future__ import annotations

import contextlib
import functools
import platform
from pathlib import Path

import torch

#: How Linux names the instructions that compute with bfloat16.
_BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}


@functools.cache
def describe_machine() -> str:
    """Name this machine, so that figures and states of another are not taken for its own."""
    threads = torch.get_num_threads()
    return f"{_describe_processor()}, {threads} threads, torch {torch.__version__}"


@functools.cache
def has_bfloat16() -> bool:
    """Whether the processor says that it has instructions for bfloat16; under Linux alone it does.

    It says so at once, where to measure how much is gained by them takes seconds.
    """
    return not _BFLOAT16_FLAGS.isdisjoint(_read_processor("flags").split())


def _read_processor(field: str) -> str:
    """Give what Linux tells of the first processor; empty where it tells nothing."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == field:
                return value.strip()
    return ""


def _describe_processor() -> str:
    if name := _read_processor("model name"):
        return f"{name}, {torch.backends.cpu.get_cpu_capability()}"
    return f"{platform.processor() or platform.machine()}, {platform.system()}"
