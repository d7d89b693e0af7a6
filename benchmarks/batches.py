"""How many pictures at once: the same batch painted by one process, and by one a core.

``python -m benchmarks.batches [256]`` paints four photos of that size both ways, in turns, and
prints seconds and their ratio. It also prints which part of a run goes into looking at the photo
and the painting: what pictures of a batch could share, and need not.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import brushwork
from brushwork import assets
from brushwork.engine import loop

PHOTOS = 4
TURNS = 3


def batch(folder: Path, size: int, jobs: str) -> float:
    """Give the seconds of a batch as a command."""
    command = ["batch", "photos", "--style", "great-wave", "-o", "out", "--jobs", jobs, "--quiet"]
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "brushwork", *command, "--size", str(size)], cwd=folder, check=True
    )
    shutil.rmtree(folder / "out")
    return time.perf_counter() - began


def looking(size: int) -> float:
    """Give the part of a run that goes into targets."""
    seconds, made = 0.0, loop.make_objective

    def timed(*arguments: Any, **named: Any) -> Any:
        nonlocal seconds
        began = time.perf_counter()
        try:
            return made(*arguments, **named)
        finally:
            seconds += time.perf_counter() - began

    loop.make_objective = timed
    try:
        began = time.perf_counter()
        brushwork.stylize("cat", "great-wave", size=size)
        return seconds / (time.perf_counter() - began)
    finally:
        loop.make_objective = made


def main(size: int) -> None:
    """Measure and print."""
    print(f"targets are {looking(size):.1%} of a run at {size}")
    times: dict[str, list[float]] = {"1": [], "auto": []}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "photos").mkdir()
        for number in range(PHOTOS):
            shutil.copy(assets.find("cat").path, folder / "photos" / f"{number}.jpg")
        for _ in range(TURNS):
            for jobs, taken in times.items():
                taken.append(batch(folder, size, jobs))
    alone, together = (statistics.median(taken) for taken in times.values())
    print(f"{PHOTOS} photos: --jobs 1 {alone:.1f} s, --jobs auto {together:.1f} s", end="")
    print(f", ratio {alone / together:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 256)
