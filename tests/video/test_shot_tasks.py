"""Shots that are painted elsewhere, in any order, make the film that one process makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from brushwork.errors import VideoError
from brushwork.options import Settings
from brushwork.video import run
from brushwork.video.run import FilmRequest, FrameFinished, make_film, resume_film
from brushwork.video.settings import FilmOptions
from brushwork.video.shot_task import ShotTask, paint_shot
from tests.video.clips import make_frames, write_clip
from tests.video.test_films import list_frames, list_painted, make_request

pytestmark = pytest.mark.usefixtures("tiny_network")


class Backwards:
    """Paints the last shot first; fails at some."""

    def __init__(self, failing: int | None = None) -> None:
        self.failing = failing

    def paint(self, tasks: Iterable[ShotTask]) -> Iterator[tuple[ShotTask, list[bytes]]]:
        for task in reversed(list(tasks)):
            if task.first == self.failing:
                raise VideoError("the cluster lost it.")
            yield task, paint_shot(task)


def make_clip(folder: Path) -> Path:
    """Write a clip of two shots, three frames each."""
    light = [255 - frame for frame in make_frames(3)]
    return write_clip(folder / "cut.mkv", [*make_frames(3), *light])


def ask(folder: Path, name: str, **changes: object) -> FilmRequest:
    (folder / name).mkdir()
    return make_request(folder / name, clip=str(make_clip(folder)), **changes)


def make_masks(folder: Path) -> str:
    """Write a mask for each of six frames, whose edge moves."""
    folder.mkdir()
    for number in range(6):
        mask = np.zeros((48, 48), np.uint8)
        mask[:, : 20 + 4 * number] = 255
        PIL.Image.fromarray(mask).save(folder / f"{number}.png")
    return str(folder)


def test_the_film_is_that_of_one_process(tmp_path: Path) -> None:
    settings = Settings.create(None, size=48, effort=0.25, mask=make_masks(tmp_path / "masks"))
    changes = {
        "settings": settings,
        "strength": "0.2@0s,0.8@0.5s",
        "film": FilmOptions(steps=3, keep_frames=True, passes=2),
    }
    alone, apart = ask(tmp_path, "alone", **changes), ask(tmp_path, "apart", **changes)
    list(make_film(alone))
    events = [event for event in make_film(apart, Backwards()) if isinstance(event, FrameFinished)]
    assert list_painted(apart.folder) == list_painted(alone.folder)
    last = [list_frames(folder / "pass 2") for folder in (apart.folder, alone.folder)]
    assert len(last[0]) == 6
    assert last[0] == last[1]
    first = [event for event in events if event.turn == 1]
    assert [event.number for event in first] == [4, 5, 6, 1, 2, 3]
    assert [event.done for event in first] == [1, 2, 3, 4, 5, 6]
    assert [event.begins_shot for event in first] == [True, False, False, True, False, False]


def test_what_came_back_stays_where_another_shot_fails(tmp_path: Path) -> None:
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    with pytest.raises(VideoError, match="lost"):
        list(make_film(apart, Backwards(failing=0)))
    assert len(list_painted(apart.folder)) == 3
    went_on = [event for event in resume_film(apart.folder) if isinstance(event, FrameFinished)]
    assert [event.number for event in went_on] == [1, 2, 3]
    assert list_painted(apart.folder) == list_painted(alone.folder)


def test_a_shot_of_which_a_part_is_there_is_painted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the process is killed while it keeps the frames of a shot."""
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    write = run.FilmFolder.write_file
    kept = []

    def write_two(self: run.FilmFolder, kind: str, number: int, content: bytes) -> None:
        if kind == "painted" and len(kept) == 2 and self.path == apart.folder:
            raise KeyboardInterrupt
        kept.extend([number] if kind == "painted" and self.path == apart.folder else [])
        write(self, kind, number, content)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(run.FilmFolder, "write_file", write_two)
        list(make_film(apart, Backwards()))
    assert kept == [5, 4]
    went_on = [event for event in resume_film(apart.folder) if isinstance(event, FrameFinished)]
    assert [event.number for event in went_on] == [1, 2, 3, 4, 5, 6]
    assert list_painted(apart.folder) == list_painted(alone.folder)
