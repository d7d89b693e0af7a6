"""Whole films with the tiny network: steady, killed and resumed, stopped, refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from brushwork.cli import main
from brushwork.errors import CheckpointError, OutputError
from brushwork.options import Settings
from brushwork.video import folder as folder_module
from brushwork.video import reel
from brushwork.video.events import FrameFinished
from brushwork.video.painter import Painter
from brushwork.video.reading import Film, open_clip
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from brushwork.video.shots import Frame
from tests.video.clips import make_frames, pan, read_packets, write_clip

pytestmark = pytest.mark.usefixtures("tiny_network")


def make_request(folder: Path, **changes: object) -> FilmRequest:
    write_clip(folder / "clip.mp4", make_frames(4), sound=True)
    given = {
        "clip": str(folder / "clip.mp4"),
        "styles": ("great-wave",),
        "settings": Settings.create(None, size=48, effort=0.25),
        "film": FilmOptions(steps=3, keep_frames=True),
        "output": folder / "film.mkv",
        "folder": folder / "work",
        **changes,
    }
    return FilmRequest(**given)  # type: ignore[arg-type]


def list_frames(folder: Path) -> list[bytes]:
    return [one.read_bytes() for one in sorted(folder.iterdir())]


def list_painted(folder: Path) -> list[bytes]:
    return list_frames(folder / "painted")


def test_a_film_that_was_left_after_any_frame_ends_in_the_same_bits(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole = list(make_film(make_request(tmp_path / "a")))
    assert [type(event).__name__ for event in whole] == [
        "FilmPlanned",
        *["FrameFinished"] * 4,
        "FilmFinished",
    ]
    events = make_film(make_request(tmp_path / "b"))
    for event in events:
        if isinstance(event, FrameFinished) and event.number == 2:
            break
    events.close()
    # As it is where the process is killed between two writes: the anchor is there, the frame not.
    work = tmp_path / "b" / "work"
    shutil.copy(work / "anchors" / "000001.png", work / "anchors" / "000002.png")
    # What was painted ahead is painted again if it is not there, from the same frame as before.
    (work / "ahead" / "000000.png").unlink()
    went_on = list(resume_film(work))
    assert [e.number for e in went_on if isinstance(e, FrameFinished)] == [3, 4]
    assert list_painted(work) == list_painted(tmp_path / "a" / "work")
    film, clip = tmp_path / "b" / "film.mkv", tmp_path / "b" / "clip.mp4"
    assert read_packets(film) == read_packets(clip)
    assert len(list(open_clip(str(film)).read_frames())) == 4
    with pytest.raises(CheckpointError, match="resume"):
        list(make_film(make_request(tmp_path / "b", output=tmp_path / "b" / "more.mkv")))


def test_a_film_killed_between_any_two_writes_of_a_stretch_ends_in_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Frames 11 to 13 take what frame 13, which is painted ahead from frame 10, has seen."""
    clip = write_clip(tmp_path / "clip.mkv", make_frames(14))
    (tmp_path / "whole").mkdir()
    request = make_request(tmp_path / "whole", clip=str(clip))
    work, kept = request.folder, []
    write = folder_module.write_atomically

    def write_and_keep(content: bytes, path: Path, *, overwrite: bool = False) -> None:
        write(content, path, overwrite=overwrite)
        if path.parent.name in ("ahead", "anchors", "painted"):
            kept.append(path.relative_to(work))
            shutil.copytree(work, tmp_path / f"after {len(kept)}")

    events = make_film(request)
    for event in events:
        if isinstance(event, FrameFinished) and event.number == 11:
            break
    with monkeypatch.context() as patched:
        patched.setattr(folder_module, "write_atomically", write_and_keep)
        list(events)
    ahead, *_ = kept
    assert ahead == Path("ahead/000010.png")
    assert len(kept) == 7  # then anchor and frame, three times
    for number in range(1, len(kept) + 1):
        request.output.unlink()
        left = tmp_path / f"after {number}"
        list(resume_film(left))
        assert list_painted(left) == list_painted(work), f"killed after {kept[number - 1]}"


