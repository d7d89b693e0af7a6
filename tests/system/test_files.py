"""Names of files; how they are written is tested with the images that are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from brushwork.system.files import name_output, write_atomically


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("cat", "great-wave"), "cat-great-wave"),
        (("holiday/me.and.you.jpg", "/a/b/wave.png", "ejiri"), "me.and.you-wave-ejiri"),
        (("stdin",), "stdin"),
    ],
)
def test_a_result_is_named_after_what_it_is_made_of(names: tuple[str, ...], expected: str) -> None:
    assert name_output(*names) == expected


def test_only_what_must_outlast_a_power_cut_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    write_atomically(b"thumbnail", tmp_path / "a", durable=False)
    assert synced == [] and (tmp_path / "a").read_bytes() == b"thumbnail"
    write_atomically(b"photo", tmp_path / "b")
    assert synced and sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]
