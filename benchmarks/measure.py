"""Run a command as a whole process: wall time, processor time and peak memory of it alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


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


def run(command: Sequence[str], log: Path) -> Measured:
    """Run to the end, with all that it prints in ``log``.

    Threads of OpenMP wait without spinning, in every contender alike: on an idle machine that costs
    next to nothing, and beside other work it keeps the times honest.

    Raises
    ------
    RuntimeError
        If it fails; the message ends with the end of the log.
    """
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "PYTHONPATH": paths}
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        launched = [sys.executable, "-m", "benchmarks.launch", str(figures), *command]
        with log.open("w", encoding="utf-8") as stream:
            code = subprocess.run(
                launched, stdout=stream, stderr=subprocess.STDOUT, env=environment, check=False
            ).returncode
        if code:
            end = log.read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"{command[0]} failed with {code}:\n{end}")
        return Measured(**json.loads(figures.read_text(encoding="utf-8")))
