"""A chart of judgements: how far from the painting, across; how far from the photo, up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image
from PIL import ImageDraw, ImageFont

from brushwork.report.sheet import FAINT, INK, PAPER

#: Drawn so many times larger and scaled down, so that edges are smooth.
FINER = 2
#: Room for the ticks and titles of the axes, and at the other two sides.
ROOM, EDGE = 76, 28
GRID, DOT, ANCHOR = (226, 229, 233), (29, 85, 150), (196, 120, 60)
RADIUS, LETTERS, TICKS = 6, 15, 5


@dataclass(frozen=True)
class Dot:
    """A point with its label; anchors are the trivial answers, in another colour."""

    across: float
    up: float
    label: str
    anchor: bool = False


def chart(dots: Sequence[Dot], across: str, up: str, size: tuple[int, int]) -> PIL.Image.Image:
    """Draw dots over two axes that begin at 0.

    Parameters
    ----------
    dots
        At least one; numbers from 0 on.
    across, up
        What is written along the axes.
    size
        Width and height in pixels.
    """
    page = PIL.Image.new("RGB", (FINER * size[0], FINER * size[1]), PAPER)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(FINER * LETTERS)
    plot = _Plot(size, max(dot.across for dot in dots), max(dot.up for dot in dots))
    _axes(draw, plot, font)
    draw.text((FINER * size[0] / 2, FINER * (size[1] - 8)), across, INK, font, anchor="mb")
    draw.text((FINER * 8, FINER * 6), up, INK, font, anchor="la")
    taken: list[tuple[float, float, float, float]] = []
    for dot in dots:
        x, y = plot.place(dot)
        reach = FINER * RADIUS
        color = ANCHOR if dot.anchor else DOT
        draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=color)
        taken.append((x - reach, y - reach, x + reach, y + reach))
    for dot in dots:
        taken.append(_label(draw, plot, dot, font, taken))
    return page.resize(size, PIL.Image.Resampling.LANCZOS)


def ticks(highest: float) -> list[float]:
    """Give a few round numbers from 0 to just above ``highest``: steps of 1, 2 or 5 times 10ⁿ."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / TICKS
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    count = math.ceil(highest / step * 0.999)
    return [step * index for index in range(count + 1)]


class _Plot:
    """Where numbers lie on the page."""

    def __init__(self, size: tuple[int, int], across: float, up: float) -> None:
        self.across, self.up = ticks(across), ticks(up)
        self.left, self.right = FINER * ROOM, FINER * (size[0] - EDGE)
        self.top, self.bottom = FINER * (EDGE + LETTERS), FINER * (size[1] - ROOM + EDGE // 2)

    def place(self, dot: Dot) -> tuple[float, float]:
        return self.x(dot.across), self.y(dot.up)

    def x(self, value: float) -> float:
        return self.left + value / self.across[-1] * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - value / self.up[-1] * (self.bottom - self.top)


def _axes(
    draw: ImageDraw.ImageDraw, plot: _Plot, font: ImageFont.FreeTypeFont | ImageFont.ImageFont
) -> None:
    for value in plot.across:
        x = plot.x(value)
        draw.line((x, plot.top, x, plot.bottom), fill=GRID, width=FINER)
        draw.text((x, plot.bottom + FINER * 6), f"{value:g}", FAINT, font, anchor="ma")
    for value in plot.up:
        y = plot.y(value)
        draw.line((plot.left, y, plot.right, y), fill=GRID, width=FINER)
        draw.text((plot.left - FINER * 8, y), f"{value:g}", FAINT, font, anchor="rm")


def _label(
    draw: ImageDraw.ImageDraw,
    plot: _Plot,
    dot: Dot,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    taken: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float]:
    """Write a label beside its dot, where it hides nothing that is there already."""
    x, y = plot.place(dot)
    away = FINER * (RADIUS + 5)
    places = ((away, 0, "lm"), (-away, 0, "rm"), (0, -away, "mb"), (0, away, "mt"))
    boxes = [
        (draw.textbbox((x + right, y + down), dot.label, font, anchor), (right, down, anchor))
        for right, down, anchor in places
    ]
    inside = [found for found in boxes if plot.left < found[0][0] and found[0][2] <= plot.right]
    free = [f for f in inside if not any(_meet(f[0], other) for other in taken)]
    box, (right, down, anchor) = (free or inside or boxes)[0]
    draw.text((x + right, y + down), dot.label, INK, font, anchor)
    return box


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
