"""Curves of losses over steps, as SVG: one line a loss, a logarithmic scale, scales marked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

#: Size of the drawing, and its room at the left, below and at the right for names.
WIDTH, HEIGHT = 880, 380
LEFT, BOTTOM, RIGHT, TOP = 64, 40, 150, 16
#: Colours that are told apart on light and on dark paper, by seven different people too.
COLORS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#999999", "#bb5500")
#: Losses below this part of the largest are drawn at it: a logarithm needs a floor.
FLOOR = 1e-5
#: Names closer than this would overlap.
APART = 15


def curves(losses: Mapping[str, Sequence[float]], marks: Mapping[int, str]) -> str:
    """Draw losses over steps.

    Parameters
    ----------
    losses
        By name, one number a step, all of one length of at least 2.
    marks
        By step, what begins there.

    Returns
    -------
    str
        An ``<svg>`` element; text in the colour of the page.
    """
    plot = Plot(losses)
    parts = [_grid(plot), _marks(plot, marks)]
    ends = _apart({name: plot.y(values[-1]) for name, values in losses.items()})
    for index, (name, values) in enumerate(losses.items()):
        color = COLORS[index % len(COLORS)]
        points = " ".join(f"{plot.x(i):.1f},{plot.y(v):.1f}" for i, v in enumerate(values))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(_text(WIDTH - RIGHT + 8, ends[name] + 4, name, color))
    parts.append(_text(LEFT, HEIGHT - 4, "steps", "currentColor"))
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Losses over steps">'
        f"{''.join(parts)}</svg>"
    )


class Plot:
    """Where steps and losses lie on the drawing."""

    def __init__(self, losses: Mapping[str, Sequence[float]]) -> None:
        values = [value for series in losses.values() for value in series]
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


def _grid(plot: Plot) -> str:
    """Draw a line for each power of ten."""
    lines = []
    first, last = (math.log10(value) for value in (plot.lowest, plot.highest))
    for power in range(math.ceil(first), math.floor(last) + 1):
        y = plot.y(10.0**power)
        lines.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" '
            'stroke="currentColor" stroke-opacity="0.15"/>'
        )
        lines.append(_text(LEFT - 8, y + 4, f"{10.0**power:g}", "currentColor", anchor="end"))
    return "".join(lines)


def _marks(plot: Plot, marks: Mapping[int, str]) -> str:
    """Draw a dashed line where a scale begins."""
    lines = []
    for step, name in marks.items():
        x = plot.x(step)
        lines.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" '
            'stroke="currentColor" stroke-opacity="0.4" stroke-dasharray="3 4"/>'
        )
        lines.append(_text(x + 4, HEIGHT - BOTTOM + 16, name, "currentColor"))
    return "".join(lines)


def _apart(places: Mapping[str, float]) -> dict[str, float]:
    """Move names down until none overlaps another."""
    moved: dict[str, float] = {}
    lowest = -math.inf
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        lowest = max(place, lowest + APART)
        moved[name] = lowest
    return moved


def _text(x: float, y: float, text: str, color: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" text-anchor="{anchor}" '
        f'font-size="13">{escape(text)}</text>'
    )
