"""``brushwork pictures``: what can be named without having a file."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from brushwork.assets import BuiltIn, catalog


def pictures() -> None:
    """List the built-in pictures, with artist, source and licence."""
    console = Console()
    for role, heading in (("style", "Paintings"), ("content", "Photos")):
        console.print(_table(heading, [p for p in catalog() if p.role == role]))


def _table(heading: str, pictures: list[BuiltIn]) -> Table:
    table = Table(title=heading, title_justify="left", title_style="bold", box=None)
    for column in ("name", "picture", "source", "licence"):
        table.add_column(column, no_wrap=column == "name")
    for picture in pictures:
        year = f", {picture.year}" if picture.year else ""
        credit = f"{picture.title}. {picture.artist}{year}"
        table.add_row(picture.name, credit, picture.source, picture.licence)
    return table
