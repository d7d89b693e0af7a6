"""``brushwork grid``: choose by looking, before a large run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.progress import Progress, TaskID

import brushwork
from brushwork.cli._console import make_bar, make_console
from brushwork.cli._flags import (
    DEFAULT_OUTPUT_FILE,
    DEFAULT_SETTINGS,
    ContentImage,
    OutputFile,
    SettingsFlags,
    StyleImages,
    refuse_stdout,
)
from brushwork.errors import BrushworkError
from brushwork.options import parse_style
from brushwork.options.grid import Axis, combine, parse_axis

if TYPE_CHECKING:
    import PIL.Image

    from brushwork.batch.grid import Cell


def grid(
    content: ContentImage,
    /,
    *styles: StyleImages,
    vary: Annotated[tuple[str, ...], Parameter(show_default=False)],
    output: OutputFile = DEFAULT_OUTPUT_FILE,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Run all cells and write the sheet; nothing is written before all are there.

    Parameters
    ----------
    vary
        An option and its values, as in strength=0.3,0.5,0.7; twice for rows and columns.
    """
    from brushwork import images
    from brushwork.batch.grid import iter_grid
    from brushwork.cli import _run
    from brushwork.engine.request import measure_need

    merged = settings.merge()
    style_images = [parse_style(style) for style in styles]
    path = output.choose_path([content, *(source for source, _ in style_images), "grid"])
    refuse_stdout(path)
    images.check_output(path, overwrite=output.overwrite)
    axes = [parse_axis(text) for text in vary]
    options = [one.options for _, _, one in combine(merged, axes)]
    count = len(options)
    image = _run.read_content(content, max(map(measure_need, options)))
    cells = iter_grid(image, style_images, merged, axes)
    results: dict[tuple[int, int], PIL.Image.Image] = {}
    with make_bar(quiet=output.quiet) as bar:
        task = bar.add_task(f"{count} cells", total=float(count))
        for done, cell in enumerate(cells):
            results[cell.row, cell.column] = _run_cell(cell, bar, task, (done, count))
    written = images.write(_draw_grid(results, axes), path, overwrite=output.overwrite)
    if not output.quiet:
        make_console().print(f"{written}  {count} cells", soft_wrap=True)


def _run_cell(cell: Cell, bar: Progress, task: TaskID, place: tuple[int, int]) -> PIL.Image.Image:
    """Run one cell, moving the bar; the first one tells how long all of them will take."""
    done, count = place
    for event in cell.events:
        if isinstance(event, brushwork.Planned) and done == 0 and event.plan.seconds is not None:
            left = timedelta(seconds=math.ceil(count * event.plan.seconds))
            bar.console.print(f"{count} cells will take about {left}.")
        if isinstance(event, brushwork.StepTaken):
            bar.update(task, completed=done + event.progress)
        if isinstance(event, brushwork.Finished):
            return event.result.image.convert("RGB")
    raise BrushworkError("a cell ended without a picture.")


def _draw_grid(
    results: Mapping[tuple[int, int], PIL.Image.Image], axes: Sequence[Axis]
) -> PIL.Image.Image:
    """Lay the results out with the values of their options along rows and columns."""
    from brushwork.report.contact_sheet import Cell as Picture
    from brushwork.report.contact_sheet import draw_sheet

    down, across = ((), axes[0].labels) if len(axes) == 1 else (axes[0].labels, axes[1].labels)
    rows = [
        [Picture(results[row, column], "") for column in range(len(across))]
        for row in range(max(1, len(down)))
    ]
    return draw_sheet(rows, row_labels=down, column_labels=across)
