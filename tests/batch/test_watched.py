"""Folders into which photos still come."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from brushwork.batch import (
    InProcess,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobStarted,
    WatchedFolders,
    run_jobs,
)
from brushwork.batch import executor as schedule
from brushwork.errors import OptionError
from brushwork.options import Settings
from tests.batch.conftest import FAST

pytestmark = pytest.mark.usefixtures("tiny_network")


def watched(*folders: str, output: str = "out") -> WatchedFolders:
    return WatchedFolders(folders, ["ejiri"], FAST, Path(output), "png")


def names(source: WatchedFolders) -> list[str]:
    return [Path(job.content).name for job in source.take_new()]


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


def test_what_is_not_read_is_told_once_when_it_comes(folder: Path) -> None:
    source = watched("photos")
    assert source.take_left_out() == []
    Path("photos/c.psd").write_bytes(b"something")
    assert source.take_left_out() == ["photos/c.psd"]
    assert source.take_left_out() == []


def test_pictures_are_painted_as_they_come(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "SCAN_SECONDS", 0.05)
    Path("photos/b.JPG").rename("late.png")
    events = run_jobs(watched("photos"))
    begun = next(events)
    assert isinstance(begun, JobStarted) and (begun.number, begun.count) == (1, 1)
    over = next(event for event in events if not isinstance(event, JobStarted | JobProgressed))
    assert isinstance(over, JobFinished) and over.job.output == Path("out/a-ejiri.png")
    Path("late.png").rename("photos/late.png")
    Path("photos/late.txt").write_text("no picture")
    Path("photos/broken.png").write_text("no picture")
    rest = (event for event in events if not isinstance(event, JobStarted | JobProgressed))
    assert {type(next(rest)), type(next(rest))} == {JobFinished, JobFailed}
    events.close()  # type: ignore[attr-defined]
    assert sorted(p.name for p in Path("out").iterdir()) == ["a-ejiri.png", "late-ejiri.png"]


class Talkative(InProcess):
    """Tells of each step and comes back, as processes do, instead of painting to the end."""

    def submit(self, job):
        super().submit(job)
        self._events = super().poll()

    def poll(self):
        if not self.is_idle:
            yield from itertools.islice(self._events, 1)

    def shut_down(self):
        self._events.close()
        super().shut_down()


class Counted(WatchedFolders):
    looks = 0

    def take_new(self):
        self.looks += 1
        return super().take_new()


def test_folders_are_not_looked_at_with_every_step(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "SCAN_SECONDS", 0.0)
    source = Counted(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = run_jobs(source, Talkative())
    assert isinstance(next(events), JobStarted)
    before = source.looks
    monkeypatch.setattr(schedule, "SCAN_SECONDS", 1e9)
    steps = list(itertools.islice(events, 20))
    assert all(isinstance(step, JobProgressed) for step in steps)
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
        WatchedFolders(folders, styles, Settings.create(), Path(output), "png")


def test_an_empty_folder_can_be_watched(folder: Path) -> None:
    source = watched("out", output="painted")
    assert names(source) == names(source) == []
