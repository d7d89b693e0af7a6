"""What a command sets for its whole process: memory kept and given back, and how it ends."""

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
