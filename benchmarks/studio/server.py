"""A studio in a folder of its own, with as many paintings in its gallery as are wanted."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.studio.seeds import hang
from brushwork import assets
from brushwork.studio.schemas import JobSettings, Result

#: What each painting of the gallery looks like.
SOURCE = "great-wave"


@contextlib.contextmanager
def run_studio(paintings: int = 0) -> Iterator[tuple[str, Path]]:
    """Give the address of a studio and its folder, until it is not needed any more."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "studio"
        painting = assets.find(SOURCE)
        assert painting is not None
        hang(folder, map(_make_result, range(paintings)), painting.path)
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


def _make_result(number: int) -> Result:
    return Result(
        id=f"p{number}",
        name=f"Cat in The Great Wave off Kanagawa, {number}",
        width=768,
        height=512,
        created=1e9 + number,
        seconds=30.0,
        losses={"total": 0.5, "style": 0.3, "content": 0.2},
        settings=JobSettings.model_validate({"content": "cat", "styles": [{"image": SOURCE}]}),
        notes=[],
        job=None,
    )