def test_kernels_are_written_down_before_a_frame_counts_as_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reel, "get_choices", lambda: {"some": "kernel"})
    monkeypatch.setattr(reel.FilmFolder, "write_painted", fail)
    with pytest.raises(KeyboardInterrupt):
        list(make_film(make_request(tmp_path)))
    written = json.loads((tmp_path / "work" / "film.json").read_text("utf-8"))
    assert written["kernels"] == {"some": "kernel"}


def test_the_clip_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    show = Film._show

    def count(self: Film, frame: object) -> object:
        read.append(1)
        return show(self, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(Film, "_show", count)
    request = make_request(tmp_path)
    events = make_film(request)
    next(events)
    events.close()
    assert len(read) == 1 + 4  # the size is that of a frame, which is asked for first
    read.clear()
    list(resume_film(request.folder))
    assert len(read) == 1


def test_a_still_clip_changes_with_its_paintings(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "still.mkv", make_frames(1) * 4)
    film = FilmOptions(steps=3, keep_frames=True, fade="0s,0.2s")
    styles = ("great-wave", "cafe-terrace")
    list(make_film(make_request(tmp_path, clip=str(clip), film=film, styles=styles)))
    first, last = (open_painted(tmp_path / "work", n).astype(float) / 257 for n in (0, 3))
    assert np.abs(last - first).mean() > 3


def test_a_style_image_that_was_changed_is_refused(tmp_path: Path) -> None:
    from brushwork import assets

    found = assets.find("great-wave")
    assert found is not None
    shutil.copy(found.path, tmp_path / "style.jpg")
    events = make_film(make_request(tmp_path, styles=(str(tmp_path / "style.jpg"),)))
    next(events)
    events.close()
    other = assets.find("ejiri")
    assert other is not None
    shutil.copy(other.path, tmp_path / "style.jpg")
    with pytest.raises(CheckpointError, match="has changed"):
        list(resume_film(tmp_path / "work"))


def test_nothing_moves_where_the_clip_is_still(tmp_path: Path) -> None:
    frames = [make_frames(1, side=64)[0] for _ in range(3)]
    for number, pixels in enumerate(frames):
        pixels[4:16, 4 + 4 * number : 16 + 4 * number] = (250, 20, 20)
    write_clip(tmp_path / "still.mp4", frames)
    list(make_film(make_request(tmp_path, clip=str(tmp_path / "still.mp4"))))
    painted = [open_painted(tmp_path / "work", n) for n in range(3)]
    assert (painted[2][40:] == painted[0][40:]).all()
    assert (painted[2][4:16] != painted[0][4:16]).any()


def test_a_pan_too_slow_to_be_seen_is_followed_all_the_way(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "pan.mkv", pan(17, 0.06, side=96))
    film = FilmOptions(steps=2, steadiness=10_000, keep_frames=True)
    settings = Settings.create(None, size=96, effort=0.25)
    list(make_film(make_request(tmp_path, clip=str(clip), film=film, settings=settings)))
    first, last = (open_painted(tmp_path / "work", n).astype(np.float32) for n in (0, 16))
    inside = (slice(12, -12), slice(12, -12))
    # By a Taylor series in the shift s: what was at x is at x - s.
    slope = np.gradient(first, axis=1)[inside]
    shift = (slope * (last - first)[inside]).sum() / (slope**2).sum()
    assert abs(shift - 16 * 0.06) < 0.25


def test_even_areas_move_with_the_camera(tmp_path: Path) -> None:
    texture = make_frames(1, side=96)[0]
    scene = np.full((96, 120, 3), 90, np.uint8)
    scene[:48, :96], scene[:48, 96:] = texture[:48], texture[:48, :24]
    frames = [scene[:, 3 * n : 3 * n + 96].copy() for n in range(2)]
    write_clip(tmp_path / "pan.mp4", frames)
    film = FilmOptions(steps=2, steadiness=10_000, keep_frames=True)
    settings = Settings.create(None, size=96, effort=0.25)
    list(
        make_film(
            make_request(tmp_path, clip=str(tmp_path / "pan.mp4"), film=film, settings=settings)
        )
    )
    first, second = (open_painted(tmp_path / "work", n).astype(float) for n in range(2))
    even = (slice(60, 90), slice(10, 80))
    moved = np.abs(np.roll(first, -3, axis=1)[even] - second[even]).mean()
    stayed = np.abs(first[even] - second[even]).mean()
    assert moved < stayed / 4


def open_painted(folder: Path, number: int) -> np.ndarray:
    from brushwork.video.folder import FilmFolder

    opened = FilmFolder.open(folder)
    try:
        return opened.read_painted(number)
    finally:
        opened.release()


def test_the_command_paints_fades_masks_and_previews(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_frames(3))
    (tmp_path / "masks").mkdir()
    import PIL.Image

    for number in range(3):
        mask = np.zeros((48, 48), np.uint8)
        mask[:, 24:] = 255
        PIL.Image.fromarray(mask).save(tmp_path / "masks" / f"{number}.png")
    with pytest.raises(SystemExit) as stop:
        main(
            [
                *("video", str(clip), "great-wave", "ejiri", "-o", str(tmp_path / "out.gif")),
                *("--size", "48", "--effort", "0.25", "--steps", "3", "--json", "--preview"),
                *("--strength", "0.2@0s,0.8@0.2s", "--fade", "0s,0.2s"),
                *("--mask", str(tmp_path / "masks"), "--keep-frames"),
            ]
        )
    assert stop.value.code == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines].count("finished") == 2
    told = [line["progress"] for line in lines if line["event"] == "frame"]
    assert told == pytest.approx([1 / 3, 2 / 3, 1] * 2)  # of the preview, and of the film
    assert (tmp_path / "out.preview.gif").is_file()
    painted = open_painted(tmp_path / "out.gif.frames", 2) / 257
    source = np.asarray(list(open_clip(str(clip)).read_frames())[2].pixels)
    assert np.abs(painted[:, :20] - source[:, :20]).max() < 1  # outside the mask it is the clip
    assert np.abs(painted[:, 28:] - source[:, 28:]).mean() > 3


