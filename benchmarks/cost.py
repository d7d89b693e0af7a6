"""What a picture costs: ``python -m benchmarks.cost`` prints the README's table.

Each size is painted by the command line in a process of its own, so that its peak memory is its
own, with default options and everything included: starting Python, loading torch and weights,
reading, painting, writing. The pair is the demo's, the cat in the Great Wave.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

SIZES = (256, 512, 1024)


def measured(size: int) -> tuple[float, float, dict[str, float]]:
    """Paint the demo at a size; give wall seconds, peak memory in MB, and the final losses."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "demo.png"
        command = [sys.executable, "-m", "brushwork", "demo", "--json", "--size", str(size)]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "--output", str(output)], check=True, capture_output=True, text=True
        )
        seconds = time.perf_counter() - began
    # The peak of the largest child so far; this process has only the one (see `main`).
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return seconds, peak, json.loads(done.stdout.splitlines()[-1])["losses"]


def main() -> None:
    """Print one row of Markdown for each size."""
    parser = argparse.ArgumentParser(description="Measure time and memory of the demo by size.")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    print("| size | seconds | peak memory | style loss | content loss |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for size in parser.parse_args().sizes:
        with get_context("spawn").Pool(1) as pool:
            seconds, peak, losses = pool.apply(measured, (size,))
        row = f"{size} px | {seconds:.0f} | {peak:.0f} MB"
        print(f"| {row} | {losses['style']:.4f} | {losses['content']:.3f} |", flush=True)


if __name__ == "__main__":
    main()
