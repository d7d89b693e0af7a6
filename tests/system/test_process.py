"""What a command sets for its whole process: memory that is kept, and memory that is given back."""

from __future__ import annotations

import sys

import pytest

SCRIPT = """
from brushwork.cli.process import prepare
from brushwork.memory import give_back
prepare()
import psutil
def held(): return psutil.Process().memory_info().rss / 1e6
blocks = [bytearray(b"x") * 2_000_000 for _ in range(100)]
full = held()
last = blocks.pop()
blocks.clear()
kept = held()
give_back()
print(full, kept, held())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is set there")
def test_freed_memory_is_kept_until_it_is_given_back(process):
    out, err = process(interpreter=("-c", SCRIPT)).communicate(timeout=60)
    assert err == ""
    full, kept, after = (float(number) for number in out.split())
    assert full - kept < 20
    assert full - after > 150
