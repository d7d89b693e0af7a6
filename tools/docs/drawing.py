"""Sheets of labelled pictures: tiles beside and below each other."""

from __future__ import annotations

from collections.abc import Sequence

import PIL.Image
from PIL import ImageDraw, ImageFont
from torch import Tensor

from brushwork import images

PAPER, INK = (255, 255, 255), (34, 40, 49)
GAP, FONT_SIZE, LINE_HEIGHT = 8, 14, 19


def to_image(pixels: Tensor, width: int | None = None) -> PIL.Image.Image:
    """Turn ``(1, 3, H, W)`` into an image, smoothly resized to ``width`` where one is given."""
    image = images.to_pil(pixels)
    return image if width is None else resize(image, width)


def resize(image: PIL.Image.Image, width: int) -> PIL.Image.Image:
    """Resize smoothly to ``width``, aspect kept."""
    height = round(image.height * width / image.width)
    return image.resize((width, height), PIL.Image.Resampling.BICUBIC)


def add_label(image: PIL.Image.Image, text: str) -> PIL.Image.Image:
    """Write one or more lines of text above an image; a line must not be wider than the image."""
    font = ImageFont.load_default(size=FONT_SIZE)
    lines = text.split("\n")
    widest = max(font.getlength(line) for line in lines)
    if widest > image.width:
        raise ValueError(f"{text!r} needs {widest:.0f} pixels, but the image has {image.width}")
    sheet = PIL.Image.new("RGB", (image.width, image.height + LINE_HEIGHT * len(lines)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, line in enumerate(lines):
        draw.text((0, index * LINE_HEIGHT), line, fill=INK, font=font)
    sheet.paste(image, (0, LINE_HEIGHT * len(lines)))
    return sheet


def join(parts: Sequence[PIL.Image.Image]) -> PIL.Image.Image:
    """Set images in a row, their lower edges on one line."""
    width = sum(part.width for part in parts) + GAP * (len(parts) - 1)
    height = max(part.height for part in parts)
    sheet = PIL.Image.new("RGB", (width, height), PAPER)
    left = 0
    for part in parts:
        sheet.paste(part, (left, height - part.height))
        left += part.width + GAP
    return sheet


def stack(parts: Sequence[PIL.Image.Image]) -> PIL.Image.Image:
    """Set images in a column, their left edges on one line."""
    height = sum(part.height for part in parts) + GAP * (len(parts) - 1)
    sheet = PIL.Image.new("RGB", (max(part.width for part in parts), height), PAPER)
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height + GAP
    return sheet
