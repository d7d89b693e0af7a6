"""Make every picture of docs/method.md and docs/control.md from the built-in pictures.

``python -m tools.docs.make_pictures`` in the root of the repository makes all of them (half an hour
or so on two cores); ``python -m tools.docs.make_pictures features gram`` makes only those that are
named. They go to ``docs/pictures/method`` and ``docs/pictures/control``; the figures that the pages
quote are printed on the way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import PIL.Image

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as the command line does; before torch

from tools.docs import controls, representations, stylizations

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"

PICTURES: dict[str, Callable[[], PIL.Image.Image]] = {
    "method/features.png": representations.draw_features,
    "method/content.jpg": representations.draw_content,
    "method/gram.jpg": representations.draw_gram,
    "method/style.jpg": representations.draw_style,
    "method/border.png": representations.draw_border,
    "method/scales.jpg": stylizations.draw_scales,
    "method/strength.jpg": stylizations.draw_strength,
    "method/blend.jpg": stylizations.draw_blend,
    "method/weights.jpg": stylizations.draw_weights,
    **{f"control/{file}": make for file, make in controls.PICTURES.items()},
}


def main(names: list[str]) -> None:
    """Make the pictures that are named, with or without extension, or all."""
    unknown = set(names) - {Path(file).stem for file in PICTURES}
    if unknown:
        sys.exit(f"no such picture: {' '.join(unknown)}; there are {', '.join(PICTURES)}")
    for file, make in PICTURES.items():
        if not names or Path(file).stem in names:
            (FOLDER / file).parent.mkdir(parents=True, exist_ok=True)
            make().save(FOLDER / file, quality=88, optimize=True)
            print(f"{file}: {(FOLDER / file).stat().st_size // 1024} KiB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
