"""Make every picture of docs/method.md from the built-in pictures.

``python -m docs.make_pictures`` in the root of the repository makes all of them (ten minutes or so
on two cores); ``python -m docs.make_pictures features gram`` makes only those that are named. They
go to ``docs/pictures/method``; the figures that the page quotes are printed on the way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import PIL.Image

from docs import paintings, representations

FOLDER = Path(__file__).parent / "pictures" / "method"

PICTURES: dict[str, Callable[[], PIL.Image.Image]] = {
    "features.png": representations.features,
    "content.jpg": representations.content,
    "gram.jpg": representations.gram,
    "style.jpg": representations.style,
    "border.png": representations.border,
    "scales.jpg": paintings.scales,
    "strength.jpg": paintings.strength,
    "blend.jpg": paintings.blend,
    "weights.jpg": paintings.weights,
}


def main(names: list[str]) -> None:
    """Make the pictures that are named, with or without extension, or all."""
    unknown = set(names) - {Path(file).stem for file in PICTURES} - set(PICTURES)
    if unknown:
        sys.exit(f"no such picture: {' '.join(unknown)}; there are {' '.join(PICTURES)}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    for file, make in PICTURES.items():
        if not names or {file, Path(file).stem} & set(names):
            make().save(FOLDER / file, quality=88, optimize=True)
            print(f"{file}: {(FOLDER / file).stat().st_size // 1024} KiB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
