"""What a command may set for its whole process and a library may not: threads, memory, its end.

Call `prepare` before torch is loaded.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

#: Parameters of glibc's mallopt, from its malloc.h.
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
#: So many more objects have to be there before Python looks for cycles among them: 700 by default.
_OBJECTS_BETWEEN_COLLECTIONS = 20_000
#: Turns of GNU's OpenMP in its waiting loop before a thread sleeps: about a tenth of a millisecond.
_BRIEF_WAIT = "10000"
#: How often Linux is asked how many programs compute now, and the seconds between.
_LOOKS, _SECONDS_BETWEEN_LOOKS = 3, 0.002
_LOAD = Path("/proc/loadavg")
#: The shell's convention for a program ended by a signal.
INTERRUPTED, TERMINATED = 130, 143


class Terminated(KeyboardInterrupt):
    """The system asks the process to end: what Ctrl-C does is right then, too."""


def prepare() -> None:
    """Make this process a good neighbour on its cores, thrifty with memory, and quick to end."""
    signal.signal(signal.SIGTERM, _raise_terminated)
    _set_passive_waiting()
    _keep_freed_memory()
    _search_seldom_for_cycles()


def _set_passive_waiting() -> None:
    """Let OpenMP's threads sleep where they wait for each other.

    By default they spin. As soon as another program wants a core, the spinning thread holds up the
    very one that it waits for: beside one busy process on two cores, a run took twice to five times
    as long.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def wait_awake_while_alone() -> None:
    """Let OpenMP's threads stay awake for a moment before they sleep, if nothing else computes.

    A step of a small image is hundreds of computations of a tenth of a millisecond each. To wake a
    thread for its part of one takes about as long, in a virtual machine above all: there, the small
    network's steps take two thirds of the time so. Meant for commands that end in a minute; one
    that goes on for hours, as a film does, will have others beside it. Call it before torch is
    loaded.
    """
    if os.environ.get("OMP_WAIT_POLICY") == "passive" and _is_alone():
        os.environ.setdefault("GOMP_SPINCOUNT", _BRIEF_WAIT)


def _is_alone() -> bool:
    """Whether this process alone computes at one moment of several; False where nobody tells."""
    for look in range(_LOOKS):
        if look:
            time.sleep(_SECONDS_BETWEEN_LOOKS)
        try:
            running = _LOAD.read_text(encoding="ascii").split()[3].partition("/")[0]
        except (OSError, IndexError):
            return False
        if running == "1":
            return True
    return False


def _keep_freed_memory() -> None:
    """Tell glibc to keep what is freed instead of handing it back to the system.

    Every step frees and takes the same few hundred megabytes. Blocks that large go back to the
    system at once by default, which then has to clear and map every page anew: a tenth to a
    quarter of the time of a step. Other C libraries know no such setting and are left alone.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)


def _search_seldom_for_cycles() -> None:
    """Search fewer times for objects that only hold each other, and not at all at the end.

    Torch brings hundreds of thousands of objects. While it is loaded Python looks through them
    again and again, and several times more while it ends, to free each: together most of a second.
    A run leaves nothing in cycles (without any search it needs no more memory), and at the end the
    system takes all back anyway. What is registered to happen at the end happens as ever.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)


def _raise_terminated(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
