"""What a command sets for its whole process: memory that is kept, and memory that is given back."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
