"""Each integration is small enough to be read in one sitting."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import make_client

FOLDER = Path(__file__).parents[2] / "integrations"
MOST_LINES = 400


def count_lines(file: Path) -> int:
    """Count the lines that somebody has written; those of the client that are made are not."""
    text = file.read_text("utf-8")
    if file == make_client.CLIENT:
        before, _, rest = text.partition(make_client.BEGIN)
        text = before + rest.partition(make_client.END)[2]
    return len(text.splitlines())


@pytest.mark.parametrize("name", ["client", "comfyui", "krita"])
def test_an_integration_has_at_most_400_lines(name: str) -> None:
    lines = {str(file): count_lines(file) for file in (FOLDER / name).rglob("*.py")}
    assert 0 < sum(lines.values()) <= MOST_LINES, lines


def test_none_is_forgotten() -> None:
    assert {one.name for one in FOLDER.iterdir() if one.is_dir()} == {"client", "comfyui", "krita"}
