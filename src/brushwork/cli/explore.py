"""Paint a grid for a command: cell by cell, with one bar for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import PIL.Image
from rich.console import Console
from rich.progress import Progress, TaskID

from brushwork import images
from brushwork.batch.grid import Axis, Cell, combine, iter_grid, parse_axis
from brushwork.cli.output import Output
from brushwork.engine.events import Finished, StepTaken
from brushwork.errors import BrushworkError
from brushwork.options import Options, parse_style
from brushwork.report.contact_sheet import Cell as Picture
from brushwork.report.contact_sheet import draw_sheet


def run_grid(
    content: str, styles: Sequence[str], vary: Sequence[str], options: Options, output: Output
) -> None:
    """Paint all cells and write the sheet; nothing is written before all are there."""
    paintings = [parse_style(style) for style in styles]
    path = output.path([content, *(str(source) for source, _ in paintings), "grid"])
    images.check_output(path, overwrite=output.overwrite)
    axes = [parse_axis(text) for text in vary]
    count = len(combine(options, axes))
    begun = iter_grid(content, paintings, options, axes)
    console = Console(stderr=True)
    pictures: dict[tuple[int, int], PIL.Image.Image] = {}
    with Progress(console=console, transient=True, disable=output.quiet) as bar:
        task = bar.add_task(f"{count} cells", total=float(count))
        for done, cell in enumerate(begun):
            pictures[cell.row, cell.column] = _run_cell(cell, bar, task, done)
    written = images.write(_draw_grid(pictures, axes), path, overwrite=output.overwrite)
    if not output.quiet:
        Console().print(f"{written}  {count} cells", highlight=False, soft_wrap=True)


def _run_cell(cell: Cell, bar: Progress, task: TaskID, done: int) -> PIL.Image.Image:
    """Paint one cell, moving the bar."""
    for event in cell.events:
        if isinstance(event, StepTaken):
            bar.update(task, completed=done + event.progress)
        if isinstance(event, Finished):
            return event.result.image.convert("RGB")
    raise BrushworkError("a cell ended without a picture.")


def _draw_grid(
    pictures: Mapping[tuple[int, int], PIL.Image.Image], axes: Sequence[Axis]
) -> PIL.Image.Image:
    """Lay the pictures out with the values of their options along rows and columns."""
    down, across = ((), axes[0].labels) if len(axes) == 1 else (axes[0].labels, axes[1].labels)
    rows = [
        [Picture(pictures[row, column], "") for column in range(len(across))]
        for row in range(max(1, len(down)))
    ]
    return draw_sheet(rows, row_labels=down, column_labels=across)