def test_a_name_makes_no_preview_of_a_film(tmp_path: Path) -> None:
    film = FilmOptions(steps=3, preview=True)
    request = make_request(tmp_path, output=tmp_path / "my.preview.mkv", film=film)
    events = [event for event in make_film(request) if isinstance(event, FrameFinished)]
    assert [event.is_preview for event in events] == [True] * 4 + [False] * 4


def test_a_preview_that_is_gone_on_with_is_still_one(tmp_path: Path) -> None:
    request = make_request(tmp_path).make_preview()
    events = make_film(request)
    next(events)
    events.close()
    left = [event for event in resume_film(request.folder) if isinstance(event, FrameFinished)]
    assert all(event.is_preview for event in left)


def test_ctrl_c_leaves_a_film_of_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_frames(4), sound=True)
    paint = Painter.paint

    def stop_at_the_third(self: Painter, frame: Frame) -> None:
        if frame.number == 2:
            raise KeyboardInterrupt
        paint(self, frame)

    monkeypatch.setattr(Painter, "paint", stop_at_the_third)
    film = tmp_path / "out.mp4"
    quick = ("--size", "48", "--effort", "0.25", "--steps", "3", "--quiet")
    with pytest.raises(SystemExit) as stop:
        main(["video", str(clip), "great-wave", "-o", str(film), *quick])
    assert stop.value.code == 130
    assert len(list(open_clip(str(film)).read_frames())) == 2
    monkeypatch.setattr(Painter, "paint", paint)
    with pytest.raises(SystemExit) as stop:
        main(["resume", str(tmp_path / "out.mp4.frames"), "--quiet"])
    assert stop.value.code == 0
    assert len(list(open_clip(str(film)).read_frames())) == 4
    assert not (tmp_path / "out.mp4.frames").exists()


def test_a_full_disk_is_a_sentence_and_leaves_what_is_painted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Iterator[None]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("brushwork.video.writing._write_container", fail)
    with pytest.raises(OutputError, match="No space left"):
        list(make_film(make_request(tmp_path)))
    assert len(list_painted(tmp_path / "work")) == 4
    assert not (tmp_path / "film.mkv").exists()
