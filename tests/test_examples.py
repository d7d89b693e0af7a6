"""The examples run as they stand, and leave the pictures that they speak of."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import PIL.Image
import pytest

from brushwork.planning import networks, pyramid

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "examples"
#: Each example, and the pictures that it saves at 48 pixels.
PICTURES = {
    "three_lines.py": {"cat-great-wave.png": (48, 36)},
    "watch_it_grow.py": {"grown.png": (48, 36), "growing-1.png": (48, 36)},
    "loss_of_your_own.py": {"as-dark.png": (48, 36)},
    "mask.py": {"painted-kitten.png": (48, 36)},
    "batch.py": {
        "batch/cat-great-wave.png": (48, 36),
        "batch/cat-church-at-auvers.png": (48, 36),
        "batch/astronaut-great-wave.png": (48, 48),
        "batch/astronaut-church-at-auvers.png": (48, 48),
    },
}


def test_every_example_is_tried() -> None:
    assert {path.name for path in FOLDER.glob("*.py")} == set(PICTURES)
    # Notebooks are tried in test_notebooks.py, all that are there.


@pytest.mark.parametrize("name", PICTURES)
def test_an_example_runs(
    name: str,
    tmp_path: Path,
    tiny_network: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 3)  # enough to see that it runs
    monkeypatch.setattr(networks, "LEAST_LAST_STEPS", 3)
    monkeypatch.setattr(sys, "argv", [name, "48"])
    runpy.run_path(str(FOLDER / name), run_name="__main__")
    assert capsys.readouterr().out
    for picture, size in PICTURES[name].items():
        with PIL.Image.open(tmp_path / picture) as image:
            assert image.size == size


@pytest.mark.parametrize("name", PICTURES)
def test_an_example_is_short_and_shown(name: str) -> None:
    assert len((FOLDER / name).read_text("utf-8").splitlines()) <= 40
    assert f"(examples/{name})" in (ROOT / "README.md").read_text("utf-8")
    assert f"../examples/{name}" in (ROOT / "docs" / "examples.md").read_text("utf-8")
