"""What a command sets for its whole process: memory kept and given back, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from brushwork.system import process

SCRIPT = """
from brushwork.system.process import prepare
from brushwork.system.memory import trim
prepare()
import psutil
def held(): return psutil.Process().memory_info().rss / 1e6
blocks = [bytearray(b"x") * 2_000_000 for _ in range(100)]
full = held()
last = blocks.pop()
blocks.clear()
kept = held()
trim()
print(full, kept, held())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is set there")
def test_freed_memory_is_kept_until_it_is_given_back() -> None:
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    full, kept, after = (float(number) for number in done.stdout.split())
    assert full - kept < 20
    assert full - after > 150


ENDING = """
import atexit, gc
from brushwork.system.process import prepare
atexit.register(lambda: print(gc.get_freeze_count() > 1000))
prepare()
atexit.register(lambda: print(gc.get_freeze_count() > 1000))
"""


def test_nothing_is_searched_for_cycles_at_the_end_and_what_is_registered_happens() -> None:
    command = [sys.executable, "-c", ENDING]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.split(), done.stderr) == (["False", "True"], "")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Give the file that tells how many programs compute; nothing else is set yet."""
    file = tmp_path / "loadavg"
    monkeypatch.setattr(process, "_LOAD", file)
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    return file


@pytest.mark.parametrize(
    ("said", "expected"),
    [("0.00 1.31 1.83 1/214 4711\n", "10000"), ("0.00 0.00 0.00 2/214 4711\n", None), ("", None)],
)
def test_threads_wait_awake_where_nothing_else_computes(
    load: Path, said: str, expected: str | None
) -> None:
    load.write_text(said)
    process.wait_awake_while_alone()
    assert os.environ.pop("GOMP_SPINCOUNT", None) == expected


def test_nobody_is_overruled_on_how_threads_wait(
    load: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.write_text("0.00 1.31 1.83 1/214 4711\n")
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    process.wait_awake_while_alone()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "active")
    process.wait_awake_while_alone()
    assert "GOMP_SPINCOUNT" not in os.environ


def test_where_nobody_tells_who_computes_threads_sleep(load: Path) -> None:
    process.wait_awake_while_alone()
    assert "GOMP_SPINCOUNT" not in os.environ
