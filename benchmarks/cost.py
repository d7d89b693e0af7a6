"""What a picture costs: ``python -m benchmarks.cost`` prints the README's table.

Each size is painted by the command line in a process of its own, with default options and
everything included: starting Python, loading torch and weights, reading, painting, writing. The
pair is the demo's, the cat in the Great Wave. ``4096:4GB`` is a size with a memory budget.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import PIL.Image

from benchmarks.measure import run
from brushwork import images
from brushwork.metrics import Metrics

CASES = ("256", "512", "1024", "2048:4GB", "4096:4GB")
PAIR = ("cat", "great-wave")
#: All pictures are measured at the smallest size, so that their distances can be compared.
MEASURED_AT = 256


def painted(case: str, output: Path, metrics: Metrics) -> str:
    """Paint the demo at a size; give a row of Markdown."""
    size, _, memory = case.partition(":")
    flags = ["--size", size, "--memory", memory or "auto", "--output", str(output), "--overwrite"]
    command = [sys.executable, "-m", "brushwork", "demo", *flags]
    took = run(command, output.with_suffix(".log"))
    style, content = metrics(images.read(output).pixels)
    width, height = PIL.Image.open(output).size
    pixel = 1e6 * took.wall / (width * height)
    allowed = f", `--memory {memory}`" if memory else ""
    figures = f"{took.wall:.0f} | {pixel:.0f} | {took.peak / 1e6:.0f} | {style:.3f} | {content:.3f}"
    return f"| {width}×{height}{allowed} | {figures} |"


def main() -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description="Measure time and memory of the demo by size.")
    parser.add_argument("cases", nargs="*", default=CASES, metavar="SIZE[:MEMORY]")
    parser.add_argument("--keep", type=Path, help="Folder for the pictures.")
    arguments = parser.parse_args()
    metrics = Metrics(*(images.read(name).pixels for name in PAIR), MEASURED_AT)
    print("| size | seconds | µs a pixel | peak MB | style | content |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for case in arguments.cases:
            output = folder / f"{case.partition(':')[0]}.png"
            print(painted(case, output, metrics), flush=True)


if __name__ == "__main__":
    main()
