"""Pictures of docs/control.md: every control, by the options that are written here."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import PIL.Image
from PIL import ImageFilter

from brushwork import images, stylize, texture
from brushwork.losses import STATISTICS
from brushwork.masks.segmentation import find_subject
from brushwork.masks.shapes import Box
from brushwork.options import PRESETS
from tools.docs.drawing import add_label, join, resize, stack, to_image
from tools.docs.representations import read

#: What all pictures are painted with, unless they say otherwise.
BASE: dict[str, Any] = {"size": 256}
PAIRS = (
    ("cat", "great-wave"),
    ("astronaut", "church-at-auvers"),
    ("neuschwanstein", "composition-viii"),
    ("great-wall", "ejiri"),
)
WIDTH = 250


def draw_statistics() -> PIL.Image.Image:
    """Paint four pairs by each statistic."""
    rows = []
    for photo, painting in PAIRS:
        row = [add_label(_draw_thumbnail(painting), painting)]
        row += [_stylize(name, photo, painting, statistics=name) for name in STATISTICS]
        rows.append(join(row))
    return stack(rows)


def draw_color() -> PIL.Image.Image:
    """Paint two pairs with the colours of one, of the other, and of both."""
    choices = ("style", "content", "palette", "match", "only")
    return stack(
        [
            join([_stylize(f"color {name}", *pair, color=name) for name in choices])
            for pair in PAIRS[:2]
        ]
    )


def draw_mask() -> PIL.Image.Image:
    """Paint the kitten alone, and everything else alone."""
    photo = images.read("cat").pixels
    height, width = photo.shape[2:]
    kitten = find_subject(photo, Box(0.17 * width, 0.12 * height, 0.83 * width, 0.64 * height))
    with tempfile.TemporaryDirectory() as folder:
        file, rest = Path(folder) / "kitten.png", Path(folder) / "rest.png"
        images.to_pil(kitten.expand(1, 3, -1, -1)).save(file)
        images.to_pil(1 - kitten.expand(1, 3, -1, -1)).save(rest)
        painted = _stylize("the kitten", "cat", "great-wave", mask=str(file))
        around = _stylize("all but the kitten", "cat", "great-wave", mask=str(rest))
        return join([add_label(_draw_thumbnail(str(file)), "kitten.png"), painted, around])


def draw_regions() -> PIL.Image.Image:
    """Give the sky one painting and the rest another."""
    with tempfile.TemporaryDirectory() as folder:
        file = _mark_sky(Path(folder) / "map.png")
        styles = ["cafe-terrace@blue", "church-at-auvers@lime"]
        painted = _stylize("\n".join(styles), "neuschwanstein", styles, regions=str(file))
        other = ["great-wave@blue", "composition-viii@lime"]
        again = _stylize("\n".join(other), "neuschwanstein", other, regions=str(file))
        return join([add_label(_draw_thumbnail(str(file)), "map.png"), painted, again])


def draw_scale() -> PIL.Image.Image:
    """Paint with strokes of three sizes, and with the strokes of one and the shapes of another."""
    sizes = [
        _stylize(f"style scale {value:g}", "great-wall", "church-at-auvers", style_scale=value)
        for value in (0.5, 1, 2)
    ]
    fine = "church-at-auvers,layers=conv1_1+conv2_1"
    coarse = "composition-viii,layers=conv3_1+conv4_1+conv5_1"
    mixed = _stylize("strokes of one, shapes of another", "great-wall", [fine, coarse])
    return join([*sizes, mixed])


def draw_textures() -> PIL.Image.Image:
    """Paint textures; the seamless one is laid side by side."""
    plain = texture("great-wave", **BASE | {"size": 192}).image
    tile = texture("composition-viii", seamless=True, **BASE | {"size": 192}).image
    wall = PIL.Image.new("RGB", (2 * tile.width, 2 * tile.height))
    for index in range(4):
        wall.paste(tile, (index % 2 * tile.width, index // 2 * tile.height))
    alone = stack([add_label(plain, "great-wave"), add_label(tile, "composition-viii")])
    return join([alone, add_label(wall, "the lower one, seamless, laid side by side")])


def draw_preserve() -> PIL.Image.Image:
    """Keep eyes and letters."""
    pair = ("astronaut", "church-at-auvers")
    size = {"size": 384}
    choices = ("none", "detail", "detail:30")
    return join([_stylize(f"preserve {name}", *pair, preserve=name, **size) for name in choices])


def draw_presets() -> PIL.Image.Image:
    """Paint one pair by each preset."""
    names: list[str | None] = [None, *PRESETS]
    pictures = [
        _stylize(name or "no preset", "astronaut", "church-at-auvers", preset=name)
        for name in names
    ]
    return stack([join(pictures[:4]), join(pictures[4:])])


PICTURES = {
    "statistics.jpg": draw_statistics,
    "color.jpg": draw_color,
    "mask.jpg": draw_mask,
    "regions.jpg": draw_regions,
    "scale.jpg": draw_scale,
    "texture.jpg": draw_textures,
    "preserve.jpg": draw_preserve,
    "presets.jpg": draw_presets,
}


def _stylize(label: str, photo: str, style: str | Sequence[str], **changes: Any) -> PIL.Image.Image:
    result = stylize(photo, style, **{**BASE, **changes})
    print(f"{label}: {result.seconds:.0f} s, {result.losses}")
    return add_label(resize(result.image, WIDTH), label)


def _draw_thumbnail(name: str) -> PIL.Image.Image:
    return to_image(images.read(name).pixels, WIDTH)


def _mark_sky(path: Path) -> Path:
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
