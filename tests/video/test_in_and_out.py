"""Clips in, films out: times, turns, sound, broken tails, pictures, and what is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image
import pytest

from brushwork.errors import BrushworkError, OptionError, OutputError, VideoError
from brushwork.video import reading
from brushwork.video.clip import ClipFrame
from brushwork.video.reading import open_clip
from brushwork.video.selection import Selection, parse_seconds
from brushwork.video.shots import is_cut
from brushwork.video.timeline import Timeline, parse_fade
from brushwork.video.writing import FilmFormat, write_film
from tests.video.clips import make_frames, pan, read_packets, write_clip


def test_frames_come_back_at_their_own_times_with_sound_and_title(tmp_path: Path) -> None:
    stamps = [0, 10, 25, 30, 70, 71]
    clip = open_clip(
        str(write_clip(tmp_path / "clip.mp4", make_frames(6), stamps=stamps, sound=True))
    )
    frames = list(clip.read_frames())
    assert [frame.seconds for frame in frames] == [Fraction(n, 100) for n in stamps]
    write_film(frames, FilmFormat(tmp_path / "film.mp4"), rate=clip.info.rate, source=clip)
    again = list(open_clip(str(tmp_path / "film.mp4")).read_frames())
    assert [frame.seconds for frame in again] == [Fraction(n, 100) for n in stamps]
    for before, after in zip(frames, again, strict=True):
        difference = after.pixels.astype(float) - before.pixels
        assert np.abs(difference).mean() < 6  # colours at half the size, and a lossy codec
        assert np.abs(difference.mean(axis=(0, 1))).max() < 1.0  # no tint, not darker
    assert read_packets(tmp_path / "film.mp4") == read_packets(tmp_path / "clip.mp4")
    with av.open(str(tmp_path / "film.mp4")) as film:
        assert film.metadata["title"] == "The kitten"


def test_a_part_takes_its_part_of_the_sound(tmp_path: Path) -> None:
    clip = open_clip(str(write_clip(tmp_path / "clip.mp4", make_frames(8), sound=True)))
    part = Selection(start=Fraction(3, 10), end=Fraction(7, 10))
    frames = list(part.pick(clip.read_frames()))
    assert [frame.seconds for frame in frames] == [Fraction(n, 10) for n in range(4)]
    write_film(
        frames, FilmFormat(tmp_path / "film.mkv"), rate=Fraction(10), source=clip, selection=part
    )
    whole, found = read_packets(tmp_path / "clip.mp4"), read_packets(tmp_path / "film.mkv")
    assert 0 < len(found) < len(whole)
    place = whole.index(found[0])
    assert whole[place : place + len(found)] == found


def write_long(path: Path) -> Path:
    """Write 40 frames, four seconds, of which one of ten is whole by itself.

    With an open group of pictures, those next after it are shown before it, and need others.
    """
    with av.open(str(path), "w", format="h264" if path.suffix == ".h264" else None) as film:
        groups = "keyint=10:min-keyint=10:scenecut=0:bframes=3:b-adapt=0"
        more = ":open-gop=1" if path.stem == "open" else ""
        stream = film.add_stream("libx264", rate=10, options={"x264-params": groups + more})
        stream.height = stream.width = 48
        stream.pix_fmt = "yuv420p"
        for pixels in make_frames(40):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "clip.mp4",
        "clip.mkv",
        "clip.ts",
        "clip.m2ts",
        "clip.h264",
        "open.mp4",
        "open.ts",
    ],
)
@pytest.mark.parametrize("start", ["0", "0.25", "1", "1.05", "2.3", "3.9", "9"])
def test_what_is_read_from_a_time_on_is_what_comes_there_in_the_whole(
    tmp_path: Path, name: str, start: str
) -> None:
    clip = open_clip(str(write_long(tmp_path / name)))
    wanted = [frame for frame in clip.read_frames() if frame.seconds >= Fraction(start)]
    found = list(clip.read_frames(Fraction(start)))
    assert [frame.seconds for frame in found] == [frame.seconds for frame in wanted]
    for frame, same in zip(found, wanted, strict=True):
        assert np.array_equal(frame.pixels, same.pixels)


def test_a_program_stream_whose_stamps_depend_on_where_one_begins_is_read_whole(
    tmp_path: Path,
) -> None:
    with av.open(str(tmp_path / "clip.mpg"), "w") as film:
        stream = film.add_stream("mpeg2video", rate=25)
        stream.height = stream.width = 48
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = 15, 2
        for pixels in make_frames(100, step=1):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode(None))
    clip = open_clip(str(tmp_path / "clip.mpg"))
    whole = [frame.seconds for frame in clip.read_frames()]
    for start in (Fraction(n, 100) for n in (199, 200, 201, 204)):
        found = [frame.seconds for frame in clip.read_frames(start)]
        assert found == [seconds for seconds in whole if seconds >= start]


@pytest.mark.parametrize(("name", "most"), [("clip.mp4", 3), ("clip.ts", 14)])
def test_a_late_part_is_not_read_from_the_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    """In MPEG-TS decoding begins at the first whole frame after a place, a group further ahead."""
    clip = open_clip(str(write_long(tmp_path / name)))
    decode, stamps = reading._decode, []

    def watch(*arguments: Any) -> Iterator[Any]:
        for frame in decode(*arguments):
            stamps.append(float(frame.pts * frame.time_base - begin))
            yield frame

    with av.open(str(clip.path)) as film:
        first = next(film.decode(video=0))
        begin = first.pts * first.time_base

    monkeypatch.setattr(reading, "_decode", watch)
    assert next(clip.read_frames(Fraction(3))).seconds == 3
    assert sum(0 < stamp < 1.9 for stamp in stamps) == 0
    assert len(stamps) <= most


def test_pictures_are_read_from_a_time_on(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    for number, pixels in enumerate(make_frames(6)):
        PIL.Image.fromarray(pixels).save(tmp_path / "frames" / f"{number}.png")
    clip = open_clip(str(tmp_path / "frames"), Fraction(10))
    whole = list(clip.read_frames())
    found = list(clip.read_frames(Fraction(25, 100)))
    assert [frame.seconds for frame in found] == [frame.seconds for frame in whole[3:]]
    assert np.array_equal(found[0].pixels, whole[3].pixels)


@pytest.mark.parametrize("name", ["film.webm", "film.gif", "film.mov", "film", "f/%03d.png"])
def test_other_kinds_of_films(tmp_path: Path, name: str) -> None:
    frames = [ClipFrame(Fraction(n, 10), one) for n, one in enumerate(make_frames(3))]
    (tmp_path / "f").mkdir()
    wanted = FilmFormat(tmp_path / name, codec="prores" if name == "film.mov" else "auto")
    wanted.check()
    write_film(frames, wanted, rate=Fraction(10))
    found = list(open_clip(str(tmp_path / name), Fraction(10)).read_frames())
    assert [frame.seconds for frame in found] == [Fraction(n, 10) for n in range(3)]
    assert np.abs(found[2].pixels.astype(float) - frames[2].pixels).mean() < 9
    with pytest.raises(OutputError, match="overwrite"):
        wanted.check()


def test_a_turned_film_is_upright(tmp_path: Path) -> None:
    frames = [np.ascontiguousarray(one[:32]) for one in make_frames(2)]
    clip = open_clip(str(write_clip(tmp_path / "clip.mp4", frames, turned=90)))
    assert clip.info.size == (48, 32)
    first = next(clip.read_frames())
    turned = np.rot90(frames[0])  # counterclockwise, as the file says
    assert np.abs(first.pixels.astype(float) - turned).mean() < 4
    assert "turned" in clip.info.notes[0]


def test_a_broken_tail_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "clip.mkv", make_frames(20, side=64))
    with av.open(str(whole)) as film:  # how long each packet is differs with the processors
        packets = [packet for packet in film.demux(video=0) if packet.size]
    assert packets[12].pos is not None
    end = packets[12].pos + packets[12].size // 2
    (tmp_path / "broken.mkv").write_bytes(whole.read_bytes()[:end])
    found = list(open_clip(str(tmp_path / "broken.mkv")).read_frames())
    assert 12 <= len(found) <= 13  # twelve packets are whole, and half of one may do


def test_what_is_no_film_is_a_sentence(tmp_path: Path) -> None:
    PIL.Image.fromarray(make_frames(1)[0]).save(tmp_path / "photo.jpg")
    PIL.Image.fromarray(make_frames(1)[0]).save(tmp_path / "photo.gif")
    (tmp_path / "text.mp4").write_text("no film at all")
    (tmp_path / "empty").mkdir()
    with av.open(str(tmp_path / "song.mka"), "w") as film:
        tone = film.add_stream("aac", rate=8000)
        heard = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        heard.sample_rate = 8000
        film.mux([*tone.encode(heard), *tone.encode(None)])
    for name, sentence in {
        "photo.jpg": "brushwork stylize",
        "photo.gif": "brushwork stylize",
        "text.mp4": "damaged",
        "empty": "no pictures",
        "song.mka": "no moving pictures",
        "missing.mp4": "there is no film",
    }.items():
        with pytest.raises(VideoError, match=sentence):
            open_clip(str(tmp_path / name))
    with pytest.raises(OutputError, match="ends in"):
        FilmFormat(tmp_path / "film.avi").check()
    with pytest.raises(BrushworkError, match=r"\.mkv"):
        FilmFormat(tmp_path / "film.mp4", codec="vp9").check()


def test_some_frames_of_all() -> None:
    frames = [ClipFrame(Fraction(n, 30), np.zeros((2, 2, 3), np.uint8)) for n in range(30)]
    assert len(list(Selection(every=7).pick(frames))) == 5
    tenths = [frame.seconds for frame in Selection(rate=Fraction(10)).pick(frames)]
    assert tenths == [Fraction(n, 10) for n in range(10)]
    assert parse_seconds("1:00:02.5", "start") == Fraction(36025, 10)
    with pytest.raises(OptionError, match="start"):
        parse_seconds("soon", "start")


def test_values_over_time() -> None:
    line = Timeline.parse("0.2@1s,0.8@3s", "strength")
    assert [line.at(Fraction(n)) for n in (0, 1, 2, 3, 9)] == pytest.approx(
        [0.2, 0.2, 0.5, 0.8, 0.8]
    )
    first, second = parse_fade("0s,4s", 2)
    assert first.at(Fraction(1)) == 0.75 and second.at(Fraction(1)) == 0.25
    for wrong in ("0.2", "0.2@3s,0.8@1s", "x@1s"):
        with pytest.raises(OptionError, match="strength"):
            Timeline.parse(wrong, "strength")
    with pytest.raises(OptionError, match="each of several"):
        parse_fade("0s", 1)


def test_a_cut_is_found_and_a_pan_is_none() -> None:
    frames = make_frames(4, side=64, step=6)
    assert not any(is_cut(*pair) for pair in itertools.pairwise(frames))
    assert is_cut(frames[0], 255 - frames[0])


def test_frames_that_an_avi_file_puts_off_are_all_read_in_order(tmp_path: Path) -> None:
    # It says when frames are decoded alone; where they refer to later ones, that is not when they
    # are shown, and the last ones have no stamp.
    frames = pan(12, 2, side=64)
    with av.open(str(tmp_path / "late.avi"), "w") as film:
        stream = film.add_stream("libx264", rate=10, options={"bf": "2", "crf": "4"})
        stream.height = stream.width = 64
        stream.pix_fmt = "yuv420p"
        for pixels in frames:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(stream.encode(None))
    read = list(open_clip(str(tmp_path / "late.avi")).read_frames())
    assert [one.seconds for one in read] == [Fraction(number, 10) for number in range(12)]
    for one, pixels in zip(read, frames, strict=True):
        nearest = min(frames, key=lambda other: np.abs(one.pixels - other.astype(float)).mean())
        assert nearest is pixels
