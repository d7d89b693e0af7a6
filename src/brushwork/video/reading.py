"""From whatever ffmpeg reads to upright frames of sRGB, each with its time stamp."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import PIL.Image
from av.codec.context import ThreadType
from av.error import FFmpegError
from av.video.reformatter import Colorspace, Interpolation

from brushwork.errors import StillImageError, VideoError
from brushwork.images import IMAGE_EXTENSIONS
from brushwork.images.code_points import HLG, PQ, make_code_points
from brushwork.images.hdr import convert_light
from brushwork.system.files import quote
from brushwork.system.names import expand_home
from brushwork.video.clip import Clip, ClipFrame, ClipInfo, Pixels
from brushwork.video.decoder_limits import MAX_PIXELS, choose_limits
from brushwork.video.sequences import Sequence, find_sequence

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

#: How colours are converted: without these ffmpeg rounds down, and each copy is a little darker.
EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
#: Frames a second where a clip does not say.
USUAL_RATE = Fraction(25)
#: A matrix of colours that is not named is that of high definition from this height on.
HIGH_DEFINITION = 720
#: MPEG's program stream stamps some frames alone; the others' stamps depend on where one begins.
PROGRAM_STREAM = "mpeg"
#: Seconds before a wanted frame from which it is sought, one after the other.
BACK = (0, 1, 3, 10, 30)
#: Names of the two curves of high dynamic range, for people.
_CURVES = {PQ: "PQ", HLG: "HLG"}
#: Endings of pictures that may move all the same.
_MAY_MOVE = (".gif", ".apng", ".webp", ".avif", ".png")


def open_clip(
    source: str,
    rate: Fraction | None = None,
    *,
    budget: int | None = None,
    long_side: int | None = None,
) -> Clip:
    """Open a film, a folder of pictures or a numbered sequence such as ``frames/%05d.png``.

    Parameters
    ----------
    source
        Path of one of these.
    rate
        Frames a second of pictures, which have no time stamps; 25 if None.
    budget
        Bytes that the process may hold in all; as many as are free if None.
    long_side
        What is enough of pictures that are large, as for `brushwork.images.read`.

    Raises
    ------
    VideoError
        If it is missing, damaged, a still picture, or has no moving pictures in it.
    MemoryBudgetError
        If its frames are too large to be read in that.
    """
    path = expand_home(Path(source))
    found = find_sequence(path)
    if found is not None:
        return Sequence(path, found, rate or USUAL_RATE, long_side)
    if not path.is_file():
        raise VideoError(
            f"there is no film {quote(path)}. Check the spelling and the folder (the current one "
            f"is {str(Path.cwd())!r}); pictures are given as a folder, or as frames/%05d.png."
        )
    if not path.stat().st_size:
        raise VideoError(f"{quote(path)} is empty; copy it once more from where it came from.")
    return Film(path, budget)


class Film(Clip):
    """A file that ffmpeg reads.

    Parameters
    ----------
    path
        The file.
    budget
        As for `open_clip`.
    """

    def __init__(self, path: Path, budget: int | None = None) -> None:
        self.path = path
        self.notes = []
        if path.suffix.lower() in IMAGE_EXTENSIONS and path.suffix.lower() not in _MAY_MOVE:
            raise _make_still_error(path)
        with _open(path) as container:
            stream = _get_stream(container, path)
            self._pixel_aspect = _get_pixel_aspect(stream)
            self._limits = choose_limits(stream, self._pixel_aspect, quote(path), budget)
            self.memory = self._limits.memory
            self._limits.hold(stream, ThreadType.SLICE)
            first = next(_decode(container, stream), None)
            if first is None and path.suffix.lower() == ".webp":
                raise VideoError(
                    f"{quote(path)} is no film that can be read: of WebP only still pictures are; "
                    "convert it into a GIF or an animated PNG."
                )
            if first is None:
                raise VideoError(
                    f"not one frame of {quote(path)} can be decoded: the file is damaged, its "
                    "codec is not known, or its frames are too large, of more than "
                    f"{MAX_PIXELS / 1e6:.0f} million pixels; play it in another program, or "
                    "convert it."
                )
            if _is_still(container, stream):
                raise _make_still_error(path)
            self.info = self._describe(container, stream, first)

    @property
    def has_packets(self) -> bool:
        """Tell whether sound or subtitles could lie beside its frames."""
        return True

    def read_frames(self, start: Fraction = Fraction(0)) -> Iterator[ClipFrame]:
        """Read every frame from a time on, until the end, or as far as the file is whole."""
        first, place = self._find_place(start)
        with self._open(ThreadType.AUTO) as (container, stream):
            if place is not None:
                _seek(container, stream, place)
            last = Fraction(-1)
            for frame in _decode(container, stream, self._note_once):
                stamp = _get_stamp(frame)
                first = stamp or Fraction(0) if first is None else first
                # without a stamp it follows the one before
                seconds = last + 1 / self.info.rate if stamp is None else stamp - first
                if seconds <= last:  # some cameras write a stamp twice
                    continue
                last = max(seconds, Fraction(0))
                if last >= start:
                    yield ClipFrame(last, self._show(frame))

    def _find_place(self, start: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """Give the stamp of the first frame, and one to be sought from which ``start`` is reached.

        Where a container knows of no whole frames, as MPEG-TS, decoding begins at one after the
        place that was found: it is sought further ahead then. None where the file has to be read
        from its beginning: stamps are missing, or what comes first is always shown later.
        """
        if start <= 0:
            return None, None
        with self._open(ThreadType.SLICE) as (container, stream):
            if container.format.name == PROGRAM_STREAM:
                return None, None
            first = _get_stamp(next(_decode(container, stream), None))
            for back in BACK:
                if (
                    first is None
                    or back >= start
                    or not _seek(container, stream, first + start - back)
                ):
                    break
                found = _get_stamp(next(_decode(container, stream), None))
                if found is not None and found - first <= start:
                    return first, first + start - back
        return None, None

    def read_frame_at(self, seconds: Fraction) -> ClipFrame:
        """Read the frame that is shown at a time; after the end, the last one.

        It begins at the last whole frame before that, so that a late one is there as soon as an
        early one; where that cannot be found, at the beginning.
        """
        with self._open(ThreadType.AUTO) as (container, stream):
            first = _get_stamp(next(_decode(container, stream)))
            found = self._find_frame(container, stream, first or Fraction(0), seconds)
        return found or self._read_until(seconds)

    def _find_frame(
        self, container: InputContainer, stream: VideoStream, first: Fraction, seconds: Fraction
    ) -> ClipFrame | None:
        """Look for a frame from the last whole one before it; None where there is no such."""
        if not _seek(container, stream, first + seconds):
            return None
        shown: tuple[Fraction, VideoFrame] | None = None
        for frame in _decode(container, stream):
            stamp = _get_stamp(frame)
            if stamp is None:
                return None
            if stamp - first > seconds:
                break
            shown = stamp - first, frame
        return None if shown is None else ClipFrame(shown[0], self._show(shown[1]))

    def _read_until(self, seconds: Fraction) -> ClipFrame:
        """Read from the beginning the frame that is shown at a time."""
        frames = self.read_frames()
        shown = next(frames)
        for frame in frames:
            if frame.seconds > seconds:
                break
            shown = frame
        return shown

    @contextlib.contextmanager
    def _open(self, threads: ThreadType) -> Iterator[tuple[InputContainer, VideoStream]]:
        """Open the file once more, with a decoder of threads of a kind."""
        with _open(self.path) as container:
            stream = _get_stream(container, self.path)
            self._limits.hold(stream, threads)
            yield container, stream

    def _describe(
        self, container: InputContainer, stream: VideoStream, first: VideoFrame
    ) -> ClipInfo:
        rate = stream.average_rate or stream.guessed_rate or USUAL_RATE
        length = stream.duration and stream.time_base and stream.duration * stream.time_base
        seconds = length or (container.duration and container.duration / av.time_base)
        pixels = self._show(first)
        return ClipInfo(
            name=self.path.stem,
            size=(pixels.shape[0], pixels.shape[1]),
            rate=Fraction(rate),
            seconds=None if not seconds else float(seconds),
            notes=(*_list_notes(first), *_note_others(container)),
        )

    def _show(self, frame: VideoFrame) -> Pixels:
        """Give a frame as it is seen: sRGB, with square pixels, the right side up."""
        width = round(frame.width * self._pixel_aspect)
        converted = frame.reformat(
            width=width, format="rgb24", src_colorspace=_find_matrix(frame), interpolation=EXACT
        )
        pixels = np.rot90(converted.to_ndarray(), round(frame.rotation / 90) % 4)
        return _map_light(np.ascontiguousarray(pixels), frame)

    def _note_once(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)


def _open(path: Path) -> InputContainer:
    try:
        # Of each stream a frame is decoded here, to see what it is.
        options = {"max_pixels": str(MAX_PIXELS)}
        return av.open(str(path), options=options, metadata_errors="replace")
    except (FFmpegError, OSError) as error:
        raise VideoError(
            f"{quote(path)} is no film that can be read ({_explain(error)}): it is damaged, or not "
            "a film at all."
        ) from error


def _get_stream(container: InputContainer, path: Path) -> VideoStream:
    """Give the stream of moving pictures; a cover of a song is none."""
    streams = _list_streams(container)
    if not streams:
        kinds = {"a cover" if one.type == "video" else one.type for one in container.streams}
        raise VideoError(
            f"{quote(path)} has no moving pictures in it, only "
            f"{' and '.join(sorted(kinds)) or 'nothing'}; give a film."
        )
    # An animated AVIF begins with a still picture.
    return next((one for one in streams if one.frames != 1), streams[0])


def _list_streams(container: InputContainer) -> list[VideoStream]:
    """Give the streams of pictures that are no cover."""
    cover = av.stream.Disposition.attached_pic
    return [one for one in container.streams.video if not one.disposition & cover]


def _note_others(container: InputContainer) -> Iterator[str]:
    """Tell of streams of moving pictures that are left out."""
    count = sum(one.frames != 1 for one in _list_streams(container))
    if count > 1:
        yield f"there are {count} films in it: the first is painted"


def _decode(
    container: InputContainer, stream: VideoStream, note: object = None
) -> Iterator[VideoFrame]:
    """Decode as far as it goes: what is broken is left out, and told."""
    tell = note if callable(note) else lambda _: None
    try:
        for packet in container.demux(stream):
            try:
                for frame in packet.decode():
                    _restamp(frame, container.format.name)
                    yield frame
            except MemoryError:
                raise
            except FFmpegError as error:
                tell(f"a part of the film is damaged and was left out ({_explain(error)})")
    except MemoryError:
        raise
    except FFmpegError as error:
        tell(f"the film is broken off: it was read as far as it goes ({_explain(error)})")


def _restamp(frame: VideoFrame, name: str) -> None:
    """Stamp a frame of an AVI file, which says alone when it is decoded, with just that.

    What ffmpeg makes of it goes back and forth where a codec puts frames off.
    """
    if name == "avi":
        frame.pts = frame.dts


def _is_still(container: InputContainer, stream: VideoStream) -> bool:
    """Tell a picture that ffmpeg took for a film of one frame."""
    names = container.format.name
    is_picture = names.endswith("_pipe") or "image2" in names
    is_avif = container.metadata.get("major_brand") in ("avif", "avis")
    if names in ("gif", "apng") or is_avif or is_picture:
        container.seek(0)
        frames = _decode(container, stream)
        return next(frames, None) is None or next(frames, None) is None
    return False


def _make_still_error(path: Path) -> StillImageError:
    return StillImageError(
        f"{quote(path)} is a still picture; paint it with: brushwork stylize {path} PAINTING"
    )


def _seek(container: InputContainer, stream: VideoStream, seconds: Fraction) -> bool:
    """Go to the last whole frame before a time; False where that cannot be."""
    if stream.time_base is None:
        return False
    try:
        container.seek(int(seconds / Fraction(stream.time_base)), stream=stream)
    except FFmpegError:
        return False
    return True


def _get_stamp(frame: VideoFrame | None) -> Fraction | None:
    """Give the time that a frame is stamped with, if it is."""
    if frame is None or frame.pts is None or frame.time_base is None:
        return None
    return frame.pts * Fraction(frame.time_base)


def _get_pixel_aspect(stream: VideoStream) -> Fraction:
    """Give how much wider than high a pixel is shown; 1 where that is not said."""
    aspect = stream.sample_aspect_ratio
    return Fraction(aspect) if aspect and 0.1 < aspect < 10 else Fraction(1)


def _find_matrix(frame: VideoFrame) -> int:
    """Say by which matrix the colours are to be read, also where the file says nothing."""
    named = {Colorspace.ITU709, Colorspace.ITU601, Colorspace.SMPTE170M, Colorspace.SMPTE240M}
    bt2020 = 9
    if frame.colorspace in {int(one) for one in named} | {bt2020}:
        return int(frame.colorspace)
    return int(Colorspace.ITU709 if frame.height >= HIGH_DEFINITION else Colorspace.ITU601)


def _map_light(pixels: Pixels, frame: VideoFrame) -> Pixels:
    """Bring the light of high dynamic range below white; leave all else as it is."""
    if int(frame.color_trc) not in _CURVES:
        return pixels
    points = make_code_points(int(frame.color_primaries), int(frame.color_trc))
    if points is None:
        return pixels
    return np.asarray(convert_light(PIL.Image.fromarray(pixels), points))


def _list_notes(frame: VideoFrame) -> Iterator[str]:
    curve = _CURVES.get(int(frame.color_trc))
    if curve is not None:
        yield f"high dynamic range ({curve}): drawn below white, and written without it"
    if frame.rotation:
        yield f"turned by {frame.rotation}° as the camera says, and written upright"
    if frame.interlaced_frame:
        yield (
            "interlaced: each frame shows two moments in turn, line by line; where that is seen, "
            "have another program take the lines apart first"
        )
    if _is_transparent(frame):
        yield "transparent: what is seen through it is left out"


def _is_transparent(frame: VideoFrame) -> bool:
    """Tell a frame through which something is seen; each of a GIF could be one."""
    if not frame.format.name.startswith(("rgba", "bgra", "argb", "abgr", "yuva", "gbrap", "ya")):
        return False
    return bool(frame.to_ndarray(format="rgba")[..., 3].min() < 255)


def _explain(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return str(reason).lower()
