"""A folder of two small photos, and beside them what is none; and jobs of few steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from brushwork import images
from brushwork.engine import run
from brushwork.options import Settings
from brushwork.planning import pyramid
from tests.conftest import make_tiny_weights

FAST = Settings.create(size=48, effort=0.25)
#: Steps of a job in place of 75: enough to be stopped in the middle of it.
STEPS = 24


def be_quick() -> None:
    """Take few steps with the tiny network, in this process or in one that a test starts."""
    weights = make_tiny_weights()
    pyramid.count_steps = lambda *_: STEPS
    run.load_weights = lambda _: weights


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((pyramid, "count_steps"), (run, "load_weights")):
        monkeypatch.setattr(module, name, getattr(module, name))  # to be put back
    be_quick()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("photos", "out"):
        (tmp_path / name).mkdir()
    cat = images.to_pil(images.read("cat").pixels).resize((80, 60))
    for name in ("a.png", "b.JPG"):
        cat.save(tmp_path / "photos" / name)
        cat = cat.rotate(180)
    (tmp_path / "photos" / "notes.txt").write_text("not a picture")
    (tmp_path / "photos" / ".hidden.png").write_text("not ours")
    return tmp_path
