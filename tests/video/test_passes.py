"""Further passes over a film: what each frame takes, in which order, and that it can be resumed."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest

from brushwork.options import Settings
from brushwork.video import folder as folder_module
from brushwork.video import shots
from brushwork.video.events import FrameFinished
from brushwork.video.finishing import write_partial
from brushwork.video.folder import FilmFolder
from brushwork.video.painted import Painted
from brushwork.video.passes import order_pass, steady
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from tests.video.clips import make_frames, pan, write_pictures
from tests.video.test_films import make_request


def flat(level: int, side: int = 64) -> np.ndarray:
    return np.full((side, side, 3), level, np.uint16)


def test_most_is_taken_where_both_frames_see_and_nothing_elsewhere() -> None:
    now, then = make_frames(2, side=64, step=8)  # what is at x in the later one was at x + 8
    taken = steady(Painted(flat(10000), then), Painted(flat(30000), now), flat(0))
    assert np.abs(taken[8:-8, 12:40].astype(int) - 26000).max() < 700
    assert (taken[:, -6:] == 10000).all()


def test_what_was_the_same_stays_so_whatever_the_flow() -> None:
    now, then = make_frames(2, side=64, step=1)
    neighbour = np.random.default_rng(0).integers(0, 65536, (64, 64, 3), np.uint16)
    kept = steady(Painted(flat(10000), then), Painted(neighbour, now), flat(10000))
    assert (kept == neighbour).all()


def test_where_the_clip_is_shown_nothing_is_taken() -> None:
    (pixels,) = make_frames(1, side=64)
    inside = np.ones((64, 64), np.float32)
    inside[:, :20], inside[:, 20:24] = 0, 0.75
    own, other = Painted(flat(10000), pixels, inside), Painted(flat(30000), pixels, inside)
    taken = steady(own, other, flat(0))
    assert (taken[:, :24] == 10000).all()
    assert np.abs(taken[8:-8, 30:-8].astype(int) - 26000).max() < 10


def test_passes_go_there_and_back() -> None:
    assert list(order_pass(2, 3)) == [(2, 3), (1, 2), (0, 1)]
    assert list(order_pass(3, 3)) == [(0, -1), (1, 0), (2, 1)]


@pytest.mark.usefixtures("tiny_network")
def test_a_film_killed_between_any_two_writes_of_its_passes_ends_in_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = pan(3, 1.3, side=48) + [255 - one for one in pan(2, 1.3, side=48)]
    clip = write_pictures(tmp_path / "clip", frames)
    film = FilmOptions(steps=3, keep_frames=True, passes=3)
    request = make_request(tmp_path, clip=str(clip), film=film)
    work, kept = request.folder, []
    write = folder_module.write_atomically

    def write_and_keep(content: bytes, path: Path, *, overwrite: bool = False) -> None:
        write(content, path, overwrite=overwrite)
        if path.parent.name.startswith("pass"):
            kept.append(path.relative_to(work))
            shutil.copytree(work, tmp_path / f"after {len(kept)}")

    with monkeypatch.context() as patched:
        patched.setattr(folder_module, "write_atomically", write_and_keep)
        events = [one for one in make_film(request) if isinstance(one, FrameFinished)]
    assert [(one.turn, one.number) for one in events] == [
        (turn, number) for turn in (1, 2, 3) for number in range(1, 6)
    ]
    assert [one.stem for one in kept[:5]] == [f"{n:06d}" for n in (4, 3, 2, 1, 0)]
    # At the end of a shot nothing is taken from the other.
    assert read(work, "pass 2", 2) == read(work, "painted", 2)
    assert read(work, "pass 2", 1) != read(work, "painted", 1)
    opened = FilmFolder.open(work)
    before, after = opened.read_passed(1, 1), opened.read_passed(2, 1)
    first = Painted(opened.read_passed(1, 0), opened.read_source(0))
    expected = steady(first, Painted(after, opened.read_source(1)), before)
    assert (opened.read_passed(2, 0) == expected).all()  # of what the pass made of its neighbour
    opened.release()
    for number, last in enumerate(kept[:-1], start=1):
        request.output.unlink()
        list(resume_film(tmp_path / f"after {number}"))
        for frame in range(5):
            resumed = read(tmp_path / f"after {number}", "pass 3", frame)
            assert resumed == read(work, "pass 3", frame), f"killed after {last}"


@pytest.mark.usefixtures("tiny_network")
def test_nothing_is_taken_over_a_cut_even_where_both_shots_look_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts = iter([False, True, False])
    monkeypatch.setattr(shots, "is_cut", lambda *_: next(cuts))
    clip = write_pictures(tmp_path / "clip", pan(4, 1.3, side=48))
    film = FilmOptions(steps=3, keep_frames=True, passes=3)
    list(make_film(make_request(tmp_path, clip=str(clip), film=film)))
    names = ["painted", "pass 2", "pass 3"]
    kept = [[read(tmp_path / "work", name, number) for number in range(4)] for name in names]
    # Backwards the last frame of each shot has no neighbour in it, then forwards the first.
    pairs = itertools.pairwise(kept)
    changed = [[own != before for own, before in zip(*pair, strict=True)] for pair in pairs]
    assert changed == [[True, False, True, False], [False, True, False, True]]


def read(folder: Path, kind: str, number: int) -> bytes:
    return (folder / kind / f"{number:06d}.png").read_bytes()


@pytest.mark.usefixtures("tiny_network")
def test_a_film_stopped_in_its_second_pass_is_written_as_the_first_left_it(tmp_path: Path) -> None:
    clip = write_pictures(tmp_path / "clip", make_frames(3))
    film = FilmOptions(steps=3, keep_frames=True, passes=2)
    request = make_request(tmp_path, clip=str(clip), output=tmp_path / "film", film=film)
    events = make_film(request)
    for event in events:
        if isinstance(event, FrameFinished) and event.turn == 2:
            break
    events.close()
    assert write_partial(request.folder) == (request.output, 3)
    assert len(list(request.output.iterdir())) == 3


@pytest.mark.usefixtures("tiny_network")
def test_what_is_still_stays_so_in_all_passes(tmp_path: Path) -> None:
    frames = pan(4, 0.0, noise=1)
    for number, pixels in enumerate(frames):
        pixels[4:20, 4 + 4 * number : 20 + 4 * number] = (250, 20, 20)
    clip = write_pictures(tmp_path / "clip", frames)
    settings = Settings.create(None, size=64, effort=0.25)
    film = FilmOptions(steps=3, keep_frames=True, passes=3)
    list(make_film(make_request(tmp_path, clip=str(clip), settings=settings, film=film)))
    opened = FilmFolder.open(tmp_path / "work")
    shown = [opened.read_passed(3, number) for number in range(4)]
    opened.release()
    assert all((one[40:] == shown[0][40:]).all() for one in shown)
