"""What lies beside the frames of a clip, copied bit for bit: sound, subtitles, descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Self

import av
from av.error import FFmpegError

from brushwork.video.clip import Clip
from brushwork.video.formats import CONTAINERS, Container
from brushwork.video.selection import Selection

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

#: Descriptions of the file that would be wrong of another.
_NOT_COPIED = (
    *("encoder", "major_brand", "minor_version", "compatible_brands", "creation_time"),
    *("duration", "handler_name", "vendor_id", "rotate"),
)


class PacketCopier:
    """Copies the packets of a clip's sound and subtitles into a film, in the order of time.

    Use `open`; then `begin` with the film, `copy_until` as its frames are written, `copy_rest`
    and `close`.
    """

    def __init__(
        self, source: InputContainer | None, selection: Selection, container: Container
    ) -> None:
        self.notes: list[str] = []
        self._source = source
        self._selection = selection
        self._container = container
        self._streams: dict[int, Any] = {}
        self._packets: Iterator[Any] = iter(())
        self._waiting: Any = None
        self._film: OutputContainer | None = None

    @classmethod
    def open(cls, clip: Clip | None, selection: Selection, container: Container) -> Self:
        """Open a clip once more, to read what lies beside its frames."""
        source = None
        if clip is not None and clip.has_packets:
            source = av.open(str(clip.path), metadata_errors="replace")
        return cls(source, selection, container)

    def begin(self, film: OutputContainer) -> None:
        """Add a stream to the film for each one that it can hold, and note the others."""
        self._film = film
        if self._source is None:
            return
        for name, text in self._source.metadata.items():
            if name not in _NOT_COPIED:
                film.metadata[name] = text
        for stream in (*self._source.streams.audio, *self._source.streams.subtitles):
            self._add(film, stream)
        if self._streams:
            start = _get_start(self._source)
            self._packets = self._read(start)
            self._waiting = next(self._packets, None)

    def copy_until(self, seconds: Fraction) -> None:
        """Copy what is heard before a moment of the film, and a little more: players like it."""
        while self._waiting is not None and self._waiting[0] <= seconds + 1:
            self._copy()

    def copy_rest(self) -> None:
        """Copy what is left."""
        while self._waiting is not None:
            self._copy()

    def close(self) -> None:
        """Close the clip."""
        if self._source is not None:
            self._source.close()

    def _copy(self) -> None:
        _, packet = self._waiting
        if self._film is not None:
            self._film.mux_one(packet)
        self._waiting = next(self._packets, None)

    def _add(self, film: OutputContainer, stream: Any) -> None:
        kind = "sound" if stream.type == "audio" else "subtitles"
        # Not the decoder's name, which may be another: "mp3float" is one of mp3.
        context = stream.codec_context
        name = context.codec.canonical_name if context else "an unknown codec"
        if name not in _list_able(self._container, kind):
            able = [ending for ending, one in CONTAINERS.items() if name in _list_able(one, kind)]
            advice = f"; write {' or '.join(able)} to keep it" if able else ""
            self.notes.append(
                f"its {kind} ({name}) cannot lie in a file of this kind and is left out{advice}"
            )
            return
        copied = film.add_stream_from_template(stream)
        for label in ("language", "title"):
            if label in stream.metadata:
                copied.metadata[label] = stream.metadata[label]
        self._streams[stream.index] = copied

    def _read(self, start: Fraction) -> Iterator[tuple[Fraction, Any]]:
        """Give the packets of the part that is wanted, moved to its beginning."""
        assert self._source is not None
        wanted = [self._source.streams[index] for index in self._streams]
        shift = start + self._selection.start
        try:
            for packet in self._source.demux(wanted):
                if packet.dts is None or packet.pts is None:  # the end of a stream
                    continue
                base = Fraction(packet.time_base)
                seconds = packet.pts * base - shift
                if self._is_wanted(seconds):
                    ticks = round(shift / base)
                    packet.pts, packet.dts = packet.pts - ticks, packet.dts - ticks
                    packet.stream = self._streams[packet.stream.index]
                    yield seconds, packet
        except FFmpegError:
            self.notes.append("the sound is broken off: it was copied as far as it goes")

    def _is_wanted(self, seconds: Fraction) -> bool:
        end = self._selection.end
        if self._selection.start == 0:
            return end is None or seconds < end
        # What began before the part would be heard late.
        return seconds >= 0 and (end is None or seconds + self._selection.start < end)


def _list_able(container: Container, kind: str) -> tuple[str, ...]:
    """Give the codecs of sound or subtitles that a kind of file can hold."""
    return container.sounds if kind == "sound" else container.subtitles


def _get_start(source: InputContainer) -> Fraction:
    """Give the time of the first frame, from which all others are counted."""
    cover = av.stream.Disposition.attached_pic
    for stream in source.streams.video:
        if not stream.disposition & cover and stream.start_time is not None and stream.time_base:
            return stream.start_time * Fraction(stream.time_base)
    return Fraction(0)
