"""Seconds that this machine was measured to take, and what follows from them."""

from __future__ import annotations

import math
from typing import Self

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt, ValidationError

from brushwork.features.kernels import Layout, Work

#: bfloat16 must be this much faster than float32 to be worth its rounding.
LEAST_SPEEDUP = 1.25
#: Choices whose speeds differ from that by less than this part are measured again.
CLOSE = 0.15
#: A layout must be this much faster than channels last, which gains where no cache holds the maps,
#: and images are mostly larger than those that are measured: a quarter to a third at 512 pixels
#: where both took as long at 192.
LAYOUT_SPEEDUP = 1.2


class Figures(BaseModel):
    """The best seconds seen so far, of convolutions and of whole evaluations.

    Attributes
    ----------
    turns
        How often everything was measured.
    convolutions
        ``{"float32 64x128": {"4096": {"winograd": 0.003}}}``: by precision and channels, pixels of
        a map, and kernel.
    rests
        ``{"float32": {"contiguous": {"36864": 0.05}}}``: what an evaluation with its gradient takes
        besides its convolutions, by precision, layout of the maps and pixels of the image.
    evaluations
        The same for a whole evaluation, each convolution by its fastest kernel of that layout.
    """

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    turns: NonNegativeInt = 0
    convolutions: dict[str, dict[str, dict[str, NonNegativeFloat]]] = {}
    rests: dict[str, dict[Layout, dict[str, NonNegativeFloat]]] = {}
    evaluations: dict[str, dict[Layout, dict[str, NonNegativeFloat]]] = {}

    @classmethod
    def read(cls, known: object) -> Self:
        """Take what was remembered, or know nothing where it makes no sense."""
        try:
            return cls.model_validate(known)
        except ValidationError:
            return cls()

    def find_kernels(self, work: Work, precision: str) -> dict[str, float]:
        """Give the seconds of each kernel for the measured work that is most like this one."""
        sizes = self.convolutions.get(f"{precision} {work.inputs}x{work.outputs}", {})
        if not sizes:
            return {}
        return sizes[min(sizes, key=lambda pixels: abs(math.log(int(pixels) / work.pixels)))]

    def find_layout(self, precision: str) -> Layout | None:
        """Give the layout in which the largest image is evaluated fastest; None if unknown.

        All maps of a network lie in one layout: to turn them round between two convolutions, and
        to pool what lies the wrong way, takes longer than the better kernel gains.
        """
        seconds = self._get_largest(precision)
        return min(seconds, key=lambda layout: _handicap(layout) * seconds[layout], default=None)

    def predict(self, precision: str, pixels: int) -> float | None:
        """Give the seconds of the fastest evaluation up to ``conv5_1``; None if unknown.

        Between the sizes that were measured, and beyond them, seconds go along a line; from a
        single one they go as pixels do.
        """
        known = sorted((int(size), s) for size, s in self._get_fastest(precision).items())
        if len(known) < 2:
            return next((seconds / size * pixels for size, seconds in known), None)
        (small, fast), (large, slow) = known[0], known[-1]
        slope = max(0.0, slow - fast) / (large - small)
        return max(0.0, fast - slope * small) + slope * pixels

    def _get_fastest(self, precision: str) -> dict[str, float]:
        layout = self.find_layout(precision)
        return {} if layout is None else self.evaluations[precision][layout]

    def _get_largest(self, precision: str) -> dict[Layout, float]:
        """Give the seconds of the largest image by layout."""
        known = self.evaluations.get(precision, {})
        return {layout: seconds[max(seconds, key=int)] for layout, seconds in known.items()}

    @property
    def speedup(self) -> float | None:
        """How much faster bfloat16 is than float32 at the largest size of both; None if unknown."""
        slow, fast = self._get_fastest("float32"), self._get_fastest("bfloat16")
        size = max(slow.keys() & fast.keys(), key=int, default=None)
        return None if size is None else slow[size] / max(fast[size], 1e-9)

    @property
    def is_close(self) -> bool:
        """Whether another measurement could tip the choice of precision, or of a layout."""
        speedup = self.speedup
        if speedup is not None and abs(speedup / LEAST_SPEEDUP - 1) < CLOSE:
            return True
        pays = speedup is not None and speedup > LEAST_SPEEDUP
        return self._is_layout_close("bfloat16" if pays else "float32")

    def _is_layout_close(self, precision: str) -> bool:
        """Whether another measurement could tip the layout of the precision that is taken."""
        seconds = self._get_largest(precision)
        first, *others = sorted(_handicap(layout) * taken for layout, taken in seconds.items())
        return any(other < (1 + CLOSE) * first for other in others)


def _handicap(layout: Layout) -> float:
    return 1.0 if layout == "channels-last" else LAYOUT_SPEEDUP
