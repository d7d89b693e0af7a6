"""Clips made for tests: a known picture that moves as it is told, with a known sound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import PIL.Image

from brushwork import assets


def make_frames(count: int, side: int = 48, step: int = 2) -> list[np.ndarray]:
    """Move a window over the kitten, ``step`` pixels to the right for each frame."""
    found = assets.find("cat")
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        width = side + step * count
        pixels = np.asarray(photo.convert("RGB").resize((width, width)))
    return [pixels[:side, step * n : step * n + side].copy() for n in range(count)]


def pan(count: int, step: float, side: int = 64, noise: float = 0.0) -> list[np.ndarray]:
    """Move a window over the castle by a part of a pixel, by Fourier's shift; add grain."""
    found = assets.find("neuschwanstein")
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        pixels = np.asarray(photo.convert("RGB").resize((2 * side, side)), float)
    grain = np.random.default_rng(0)
    # Mirrored, so that it goes on where it ends.
    waves = np.fft.rfft(np.concatenate([pixels, pixels[:, ::-1]], axis=1), axis=1)
    turns = 2j * np.pi * np.fft.rfftfreq(4 * side)[:, None]
    shifted = [
        np.fft.irfft(waves * np.exp(turns * step * number), axis=1)[:, side // 2 : side // 2 + side]
        for number in range(count)
    ]
    grains = (grain.normal(0, noise, frame.shape) for frame in shifted)
    return [
        np.rint(np.clip(frame + more, 0, 255)).astype(np.uint8)
        for frame, more in zip(shifted, grains, strict=True)
    ]


def write_clip(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    stamps: Sequence[int] | None = None,
    sound: bool = False,
    turned: int = 0,
) -> Path:
    """Write frames in H.264, at 10 a second or at stamps in hundredths of a second."""
    with av.open(str(path), "w") as film:
        stream = film.add_stream("libx264", rate=10, options={"crf": "4"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv444p"
        stream.codec_context.time_base = Fraction(1, 100)
        if turned:
            stream.set_display_rotation(turned)
        tone = film.add_stream("aac", rate=8000) if sound else None
        film.metadata["title"] = "The kitten"
        for number, pixels in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts = 10 * number if stamps is None else stamps[number]
            picture.time_base = Fraction(1, 100)
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
        if tone is not None:
            for start in range(0, 800 * len(frames), 800):
                wave = np.sin(np.arange(start, start + 800) / 5).astype(np.float32)[None]
                heard = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
                heard.sample_rate, heard.pts = 8000, start
                film.mux(tone.encode(heard))
            film.mux(tone.encode(None))
    return path


def write_pictures(folder: Path, frames: Sequence[np.ndarray]) -> Path:
    """Write frames as they are, a PNG each."""
    folder.mkdir()
    for number, pixels in enumerate(frames):
        PIL.Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def read_packets(path: Path, kind: str = "audio") -> list[bytes]:
    """Give the coded packets of a stream."""
    with av.open(str(path)) as film:
        stream = getattr(film.streams, kind)[0]
        return [bytes(packet) for packet in film.demux(stream) if packet.size]
