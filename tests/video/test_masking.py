"""Films of which a part stays as it is: where it is, and that it is not painted."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from brushwork.cli import main
from brushwork.engine.events import Event
from brushwork.engine.loop import Run
from brushwork.errors import OptionError
from brushwork.options import Settings
from brushwork.video import few_steps
from brushwork.video.events import FrameFinished
from brushwork.video.keying import ColorKey
from brushwork.video.masking import FrameMasks
from brushwork.video.painter import Painter
from brushwork.video.reel import SourceFrame
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from brushwork.video.shots import Frame
from tests.video.clips import make_frames, pan, write_clip, write_pictures
from tests.video.test_films import list_painted, make_request, open_painted

GREEN = (0, 255, 0)


def make_green(count: int, side: int = 64) -> list[np.ndarray]:
    """Let a green block go to the right, before a background that stands, by 6 pixels a frame."""
    frames = make_frames(1, side=side) * count
    frames = [one.copy() for one in frames]
    for number, pixels in enumerate(frames):
        pixels[16:48, 4 + 6 * number : 28 + 6 * number] = GREEN
    return frames


def paint(folder: Path, frames: list[np.ndarray], **film: object) -> list[np.ndarray]:
    """Paint frames; give them in levels of 255."""
    clip = write_pictures(folder / "clip", frames)
    options = FilmOptions(steps=3, keep_frames=True, **film)  # type: ignore[arg-type]
    settings = Settings.create(None, size=64, effort=0.25)
    list(make_film(make_request(folder, clip=str(clip), film=options, settings=settings)))
    return [open_painted(folder / "work", n) / 257 for n in range(len(frames))]


@pytest.mark.usefixtures("tiny_network")
def test_what_has_the_colour_stays_and_what_it_uncovers_is_painted(tmp_path: Path) -> None:
    frames = make_green(4)
    painted = paint(tmp_path, frames, keep_color="lime")
    for number, (shown, pixels) in enumerate(zip(painted, frames, strict=True)):
        left = 4 + 6 * number
        block = (slice(16, 48), slice(left, left + 24))
        assert (shown[block] == pixels[block]).all()
        assert np.abs(shown[4:60, 50:62] - pixels[4:60, 50:62]).mean() > 3 or left > 20
        uncovered = (slice(18, 46), slice(5, left - 1))
        if number:
            assert np.abs(shown[uncovered] - pixels[uncovered]).mean() > 3
    # Far from the block nothing has changed, so that nothing does.
    assert (painted[3][56:] == painted[1][56:]).all()


def write_masks(folder: Path, empty: int, count: int) -> Path:
    """Write masks of the right part, of which one is black."""
    folder.mkdir()
    for number in range(count):
        mask = np.zeros((64, 64), np.uint8)
        mask[:, 24:] = 255 if number != empty else 0
        PIL.Image.fromarray(mask).save(folder / f"{number}.png")
    return folder


@pytest.mark.usefixtures("tiny_network")
def test_a_frame_without_anything_to_paint_is_the_clip_and_what_comes_then_is_painted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    begin = Painter._begin

    def note(self: Painter, frame: Frame, source: SourceFrame) -> None:
        begun.append(frame.number)
        begin(self, frame, source)

    monkeypatch.setattr(Painter, "_begin", note)
    frames = make_frames(5, side=64)
    clip = write_pictures(tmp_path / "clip", frames)
    masks = write_masks(tmp_path / "masks", 2, 5)
    settings = Settings.create(None, size=64, effort=0.25, mask=str(masks))
    list(make_film(make_request(tmp_path, clip=str(clip), settings=settings)))
    shown = [open_painted(tmp_path / "work", n) / 257 for n in range(5)]
    assert (shown[2] == frames[2]).all()
    assert np.abs(shown[3][:, 28:] - frames[3][:, 28:]).mean() > 3
    assert np.abs(shown[3][:, :20] - frames[3][:, :20]).max() == 0
    assert begun == [0, 3]


def go_on(request: FilmRequest, after: int) -> tuple[list[bytes], list[bytes]]:
    """Give what a film has painted without a stop, and where it was left after a frame."""
    left = request.folder.with_name("left")
    for event in make_film(request):
        if isinstance(event, FrameFinished) and event.number == after:
            shutil.copytree(request.folder, left)
    request.output.unlink()
    list(resume_film(left))
    return list_painted(request.folder), list_painted(left)


@pytest.mark.usefixtures("tiny_network")
def test_a_shot_that_begins_with_nothing_to_paint_goes_on_in_the_same_bits(tmp_path: Path) -> None:
    frames = make_frames(2, side=64) + [255 - one for one in make_frames(5, side=64)]
    clip = write_pictures(tmp_path / "clip", frames)
    masks = write_masks(tmp_path / "masks", 2, 7)
    settings = Settings.create(None, size=64, effort=0.25, mask=str(masks), color="palette")
    write_pictures(tmp_path / "styles", make_frames(1, side=64))
    styles = (str(tmp_path / "styles" / "0.png"),)
    request = make_request(tmp_path, clip=str(clip), settings=settings, styles=styles)
    whole, left = go_on(request, after=4)
    assert left == whole


@pytest.mark.usefixtures("tiny_network")
def test_a_shot_of_which_a_colour_is_kept_goes_on_in_the_same_bits(tmp_path: Path) -> None:
    """The colour that is kept is none of the palette that style images take."""
    clip = write_pictures(tmp_path / "clip", make_green(4))
    settings = Settings.create(None, size=64, effort=0.25, color="palette")
    film = FilmOptions(steps=3, keep_frames=True, keep_color="lime")
    whole, left = go_on(make_request(tmp_path, clip=str(clip), settings=settings, film=film), 2)
    assert left == whole


@pytest.mark.usefixtures("tiny_network")
def test_a_shot_has_one_palette_also_where_it_is_painted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    colors: list[np.ndarray] = []
    stylize = few_steps.stylize_inputs

    def note(run: Run) -> Generator[Event]:
        colors.append(run.inputs.styles[0].pixels.mean(dim=(0, 2, 3)).numpy())
        return stylize(run)

    monkeypatch.setattr(few_steps, "stylize_inputs", note)
    frames = make_frames(5, side=64)
    for pixels in frames[2:]:
        pixels[..., 0] //= 2  # a light goes out
    clip = write_pictures(tmp_path / "clip", frames)
    masks = write_masks(tmp_path / "masks", 2, 5)
    settings = Settings.create(None, size=64, effort=0.25, mask=str(masks), color="palette")
    film = FilmOptions(steps=3, keep_frames=True, one_shot=True)
    list(make_film(make_request(tmp_path, clip=str(clip), settings=settings, film=film)))
    assert len(colors) >= 4
    assert np.ptp(colors, axis=0).max() < 0.01


@pytest.mark.usefixtures("tiny_network")
def test_outside_a_mask_the_grain_of_the_clip_is_shown(tmp_path: Path) -> None:
    frames = pan(2, 0.0, noise=1)
    clip = write_pictures(tmp_path / "clip", frames)
    masks = write_masks(tmp_path / "masks", 2, 2)
    settings = Settings.create(None, size=64, effort=0.25, mask=str(masks))
    list(make_film(make_request(tmp_path, clip=str(clip), settings=settings)))
    first, second = (open_painted(tmp_path / "work", n) / 257 for n in range(2))
    assert (second[:, :23] == frames[1][:, :23]).all()
    assert (second[:, 25:] == first[:, 25:]).all()


@pytest.mark.usefixtures("tiny_network")
def test_fewer_masks_than_frames_are_refused(tmp_path: Path) -> None:
    masks = write_masks(tmp_path / "masks", 2, 3)
    settings = Settings.create(None, size=48, effort=0.25, mask=str(masks))
    with pytest.raises(OptionError, match="has 3 masks, but the film has 4 frames"):
        list(make_film(make_request(tmp_path, settings=settings)))
    assert not list_painted(tmp_path / "work")


def test_the_colour_is_told_by_its_distance() -> None:
    key = ColorKey.parse("#00ff00")
    frame = np.zeros((1, 4, 3), np.uint8)
    # OKLab of sRGB, Ottosson 2020: lime (.866, -.234, .179); (0, 230, 0) is darker by .066,
    # (0, 180, 0) by .201, and black by .866.
    frame[0] = [(0, 255, 0), (0, 230, 0), (0, 180, 0), (0, 0, 0)]
    assert key.read(frame)[0].tolist() == [0, 0, 1, 1]
    assert ColorKey.parse("lime:0.4").read(frame)[0].tolist() == [0, 0, 0, 1]


def test_the_network_is_shown_none_of_the_colour_and_the_film_all_of_it() -> None:
    frame = np.full((33, 40, 3), (200, 30, 60), np.uint8)
    frame[8:20, 10:30] = GREEN
    masks = FrameMasks(key=ColorKey.parse("lime"))
    inside = masks.read(0, frame)
    assert inside is not None
    shown = masks.clear(frame, inside).astype(int)
    assert np.abs(shown - (200, 30, 60)).max() <= 1
    levels = np.full((33, 40, 3), 7000, np.uint16)
    restored = masks.restore(levels, frame, inside)
    assert (restored[8:20, 10:30] == np.array(GREEN) * 257).all()
    assert (restored[inside == 1] == 7000).all()
    other = FrameMasks([Path("mask.png")])  # what a mask of files leaves out is of the scene
    assert (other.clear(frame, inside) == frame).all()


def test_a_mask_of_everything_is_none_and_one_of_nothing_is_empty() -> None:
    frame = np.full((8, 8, 3), 90, np.uint8)
    assert FrameMasks(key=ColorKey.parse("lime")).read(0, frame) is None
    assert FrameMasks().read(0, frame) is None
    inside = FrameMasks(key=ColorKey.parse("#5a5a5a")).read(0, frame)
    assert inside is not None and inside.max() == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("red", "nothing of the first frame"),
        ("lime:1", "all of the first frame"),
        ("lime:2", "tolerance was given as 2"),
        ("lime:wide", "as in lime:0.2"),
        ("lame", "colour was given as 'lame'"),
    ],
)
def test_a_colour_that_keeps_nothing_or_everything_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, told: str
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_green(2))
    with pytest.raises(SystemExit) as stop:
        main(
            ["video", str(clip), "great-wave", "-o", str(tmp_path / "x.mp4"), "--keep-color", given]
        )
    assert stop.value.code == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["clip.mp4"]


def test_a_mask_and_a_colour_are_one_too_many(tmp_path: Path) -> None:
    settings = Settings.create(None, size=48, mask="mask.png")
    request = make_request(tmp_path, settings=settings, film=FilmOptions(keep_color="lime"))
    with pytest.raises(OptionError, match="leave one of them out"):
        list(make_film(request))
