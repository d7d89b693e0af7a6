"""Sheets of images, every one with its label: rows and columns on white paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image
from PIL import ImageDraw, ImageFont

from brushwork.images import shrink

PAPER, INK, FAINT = (255, 255, 255), (34, 40, 49), (120, 126, 134)
#: Margins, and the room between cells, in pixels.
MARGIN, GAP = 24, 16
#: Sizes of the letters of labels and titles, and the height of a line of them.
LABEL, TITLE, LINE = 15, 22, 20
#: A cell's image fits into a square of this side.
CELL = 320
#: Never narrower, or labels would not fit below.
NARROWEST = 120


@dataclass(frozen=True)
class Cell:
    """An image, and what is written below it; lines are parted by a line feed."""

    image: PIL.Image.Image
    label: str = ""


def draw_sheet(
    rows: Sequence[Sequence[Cell]],
    *,
    title: str = "",
    row_labels: Sequence[str] = (),
    column_labels: Sequence[str] = (),
    side: int = CELL,
) -> PIL.Image.Image:
    """Lay images out in rows, each scaled down into a square cell of ``side`` pixels.

    Parameters
    ----------
    rows
        Cells from the top left; rows may have different lengths.
    title
        Written above everything.
    row_labels, column_labels
        Written to the left of rows and above columns.

    Raises
    ------
    ValueError
        If there is no cell.
    """
    if not any(rows):
        raise ValueError("a sheet needs at least one cell")
    cells = [[_shrink(cell, side) for cell in row] for row in rows]
    width = max(NARROWEST, *(cell.image.width for row in cells for cell in row))
    left = MARGIN + _measure_widest(row_labels)
    top = MARGIN + (2 * LINE if title else 0) + (LINE + GAP // 2 if column_labels else 0)
    heights = [_measure_height(row) for row in cells]
    columns = max(len(row) for row in cells)
    size = (
        left + columns * (width + GAP) - GAP + MARGIN,
        top + sum(heights) + GAP * (len(heights) - 1) + MARGIN,
    )
    page = PIL.Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(page)
    draw.text((MARGIN, MARGIN - 4), title, fill=INK, font=ImageFont.load_default(TITLE))
    for index, text in enumerate(column_labels):
        middle = left + index * (width + GAP) + width / 2
        draw.text((middle, top - LINE), text, fill=INK, font=_load_font(), anchor="ma")
    for row, height, text in zip(cells, heights, [*row_labels, *[""] * len(cells)], strict=False):
        draw.text((MARGIN, top + height / 2), text, fill=INK, font=_load_font(), anchor="lm")
        for index, cell in enumerate(row):
            _place_cell(
                page, cell, left + index * (width + GAP), top, width, max(_list_heights(row))
            )
        top += height + GAP
    return page


def wrap_cells(cells: Sequence[Cell], columns: int) -> list[list[Cell]]:
    """Break cells into rows of so many."""
    return [list(cells[start : start + columns]) for start in range(0, len(cells), columns)]


def _shrink(cell: Cell, side: int) -> Cell:
    image = shrink(cell.image, side)
    if image.has_transparency_data:  # as it would look on the paper
        visible = image.convert("RGBA")
        image = PIL.Image.new("RGB", image.size, PAPER)
        image.paste(visible, mask=visible)
    return Cell(image.convert("RGB"), cell.label)


def _list_heights(row: Sequence[Cell]) -> list[int]:
    return [cell.image.height for cell in row] or [0]


def _measure_height(row: Sequence[Cell]) -> int:
    """Give the height of a row: its highest image and its longest label."""
    lines = max((cell.label.count("\n") + 1 for cell in row if cell.label), default=0)
    return max(_list_heights(row)) + (lines * LINE + 6 if lines else 0)


def _place_cell(
    page: PIL.Image.Image, cell: Cell, left: int, top: int, width: int, height: int
) -> None:
    """Set an image in the middle of its cell, its lower edge on the row's line."""
    at = (left + (width - cell.image.width) // 2, top + height - cell.image.height)
    page.paste(cell.image, at)
    draw = ImageDraw.Draw(page)
    for index, line in enumerate(cell.label.splitlines()):
        where = (left + width / 2, top + height + 6 + index * LINE)
        draw.text(
            where,
            _shorten(line, width),
            fill=FAINT if index else INK,
            font=_load_font(),
            anchor="ma",
        )


def _shorten(line: str, width: int) -> str:
    """Cut a line that is too long for its cell, in the middle, where names differ least."""
    while _load_font().getlength(line) > width and len(line) > 3:
        half = len(line) // 2
        line = line[: half - 1].rstrip("…") + "…" + line[half + 1 :].lstrip("…")
    return line


def _measure_widest(labels: Sequence[str]) -> int:
    return max((round(_load_font().getlength(text)) + GAP for text in labels), default=0)


def _load_font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(LABEL)
