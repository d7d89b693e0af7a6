"""``brushwork recipe``: how a picture was made."""

from __future__ import annotations

import json as written_json
import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from brushwork.options import Options
from brushwork.system.process import prepare

if TYPE_CHECKING:
    from brushwork.recipe import Recipe


def recipe(
    picture: Annotated[str, Parameter(name="PICTURE")],
    /,
    *,
    json: bool = False,
    toml: bool = False,
) -> None:
    """Show how PICTURE was made: photo, paintings, options, losses.

    Parameters
    ----------
    picture
        A picture that brushwork painted, or the JSON file beside one.
    json
        Print the whole recipe as one line of JSON.
    toml
        Print its options as a TOML file, for --options.
    """
    prepare()
    from brushwork.recipe import read_recipe  # loads torch: too slow for --help, too early before

    found = read_recipe(picture)
    if json:
        sys.stdout.write(written_json.dumps(found.model_dump(mode="json")) + "\n")
    elif toml:
        sys.stdout.write(Options(**found.options).to_toml())
    else:
        Console().print(_table(found))


def _table(found: Recipe) -> Table:
    """Set everything that is not a default in rows."""
    table = Table(box=None, show_header=False)
    for used in found.inputs:
        table.add_row(used.role, f"{used.name}  {used.width}×{used.height}  {used.sha256[:12]}…")
    for number, style in enumerate(found.styles, start=1):
        for name, value in style.options.items():
            table.add_row(f"painting {number}: {name}", str(value))
    options = Options(**found.options)
    for name, field in Options.model_fields.items():
        value = getattr(options, name)
        if value != field.default:
            table.add_row(name, " ".join(value) if isinstance(value, tuple) else str(value))
    for name, loss in found.losses.items():
        if "." not in name:
            table.add_row(f"loss: {name}", f"{loss:.4f}")
    table.add_row("seconds", f"{found.seconds:.0f}")
    table.add_row("made by", f"brushwork {found.brushwork}, torch {found.torch}")
    return table
