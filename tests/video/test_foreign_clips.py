"""Clips as other programs leave them: read, or refused in a sentence; what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import PIL.Image
import pytest

from brushwork.cli import main
from brushwork.errors import MemoryBudgetError, OptionError, VideoError
from brushwork.options import Settings
from brushwork.video.clip import measure_rate
from brushwork.video.reading import open_clip
from brushwork.video.run import make_film
from brushwork.video.selection import Selection
from brushwork.video.sequences import find_sequence
from brushwork.video.writing import FilmFormat, write_film
from tests.video.clips import make_frames, read_packets, write_clip, write_pictures
from tests.video.test_films import make_request


def write_coded(
    path: Path,
    frames: Sequence[np.ndarray],
    codec: str,
    layout: str,
    *,
    streams: int = 1,
    flags: int = 0,
) -> Path:
    """Write frames of three or four channels; in further streams, as their negatives."""
    with av.open(str(path), "w") as film:
        added: list[Any] = [film.add_stream(codec, rate=10) for _ in range(streams)]
        for stream in added:
            stream.height, stream.width = frames[0].shape[:2]
            stream.pix_fmt = layout
            stream.codec_context.flags |= flags
        for pixels in frames:
            for number, stream in enumerate(added):
                shown = 255 - pixels if number else pixels
                kind = "rgba" if shown.shape[2] == 4 else "rgb24"
                film.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format=kind)))
        for stream in added:
            film.mux(stream.encode(None))
    return path


def save_moving(path: Path, frames: Sequence[np.ndarray]) -> Path:
    first, *others = (PIL.Image.fromarray(pixels) for pixels in frames)
    first.save(path, save_all=True, append_images=others, duration=100)
    return path


def test_a_pause_of_hours_has_a_rate_and_is_written(tmp_path: Path) -> None:
    assert measure_rate([Fraction(0), Fraction(1, 3), Fraction(2, 3)], Fraction(25)) == 3
    stamps = [0, 10, 400_000, 800_000]  # of a second the hundredth
    clip = open_clip(str(write_clip(tmp_path / "clip.mp4", make_frames(4), stamps=stamps)))
    frames = list(clip.read_frames())
    rate = measure_rate([frame.seconds for frame in frames], Fraction(25))
    assert rate > 0
    write_film(frames, FilmFormat(tmp_path / "film.mkv"), rate=rate)
    again = open_clip(str(tmp_path / "film.mkv")).read_frames()
    assert [frame.seconds for frame in again] == [Fraction(stamp, 100) for stamp in stamps]


def test_a_file_whose_name_has_a_place_for_a_number_is_that_file(tmp_path: Path) -> None:
    name = "100% käse, %d 'x'.mp4"
    assert len(list(open_clip(str(write_clip(tmp_path / name, make_frames(2)))).read_frames())) == 2


def test_hidden_files_are_no_frames(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "clip", make_frames(2))
    (folder / "._0.png").write_bytes(b"what a Mac leaves beside each file")
    found = find_sequence(folder)
    assert found is not None
    assert [one.name for one in found] == ["0.png", "1.png"]


def test_mp3_is_copied_and_what_cannot_be_names_files_that_hold_it(tmp_path: Path) -> None:
    silence = np.zeros((1, 1152), np.float32)
    for name, codec in {
        "clip.mkv": "libmp3lame",
        "old.avi": "pcm_alaw",
        "pcm.mkv": "pcm_f32le",
    }.items():
        with av.open(str(tmp_path / name), "w") as film:
            pictures: Any = film.add_stream("libx264", rate=10)
            pictures.height = pictures.width = 48
            tone: Any = film.add_stream(codec, rate=44_100, layout="mono")
            for pixels in make_frames(3):
                film.mux(pictures.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
            film.mux(pictures.encode(None))
            kind = {"pcm_f32le": "flt", "pcm_alaw": "s16"}.get(codec, "fltp")
            for start in range(0, 13_230, 1152):
                numbers = silence.astype(np.int16 if kind == "s16" else np.float32)
                heard = av.AudioFrame.from_ndarray(numbers, format=kind, layout="mono")
                heard.sample_rate, heard.pts = 44_100, start
                film.mux(tone.encode(heard))
            film.mux(tone.encode(None))
    told = {}
    for name in ("clip.mkv", "old.avi", "pcm.mkv"):
        clip = open_clip(str(tmp_path / name))
        wanted = FilmFormat(tmp_path / f"{name}.mp4")
        told[name[:-4]] = write_film(
            clip.read_frames(), wanted, rate=Fraction(10), source=clip, selection=Selection()
        )
    assert told["clip"] == []
    assert read_packets(tmp_path / "clip.mkv.mp4") == read_packets(tmp_path / "clip.mkv")
    assert told["old"] == ["its sound (pcm_alaw) cannot lie in a file of this kind and is left out"]
    assert told["pcm"][0].endswith(
        "(pcm_f32le) cannot lie in a file of this kind and is left out; write .mov to keep it"
    )


def test_a_cover_is_called_one(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "song.m4a"), "w", format="mp4") as film:
        tone: Any = film.add_stream("aac", rate=44_100)
        cover: Any = film.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 48
        cover.pix_fmt, cover.disposition = "yuvj420p", av.stream.Disposition.attached_pic
        picture = av.VideoFrame.from_ndarray(make_frames(1)[0], format="rgb24")
        film.mux([*cover.encode(picture), *cover.encode(None)])
        heard = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        heard.sample_rate, heard.pts = 44_100, 0
        film.mux([*tone.encode(heard), *tone.encode(None)])
    with pytest.raises(VideoError, match="only a cover and audio; give a film"):
        open_clip(str(tmp_path / "song.m4a"))


def test_pictures_that_move_are_read_and_still_ones_are_not(tmp_path: Path) -> None:
    frames = make_frames(3)
    for name in ("a.gif", "a.png", "a.avif"):
        found = list(open_clip(str(save_moving(tmp_path / name, frames))).read_frames())
        assert [frame.seconds for frame in found] == [Fraction(n, 10) for n in range(3)]
        assert np.abs(found[2].pixels.astype(float) - frames[2]).mean() < 9
    with pytest.raises(VideoError, match=r"WebP only still.*GIF or an animated PNG"):
        open_clip(str(save_moving(tmp_path / "a.webp", frames)))
    for name in ("still.avif", "still.webp", "still.png"):
        PIL.Image.fromarray(frames[0]).save(tmp_path / name)
        with pytest.raises(VideoError, match="brushwork stylize"):
            open_clip(str(tmp_path / name))


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").touch()
    with pytest.raises(VideoError, match="is empty; copy it once more"):
        open_clip(str(tmp_path / "clip.mp4"))


def test_what_is_left_out_of_a_clip_is_told(tmp_path: Path) -> None:
    frames = make_frames(3)
    two = open_clip(str(write_coded(tmp_path / "two.mkv", frames, "ffv1", "bgr0", streams=2)))
    assert two.info.notes == ("there are 2 films in it: the first is painted",)
    assert np.array_equal(next(two.read_frames()).pixels, frames[0])
    interlaced, interleaved = 0x40000, 0x20000000  # flags of ffmpeg's: motion, and coefficients
    lines = write_coded(
        tmp_path / "tv.avi", frames, "mpeg4", "yuv420p", flags=interlaced | interleaved
    )
    assert [note[:11] for note in open_clip(str(lines)).info.notes] == ["interlaced:"]
    clear, seen_through = (
        [np.dstack([pixels, np.full((48, 48), opacity, np.uint8)]) for pixels in frames]
        for opacity in (255, 128)
    )
    for name, given, count in (("clear.mov", clear, 0), ("veil.mov", seen_through, 1)):
        clip = open_clip(str(write_coded(tmp_path / name, given, "qtrle", "argb")))
        assert len([note for note in clip.info.notes if "transparent" in note]) == count


@pytest.mark.usefixtures("tiny_network")
def test_a_film_that_cannot_be_painted_leaves_no_folder(
    tmp_path: Path,
) -> None:
    flat = [pixels[:12].copy() for pixels in make_frames(2)]
    clip = write_coded(tmp_path / "flat.mkv", flat, "ffv1", "bgr0")
    request = make_request(tmp_path, clip=str(clip))
    with pytest.raises(OptionError, match=r"48×12 pixels.*48×12.*at least 128"):
        next(make_film(request))
    assert not request.folder.exists()
    huge = Settings.create(None, size=2048, memory="501MB")
    request = make_request(tmp_path, settings=huge)
    with pytest.raises(MemoryBudgetError, match="of memory"):
        next(make_film(request))
    assert not request.folder.exists()


@pytest.mark.usefixtures("tiny_network")
def test_a_clip_of_any_name_is_painted_to_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clip(tmp_path / "100% %d.mp4", make_frames(2))
    monkeypatch.chdir(tmp_path)
    quick = ("--size", "48", "--effort", "0.25", "--steps", "3", "--quiet")
    with pytest.raises(SystemExit) as stop:
        main(["video", "100% %d.mp4", "great-wave", *quick])
    assert stop.value.code == 0
    assert (tmp_path / "100 d-great-wave.mp4").is_file()
