"""The images and weights that travel inside the package, known by name everywhere.

``catalog()`` lists the built-in style and content images with artist, source and licence;
``find("great-wave")`` gives one of them; ``VGG19`` and ``SMALL_VGG19`` are the paths of the
embedded weights.
"""

from __future__ import annotations

import difflib
import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from brushwork.errors import ImageError

_FOLDER = Path(__file__).parent

VGG19 = _FOLDER / "vgg19.safetensors"
SMALL_VGG19 = _FOLDER / "vgg19_small.safetensors"


@dataclass(frozen=True)
class BuiltIn:
    """One image of the package: what it is, who made it, where it comes from."""

    name: str
    role: Literal["content", "style"]
    title: str
    artist: str
    year: str | None
    width: int
    height: int
    source: str
    licence: str
    sha256: str
    path: Path


@functools.cache
def catalog() -> tuple[BuiltIn, ...]:
    """All built-in images, the style images first, in the order of ``pictures.json``."""
    entries = json.loads((_FOLDER / "pictures.json").read_text(encoding="utf-8"))
    return tuple(_make_built_in(entry) for entry in entries)


def find(name: str) -> BuiltIn | None:
    """Give the built-in image of that name, or None where there is none."""
    return next((image for image in catalog() if image.name == name), None)


def make_unknown_error(name: str) -> ImageError:
    """Build the error for a name that is neither a file nor a built-in image."""
    names = [image.name for image in catalog()]
    close = difflib.get_close_matches(name, names, n=1)
    hint = (
        f"did you mean {close[0]!r}?" if close else f"the built-in pictures are {', '.join(names)}."
    )
    return ImageError(
        f"{name!r} is neither a file nor a built-in picture. Give the path of a picture; {hint}"
    )


def _make_built_in(entry: dict[str, str]) -> BuiltIn:
    return BuiltIn(
        name=entry["name"],
        role="style" if entry["role"] == "style" else "content",
        title=entry["title"],
        artist=entry["artist"],
        year=entry.get("year"),
        width=int(entry["width"]),
        height=int(entry["height"]),
        source=f"{entry['source_package']} {entry['version']}",
        licence=entry["licence"],
        sha256=entry["sha256"],
        path=_FOLDER / entry["file"],
    )
