"""From painted frames to a film that is whole or not there, with the sound of the clip."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import PIL.Image
from av.error import FFmpegError
from av.video.reformatter import Colorspace

from brushwork import images
from brushwork.errors import OutputError
from brushwork.system.files import check_place, create_folder, quote, write_atomically_with
from brushwork.video.clip import Clip, ClipFrame
from brushwork.video.copying import PacketCopier
from brushwork.video.formats import (
    CONTAINERS,
    GIF,
    PICTURES,
    Codec,
    VideoCodec,
    choose_codec,
    choose_kind,
)
from brushwork.video.reading import EXACT
from brushwork.video.selection import Selection
from brushwork.video.sequences import is_pattern, name_frame

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

#: Time stamps are written in this part of a second: all usual rates are whole numbers of it.
TICK = Fraction(1, 90_000)
#: A GIF counts in these.
GIF_TICK = Fraction(1, 100)
#: ITU-T H.273: primaries and curve of high definition, and range of studios.
_BT709, _STUDIO_RANGE = 1, 1


@dataclass(frozen=True)
class FilmFormat:
    """How a film is written.

    Attributes
    ----------
    path
        A file; a folder or a name with a number, as ``frames/%05d.png``, for pictures.
    codec
        What codes the frames; the usual one of the file's kind for ``"auto"``.
    quality
        Constant rate factor: less is better and larger, 0 without any loss.
    overwrite
        Whether what is there may be replaced.
    """

    path: Path
    codec: Codec = "auto"
    quality: int = 18
    overwrite: bool = False

    def check(self) -> None:
        """Refuse a place where nothing could be written, before any work is done for it.

        Raises
        ------
        BrushworkError
            If the name, the codec or the folder will not do.
        """
        kind = choose_kind(self.path)
        if kind != PICTURES:
            if kind != GIF:
                choose_codec(self.path, self.codec)
            check_place(self.path, overwrite=self.overwrite)
            return
        if is_pattern(self.path):
            check_place(name_frame(self.path, 1), overwrite=self.overwrite)
        elif self.path.is_dir() and any(self.path.iterdir()) and not self.overwrite:
            raise OutputError(
                f"the folder {quote(self.path)} is not empty; use --overwrite or another name."
            )


def write_film(
    frames: Iterable[ClipFrame],
    wanted: FilmFormat,
    *,
    rate: Fraction,
    source: Clip | None = None,
    selection: Selection | None = None,
) -> list[str]:
    """Write frames as a film, and copy what lies beside those of the clip.

    Parameters
    ----------
    frames
        In the order of their times, of one size with even sides.
    wanted
        Where to, and how.
    rate
        Frames a second, on average; the last frame is shown for one of these.
    source
        Whose sound, subtitles and descriptions are copied; none if None.
    selection
        Which part of it the frames are from.

    Returns
    -------
    list[str]
        What the person should know, such as a sound that the file cannot hold.

    Raises
    ------
    OutputError
        If it cannot be written. What was there before is untouched.
    """
    kind = choose_kind(wanted.path)
    if kind == PICTURES:
        return _write_pictures(frames, wanted)
    if kind == GIF:
        write_atomically_with(
            lambda place: _write_gif(frames, place, rate), wanted.path, overwrite=wanted.overwrite
        )
        return _tell_silent(source)
    notes: list[str] = []

    def write(place: Path) -> None:
        copier = PacketCopier.open(source, selection or Selection(), CONTAINERS[kind])
        try:
            _write_container(frames, place, CONTAINERS[kind].name, wanted, rate, copier)
        except FFmpegError as error:
            raise OSError(error.errno, error.strerror or str(error)) from error
        finally:
            copier.close()
        notes.extend(copier.notes)

    write_atomically_with(write, wanted.path, overwrite=wanted.overwrite)
    return notes


def _write_container(
    frames: Iterable[ClipFrame],
    place: Path,
    container: str,
    wanted: FilmFormat,
    rate: Fraction,
    copier: PacketCopier,
) -> None:
    codec = choose_codec(wanted.path, wanted.codec)
    options = {"movflags": "+faststart+use_metadata_tags"} if container in ("mp4", "mov") else {}
    with av.open(str(place), "w", format=container, options=options) as film:
        iterator = iter(frames)
        first = next(iterator)
        stream = _add_stream(film, codec, first, rate, wanted.quality)
        copier.begin(film)
        stamps: dict[int, int] = {}
        for frame, following in _pair(_chain(first, iterator)):
            lasts = 1 / rate if following is None else following.seconds - frame.seconds
            picture = av.VideoFrame.from_ndarray(frame.pixels, format="rgb24")
            picture = picture.reformat(
                format=codec.layout, dst_colorspace=Colorspace.ITU709, interpolation=EXACT
            )
            picture.pts, picture.time_base = round(frame.seconds / TICK), TICK
            stamps[picture.pts] = picture.duration = round(lasts / TICK)
            copier.copy_until(frame.seconds)
            film.mux(list(_restore(stream.encode(picture), stamps)))
        film.mux(list(_restore(stream.encode(None), stamps)))
        copier.copy_rest()


def _add_stream(
    film: OutputContainer, codec: VideoCodec, first: ClipFrame, rate: Fraction, quality: int
) -> VideoStream:
    height, width = first.pixels.shape[:2]
    settings = dict(codec.settings)
    if codec.has_quality:
        settings["crf"] = str(quality)
    if codec.encoder == "libx264":
        settings["x264-params"] = "colorprim=bt709:transfer=bt709:colormatrix=bt709"
    added: Any = film.add_stream(
        codec.encoder, rate=rate.limit_denominator(100_000), options=settings
    )
    stream: VideoStream = added
    stream.width, stream.height, stream.pix_fmt = width, height, codec.layout
    context: Any = stream.codec_context
    context.time_base = TICK
    context.colorspace = int(Colorspace.ITU709)
    context.color_primaries = context.color_trc = _BT709
    context.color_range = _STUDIO_RANGE
    return stream


def _restore(packets: Iterable[Any], lasts: dict[int, int]) -> Iterator[Any]:
    """Say of each packet again how long its frame is shown: encoders forget it."""
    for packet in packets:
        if packet.pts in lasts:
            packet.duration = lasts.pop(packet.pts)
        yield packet


def _write_gif(frames: Iterable[ClipFrame], place: Path, rate: Fraction) -> None:
    """Write frames with a palette each; times are rounded, but never add up wrongly."""
    lengths: list[int] = []

    def convert() -> Iterator[PIL.Image.Image]:
        for frame, following in _pair(iter(frames)):
            end = frame.seconds + 1 / rate if following is None else following.seconds
            begins, ends = round(frame.seconds / GIF_TICK), round(end / GIF_TICK)
            lengths.append(10 * max(2, ends - begins))
            picture = PIL.Image.fromarray(frame.pixels)
            yield picture.quantize(dither=PIL.Image.Dither.FLOYDSTEINBERG)

    pictures = list(convert())
    pictures[0].save(
        place, "GIF", save_all=True, append_images=pictures[1:], duration=lengths, loop=0
    )


def _write_pictures(frames: Iterable[ClipFrame], wanted: FilmFormat) -> list[str]:
    """Write numbered PNG files; a folder is there when all of them are."""
    pattern = wanted.path if is_pattern(wanted.path) else wanted.path / "%05d.png"
    create_folder(pattern.parent)
    free = shutil.disk_usage(pattern.parent).free
    for number, frame in enumerate(frames, start=1):
        picture = PIL.Image.fromarray(frame.pixels)
        images.write(picture, name_frame(pattern, number), overwrite=wanted.overwrite)
        if number == 1 and free < frame.pixels.nbytes:
            raise OutputError(f"the disk of {quote(pattern.parent)} is full; make room on it.")
    return []


def _tell_silent(source: Clip | None) -> list[str]:
    has_sound = source is not None and source.has_packets and _has_sound(source.path)
    return ["a GIF has no sound; write .mp4 to keep it"] if has_sound else []


def _has_sound(path: Path) -> bool:
    with av.open(str(path)) as container:
        return bool(container.streams.audio)


def _pair(frames: Iterator[ClipFrame]) -> Iterator[tuple[ClipFrame, ClipFrame | None]]:
    """Give each frame with the one after it."""
    frame = next(frames, None)
    while frame is not None:
        following = next(frames, None)
        yield frame, following
        frame = following


def _chain(first: ClipFrame, rest: Iterator[ClipFrame]) -> Iterator[ClipFrame]:
    yield first
    yield from rest
