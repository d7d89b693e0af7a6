"""``brushwork pictures``: what can be named without having a file."""

from __future__ import annotations

from rich.table import Table

from brushwork.assets import BuiltIn, catalog
from brushwork.cli._console import make_console


def pictures() -> None:
    """Print a table of the built-in style images, and one of the content images."""
    console = make_console()
    for role, heading in (("style", "Paintings"), ("content", "Photos")):
        console.print(_make_table(heading, [image for image in catalog() if image.role == role]))


def _make_table(heading: str, images: list[BuiltIn]) -> Table:
    table = Table(title=heading, title_justify="left", title_style="bold", box=None)
    for column in ("name", "picture", "source", "licence"):
        table.add_column(column, no_wrap=column == "name")
    for image in images:
        year = f", {image.year}" if image.year else ""
        credit = f"{image.title}. {image.artist}{year}"
        table.add_row(image.name, credit, image.source, image.licence)
    return table
