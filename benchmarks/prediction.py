"""How true a plan is: ``python -m benchmarks.prediction 512 1024:1.5GB 2048:2GB``.

Each case is a size, with a memory budget if one is given. `brushwork plan` says what it will take;
then the picture is painted in a process of its own, and both are put side by side.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Measured, run

CASES = ("256", "512", "1024", "1024:1.5GB", "2048:2GB")
PAIR = ("cat", "great-wave")


def predicted(flags: list[str]) -> tuple[float, float]:
    """Give the bytes and seconds that the plan names."""
    command = [sys.executable, "-m", "brushwork", "plan", *PAIR, *flags, "--json"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    plan = json.loads(told)
    return plan["memory"], plan["seconds"]


def painted(flags: list[str]) -> Measured:
    """Paint, and give what it took."""
    with tempfile.TemporaryDirectory() as folder:
        output = ["--output", str(Path(folder) / "picture.png"), "--quiet"]
        command = [sys.executable, "-m", "brushwork", "stylize", *PAIR, *flags, *output]
        return run(command, Path(folder) / "log")


def main() -> None:
    """Print a row of Markdown for each case."""
    parser = argparse.ArgumentParser(description="Compare plans with what happens.")
    parser.add_argument("cases", nargs="*", default=CASES, metavar="SIZE[:MEMORY]")
    parser.add_argument("--effort", default="1")
    parser.add_argument("--precision", default="auto")
    arguments = parser.parse_args()
    print("| case | predicted MB | measured MB | off by | predicted s | measured s | off by |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for case in arguments.cases:
        size, _, memory = case.partition(":")
        flags = ["--size", size, "--memory", memory or "auto"]
        flags += ["--effort", arguments.effort, "--precision", arguments.precision]
        (memory_told, seconds_told), took = predicted(flags), painted(flags)
        figures = [
            f"{memory_told / 1e6:.0f}",
            f"{took.peak / 1e6:.0f}",
            f"{memory_told / took.peak - 1:+.0%}",
            f"{seconds_told:.0f}",
            f"{took.wall:.0f}",
            f"{seconds_told / took.wall - 1:+.0%}",
        ]
        print("| " + " | ".join([case.replace(":", ", at most "), *figures]) + " |", flush=True)


if __name__ == "__main__":
    main()
