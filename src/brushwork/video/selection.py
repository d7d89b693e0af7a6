"""Which frames of a clip become frames of the film, and when these are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from brushwork.errors import OptionError
from brushwork.video.clip import ClipFrame

#: With no more digits than Python makes a number of.
_CLOCK = re.compile(r"(?:(?:(\d{1,9}):)?(\d{1,9}):)?(\d{1,9}(?:\.\d{0,99})?|\.\d{1,99})s?")


@dataclass(frozen=True)
class Selection:
    """A part of a clip.

    Attributes
    ----------
    start, end
        Seconds from the first frame on: what is shown from ``start`` on and before ``end``.
    rate
        At most so many frames a second; all of them if None.
    every
        One of so many frames.
    """

    start: Fraction = Fraction(0)
    end: Fraction | None = None
    rate: Fraction | None = None
    every: int = 1

    def pick(self, frames: Iterable[ClipFrame]) -> Iterator[ClipFrame]:
        """Give the frames that are wanted, with the times at which the film shows them."""
        wanted = -1
        for number, frame in enumerate(self._cut(frames)):
            if number % self.every:
                continue
            place = number if self.rate is None else int(frame.seconds * self.rate)
            if place > wanted:
                wanted = place
                yield frame

    def count(self, seconds: Fraction, rate: Fraction) -> int:
        """Say how many frames it has where so long a part is shown at an even rate."""
        taken = -(-round(seconds * rate) // self.every)
        if self.rate is None or taken < 1:
            return max(0, taken)
        last = Fraction((taken - 1) * self.every) / rate
        return min(taken, int(last * self.rate) + 1)

    def _cut(self, frames: Iterable[ClipFrame]) -> Iterator[ClipFrame]:
        first: Fraction | None = None
        for frame in frames:
            if self.end is not None and frame.seconds >= self.end:
                return
            if frame.seconds >= self.start:
                first = frame.seconds if first is None else first
                yield replace(frame, seconds=frame.seconds - first)


def parse_seconds(text: str, name: str) -> Fraction:
    """Read ``12.5``, ``12.5s``, ``1:02.5`` or ``1:00:02`` as seconds.

    Raises
    ------
    OptionError
        If it is none of these; ``name`` is what it was given as.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise OptionError(
            f"{name} was given as {text!r}, but is a time as in 12.5, 12.5s, 1:02.5 or 1:00:02."
        )
    hours, minutes, seconds = match.groups()
    return 3600 * int(hours or 0) + 60 * int(minutes or 0) + Fraction(seconds)
