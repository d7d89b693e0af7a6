"""A folder of two small photos, and beside them what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from brushwork import images
from brushwork.options import Settings

FAST = Settings.create(size=48, effort=0.25)


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
