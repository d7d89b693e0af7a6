"""Shots that are painted elsewhere, in any order, make the film that one process makes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from brushwork.cli import main
from brushwork.errors import BrushworkError, CheckpointError, OptionError, VideoError
from brushwork.options import Settings
from brushwork.video.events import FilmEvent, FrameFinished
from brushwork.video.folder import FilmFolder
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from brushwork.video.shot_task import ShotTask, paint_shot
from tests.video.clips import make_frames, write_clip
from tests.video.test_films import list_frames, list_painted, make_request

pytestmark = pytest.mark.usefixtures("tiny_network")


class Backwards:
    """Paints the last shot first; fails at some."""

    def __init__(self, failing: int | None = None) -> None:
        self.failing = failing
        self.taken: list[int] = []

    def paint(self, tasks: Iterable[ShotTask]) -> Iterator[tuple[ShotTask, list[bytes]]]:
        for task in reversed(list(tasks)):
            self.taken.append(task.first)
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
    events = [event for event in make_film(apart, Backwards) if isinstance(event, FrameFinished)]
    assert list_painted(apart.folder) == list_painted(alone.folder)
    last = [list_frames(folder / "pass 2") for folder in (apart.folder, alone.folder)]
    assert len(last[0]) == 6
    assert last[0] == last[1]
    first = [event for event in events if event.turn == 1]
    assert [event.number for event in first] == [4, 5, 6, 1, 2, 3]
    assert [event.done for event in first] == [1, 2, 3, 4, 5, 6]
    assert [event.begins_shot for event in first] == [True, False, False, True, False, False]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"clip": "clipp.mkv"}, "clipp.mkv"),
        ({"styles": ("great-weave",)}, "great-weave"),
        ({"strength": "0.2@0s,8@1s"}, "between 0 and 1"),
        ({"film": FilmOptions(keep_color="lime")}, "nothing of the first frame"),
        ({"film": FilmOptions(start="99")}, "between start and end"),
    ],
)
def test_nobody_is_called_where_something_is_amiss(
    tmp_path: Path, given: dict[str, object], told: str
) -> None:
    request = replace(ask(tmp_path, "apart"), **given)  # type: ignore[arg-type]
    with pytest.raises(BrushworkError, match=told):
        list(make_film(request, lambda: pytest.fail("somebody was called")))
    assert not request.folder.exists()


def test_the_command_names_a_clip_that_is_not_there_before_it_looks_for_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def look(_: str) -> None:
        pytest.fail("it looked for the cluster")

    monkeypatch.setattr("brushwork.batch.ray_shots.connect", look)
    given = ["video", "clipp.mp4", "great-wave", "-o", str(tmp_path / "film.mp4")]
    with pytest.raises(SystemExit) as stop:
        main([*given, "--cluster", "ray://10.0.0.1:10001"])
    assert stop.value.code == 2
    assert "clipp.mp4" in capsys.readouterr().err


def test_nobody_is_called_for_a_film_that_is_begun(tmp_path: Path) -> None:
    request = ask(tmp_path, "apart")
    next(events := make_film(request))
    events.close()
    with pytest.raises(CheckpointError, match="go on with it"):
        list(make_film(request, lambda: pytest.fail("somebody was called")))


def test_where_nobody_answers_nothing_is_read_or_painted(tmp_path: Path) -> None:
    def call() -> Backwards:
        raise OptionError("the cluster cannot be reached.")

    request = ask(tmp_path, "apart", film=FilmOptions(preview=True))
    with pytest.raises(OptionError, match="reached"):
        next(make_film(request, call))
    assert [one.name for one in (tmp_path / "apart").iterdir()] == ["clip.mp4"]


def test_what_came_back_stays_where_another_shot_fails(tmp_path: Path) -> None:
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    with pytest.raises(VideoError, match="lost"):
        list(make_film(apart, lambda: Backwards(failing=0)))
    assert len(list_painted(apart.folder)) == 3
    went_on = [event for event in resume_film(apart.folder) if isinstance(event, FrameFinished)]
    assert [event.number for event in went_on] == [1, 2, 3]
    assert list_painted(apart.folder) == list_painted(alone.folder)


def leave_after(request: FilmRequest, number: int) -> None:
    """Begin a film, and leave it after a frame."""
    events = make_film(request)
    next(event for event in events if isinstance(event, FrameFinished) and event.number == number)
    events.close()


def test_shots_that_are_not_begun_go_elsewhere_and_the_one_that_is_ends_here(
    tmp_path: Path,
) -> None:
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    leave_after(apart, 2)
    crew = Backwards()
    went_on = resume_film(apart.folder, lambda: crew)
    events = [event for event in went_on if isinstance(event, FrameFinished)]
    assert crew.taken == [3]
    assert [(event.number, event.done) for event in events] == [(4, 3), (5, 4), (6, 5), (3, 6)]
    assert list_painted(apart.folder) == list_painted(alone.folder)


def test_the_command_goes_on_with_a_film_on_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, called, crew = ask(tmp_path, "apart"), [], Backwards()

    def call(address: str) -> Backwards:
        called.append(address)
        return crew

    monkeypatch.setattr("brushwork.batch.ray_shots.RayShots", call)
    leave_after(request, 1)
    with pytest.raises(SystemExit) as stop:
        main(["resume", str(request.folder), "--cluster", "ray://there:10001", "--quiet"])
    assert stop.value.code == 0
    assert (called, crew.taken) == (["ray://there:10001"], [3])
    assert request.output.is_file()


def test_a_picture_goes_to_no_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["resume", str(tmp_path), "--cluster", "local"])
    assert stop.value.code == 2
    assert "leave --cluster out" in capsys.readouterr().err


class AnotherMachine(Backwards):
    """Paints in other bits than this machine."""

    def paint(self, tasks: Iterable[ShotTask]) -> Iterator[tuple[ShotTask, list[bytes]]]:
        for task, painted in super().paint(tasks):
            yield task, [change_bits(one) for one in painted]


def change_bits(content: bytes) -> bytes:
    levels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert levels is not None
    _, changed = cv2.imencode(".png", levels ^ 1)
    return changed.tobytes()


def leave_a_part(request: FilmRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a film elsewhere; the process is killed while it keeps the frames of a shot."""
    write = FilmFolder.write_file
    kept = []

    def write_two(self: FilmFolder, kind: str, number: int, content: bytes) -> None:
        if kind == "painted" and len(kept) == 2 and self.path == request.folder:
            raise KeyboardInterrupt
        kept.extend([number] if kind == "painted" and self.path == request.folder else [])
        write(self, kind, number, content)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(FilmFolder, "write_file", write_two)
        list(make_film(request, AnotherMachine))
    assert kept == [5, 4]


def list_numbers(events: Iterable[FilmEvent]) -> list[int]:
    return [event.number for event in events if isinstance(event, FrameFinished)]


def test_a_shot_of_which_a_part_is_there_is_painted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    leave_a_part(apart, monkeypatch)
    assert list_numbers(resume_film(apart.folder)) == [1, 2, 3, 4, 5, 6]
    assert list_painted(apart.folder) == list_painted(alone.folder)


@pytest.mark.parametrize("number", [4, 5])
def test_so_is_one_that_is_left_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """With its first frame painted here, what is left of those that came back is none of it."""
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    leave_a_part(apart, monkeypatch)
    events = resume_film(apart.folder)
    next(one for one in events if isinstance(one, FrameFinished) and one.number == number)
    events.close()
    assert list_numbers(resume_film(apart.folder)) == [*range(number + 1, 7)]
    assert list_painted(apart.folder) == list_painted(alone.folder)
