"""Frames are read in the memory that may be used: with fewer threads, made smaller, or not."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import PIL.Image
import psutil
import pytest
from av.error import MemoryError as OutOfMemory

from brushwork.cli import main
from brushwork.errors import MemoryBudgetError, VideoError
from brushwork.options import Settings
from brushwork.video import decoder_limits, reading
from brushwork.video.decoder_limits import MAX_PIXELS, DecoderLimits, choose_limits
from brushwork.video.events import FilmPlanned
from brushwork.video.footage import open_footage
from brushwork.video.reading import open_clip
from brushwork.video.run import make_film
from brushwork.video.settings import FilmOptions
from tests.video.clips import make_frames, write_clip, write_pictures
from tests.video.test_films import make_request

#: What the process holds already, in these tests.
HELD = 10**9


@pytest.fixture
def many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setattr("brushwork.system.memory.measure_resident", lambda: HELD)


def choose(path: Path, budget: int | None, aspect: Fraction = Fraction(1)) -> DecoderLimits:
    with av.open(str(path)) as container:
        return choose_limits(container.streams.video[0], aspect, path.name, budget)


@pytest.mark.usefixtures("many_cores")
def test_threads_are_as_many_as_there_is_memory_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_frames(2))
    pixels = 48 * 48
    # Three bytes a pixel; 16 frames are referred to, each thread holds two, and there are two more.
    needed = {n: round(pixels * (1.1 * 3 * (16 + 2 * n + 2) + 9)) for n in (1, 2, 3, 8)}
    for threads in (1, 2, 8):
        found = choose(clip, HELD + needed[threads] + 1)
        assert (found.threads, found.memory) == (threads, HELD + needed[threads])
        assert found.pixels == pixels
    assert choose(clip, HELD + needed[3] - 1).threads == 2
    assert choose(clip, 64 * HELD).threads == 8
    with pytest.raises(MemoryBudgetError, match=r"48×48 pixels.*1\.00 GB may be used.*--memory"):
        choose(clip, HELD + needed[1] - 1)
    monkeypatch.setattr("brushwork.system.memory.measure_available", lambda: HELD)
    with pytest.raises(MemoryBudgetError, match="or close other programs"):
        choose(clip, None)


def test_a_frame_that_is_too_large_is_refused_by_its_header(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_frames(2))
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        stream.codec_context.width = stream.codec_context.height = 16_384
        with pytest.raises(VideoError, match="16384×16384 pixels, and at most 67 million"):
            choose_limits(stream, Fraction(1), "clip", None)
        stream.codec_context.width = stream.codec_context.height = 8_000
        with pytest.raises(VideoError, match="16000×8000"):  # as it would be shown
            choose_limits(stream, Fraction(2), "clip", None)


def test_what_a_frame_says_of_itself_is_not_believed(tmp_path: Path) -> None:
    """A bomb: a few bytes that say that they are 16,000 by 16,000 pixels."""
    chunks = b""
    for name, content in {
        b"IHDR": struct.pack(">IIBBBBB", 16_000, 16_000, 8, 2, 0, 0, 0),
        b"IDAT": zlib.compress(b"\0" * 48_001),
        b"IEND": b"",
    }.items():
        check = struct.pack(">I", zlib.crc32(name + content))
        chunks += struct.pack(">I", len(content)) + name + content + check
    with av.open(str(tmp_path / "bomb.mov"), "w") as film:
        stream = film.add_stream("png", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        packet = av.Packet(b"\x89PNG\r\n\x1a\n" + chunks)
        packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 10)
        film.mux(packet)
    before = psutil.Process().memory_info().vms
    with pytest.raises(VideoError, match="67 million pixels"):
        open_clip(str(tmp_path / "bomb.mov"))
    assert psutil.Process().memory_info().vms - before < 3 * MAX_PIXELS


def test_frames_that_become_too_large_on_the_way_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "grows.h264").open("wb") as file:
        for side in (48, 96):
            small = write_clip(tmp_path / f"{side}.h264", make_frames(3, side=side))
            file.write(small.read_bytes())
    clip = open_clip(str(tmp_path / "grows.h264"))
    assert {frame.pixels.shape[0] for frame in clip.read_frames()} == {48, 96}
    monkeypatch.setattr(decoder_limits, "MAX_PIXELS", 64 * 64)
    clip = open_clip(str(tmp_path / "grows.h264"))
    assert {frame.pixels.shape[0] for frame in clip.read_frames()} == {48}
    assert "left out" in clip.notes[0]


class Full:
    """A container, and a packet of it, for which there is no memory."""

    def __init__(self, *, demuxes: bool) -> None:
        self._demuxes = demuxes

    def demux(self, _: object) -> list[Full]:
        if self._demuxes:
            return [self]
        raise OutOfMemory(12, "Cannot allocate memory")

    def decode(self) -> None:
        raise OutOfMemory(12, "Cannot allocate memory")


@pytest.mark.usefixtures("tiny_network")
@pytest.mark.parametrize("demuxes", [True, False])
def test_memory_that_runs_out_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demuxes: bool
) -> None:
    request = make_request(tmp_path)
    decode = reading._decode
    monkeypatch.setattr(reading, "_decode", lambda *_: decode(Full(demuxes=demuxes), None))  # type: ignore[arg-type]
    with pytest.raises(MemoryBudgetError, match="memory ran out while the clip was opened"):
        next(make_film(request))


@pytest.mark.usefixtures("tiny_network")
def test_a_film_keeps_to_the_memory_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(decoder_limits, "SHOWN_BYTES", 10**6)
    clip = write_clip(tmp_path / "clip.mp4", make_frames(2))
    given = ["video", str(clip), "great-wave", "--size", "48", "-o", str(tmp_path / "a.mp4")]
    with pytest.raises(SystemExit) as stop:
        main([*given, "--memory", "600MB"])
    assert stop.value.code == 2
    told = capsys.readouterr().err
    assert "48×48 pixels" in told and "600 MB may be used" in told and "--memory" in told
    assert not list(tmp_path.glob("a.mp4*"))


@pytest.mark.usefixtures("tiny_network")
def test_the_plan_knows_what_reading_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = make_film(make_request(tmp_path))
    monkeypatch.setattr(decoder_limits, "SHOWN_BYTES", 10**6)
    planned = next(events)
    events.close()
    assert isinstance(planned, FilmPlanned)
    assert planned.memory > 48 * 48 * 10**6


@pytest.mark.usefixtures("tiny_network")
def test_large_pictures_are_read_no_larger_than_the_film_needs(tmp_path: Path) -> None:
    large = [np.asarray(PIL.Image.fromarray(one).resize((2400, 1800))) for one in make_frames(2)]
    clip = open_clip(str(write_pictures(tmp_path / "large", large)), long_side=96)
    assert clip.info.size == (1800, 2400)
    assert [frame.pixels.shape for frame in clip.read_frames()] == [(72, 96, 3)] * 2
    settings = Settings.create(None, size=48, effort=0.25)
    film = FilmOptions(steps=3, passes=1, keep_frames=True)
    request = make_request(tmp_path, clip=str(tmp_path / "large"), settings=settings, film=film)
    assert next(open_footage(request).read_frames()).pixels.shape == (72, 96, 3)
    planned = next(make_film(request))
    assert isinstance(planned, FilmPlanned)
    assert (planned.width, planned.height) == (48, 36)
    PIL.Image.fromarray(large[0][:1700]).save(tmp_path / "large" / "3.png")
    with pytest.raises(VideoError, match="2400×1700, but the first frame is 2400×1800"):
        list(open_clip(str(tmp_path / "large"), long_side=96).read_frames())
