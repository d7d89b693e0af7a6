"""What a film can be written as: a container and a codec, by the ending of its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from brushwork.errors import OptionError, OutputError
from brushwork.system.files import quote
from brushwork.video.sequences import is_pattern

Codec = Literal["auto", "h264", "vp9", "prores"]
#: What pictures are written as.
PICTURES = "pictures"
GIF = "gif"


@dataclass(frozen=True)
class VideoCodec:
    """How frames are coded.

    Attributes
    ----------
    encoder, layout
        ffmpeg's names of the encoder and of how pixels are laid out.
    settings
        What the encoder is told besides.
    has_quality
        Whether it takes a constant rate factor.
    """

    encoder: str
    layout: str
    settings: dict[str, str] = field(default_factory=dict)
    has_quality: bool = True


CODECS: dict[str, VideoCodec] = {
    "h264": VideoCodec("libx264", "yuv420p", {"preset": "medium"}),
    "vp9": VideoCodec(
        "libvpx-vp9", "yuv420p", {"b": "0", "row-mt": "1", "deadline": "good", "cpu-used": "3"}
    ),
    "prores": VideoCodec("prores_ks", "yuv422p10le", {"profile": "hq"}, has_quality=False),
}


@dataclass(frozen=True)
class Container:
    """A kind of file: ffmpeg's name of it, and the codecs that it takes, the usual one first."""

    name: str
    codecs: tuple[str, ...]
    sounds: tuple[str, ...]
    subtitles: tuple[str, ...] = ()


_MP4_SOUNDS = ("aac", "mp3", "ac3", "eac3", "opus", "flac", "alac")
#: By the ending of the name.
CONTAINERS = {
    ".mp4": Container("mp4", ("h264",), _MP4_SOUNDS, ("mov_text",)),
    ".m4v": Container("mp4", ("h264",), _MP4_SOUNDS, ("mov_text",)),
    ".mov": Container(
        "mov",
        ("h264", "prores"),
        ("aac", "mp3", "ac3", "alac", "pcm_s16le", "pcm_s24le", "pcm_s16be", "pcm_f32le"),
        ("mov_text",),
    ),
    ".webm": Container("webm", ("vp9",), ("opus", "vorbis"), ("webvtt",)),
    ".mkv": Container(
        "matroska",
        ("h264", "vp9", "prores"),
        (*_MP4_SOUNDS, "vorbis", "pcm_s16le", "pcm_s24le", "dts", "truehd"),
        ("subrip", "ass", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle"),
    ),
}


def choose_kind(path: Path) -> str:
    """Give the ending in `CONTAINERS`, ``"gif"``, or `PICTURES` for a folder or a sequence.

    Raises
    ------
    OutputError
        If the name has another ending.
    """
    ending = path.suffix.lower()
    if is_pattern(path):
        if ending != ".png":
            raise OutputError(f"frames are written as PNG; name them as in {path.stem}.png.")
        return PICTURES
    if not ending or path.is_dir():
        return PICTURES
    if ending == ".gif":
        return GIF
    if ending not in CONTAINERS:
        raise OutputError(
            f"a film cannot be written as {quote(path)}; its name ends in "
            f"{', '.join(CONTAINERS)} or .gif, or is that of a folder or of frames/%05d.png."
        )
    return ending


def choose_codec(path: Path, asked: Codec) -> VideoCodec:
    """Give the codec of a file: the usual one of its kind, or the one that was asked for.

    Raises
    ------
    OptionError
        If the file cannot hold it.
    """
    container = CONTAINERS[path.suffix.lower()]
    name = container.codecs[0] if asked == "auto" else asked
    if name not in container.codecs:
        able = [ending for ending, one in CONTAINERS.items() if name in one.codecs]
        raise OptionError(
            f"{path.suffix} does not hold {name}; name a file that ends in {', '.join(able)}."
        )
    return CODECS[name]
