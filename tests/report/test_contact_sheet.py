"""Sheets: everything is on it, nothing overlaps, labels stay inside."""

from __future__ import annotations

import PIL.Image
import pytest

from brushwork.report.contact_sheet import GAP, MARGIN, PAPER, Cell, draw_sheet, wrap_cells

RED, BLUE = (200, 0, 0), (0, 0, 200)


def cell(color: tuple[int, int, int], size: tuple[int, int] = (200, 150), label: str = "") -> Cell:
    return Cell(PIL.Image.new("RGB", size, color), label)


def test_cells_stand_in_rows_and_columns() -> None:
    page = draw_sheet([[cell(RED), cell(BLUE)], [cell(BLUE), cell(RED)]])
    assert page.size == (2 * MARGIN + 2 * 200 + GAP, 2 * MARGIN + 2 * 150 + GAP)
    right, down = MARGIN + 200 + GAP, MARGIN + 150 + GAP
    assert page.getpixel((MARGIN, MARGIN)) == RED
    assert page.getpixel((right, MARGIN)) == BLUE
    assert page.getpixel((MARGIN, down)) == BLUE
    assert page.getpixel((right + 199, down + 149)) == RED
    assert page.getpixel((MARGIN - 1, MARGIN)) == PAPER
    assert page.getpixel((MARGIN + 200, MARGIN)) == PAPER


def test_large_pictures_are_scaled_down_with_their_shape_kept() -> None:
    page = draw_sheet([[cell(RED, (800, 400))]], side=320)
    red = [x for x in range(page.width) if page.getpixel((x, page.height // 2)) == RED]
    assert len(red) == 320
    assert page.height == 2 * MARGIN + 160


@pytest.mark.parametrize("what", ["label", "title", "row", "column"])
def test_whatever_is_written_leaves_ink(what: str) -> None:
    plain = draw_sheet([[cell(RED)]])
    written = {
        "label": lambda: draw_sheet([[cell(RED, label="a name\nand figures")]]),
        "title": lambda: draw_sheet([[cell(RED)]], title="a title"),
        "row": lambda: draw_sheet([[cell(RED)]], row_labels=["strength 0.3"]),
        "column": lambda: draw_sheet([[cell(RED)]], column_labels=["strength 0.3"]),
    }[what]()
    assert written.width >= plain.width
    assert written.height >= plain.height
    colors = written.getcolors(2**20)
    assert colors is not None
    assert sum(count for count, color in colors if max(color) < 120) > 20


def test_a_long_label_stays_inside_its_cell() -> None:
    page = draw_sheet([[cell(RED, label="a-very-long-name-" * 20)]])
    ink = [
        x for x in range(page.width) if min(page.getpixel((x, y))[1] for y in range(175, 205)) < 99
    ]
    assert min(ink) >= MARGIN - 2 and max(ink) <= MARGIN + 202


def test_cells_are_wrapped_into_rows_and_none_is_refused() -> None:
    cells = [cell(RED)] * 5
    assert [len(row) for row in wrap_cells(cells, 2)] == [2, 2, 1]
    with pytest.raises(ValueError, match="at least one"):
        draw_sheet([[]])


def test_what_is_transparent_shows_the_paper() -> None:
    image = PIL.Image.new("RGBA", (200, 150), (*RED, 255))
    image.paste((*BLUE, 0), (100, 0, 200, 150))
    page = draw_sheet([[Cell(image)]])
    assert page.getpixel((MARGIN + 50, MARGIN + 75)) == RED
    assert page.getpixel((MARGIN + 150, MARGIN + 75)) == PAPER
