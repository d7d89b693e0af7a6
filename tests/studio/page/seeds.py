"""Galleries to look at, without painting them."""

from __future__ import annotations

from pathlib import Path

import PIL.Image

from benchmarks.studio.seeds import hang
from brushwork.studio.schemas import JobSettings, Result

SETTINGS = {"content": "cat", "styles": [{"image": "great-wave"}], "options": {"size": 48}}


def fill_gallery(folder: Path, count: int) -> None:
    """Hang results ``number 0000`` and so on, the last the newest, of 400 x 300 pixels."""
    file = folder.with_name("gradient.png")
    PIL.Image.linear_gradient("L").resize((400, 300)).convert("RGB").save(file)
    hang(folder, map(_make_result, range(count)), file)


def _make_result(number: int) -> Result:
    return Result(
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
