"""What a clip is, whatever it was read from: frames with the times at which they are shown."""

from __future__ import annotations

import abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: A frame: ``(H, W, 3)`` levels of sRGB.
Pixels = NDArray[np.uint8]


def measure_rate(times: Sequence[Fraction], usual: Fraction) -> Fraction:
    """Give the frames a second, on average; ``usual`` where a single frame tells of none."""
    if len(times) < 2:
        return usual
    rate = Fraction((len(times) - 1) / (times[-1] - times[0])).limit_denominator(1001)
    return max(rate, Fraction(1, 1001))  # more slowly than that, it would be none


@dataclass(frozen=True)
class ClipFrame:
    """One frame of a clip, upright.

    Attributes
    ----------
    seconds
        When it is shown, from the first frame on.
    pixels
        ``(H, W, 3)`` uint8 sRGB.
    """

    seconds: Fraction
    pixels: Pixels


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip before its frames are read.

    Attributes
    ----------
    name
        A stem for file names.
    size
        Height and width as they are seen: upright, with square pixels.
    rate
        Frames a second, on average.
    seconds
        How long it is; None where nobody knows.
    notes
        What the person should know of how it is read.
    """

    name: str
    size: tuple[int, int]
    rate: Fraction
    seconds: float | None
    notes: tuple[str, ...] = ()


class Clip(abc.ABC):
    """Frames in the order in which they are shown.

    Attributes
    ----------
    path
        The file, or the folder, that it is read from.
    info
        What is known of it.
    memory
        Bytes that the process holds in all while its frames are read, at most.
    notes
        What was noticed while frames were read, such as a tail that is broken.
    """

    path: Path
    info: ClipInfo
    memory: int
    notes: list[str]

    @abc.abstractmethod
    def read_frames(self, start: Fraction = Fraction(0)) -> Iterator[ClipFrame]:
        """Read every frame that is shown from a time on, one at a time."""

    @property
    def has_packets(self) -> bool:
        """Tell whether sound or subtitles could lie beside its frames."""
        return False
