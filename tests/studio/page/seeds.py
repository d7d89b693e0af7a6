"""Galleries to look at, without painting them."""

from __future__ import annotations

import os
from pathlib import Path

import PIL.Image

from brushwork.studio.database import StudioFolder
from brushwork.studio.library import make_thumbnail
from brushwork.studio.schemas import JobSettings, Result
from brushwork.studio.services import Services

SETTINGS = {"content": "cat", "styles": [{"image": "great-wave"}], "options": {"size": 48}}


def fill_gallery(folder: Path, count: int) -> None:
    """Hang results ``number 0000`` and so on, the last the newest, of 400 x 300 pixels."""
    studio = Services.open(StudioFolder(folder))
    image = PIL.Image.linear_gradient("L").resize((400, 300)).convert("RGB")
    image.save(folder / "one.png")
    (folder / "one.webp").write_bytes(make_thumbnail(image))
    with studio.store.transaction():
        for number in range(count):
            result = Result(
                id=f"r{number}",
                name=f"number {number:04}",
                width=400,
                height=300,
                created=1_700_000_000.0 + number,
                seconds=1.0,
                losses={},
                settings=JobSettings.model_validate(SETTINGS),
                notes=[],
                job=None,
                tags=["seventh"] if number % 7 == 0 else [],
            )
            studio.store.add_result(result, None, None)
            os.link(folder / "one.png", studio.gallery.get_file(result.id))
            os.link(folder / "one.webp", studio.gallery.get_thumbnail_file(result.id))
    studio.store.close()
