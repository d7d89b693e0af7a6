"""What a decoder may take: frames of so many pixels, with so many threads, in so much memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from brushwork.errors import MemoryBudgetError, VideoError
from brushwork.system import memory
from brushwork.system.memory import format_bytes

if TYPE_CHECKING:
    from av.codec.context import ThreadType
    from av.video.stream import VideoStream

#: A frame is not larger than this, in pixels.
MAX_PIXELS = 2**26
#: Decoders with more threads are faster than anything that is done with their frames.
MOST_THREADS = 8
#: Earlier frames that one may refer to, by codec: the decoder keeps them all.
REFERENCES = {"h264": 16, "hevc": 16, "vvc": 16, "vp9": 8, "av1": 8}
#: The same of other codecs.
FEW_REFERENCES = 3
#: Frames that each thread holds, and those that come besides.
THREAD_FRAMES, OTHER_FRAMES = 2, 2
#: What a decoder notes of a frame, such as its motion, as a part of the frame.
NOTED = 1.1
#: Bytes a pixel of a frame as it is shown: converted, turned, and handed on.
SHOWN_BYTES = 9
#: Bits a pixel where the layout is not known: three of 16.
UNKNOWN_BITS = 48


@dataclass(frozen=True)
class DecoderLimits:
    """What a decoder may take.

    Attributes
    ----------
    threads
        How many decode at a time.
    pixels
        A frame with more is left out: a film may say that its frames are small until one comes
        that is not.
    memory
        Bytes that the process holds in all while frames are read and shown, at most.
    """

    threads: int
    pixels: int
    memory: int

    def hold(self, stream: VideoStream, threads: ThreadType) -> None:
        """Let a decoder that is not open yet keep to them, with threads of a kind."""
        stream.thread_type = threads
        stream.codec_context.thread_count = self.threads
        stream.codec_context.options = {"max_pixels": str(self.pixels)}


def choose_limits(
    stream: VideoStream, aspect: Fraction, shown: str, budget: int | None
) -> DecoderLimits:
    """Choose as many threads as there is memory for.

    Parameters
    ----------
    stream
        What is decoded.
    aspect
        How much wider than high its pixels are shown.
    shown
        What the film is called.
    budget
        Bytes that the process may hold in all; as many as are free if None.

    Raises
    ------
    VideoError
        If its frames have more pixels than are read.
    MemoryBudgetError
        If there is not even memory for one thread.
    """
    width, height = stream.codec_context.width, stream.codec_context.height
    pixels = max(1, width, round(width * aspect)) * max(1, height)
    if pixels > MAX_PIXELS:
        raise VideoError(
            f"a frame of {shown} has {max(width, round(width * aspect))}×{height} pixels, and at "
            f"most {MAX_PIXELS / 1e6:.0f} million are read; make it smaller first."
        )
    held = memory.measure_resident()
    allowed = memory.measure_available() if budget is None else budget
    most = min(MOST_THREADS, (os.cpu_count() or 1) + 1)
    for threads in range(most, 0, -1):
        each = _count_bytes(stream, threads)
        if held + pixels * each <= allowed:
            taken = min(MAX_PIXELS, int((allowed - held) / each))
            return DecoderLimits(threads, taken, round(held + pixels * each))
    more = "close other programs" if budget is None else "allow more (--memory)"
    raise MemoryBudgetError(
        f"a frame of {shown} has {width}×{height} pixels, and it needs "
        f"{format_bytes(held + pixels * _count_bytes(stream, 1))} of memory to read such ones, but "
        f"{format_bytes(allowed)} may be used; make it smaller first, or {more}."
    )


def _count_bytes(stream: VideoStream, threads: int) -> float:
    """Give the bytes that are held while frames are read, for each of their pixels."""
    context = stream.codec_context
    bits = UNKNOWN_BITS if context.format is None else context.format.padded_bits_per_pixel
    references = REFERENCES.get(context.codec.canonical_name, FEW_REFERENCES)
    frames = references + THREAD_FRAMES * threads + OTHER_FRAMES
    return NOTED * bits / 8 * frames + SHOWN_BYTES
