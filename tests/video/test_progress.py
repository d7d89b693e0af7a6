"""The part of a film that is done rises to 1, however it is painted, stopped and gone on with."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.progress import Progress

from brushwork.cli import main
from brushwork.errors import VideoError
from brushwork.options import Settings
from brushwork.video.events import ClipRead, FilmEvent, FilmPlanned, FrameFinished
from brushwork.video.folder import FilmFolder
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from brushwork.video.workload import Workload
from tests.video.clips import make_frames, write_clip, write_pictures
from tests.video.test_films import make_request
from tests.video.test_masking import write_masks
from tests.video.test_shot_tasks import Backwards, ask

#: A further pass takes 15 hundredths of the time of painting.
SHARE = 0.2


def expect(count: int, passes: int) -> list[float]:
    """Give what is to be told after each frame of each pass."""
    whole = count * (1 + SHARE * (passes - 1))
    painted = [number / whole for number in range(1, count + 1)]
    over = range(1, count * (passes - 1) + 1)
    return [*painted, *((count + SHARE * number) / whole for number in over)]


def list_told(events: Iterable[FilmEvent]) -> list[float]:
    return [event.progress for event in events if isinstance(event, FrameFinished)]


def take(request: FilmRequest, most: int) -> list[float]:
    """Begin a film, and leave it after so many frames of all passes."""
    events = make_film(request)
    told = [*itertools.islice((e for e in events if isinstance(e, FrameFinished)), most)]
    events.close()
    return list_told(told)


def ask_pictures(folder: Path, passes: int) -> FilmRequest:
    folder.mkdir()
    clip = write_pictures(folder / "clip", make_frames(3))
    film = FilmOptions(steps=3, keep_frames=True, passes=passes)
    return make_request(folder, clip=str(clip), output=folder / "film", film=film)


@pytest.mark.parametrize("passes", [1, 2, 3, 9])
@pytest.mark.parametrize("count", [1, 3, 7, 1013])
def test_it_rises_with_every_frame_and_is_1_at_the_last_one_alone(count: int, passes: int) -> None:
    work = Workload(count, passes)
    turns = range(1, passes + 1)
    told = [work.measure_progress(turn, n) for turn in turns for n in range(1, count + 1)]
    assert told == pytest.approx(expect(count, passes))
    assert all(earlier < later for earlier, later in itertools.pairwise([0.0, *told]))
    assert told[-1] == 1


@pytest.mark.usefixtures("tiny_network")
@pytest.mark.parametrize(("passes", "stops"), [(1, [2]), (2, [2, 4]), (3, [3, 5, 7])])
def test_a_film_that_is_gone_on_with_tells_what_it_would_have_told(
    tmp_path: Path, passes: int, stops: list[int]
) -> None:
    whole = list_told(make_film(ask_pictures(tmp_path / "whole", passes)))
    assert whole == pytest.approx(expect(3, passes))
    assert whole[-1] == 1
    for stop in stops:
        request = ask_pictures(tmp_path / f"after {stop}", passes)
        assert [*take(request, stop), *list_told(resume_film(request.folder))] == whole


@pytest.mark.usefixtures("tiny_network")
def test_frames_of_which_nothing_is_painted_count_like_others(tmp_path: Path) -> None:
    frames = [*make_frames(2, side=64), *make_frames(1, side=64) * 2]  # the last one stands still
    clip = write_pictures(tmp_path / "clip", frames)
    masks = write_masks(tmp_path / "masks", 1, 4)
    settings = Settings.create(None, size=64, effort=0.25, mask=str(masks))
    film = FilmOptions(steps=3, passes=2)
    request = make_request(tmp_path, clip=str(clip), settings=settings, film=film)
    told = list_told(make_film(request))
    assert told == pytest.approx(expect(4, 2))
    assert told[-1] == 1


@pytest.mark.usefixtures("tiny_network")
def test_shots_that_are_painted_elsewhere_count_as_they_come(tmp_path: Path) -> None:
    film = FilmOptions(steps=3, keep_frames=True, passes=2)
    whole = expect(6, 2)
    request = ask(tmp_path, "apart", film=film)
    told = list_told(make_film(request, Backwards))
    assert told == pytest.approx(whole)
    assert told[-1] == 1
    # The first shot is begun here, and the second goes out.
    request = ask(tmp_path, "here", film=film)
    told = [*take(request, 2), *list_told(resume_film(request.folder, Backwards))]
    assert told == pytest.approx(whole)
    # The second shot comes back, and the first one is begun here; then it goes out to nobody.
    request = ask(tmp_path, "begun", film=film)
    told = []
    with pytest.raises(VideoError):
        for event in make_film(request, lambda: Backwards(failing=0)):
            told += list_told([event])
    assert told == pytest.approx(whole[:3])
    events = resume_film(request.folder)
    told += list_told([*itertools.islice(events, 2)])
    events.close()
    told += list_told(resume_film(request.folder, Backwards))
    assert told == pytest.approx(whole)
    assert told[-1] == 1


@pytest.mark.usefixtures("tiny_network")
def test_how_far_a_clip_is_read_is_told_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = itertools.count()  # the clock is looked at twice where it is told
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr("brushwork.video.footage.time", clock)
    monkeypatch.setattr("brushwork.video.footage.TELL_EVERY", 5)
    clip = write_clip(tmp_path / "long.mp4", make_frames(12))
    film = FilmOptions(steps=3, every=1, end="1.1")
    request = make_request(tmp_path, clip=str(clip), film=film)
    events = make_film(request)
    assert [next(events), next(events)] == [ClipRead(5, 11), ClipRead(10, 11)]
    assert isinstance(next(events), FilmPlanned)
    events.close()
    assert isinstance(next(resume_film(request.folder)), FilmPlanned)  # it is kept
    with pytest.raises(SystemExit):
        quick = ("--size", "48", "--effort", "0.25", "--steps", "3", "--end", "0.8", "--json")
        main(["video", str(clip), "great-wave", "-o", str(tmp_path / "out.mp4"), *quick])
    told = json.loads(capsys.readouterr().out.splitlines()[0])
    assert told == {"event": "reading", "done": 5, "count": 8}


@pytest.mark.usefixtures("tiny_network")
def test_cuts_are_found_while_the_clip_is_read_and_never_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = [*make_frames(2), *(255 - frame for frame in make_frames(2))]
    clip = write_pictures(tmp_path / "clip", frames)
    request = make_request(tmp_path, clip=str(clip))
    events = make_film(request)
    next(events)
    events.close()
    read: list[int] = []
    look = FilmFolder.read_source
    monkeypatch.setattr(FilmFolder, "read_source", lambda s, n: (read.append(n), look(s, n))[1])
    events = resume_film(request.folder)
    next(events)
    assert read == [0]  # as the content image
    assert [e.begins_shot for e in events if isinstance(e, FrameFinished)] == [1, 0, 1, 0]


@pytest.mark.usefixtures("tiny_network")
def test_the_bar_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = write_pictures(tmp_path / "clip", make_frames(2))
    shown: list[tuple[float, float | None]] = []

    def note(
        _: Progress, __: int, *, completed: float, total: float | None = None, **___: object
    ) -> None:
        shown.append((completed, total))

    monkeypatch.setattr(Progress, "update", note)
    quick = ("--size", "48", "--effort", "0.25", "--steps", "3", "--passes", "2")
    with pytest.raises(SystemExit) as stop:
        main(["video", str(clip), "great-wave", "-o", str(tmp_path / "out.gif"), *quick])
    assert stop.value.code == 0
    assert shown[0] == (0, 1)
    assert [completed for completed, _ in shown[1:]] == pytest.approx(expect(2, 2))
