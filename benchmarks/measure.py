"""Run a command as a whole process: wall time, processor time and peak memory of it alone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """What a process took.

    Attributes
    ----------
    wall, cpu
        Seconds by the clock, and of all its threads together (user and system).
    peak
        Bytes of memory that it held at most.
    began
        When it began, in seconds of `time.time`, to date the files that it wrote.
    """

    wall: float
    cpu: float
    peak: int
    began: float


def run(command: Sequence[str], log: Path, extra: Mapping[str, str] | None = None) -> Measured:
    """Run to the end, with all that it prints in ``log``.

    Threads of OpenMP wait without spinning, in every contender alike: on an idle machine that costs
    next to nothing, and beside other work it keeps the times honest.

    Raises
    ------
    RuntimeError
        If it fails; the message ends with the end of the log.
    """
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", **(extra or {})}
    with log.open("w", encoding="utf-8") as stream:
        wall, began = time.perf_counter(), time.time()
        process = subprocess.Popen(
            command, stdout=stream, stderr=subprocess.STDOUT, env=environment
        )
        # wait4 gives the figures of this child; getrusage would add up those of all children.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - wall
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        end = log.read_text(encoding="utf-8")[-2000:]
        raise RuntimeError(f"{command[0]} failed with {process.returncode}:\n{end}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, began)
