"""``brushwork recipe``: how a result was made."""

from __future__ import annotations

import json as json_format
import re
import sys
from typing import TYPE_CHECKING

from rich.table import Table

import brushwork
from brushwork.cli._console import make_console
from brushwork.cli._flags import ResultImage
from brushwork.options import Settings

if TYPE_CHECKING:
    from brushwork.recipe import Recipe


def recipe(image: ResultImage, /, *, json: bool = False, toml: bool = False) -> None:
    """Print the recipe of a result.

    Parameters
    ----------
    json
        Print the whole recipe as one line of JSON.
    toml
        Print its options as a TOML file, for --options.
    """
    found = brushwork.read_recipe(image)
    if json:
        sys.stdout.write(json_format.dumps(found.model_dump(mode="json")) + "\n")
    elif toml:
        sys.stdout.write(_fit_toml(found.settings().to_toml(), sys.stdout.encoding))
    else:
        make_console().print(_make_table(found))


def _fit_toml(text: str, encoding: str) -> str:
    """Escape what an encoding lacks, so that TOML reads names as they are."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return re.sub(r"[^\x00-\x7f]", lambda sign: f"\\U{ord(sign[0]):08X}", text)
    return text


def _make_table(recipe: Recipe) -> Table:
    """Set everything that is not a default in rows."""
    table = Table(box=None, show_header=False)
    for used in recipe.inputs:
        table.add_row(used.role, f"{used.name}  {used.width}×{used.height}  {used.sha256[:12]}…")
    for number, style in enumerate(recipe.styles, start=1):
        for name, value in style.options.items():
            table.add_row(f"painting {number}: {name}", str(value))
    settings = recipe.settings()
    for name, value in (*settings.options, *settings.sources):
        if value != Settings.get_field(name).default:
            table.add_row(name, " ".join(value) if isinstance(value, tuple) else str(value))
    for name, loss in recipe.losses.items():
        if "." not in name:
            table.add_row(f"loss: {name}", f"{loss:.4f}")
    table.add_row("seconds", f"{recipe.seconds:.0f}")
    if recipe.computed:
        table.add_row("computed in", recipe.computed)
    table.add_row("made by", f"brushwork {recipe.brushwork}, torch {recipe.torch}")
    return table
