"""Folders into which photos still come."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from brushwork.batch import Alone, Begun, Failed, Painted, Stepped, Watched, paint_all, schedule
from brushwork.errors import OptionError
from brushwork.options import Options
from tests.batch.conftest import FAST


def watched(*folders: str, output: str = "out") -> Watched:
    return Watched(folders, ["ejiri"], FAST, Path(output), "png")


def names(source: Watched) -> list[str]:
    return [Path(job.content).name for job in source.fresh()]


def test_a_photo_is_taken_once_it_no_longer_changes(folder: Path) -> None:
    source = watched("photos")
    assert names(source) == []
    assert names(source) == ["a.png", "b.JPG"]
    whole = Path("photos/a.png").read_bytes()
    Path("photos/c.png").write_bytes(whole[:100])
    assert names(source) == []
    Path("photos/c.png").write_bytes(whole)
    assert names(source) == []
    assert names(source) == ["c.png"]
    assert names(source) == []


def test_a_photo_that_changes_has_come_again(folder: Path) -> None:
    source = watched("photos")
    names(source)
    assert names(source) == ["a.png", "b.JPG"]
    shutil.copy("photos/a.png", "photos/b.JPG")
    names(source)
    assert names(source) == ["b.JPG"]
    Path("photos/b.JPG").unlink()
    assert names(source) == names(source) == []


def test_pictures_are_painted_as_they_come(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "LOOK", 0.05)
    Path("photos/b.JPG").rename("late.png")
    events = paint_all(watched("photos"))
    begun = next(events)
    assert isinstance(begun, Begun) and (begun.number, begun.count) == (1, 1)
    over = next(event for event in events if not isinstance(event, Begun | Stepped))
    assert isinstance(over, Painted) and over.job.output == Path("out/a-ejiri.png")
    Path("late.png").rename("photos/late.png")
    Path("photos/late.txt").write_text("no picture")
    Path("photos/broken.png").write_text("no picture")
    rest = (event for event in events if not isinstance(event, Begun | Stepped))
    assert {type(next(rest)), type(next(rest))} == {Painted, Failed}
    events.close()  # type: ignore[attr-defined]
    assert sorted(p.name for p in Path("out").iterdir()) == ["a-ejiri.png", "late-ejiri.png"]


class Talkative(Alone):
    """Tells of each step and comes back, as processes do, instead of painting to the end."""

    def told(self):
        if not hasattr(self, "_events"):
            self._events = super().told()
        yield from itertools.islice(self._events, 1)


class Counted(Watched):
    looks = 0

    def fresh(self):
        self.looks += 1
        return super().fresh()


def test_folders_are_not_looked_at_with_every_step(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "LOOK", 0.0)
    source = Counted(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = paint_all(source, Talkative())
    assert isinstance(next(events), Begun)
    before = source.looks
    monkeypatch.setattr(schedule, "LOOK", 1e9)
    steps = list(itertools.islice(events, 20))
    assert all(isinstance(step, Stepped) for step in steps)
    # A photo that is still being copied may look the same twice within a step.
    assert source.looks <= before + 1
    events.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("folders", "styles", "output", "complaint"),
    [
        (["photos/a.png"], ["ejiri"], "out", "'photos/a.png' is no folder"),
        ([], ["ejiri"], "out", "no folder to watch"),
        (["photos"], [], "out", "no painting was given"),
        (["photos"], ["ejiri"], "photos", "holds the photos"),
    ],
)
def test_what_cannot_be_watched_is_refused(
    folder: Path, folders: list[str], styles: list[str], output: str, complaint: str
) -> None:
    with pytest.raises(OptionError, match=complaint):
        Watched(folders, styles, Options(), Path(output), "png")


def test_an_empty_folder_can_be_watched(folder: Path) -> None:
    source = watched("out", output="painted")
    assert names(source) == names(source) == []
