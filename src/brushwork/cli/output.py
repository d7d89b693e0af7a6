"""The flags about the result that every painting command has, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

RESULT_GROUP = Group("Result", sort_key=1)
#: What a lone hyphen is called while the command line is parsed: it would be taken for an option.
PIPE = "(pipe)"


@Parameter(name="*", group=RESULT_GROUP)
@dataclass(frozen=True)
class Output:
    """Where the picture goes and what is said on the way."""

    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None
    """File to write: .png, .jpg, .webp, .tiff; - for stdout. By default PHOTO-PAINTING.png here."""

    depth: Literal[8, 16] = 8
    """Bits a channel: 16 goes into .png and .tiff, for print and for further work."""

    overwrite: bool = False
    """Replace the file if it exists."""

    no_recipe: bool = False
    """Leave the recipe out of the file: nothing tells how it was made, or from what."""

    sidecar: bool = False
    """Write the recipe beside the picture too, as PICTURE.json."""

    json: bool = False
    """Print every event as a line of JSON instead of showing a progress bar."""

    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"))] = False
    """Print nothing unless something goes wrong."""

    def path(self, pictures: Sequence[str]) -> Path:
        """Give the file to write: as asked for, or named after the pictures that it is made of."""
        return self.output or Path("-".join(Path(picture).stem for picture in pictures) + ".png")

    def beside(self, path: Path) -> Path | None:
        """Give the file of the recipe beside a picture, where one is wanted."""
        return path.with_name(path.name + ".json") if self.sidecar else None
