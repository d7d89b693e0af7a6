"""Galleries to look at, without painting them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import PIL.Image

from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import make_thumbnail
from brushwork.studio.schemas import Result
from brushwork.studio.services import Services


def hang(folder: Path, results: Iterable[Result], file: Path) -> None:
    """Hang results into the gallery of a folder; all of them are one image, linked to a copy."""
    studio = Services.open(StudioFolder(folder))
    full, small = folder / "hung.png", folder / "hung.webp"
    full.write_bytes(file.read_bytes())
    with PIL.Image.open(file) as image:
        small.write_bytes(make_thumbnail(image))
    with studio.store.transaction():
        for result in results:
            studio.store.results.add(result, None, None)
            os.link(full, studio.gallery.get_file(result.id))
            os.link(small, studio.gallery.get_thumbnail_file(result.id))
    studio.store.close()
