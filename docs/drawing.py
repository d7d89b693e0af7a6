"""Sheets of labelled pictures: tiles beside and below each other, grey maps and heat maps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageDraw, ImageFont
from torch import Tensor

from brushwork import images

PAPER, INK = (255, 255, 255), (34, 40, 49)
GAP, FONT_SIZE, LINE_HEIGHT = 8, 14, 19
#: The heat map's colours from nothing to most: paper, two blues, near black.
HEAT = np.array([(250, 249, 245), (152, 193, 217), (40, 92, 150), (10, 20, 50)], dtype=float)


def picture(pixels: Tensor, width: int | None = None) -> PIL.Image.Image:
    """Turn ``(1, 3, H, W)`` into an image, smoothly resized to ``width`` where one is given."""
    image = images.to_pil(pixels)
    return image if width is None else resized(image, width)


def resized(image: PIL.Image.Image, width: int) -> PIL.Image.Image:
    """Resize smoothly to ``width``, aspect kept."""
    height = round(image.height * width / image.width)
    return image.resize((width, height), PIL.Image.Resampling.BICUBIC)


def grey(values: Tensor, size: tuple[int, int]) -> PIL.Image.Image:
    """Draw ``(H, W)`` from its own lowest number (black) to its 99.5th percentile (white).

    Every value stays a square of its own, so that one sees how coarse the map is.
    """
    numbers = values.double().numpy()
    low, high = numbers.min(), np.quantile(numbers, 0.995)
    levels = ((numbers - low) / max(high - low, 1e-12)).clip(0, 1) * 255
    image = PIL.Image.fromarray(levels.round().astype(np.uint8))
    return image.resize(size, PIL.Image.Resampling.NEAREST).convert("RGB")


def heat(values: Tensor, size: tuple[int, int], highest: float) -> PIL.Image.Image:
    """Draw ``(H, W)`` of numbers from 0 to ``highest``, pale to dark.

    The colour follows the square root, because a few large numbers would leave the rest blank.
    """
    parts = np.sqrt((values.double().numpy() / highest).clip(0, 1))
    image = PIL.Image.fromarray(_coloured(parts))
    return image.resize(size, PIL.Image.Resampling.NEAREST)


def labelled(image: PIL.Image.Image, text: str) -> PIL.Image.Image:
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


def beside(parts: Sequence[PIL.Image.Image]) -> PIL.Image.Image:
    """Set images in a row, their lower edges on one line."""
    width = sum(part.width for part in parts) + GAP * (len(parts) - 1)
    height = max(part.height for part in parts)
    sheet = PIL.Image.new("RGB", (width, height), PAPER)
    left = 0
    for part in parts:
        sheet.paste(part, (left, height - part.height))
        left += part.width + GAP
    return sheet


def below(parts: Sequence[PIL.Image.Image]) -> PIL.Image.Image:
    """Set images in a column, their left edges on one line."""
    height = sum(part.height for part in parts) + GAP * (len(parts) - 1)
    sheet = PIL.Image.new("RGB", (max(part.width for part in parts), height), PAPER)
    top = 0
    for part in parts:
        sheet.paste(part, (0, top))
        top += part.height + GAP
    return sheet


def _coloured(parts: NDArray[np.float64]) -> NDArray[np.uint8]:
    stops = np.linspace(0, 1, len(HEAT))
    channels = [np.interp(parts, stops, HEAT[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
