"""The pictures of the README: ``python -m benchmarks.gallery`` paints, measures, keeps them small.

Every pair is painted by default options at 512 px; the result goes to ``benchmarks/results/`` as
it is, and to ``docs/pictures/`` as a JPEG, with the demo's photo and painting beside it. The
distances that are printed are those of `brushwork.metrics`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import PIL.Image

import brushwork
from brushwork import images
from brushwork.metrics import Metrics

PAIRS = (
    ("cat", "great-wave"),
    ("cat", "cafe-terrace"),
    ("neuschwanstein", "composition-viii"),
    ("astronaut", "church-at-auvers"),
    ("great-wall", "ejiri"),
)
ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
SHOWN = ROOT / "docs" / "pictures"


def painted(photo: str, painting: str, size: int) -> PIL.Image.Image:
    """Paint one pair by default options, keep the picture, and print its distances."""
    result = brushwork.stylize(photo, painting, size=size)
    result.save(RESULTS / f"{photo}-{painting}.png", overwrite=True)
    metrics = Metrics(images.read(photo).pixels, images.read(painting).pixels, size)
    style, content = metrics(images.read(result.image).pixels)
    row = f"{photo} × {painting} | {result.seconds:.0f} | {style:.4f} | {content:.4f}"
    print(f"| {row} | {'; '.join(result.notes) or 'none'} |", flush=True)
    return result.image


def shown(picture: PIL.Image.Image, name: str) -> None:
    """Keep a picture for the README as a small JPEG."""
    picture.save(SHOWN / f"{name}.jpg", quality=88, optimize=True)


def main() -> None:
    """Paint every pair and print a table of Markdown."""
    parser = argparse.ArgumentParser(description="Paint and measure the README's pictures.")
    parser.add_argument("--size", type=int, default=512)
    size = parser.parse_args().size
    for folder in (RESULTS, SHOWN):
        folder.mkdir(parents=True, exist_ok=True)
    print("| pair | seconds | style distance | content distance | notes |")
    print("| --- | ---: | ---: | ---: | --- |")
    for photo, painting in PAIRS:
        shown(painted(photo, painting, size), f"{photo}-{painting}")
    for name in PAIRS[0]:
        source = images.to_pil(images.read(name).pixels)
        source.thumbnail((size, size), PIL.Image.Resampling.LANCZOS)
        shown(source, name)


if __name__ == "__main__":
    main()
