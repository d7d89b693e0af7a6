"""Values that change while a film runs: given at some moments, and between them in a line."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

from brushwork.errors import OptionError
from brushwork.video.selection import parse_seconds


@dataclass(frozen=True)
class Timeline:
    """A number at every moment of a film.

    Attributes
    ----------
    points
        Moments in seconds, rising, and the number at each.
    """

    points: tuple[tuple[Fraction, float], ...]

    @classmethod
    def parse(cls, text: str, name: str) -> Timeline:
        """Read ``0.2@0s,0.8@3s``.

        Raises
        ------
        OptionError
            If it is written otherwise, or the moments do not rise.
        """
        points = []
        for part in text.split(","):
            value, at, moment = part.partition("@")
            try:
                number = float(value)
            except ValueError:
                at = ""
            if not at:
                raise OptionError(
                    f"{name} was given as {text!r}, but is one number, or numbers at moments as in "
                    "0.2@0s,0.8@3s."
                )
            points.append((parse_seconds(moment, name), number))
        _check_rising([moment for moment, _ in points], text, name)
        return cls(tuple(points))

    def at(self, seconds: Fraction) -> float:
        """Give the number at a moment; before the first and after the last it stays."""
        before = [point for point in self.points if point[0] <= seconds]
        after = [point for point in self.points if point[0] > seconds]
        if not before or not after:
            return (before or after)[-1 if before else 0][1]
        (start, low), (end, high) = before[-1], after[0]
        return low + float((seconds - start) / (end - start)) * (high - low)


def parse_strength(text: str) -> Timeline:
    """Read strength over time.

    Raises
    ------
    OptionError
        If it is written otherwise than ``0.2@0s,0.8@3s``, or leaves the range from 0 to 1.
    """
    strength = Timeline.parse(text, "strength")
    if not all(0 <= value <= 1 for _, value in strength.points):
        raise OptionError("strength must lie between 0 and 1 at every moment.")
    return strength


def parse_fade(text: str, paintings: int) -> list[Timeline]:
    """Read the moments at which each painting is the only one, as the weight of each over time.

    Raises
    ------
    OptionError
        If there is not one moment for each painting, or they do not rise.
    """
    moments = [parse_seconds(part, "fade") for part in text.split(",")]
    if len(moments) != paintings or paintings < 2:
        raise OptionError(
            f"fade was given as {text!r}, but needs a moment for each of several paintings, and "
            f"there are {paintings}."
        )
    _check_rising(moments, text, "fade")
    return [
        Timeline(tuple((moment, float(n == own)) for n, moment in enumerate(moments)))
        for own in range(paintings)
    ]


def _check_rising(moments: list[Fraction], text: str, name: str) -> None:
    if any(later <= earlier for earlier, later in itertools.pairwise(moments)):
        raise OptionError(f"{name} was given as {text!r}, but its moments must rise.")
