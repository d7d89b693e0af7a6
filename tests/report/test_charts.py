"""Charts: round ticks, dots where they belong."""

from __future__ import annotations

import pytest

from brushwork.report.charts import ANCHOR, DOT, Dot, choose_ticks, draw_chart


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.34, [0, 0.1, 0.2, 0.3, 0.4]),
        (7.0, [0, 2, 4, 6, 8]),
        (23.0, [0, 5, 10, 15, 20, 25]),
        (0.0, [0, 1]),
    ],
)
def test_ticks_are_round_and_reach_the_highest(highest: float, expected: list[float]) -> None:
    assert choose_ticks(highest) == pytest.approx(expected)


def centre(page, color):
    found = [
        (x, y)
        for x in range(page.width)
        for y in range(page.height)
        if max(abs(a - b) for a, b in zip(page.getpixel((x, y)), color, strict=True)) < 12
    ]
    return [sum(axis) / len(found) for axis in zip(*found, strict=True)]


def test_dots_lie_where_their_numbers_say() -> None:
    dots = [Dot(0.5, 0.5, "half"), Dot(1.0, 1.0, "all", anchor=True)]
    page = draw_chart(dots, "across", "up", (400, 300))
    assert page.size == (400, 300)
    half, whole = centre(page, DOT), centre(page, ANCHOR)
    origin = centre(
        draw_chart([Dot(0, 0, "none"), Dot(1, 1, "", anchor=True)], "a", "u", (400, 300)), DOT
    )
    for axis in range(2):
        assert half[axis] == pytest.approx((origin[axis] + whole[axis]) / 2, abs=1)
    assert whole[0] > origin[0] and whole[1] < origin[1]
