"""``brushwork compare``: how good results are, whoever made them."""

from __future__ import annotations

import json as json_format
import sys
from typing import Annotated

from cyclopts import Parameter, validators
from rich.table import Table

from brushwork.cli._console import make_console
from brushwork.cli._flags import RESULT_GROUP, OutputPath, refuse_stdout
from brushwork.errors import OptionError


def compare(
    content: Annotated[str, Parameter(name="PHOTO")],
    style: Annotated[str, Parameter(name="PAINTING")],
    /,
    *results: Annotated[str, Parameter(name="PICTURE")],
    size: Annotated[int, Parameter(validator=validators.Number(gte=64, lte=4096))] = 512,
    json: bool = False,
    output: OutputPath = None,
    overwrite: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
) -> None:
    """Measure the style and content distances of results.

    Parameters
    ----------
    content
        The photo: a picture file, or the name of a built-in picture.
    style
        The painting, in the same ways.
    results
        What somebody made of the two.
    size
        Long side at which all are looked at.
    json
        Print one line of JSON.
    output
        Draw the pictures with their distances, and a chart, into this file.
    overwrite
        Replace the file if it exists.
    """
    if not results:
        raise OptionError("no picture was given to judge; name at least one besides the two.")
    from brushwork import images  # loads torch, as all of this does
    from brushwork.report.comparison import draw_comparison, measure_images

    if output is not None:
        refuse_stdout(output)
        images.check_output(output, overwrite=overwrite)
    measured = measure_images(content, style, results, size)
    if output is not None:
        images.write(draw_comparison(measured), output, overwrite=overwrite)
    rows = [(one.name, *one.distances) for one in measured]
    if json:
        keys = ("picture", "style", "content")
        line = [dict(zip(keys, row, strict=True)) for row in rows]
        sys.stdout.write(json_format.dumps(line) + "\n")
    else:
        _print_table(rows)


def _print_table(rows: list[tuple[str, float, float]]) -> None:
    table = Table("picture", box=None)
    table.add_column("from the painting (style)", justify="right")
    table.add_column("from the photo (content)", justify="right")
    for name, style, content in rows:
        table.add_row(name, f"{style:.4f}", f"{content:.4f}")
    console = make_console()
    console.print(table)
    console.print("Distances: lower is better.")
