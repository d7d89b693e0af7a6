"""Start a command and write down what it took: ``python -m benchmarks.launch FIGURES COMMAND …``.

A process of its own, because on Linux the peak memory of a child begins at the peak of the process
that started it, which here is a small one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    """Run the command to its end, and exit as it did."""
    figures, *command = sys.argv[1:]
    began, clock = time.time(), time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    took = {
        "wall": time.perf_counter() - clock,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss * 1024,
        "began": began,
    }
    Path(figures).write_text(json.dumps(took), encoding="utf-8")
    process.returncode = os.waitstatus_to_exitcode(status)
    sys.exit(process.returncode)


if __name__ == "__main__":
    main()
