"""Pictures of docs/control.md: every control, by the options that are written here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import PIL.Image
from PIL import ImageFilter

from brushwork import Options, images, stylize, texture
from brushwork.losses import STATISTICS
from brushwork.masks.segmentation import find_subject
from brushwork.masks.shapes import Box
from brushwork.options import PRESETS
from docs.drawing import below, beside, labelled, picture, resized
from docs.representations import read

#: What all pictures are painted with, unless they say otherwise.
BASE: dict[str, Any] = {"size": 256}
PAIRS = (
    ("cat", "great-wave"),
    ("astronaut", "church-at-auvers"),
    ("neuschwanstein", "composition-viii"),
    ("great-wall", "ejiri"),
)
WIDTH = 250


def statistics() -> PIL.Image.Image:
    """Paint four pairs by each statistic."""
    rows = []
    for photo, painting in PAIRS:
        row = [labelled(_thumbnail(painting), painting)]
        row += [_painted(name, photo, painting, statistics=name) for name in STATISTICS]
        rows.append(beside(row))
    return below(rows)


def color() -> PIL.Image.Image:
    """Paint two pairs with the colours of one, of the other, and of both."""
    choices = ("style", "content", "palette", "match", "only")
    return below(
        [
            beside([_painted(f"color {name}", *pair, color=name) for name in choices])
            for pair in PAIRS[:2]
        ]
    )


def mask() -> PIL.Image.Image:
    """Paint the kitten alone, and everything else alone."""
    photo = images.read("cat").pixels
    height, width = photo.shape[2:]
    kitten = find_subject(photo, Box(0.17 * width, 0.12 * height, 0.83 * width, 0.64 * height))
    with tempfile.TemporaryDirectory() as folder:
        file, rest = Path(folder) / "kitten.png", Path(folder) / "rest.png"
        images.to_pil(kitten.expand(1, 3, -1, -1)).save(file)
        images.to_pil(1 - kitten.expand(1, 3, -1, -1)).save(rest)
        painted = _painted("the kitten", "cat", "great-wave", mask=str(file))
        around = _painted("all but the kitten", "cat", "great-wave", mask=str(rest))
        return beside([labelled(_thumbnail(str(file)), "kitten.png"), painted, around])


def regions() -> PIL.Image.Image:
    """Give the sky one painting and the rest another."""
    with tempfile.TemporaryDirectory() as folder:
        file = _sky(Path(folder) / "map.png")
        styles = ["cafe-terrace@blue", "church-at-auvers@lime"]
        painted = _painted("\n".join(styles), "neuschwanstein", styles, regions=str(file))
        other = ["great-wave@blue", "composition-viii@lime"]
        again = _painted("\n".join(other), "neuschwanstein", other, regions=str(file))
        return beside([labelled(_thumbnail(str(file)), "map.png"), painted, again])


def scale() -> PIL.Image.Image:
    """Paint with strokes of three sizes, and with the strokes of one and the shapes of another."""
    sizes = [
        _painted(f"style scale {value:g}", "great-wall", "church-at-auvers", style_scale=value)
        for value in (0.5, 1, 2)
    ]
    fine = "church-at-auvers,layers=conv1_1+conv2_1"
    coarse = "composition-viii,layers=conv3_1+conv4_1+conv5_1"
    mixed = _painted("strokes of one, shapes of another", "great-wall", [fine, coarse])
    return beside([*sizes, mixed])


def textures() -> PIL.Image.Image:
    """Paint textures; the seamless one is laid side by side."""
    plain = texture("great-wave", **BASE | {"size": 192}).image
    tile = texture("composition-viii", seamless=True, **BASE | {"size": 192}).image
    wall = PIL.Image.new("RGB", (2 * tile.width, 2 * tile.height))
    for index in range(4):
        wall.paste(tile, (index % 2 * tile.width, index // 2 * tile.height))
    alone = below([labelled(plain, "great-wave"), labelled(tile, "composition-viii")])
    return beside([alone, labelled(wall, "the lower one, seamless, laid side by side")])


def preserve() -> PIL.Image.Image:
    """Keep eyes and letters."""
    pair = ("astronaut", "church-at-auvers")
    size = {"size": 384}
    choices = ("none", "detail", "detail:30")
    return beside([_painted(f"preserve {name}", *pair, preserve=name, **size) for name in choices])


def presets() -> PIL.Image.Image:
    """Paint one pair by each preset."""
    names: list[str | None] = [None, *PRESETS]
    pictures = [
        _painted(name or "no preset", "astronaut", "church-at-auvers", preset=name)
        for name in names
    ]
    return below([beside(pictures[:4]), beside(pictures[4:])])


PICTURES = {
    "statistics.jpg": statistics,
    "color.jpg": color,
    "mask.jpg": mask,
    "regions.jpg": regions,
    "scale.jpg": scale,
    "texture.jpg": textures,
    "preserve.jpg": preserve,
    "presets.jpg": presets,
}


def _painted(
    label: str, photo: str, painting: str | Sequence[str], **changes: Any
) -> PIL.Image.Image:
    options = Options.create(**{**BASE, **changes})
    made = stylize(photo, painting, options)
    print(f"{label}: {made.seconds:.0f} s, {made.losses}")
    return labelled(resized(made.image, WIDTH), label)


def _thumbnail(name: str) -> PIL.Image.Image:
    return picture(images.read(name).pixels, WIDTH)


def _sky(path: Path) -> Path:
    """Mark the sky of Neuschwanstein in blue and all else in green."""
    photo = read("neuschwanstein", 400)[0]
    blue = (photo[2] > photo[0] + 0.02) & (photo.mean(dim=0) > 0.4)
    blue |= photo.mean(dim=0) > 0.72
    height = photo.shape[1]
    blue[round(0.48 * height) :] = False
    levels = blue.numpy() * 255
    mask = PIL.Image.fromarray(levels.astype("uint8")).filter(ImageFilter.MedianFilter(9))
    image = PIL.Image.new("RGB", mask.size, (0, 255, 0))
    image.paste((0, 0, 255), mask=mask)
    image.save(path)
    return path
