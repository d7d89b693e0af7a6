"""A chart of distances: from the style image across, from the content image up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageDraw, ImageFont
from torch import Tensor

from brushwork.report.contact_sheet import FAINT, INK, PAPER

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


def draw_chart(dots: Sequence[Dot], across: str, up: str, size: tuple[int, int]) -> PIL.Image.Image:
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
    _draw_axes(draw, plot, font)
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
        taken.append(_draw_label(draw, plot, dot, font, taken))
    return page.resize(size, PIL.Image.Resampling.LANCZOS)


def choose_ticks(highest: float) -> list[float]:
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
        self.across, self.up = choose_ticks(across), choose_ticks(up)
        self.left, self.right = FINER * ROOM, FINER * (size[0] - EDGE)
        self.top, self.bottom = FINER * (EDGE + LETTERS), FINER * (size[1] - ROOM + EDGE // 2)

    def place(self, dot: Dot) -> tuple[float, float]:
        return self.x(dot.across), self.y(dot.up)

    def x(self, value: float) -> float:
        return self.left + value / self.across[-1] * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - value / self.up[-1] * (self.bottom - self.top)


def _draw_axes(
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


def _draw_label(
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
    free = [f for f in inside if not any(_overlap(f[0], other) for other in taken)]
    box, (right, down, anchor) = (free or inside or boxes)[0]
    draw.text((x + right, y + down), dot.label, INK, font, anchor)
    return box


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


#: Size of the drawing, and its room at the left, below and at the right for names.
WIDTH, HEIGHT = 880, 380
LEFT, BOTTOM, RIGHT, TOP = 64, 40, 150, 16
#: Colours that are told apart on light and on dark paper, by seven different people too.
CURVE_COLORS = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#999999",
    "#bb5500",
)
#: Losses below this part of the largest are drawn at it: a logarithm needs a floor.
FLOOR = 1e-5
#: Names closer than this would overlap.
APART = 15


def draw_curves(losses: Mapping[str, Sequence[float]], marks: Mapping[int, str]) -> str:
    """Draw losses over steps.

    Parameters
    ----------
    losses
        By name, one number a step, all of one length of at least 2; NaN where there is none.
    marks
        By step, what begins there.

    Returns
    -------
    str
        An ``<svg>`` element; text in the colour of the page.
    """
    plot = CurvePlot(losses)
    parts = [_draw_grid(plot), _draw_marks(plot, marks)]
    known = {name: [v for v in values if math.isfinite(v)] for name, values in losses.items()}
    ends = _spread_labels({name: plot.y(values[-1]) for name, values in known.items()})
    for index, (name, values) in enumerate(losses.items()):
        color = CURVE_COLORS[index % len(CURVE_COLORS)]
        points = " ".join(
            f"{plot.x(i):.1f},{plot.y(v):.1f}" for i, v in enumerate(values) if math.isfinite(v)
        )
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(_draw_text(WIDTH - RIGHT + 8, ends[name] + 4, name, color))
    parts.append(_draw_text(LEFT, HEIGHT - 4, "steps", "currentColor"))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Losses over steps">'
        f"{''.join(parts)}</svg>"
    )


class CurvePlot:
    """Where steps and losses lie on the drawing."""

    def __init__(self, losses: Mapping[str, Sequence[float]]) -> None:
        values = [value for series in losses.values() for value in series if math.isfinite(value)]
        self.highest = max(max(values), 1e-12)
        self.lowest = max(min(values), FLOOR * self.highest)
        self.steps = max(len(series) for series in losses.values())

    def x(self, step: int) -> float:
        """Give the place of a step, counted from 0."""
        return LEFT + (WIDTH - LEFT - RIGHT) * step / max(1, self.steps - 1)

    def y(self, value: float) -> float:
        """Give the place of a loss."""
        span = math.log(self.highest / self.lowest) or 1.0
        part = math.log(max(value, self.lowest) / self.lowest) / span
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part


def _draw_grid(plot: CurvePlot) -> str:
    """Draw a line for each power of ten."""
    lines = []
    first, last = (math.log10(value) for value in (plot.lowest, plot.highest))
    for power in range(math.ceil(first), math.floor(last) + 1):
        y = plot.y(10.0**power)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            'stroke="currentColor" stroke-opacity="0.15"/>'
        )
        lines.append(_draw_text(LEFT - 8, y + 4, f"{10.0**power:g}", "currentColor", anchor="end"))
    return "".join(lines)


def _draw_marks(plot: CurvePlot, marks: Mapping[int, str]) -> str:
    """Draw a dashed line where a scale begins."""
    lines = []
    for step, name in marks.items():
        x = plot.x(step)
        lines.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" '
            'stroke="currentColor" stroke-opacity="0.4" stroke-dasharray="3 4"/>'
        )
        lines.append(_draw_text(x + 4, HEIGHT - BOTTOM + 16, name, "currentColor"))
    return "".join(lines)


def _spread_labels(places: Mapping[str, float]) -> dict[str, float]:
    """Move names down until none overlaps another."""
    moved: dict[str, float] = {}
    lowest = -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        lowest = max(place, lowest + APART)
        moved[name] = lowest
    return moved


def _draw_text(x: float, y: float, text: str, color: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}" '
        f'font-size="13">{escape(text)}</text>'
    )


#: The heat map's colours from nothing to most: paper, two blues, near black.
HEAT = np.array([(250, 249, 245), (152, 193, 217), (40, 92, 150), (10, 20, 50)], dtype=float)


def draw_grey(values: Tensor, size: tuple[int, int]) -> PIL.Image.Image:
    """Draw ``(H, W)`` from its own lowest number (black) to its 99.5th percentile (white).

    Every value stays a square of its own, so that one sees how coarse the map is.
    """
    numbers = values.double().numpy()
    low, high = numbers.min(), np.quantile(numbers, 0.995)
    levels = ((numbers - low) / max(high - low, 1e-12)).clip(0, 1) * 255
    image = PIL.Image.fromarray(levels.round().astype(np.uint8))
    return image.resize(size, PIL.Image.Resampling.NEAREST).convert("RGB")


def draw_heat(values: Tensor, size: tuple[int, int], highest: float) -> PIL.Image.Image:
    """Draw ``(H, W)`` of numbers from 0 to ``highest``, pale to dark.

    The colour follows the square root, because a few large numbers would leave the rest blank.
    """
    parts = np.sqrt((values.double().numpy() / highest).clip(0, 1))
    image = PIL.Image.fromarray(_map_colors(parts))
    return image.resize(size, PIL.Image.Resampling.NEAREST)


def _map_colors(parts: NDArray[np.float64]) -> NDArray[np.uint8]:
    stops = np.linspace(0, 1, len(HEAT))
    channels = [np.interp(parts, stops, HEAT[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
