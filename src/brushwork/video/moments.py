"""What is asked for at each moment of a film: strength, and how much each painting counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from brushwork.engine.inputs import StyleImage
from brushwork.options import Options
from brushwork.video.timeline import Timeline

#: Frames are still settling so many seconds after strength or paintings have changed.
SETTLING = Fraction(1, 2)
#: A painting whose turn it is not counts so much: nothing is not allowed.
LEAST_WEIGHT = 1e-4


@dataclass(frozen=True)
class Moments:
    """What changes while the film runs: strength, and the weight of each painting."""

    strength: Timeline | None = None
    weights: tuple[Timeline, ...] = ()

    def are_changing(self, seconds: Fraction) -> bool:
        """Tell whether any has changed of late, so that frames have to change with it."""
        lines = [line for line in (self.strength, *self.weights) if line is not None]
        return any(line.at(seconds) != line.at(seconds - SETTLING) for line in lines)

    def set_options(self, options: Options, seconds: Fraction) -> Options:
        """Give the options of a moment."""
        if self.strength is None:
            return options
        return Options.create(options, strength=self.strength.at(seconds))

    def weigh(self, styles: Sequence[StyleImage], seconds: Fraction) -> Sequence[StyleImage]:
        """Give the style images as they count at a moment."""
        if not self.weights:
            return styles
        weights = [max(line.at(seconds), LEAST_WEIGHT) for line in self.weights]
        return [
            replace(style, weight=weight) for style, weight in zip(styles, weights, strict=True)
        ]
