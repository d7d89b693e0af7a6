"""Curves lie where their numbers say."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import pytest

from brushwork.report.charts import (
    APART,
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    CurvePlot,
    draw_curves,
)

LOSSES = {"total": [1.0, 0.1, 0.01], "style": [0.1, 0.1, 0.1]}


def test_a_decade_is_a_decade_everywhere() -> None:
    plot = CurvePlot(LOSSES)
    top, middle, bottom = plot.y(1.0), plot.y(0.1), plot.y(0.01)
    assert (top, bottom) == (pytest.approx(TOP), pytest.approx(HEIGHT - BOTTOM))
    assert middle == pytest.approx((top + bottom) / 2)
    assert (plot.x(0), plot.x(2)) == (LEFT, WIDTH - RIGHT)


def test_a_loss_of_nothing_is_drawn_at_the_floor() -> None:
    plot = CurvePlot({"content": [0.0, 1.0]})
    assert plot.y(0.0) == pytest.approx(HEIGHT - BOTTOM)


def test_the_drawing_is_xml_with_a_line_and_a_name_for_each_loss() -> None:
    drawing = ET.fromstring(
        draw_curves({**LOSSES, "<b>": [0.5, 0.5, 0.5]}, {0: "96 px", 2: "192 px"})
    )
    lines = drawing.findall("polyline")
    assert len(lines) == 3
    plot = CurvePlot(LOSSES)
    assert lines[0].attrib["points"].split()[1] == f"{plot.x(1):.1f},{plot.y(0.1):.1f}"
    texts = [text.text for text in drawing.findall("text")]
    assert {"total", "style", "<b>", "96 px", "192 px", "steps"} <= set(texts)


def test_names_of_equal_losses_do_not_overlap() -> None:
    drawing = ET.fromstring(draw_curves({name: [1.0, 0.5] for name in "abc"}, {}))
    places = [float(t.attrib["y"]) for t in drawing.findall("text") if t.text in {"a", "b", "c"}]
    places.sort()
    assert min(b - a for a, b in itertools.pairwise(places)) >= APART
