"""Measure how seamless tiles are.

``python -m benchmarks.seams [--full]`` makes tiles of six paintings at three sizes, as drafts or in
full, and prints for both directions how far the image steps across its border, relative to the
steps inside. Steps alternate with the parity of the pixel, since each tile was enlarged by two; so
the border is compared with those of its own parity. The last row is the mean.
"""

from __future__ import annotations

import sys

import torch
from torch import Tensor

import brushwork
from brushwork import images

PAINTINGS = (
    *("great-wave", "ejiri", "church-at-auvers"),
    *("cafe-terrace", "composition-viii", "langlois-bridge"),
)
SIZES = (96, 128, 192)


def measure_seam(tile: Tensor, axis: int) -> float:
    """Give the mean step across the border over that of inner pixels of the same parity."""
    others = [d for d in range(4) if d != axis]
    steps = (tile - tile.roll(1, axis)).abs().mean(dim=others)
    return float(steps[0] / steps[2::2].mean())


def main() -> None:
    """Print a row for each tile."""
    full = "--full" in sys.argv
    rows = []
    print(f"{'painting':18} {'size':>4} {'left-right':>10} {'top-bottom':>10}")
    for painting in PAINTINGS:
        for size in SIZES:
            made = brushwork.texture(painting, size=size, seamless=True, draft=not full)
            pixels = images.read(made.image).pixels
            rows.append((measure_seam(pixels, 3), measure_seam(pixels, 2)))
            print(f"{painting:18} {size:4} {rows[-1][0]:10.2f} {rows[-1][1]:10.2f}", flush=True)
    mean = torch.tensor(rows).mean(dim=0)
    print(f"{'mean':18} {'':4} {mean[0]:10.2f} {mean[1]:10.2f}")


if __name__ == "__main__":
    main()
