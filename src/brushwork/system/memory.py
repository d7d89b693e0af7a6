"""Amounts of memory: how people write them, and how much of it is free."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

from brushwork.errors import MemoryBudgetError

#: Left to the rest of the machine by default: this part of what is free, and at least so much.
MARGIN, LEAST_MARGIN = 0.1, 250 * 10**6
#: Where a container is told how much it may use: version 2 and version 1 of Linux's control groups.
_GROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)
#: What a plain RuntimeError of torch says when memory ran out. `is_out_of_memory` tells why.
_OUT_OF_MEMORY = (
    "DefaultCPUAllocator",  # the allocator of every CPU tensor names itself, on every system
    os.strerror(errno.ENOMEM),  # NNPACK and others below torch pass on the C library's words
    "std::bad_alloc",
    "MPS backend out of memory",
)
#: What this process was told to keep to, in bytes; see `set_limit`.
_limit: int | None = None


def format_bytes(amount: float) -> str:
    """Write bytes for people: ``"3.72 GB"``, ``"850 MB"``."""
    return f"{amount / 1e9:.2f} GB" if amount >= 1e9 else f"{amount / 1e6:.0f} MB"


def measure_resident() -> int:
    """Give the bytes of memory that this process holds now."""
    return int(psutil.Process().memory_info().rss)


def measure_available() -> int:
    """Give the bytes that this process may hold in all without driving others out.

    That is what it holds already and what is free, minus a margin of a tenth; in a container, not
    more than the container has left, and under ``ulimit -v``, not more than that leaves. A process
    that shares the machine with others of its kind keeps to its `set_limit`, too.
    """
    free = min([psutil.virtual_memory().available, *_read_group_limit(), *_read_process_limit()])
    found = measure_resident() + int(free - max(MARGIN * free, LEAST_MARGIN))
    return found if _limit is None else min(found, _limit)


def set_limit(amount: int | None) -> None:
    """Let this process hold no more than so many bytes in all; as many as are free if None."""
    global _limit
    _limit = amount


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error means that memory ran out.

    Python and NumPy raise a MemoryError, and torch on a GPU its own OutOfMemoryError. On the CPU
    torch (2.13) raises a plain RuntimeError, which it raises for all else too; so of those, and of
    no subclass, the message has to be looked at: here, and nowhere else.
    """
    torch = sys.modules.get("torch")  # not imported for this: no error can be from it then
    if isinstance(error, MemoryError):
        return True
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return True
    return type(error) is RuntimeError and any(sign in str(error) for sign in _OUT_OF_MEMORY)


@contextlib.contextmanager
def tell_out_of_memory(when: str) -> Iterator[None]:
    """Turn the end of memory in the block into one sentence.

    Parameters
    ----------
    when
        The end of "memory ran out while …".

    Raises
    ------
    MemoryBudgetError
        If memory ran out, in whichever way that was told.
    """
    try:
        yield
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise MemoryBudgetError(
            f"memory ran out while {when}; close other programs, use smaller images, or a smaller "
            "size (--size)."
        ) from error


def trim(allowance: int = 0) -> None:
    """Hand all memory that is free inside this process back to the system.

    What was freed lies in pieces, between others that are still used; a larger block that is asked
    for next may fit into none of them. glibc can return such pieces, at the price of mapping them
    anew when they are needed. Other C libraries do as they do.

    Parameters
    ----------
    allowance
        Nothing is handed back as long as the process holds no more than so many bytes in all.
    """
    if sys.platform.startswith("linux") and measure_resident() > allowance:
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _read_group_limit() -> list[int]:
    for limit, used in _GROUPS:
        try:
            return [max(0, int(limit.read_text()) - int(used.read_text()))]
        except (OSError, ValueError):  # no such group, or its limit reads "max"
            continue
    return []


def _read_process_limit() -> list[int]:
    """Give what the limit of this process leaves, where it has one and the system tells."""
    if not sys.platform.startswith("linux"):
        return []
    process = psutil.Process()
    limit, _ = process.rlimit(psutil.RLIMIT_AS)
    return [] if limit < 0 else [max(0, limit - int(process.memory_info().vms))]
