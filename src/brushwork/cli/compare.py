"""``brushwork compare``: how good pictures are, whoever made them."""

from __future__ import annotations

import json as written_json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators
from rich.console import Console
from rich.table import Table

from brushwork.cli.output import RESULT_GROUP
from brushwork.errors import OptionError
from brushwork.system.process import prepare


def compare(
    content: Annotated[str, Parameter(name="PHOTO")],
    painting: Annotated[str, Parameter(name="PAINTING")],
    /,
    *pictures: Annotated[str, Parameter(name="PICTURE")],
    size: Annotated[int, Parameter(validator=validators.Number(gte=64, lte=4096))] = 512,
    json: bool = False,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), group=RESULT_GROUP)] = None,
    overwrite: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
) -> None:
    """Judge PICTUREs made of PHOTO and PAINTING by layers that no run optimises.

    Parameters
    ----------
    content
        The photo: a picture file, or the name of a built-in picture.
    painting
        The painting, in the same ways.
    pictures
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
    if not pictures:
        raise OptionError("no picture was given to judge; name at least one besides the two.")
    prepare()
    from brushwork import images  # loads torch: too slow for --help, too early before prepare
    from brushwork.report.comparison import draw_comparison, measure_images

    if output is not None:
        images.check_output(output, overwrite=overwrite)
    found = measure_images(content, painting, pictures, size)
    if output is not None:
        images.write(draw_comparison(found), output, overwrite=overwrite)
    rows = [(one.name, *one.judgement) for one in found]
    if json:
        keys = ("picture", "style", "content")
        line = [dict(zip(keys, row, strict=True)) for row in rows]
        sys.stdout.write(written_json.dumps(line) + "\n")
    else:
        _print(rows)


def _print(rows: list[tuple[str, float, float]]) -> None:
    table = Table("picture", box=None)
    table.add_column("from the painting (style)", justify="right")
    table.add_column("from the photo (content)", justify="right")
    for name, style, content in rows:
        table.add_row(name, f"{style:.4f}", f"{content:.4f}")
    console = Console()
    console.print(table)
    console.print("Distances: lower is better.", highlight=False)
