"""A studio in a folder of its own, with as many paintings in its gallery as are wanted."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from brushwork.studio.database import StudioFolder
from brushwork.studio.schemas import JobSettings, Result
from brushwork.studio.services import Services

#: A painting is fetched with its file, so that each has one; all are the same.
SOURCE = "great-wave"


@contextlib.contextmanager
def run_studio(paintings: int = 0) -> Iterator[tuple[str, Path]]:
    """Give the address of a studio and its folder, until it is not needed any more."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "studio"
        fill_gallery(folder, paintings)
        command = ["studio", "--no-open", "--port", "0", "--data", str(folder)]
        server = subprocess.Popen(
            [sys.executable, "-m", "brushwork", *command], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1], folder
        finally:
            server.terminate()
            server.wait()


def fill_gallery(root: Path, count: int) -> None:
    """Put so many paintings into a gallery."""
    studio = Services.open(StudioFolder(root))
    settings = JobSettings.model_validate({"content": "cat", "styles": [{"image": SOURCE}]})
    thumbnail = studio.library.read_thumbnail(SOURCE)
    with studio.store.transaction():
        for number in range(count):
            result = _make_result(number, settings)
            studio.store.add_result(result, None, None)
            file = studio.gallery.get_file(result.id)
            if number == 0:
                file.write_bytes(studio.library.get_file(SOURCE).read_bytes())
                studio.gallery.get_thumbnail_file(result.id).write_bytes(thumbnail)
            else:
                os.link(studio.gallery.get_file("p0"), file)
                small = studio.gallery.get_thumbnail_file(result.id)
                os.link(studio.gallery.get_thumbnail_file("p0"), small)
    studio.store.close()


def _make_result(number: int, settings: JobSettings) -> Result:
    return Result(
        id=f"p{number}",
        name=f"Cat in The Great Wave off Kanagawa, {number}",
        width=768,
        height=512,
        created=1e9 + number,
        seconds=30.0,
        losses={"total": 0.5, "style": 0.3, "content": 0.2},
        settings=settings,
        notes=[],
        job=None,
    )
