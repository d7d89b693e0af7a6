"""Hold this version against an older checkout: the same runs in both, bit for bit.

    python tools/compare_bits.py ../brushwork-0.1 [--size 256]

Both run with the same kernels: the first measures and remembers them in a folder of its own, the
second finds them there. Compared are the 16-bit levels of the results and every loss.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

HERE = Path(__file__).resolve().parent.parent
#: Steps after which a run is stopped, to be resumed.
STOPPED_AFTER = 20


def main() -> None:
    """Run both, compare, and exit with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path, help="a checkout of the older version")
    parser.add_argument("--size", type=int, default=256, help="long side of the results")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker is not None:
        run_cases(given.worker, given.size)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folders = [Path(scratch, name) for name in ("old", "new")]
        for tree, folder in zip((given.old.resolve(), HERE), folders, strict=True):
            folder.mkdir()
            start_worker(tree, folder, given.size, Path(scratch, "cache"))
        sys.exit(0 if compare(*folders) else 1)


def start_worker(tree: Path, folder: Path, size: int, cache: Path) -> None:
    """Run all cases with the package of one checkout."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree / "src"),
        "XDG_CACHE_HOME": str(cache),
        "OMP_WAIT_POLICY": "passive",  # as the command line sets it
    }
    command = [sys.executable, __file__, str(tree), "--size", str(size), "--worker", str(folder)]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def compare(old: Path, new: Path) -> bool:
    """Print a row a case; tell whether all are equal."""
    same = True
    for file in sorted(old.glob("*.npy")):
        levels = [np.load(folder / file.name) for folder in (old, new)]
        facts = [json.loads((f / f"{file.stem}.json").read_text("utf-8")) for f in (old, new)]
        equal = np.array_equal(*levels) and facts[0]["losses"] == facts[1]["losses"]
        equal = equal and facts[0]["tiles"] == facts[1]["tiles"]
        same = same and equal
        height, width = levels[0].shape[:2]
        tiles = facts[0]["tiles"]
        total = facts[0]["losses"].get("total", float("nan"))
        print(
            f"{file.stem:28} {width}x{height}, tiles a scale {tiles}, loss {total:.10f}: "
            f"{'equal, bit for bit' if equal else f'DIFFERENT {facts}'}"
        )
    return same


def run_cases(folder: Path, size: int) -> None:
    """Do every run, in the words that both versions understand."""
    import brushwork

    draw_masks()
    pair = ("cat", "great-wave")
    regions = ["great-wave@red", "ejiri:2@blue"]
    guides: dict[str, Any] = {"mask": "mask.png", "regions": "regions.png"}
    # Named, because 0.1 compares them at all scales, and later versions only where they are named.
    layers: dict[str, Any] = {
        "content_layers": ("conv4_2",),
        "style_layers": ("conv1_1", "conv2_1", "conv3_1", "conv4_1:0.6", "conv5_1:0.2"),
    }
    guides |= layers
    keep(folder, "demo", brushwork.iter_stylize(*pair, size=size, **layers))
    # Little enough memory for the last scale to be cut into tiles.
    tiled = {"size": 512, "effort": 0.25, "memory": "1350MB"}
    keep(folder, "tiled", brushwork.iter_stylize(*pair, **tiled, **layers))
    masked = brushwork.iter_stylize("cat", regions, size=size, **guides)
    keep(folder, "masked-two-regions", masked)
    more: dict[str, Any] = {
        "preserve": "detail:4",
        "color": "match",
        "statistics": "covariance",
        "seed": 3,
    }
    more |= {"size": 96, "init": "noise"}
    keep(folder, "preserve-match-noise", brushwork.iter_stylize(*pair, **more))
    portrait = {"size": 96, "optimizer": "adam", "preset": "portrait"}
    keep(folder, "adam-portrait", brushwork.iter_stylize(*pair, **portrait))
    texture = brushwork.iter_texture("ejiri,part=mask.png", size=96, seamless=True)
    keep(folder, "seamless-texture", texture)
    keep(folder, "colour-only", brushwork.iter_stylize(*pair, size=size, color="only"))
    stopped = brushwork.iter_stylize("cat", regions, size=size, checkpoint="kept", **guides)
    with contextlib.closing(stopped):
        steps = (event for event in stopped if isinstance(event, brushwork.StepTaken))
        next(itertools.islice(steps, STOPPED_AFTER, None))
    keep(folder, "resumed", brushwork.iter_resume("kept"))
    masked_again = finish(brushwork.iter_stylize("cat", regions, size=96, **guides))[0]
    masked_again.save("made.png")
    keep(folder, "rerun", brushwork.iter_rerun("made.png", strength=0.7))


def draw_masks() -> None:
    """Draw a mask with a soft border, and a map of two regions, as files of this folder."""
    ramp = np.linspace(0, 255, 400).clip(60, 200)
    PIL.Image.fromarray(np.tile(ramp, (300, 1)).astype(np.uint8)).save("mask.png")
    regions = PIL.Image.new("RGB", (400, 300), "red")
    regions.paste((0, 0, 255), (180, 0, 400, 300))
    regions.save("regions.png")


def keep(folder: Path, name: str, events: Iterator[Any]) -> None:
    """Finish a run and write down what came of it."""
    result, tiles = finish(events)
    np.save(folder / f"{name}.npy", result.levels)
    facts = {"losses": result.losses, "tiles": tiles}
    (folder / f"{name}.json").write_text(json.dumps(facts), "utf-8")


def finish(events: Iterator[Any]) -> tuple[Any, list[int]]:
    """Give the result of a run, and the tiles of its scales."""
    import brushwork

    tiles: list[int] = []
    for event in events:
        if isinstance(event, brushwork.Planned):
            tiles = [stage.tiles for stage in event.plan.stages]
        if isinstance(event, brushwork.Finished):
            # Version 0.1 called the result a painting.
            result = event.result if hasattr(event, "result") else event.painting
    return result, tiles


if __name__ == "__main__":
    main()
