"""Amounts of memory for people, and what is free here."""

from __future__ import annotations

import mmap
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
import torch

from brushwork.system import memory


@pytest.mark.parametrize(
    ("amount", "text"), [(3_724_000_000, "3.72 GB"), (1e9, "1.00 GB"), (850e6, "850 MB")]
)
def test_amounts_are_written_for_people(amount: float, text: str) -> None:
    assert memory.format_bytes(amount) == text


def test_some_of_what_is_free_is_left_to_others() -> None:
    free, held = psutil.virtual_memory().available, memory.measure_resident()
    assert 0 < held < memory.measure_available() < held + free


def test_what_this_process_holds_is_counted() -> None:
    before = memory.measure_resident()
    # From the system itself: a block of Python's could be one that was freed and kept before.
    with mmap.mmap(-1, 64_000_000) as block:
        block.write(b"1" * len(block))
        assert memory.measure_resident() - before > 0.9 * len(block)


@pytest.mark.parametrize(("limit", "left"), [("500000000\n", 300_000_000), ("max\n", None)])
def test_a_container_may_have_less(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, limit: str, left: int | None
) -> None:
    (tmp_path / "max").write_text(limit)
    (tmp_path / "current").write_text("200000000\n")
    monkeypatch.setattr(memory, "_GROUPS", ((tmp_path / "max", tmp_path / "current"),))
    free = psutil.virtual_memory().available
    granted = memory.measure_available() - memory.measure_resident()
    if left is None:
        assert granted > left_margin(free) / 2
    else:
        assert granted == pytest.approx(left_margin(left), abs=5e6)


def left_margin(free: float) -> float:
    return free - max(0.1 * free, 250e6)


#: Runs out of memory in one of several ways, under a limit of address space, and says what it saw.
EXHAUST = """
import resource, sys
import numpy, psutil, torch
from brushwork.system.memory import is_out_of_memory
torch.set_num_threads(1)
torch.backends.nnpack.is_available()
maps, kernel = torch.ones(1, 64, 512, 512), torch.ones(4, 64, 3, 3)
torch._nnpack_spatial_convolution(maps[..., :8, :8], kernel, None, 1)
limit = psutil.Process().memory_info().vms + 60 * 10**6
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
ways = {
    "torch": lambda: maps + 1,
    "oneDNN": lambda: torch.nn.functional.conv2d(maps, kernel, padding=1),
    "NNPACK": lambda: torch._nnpack_spatial_convolution(maps, kernel, None, 1),
    "numpy": lambda: numpy.ones(4 * 10**6),
    "Python": lambda: bytearray(16 * 10**6),
}
held = []
try:
    while True:
        held.append(ways[sys.argv[1]]())
except BaseException as error:
    seen = error
held.clear()
print(is_out_of_memory(seen), type(seen).__name__, seen)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has no such limit")
@pytest.mark.parametrize("way", ["torch", "oneDNN", "NNPACK", "numpy", "Python"])
def test_memory_that_really_runs_out_is_recognised(way: str) -> None:
    command = [sys.executable, "-c", EXHAUST, way]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("True "), done.stdout + done.stderr


def test_a_gpu_out_of_memory_is_recognised_by_its_type() -> None:
    assert memory.is_out_of_memory(torch.OutOfMemoryError("whatever it says"))
    assert memory.is_out_of_memory(torch.cuda.OutOfMemoryError("CUDA out of memory."))


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("the styles cannot be allocated to regions"),
        RuntimeError("The size of tensor a (3) must match the size of tensor b (4)"),
        ValueError("DefaultCPUAllocator: can't allocate memory"),
        NotImplementedError("DefaultCPUAllocator: can't allocate memory"),
        OSError(28, "No space left on device"),
        KeyboardInterrupt(),
    ],
    ids=repr,
)
def test_other_errors_are_not_taken_for_it(error: BaseException) -> None:
    assert not memory.is_out_of_memory(error)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc alone is asked")
def test_what_is_free_is_handed_back_only_where_more_is_held_than_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    library = SimpleNamespace(malloc_trim=asked.append)
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: library)
    memory.trim(2 * memory.measure_resident())
    assert not asked
    memory.trim(memory.measure_resident() // 2)
    memory.trim()
    assert len(asked) == 2
