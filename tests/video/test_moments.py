"""One frame of a clip, by the time at which it is shown, without reading all that come before."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

pytest.importorskip("av", reason="films are an extra: pip install 'brushwork[video]'")

import av
import numpy as np

from brushwork.video.reading import Film
from tests.video.clips import make_frames, write_clip

FRAMES = make_frames(40, step=4)


def find(pixels: np.ndarray) -> int:
    """Say which of the frames this is."""
    errors = [np.abs(pixels.astype(float) - frame).mean() for frame in FRAMES]
    assert min(errors) < 4
    return int(np.argmin(errors))


def encode(place: Path, kind: str, rate: int, options: dict[str, str]) -> Path:
    """Write the frames as the encoder stamps them, if it does."""
    with av.open(str(place), "w", format=kind) as written:
        stream = written.add_stream("libx264", rate=rate, options=options)
        stream.height, stream.width = FRAMES[0].shape[:2]
        stream.pix_fmt = "yuv444p"
        for pixels in FRAMES:
            written.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        written.mux(stream.encode(None))
    return place


@pytest.mark.parametrize("first", [0, 250])
def test_a_frame_is_shown_until_the_next_one(tmp_path: Path, first: int) -> None:
    """Also where the stamps of a clip do not begin at zero."""
    stamps = [first + 10 * number for number in range(40)]
    film = Film(write_clip(tmp_path / "clip.mkv", FRAMES, stamps=stamps))
    for seconds, number in [
        ("0", 0),
        ("0.3", 3),
        ("0.39", 3),
        ("2.5", 25),
        ("3.9", 39),
        ("99", 39),
    ]:
        frame = film.read_frame_at(Fraction(seconds))
        assert (find(frame.pixels), frame.seconds) == (number, Fraction(number, 10)), seconds


def test_a_late_frame_is_found_from_the_whole_one_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = encode(tmp_path / "clip.mp4", "mp4", 10, {"g": "8", "crf": "4"})
    film = Film(place)
    monkeypatch.setattr(Film, "read_frames", lambda _: pytest.fail("all of it was read"))
    assert find(film.read_frame_at(Fraction("3.5")).pixels) == 35


def test_a_clip_without_stamps_is_read_from_the_beginning(tmp_path: Path) -> None:
    place = encode(tmp_path / "clip.h264", "h264", 25, {"crf": "4", "bf": "0"})
    film = Film(place)
    wanted = Fraction(7) / film.info.rate
    assert find(film.read_frame_at(wanted).pixels) == 7
    assert find(film.read_frame_at(Fraction(99)).pixels) == 39
