"""From coarse to fine in plain integers: the sizes of the target, and the steps at each."""

from __future__ import annotations

import math
from dataclasses import dataclass

from brushwork.errors import ImageError

#: The coarsest scale is the last halving whose long side is at least this.
COARSEST = 96
#: Steps at that size; the steps of other sizes follow from it (see `count_steps`).
COARSEST_STEPS = 150
#: No scale takes fewer.
FEWEST_STEPS = 10
#: The sides of a seamless image are multiples of this: halved four times, it still fits together.
SEAMLESS = 16
#: Below this side the deep layers of VGG would see a pixel or less.
SHORTEST_SIDE = 32


@dataclass(frozen=True)
class Scale:
    """One size of the target, and the steps of the optimiser there."""

    height: int
    width: int
    steps: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, as torch orders them."""
        return self.height, self.width

    @property
    def work(self) -> int:
        """What the scale costs, in pixels times steps."""
        return self.height * self.width * self.steps


def fit_size(height: int, width: int, long_side: int) -> tuple[int, int]:
    """Scale ``height`` and ``width`` so that the longer becomes ``long_side``, aspect kept."""
    ratio = long_side / max(height, width)
    return max(1, round(height * ratio)), max(1, round(width * ratio))


def count_steps(long_side: int, effort: float = 1.0) -> int:
    """Give the steps at a size: fewer the larger it is, because coarse steps settle the most.

    ``effort · 150 · 96 / long_side``, rounded, at least 10. A step costs in proportion to the
    pixels, so this rule spends about twice the time of a scale on the next finer one.
    """
    return max(FEWEST_STEPS, round(effort * COARSEST_STEPS * COARSEST / long_side))


def plan_scales(
    height: int, width: int, *, size: int, effort: float = 1.0, seamless: bool = False
) -> tuple[Scale, ...]:
    """Plan the sizes from coarse to fine for a content image of ``height`` by ``width`` pixels.

    The final long side is ``size``; each coarser scale is half of the next, as long as the long
    side is at least 96 and the short one at least 32 pixels. A seamless image's sides are rounded
    to multiples of 16.

    Raises
    ------
    ImageError
        If the content image is so narrow that its short side would have less than 32 pixels at
        ``size``.
    """
    final = fit_size(height, width, size)
    if min(final) < SHORTEST_SIDE:
        enough = math.ceil(SHORTEST_SIDE * max(height, width) / min(height, width))
        raise ImageError(
            f"a photo of {width}×{height} pixels is {final[1]}×{final[0]} at size {size}, but both "
            f"sides need {SHORTEST_SIDE}; crop it, or use a size of at least {enough}."
        )
    long_sides = [size]
    while _is_large_enough(height, width, long_sides[0] // 2):
        long_sides.insert(0, long_sides[0] // 2)
    return tuple(
        Scale(
            *_round_size(*fit_size(height, width, long_side), seamless),
            count_steps(long_side, effort),
        )
        for long_side in long_sides
    )


def style_size(scale: Scale, style: tuple[int, int], style_scale: float) -> tuple[int, int]:
    """Give height and width of a style image: as long as the target, times ``style_scale``.

    So its strokes keep their size relative to the result, whatever the size of the result.
    """
    height, width = fit_size(*style, round(max(scale.size) * style_scale))
    return max(height, SHORTEST_SIDE), max(width, SHORTEST_SIDE)


def _round_size(height: int, width: int, seamless: bool) -> tuple[int, int]:
    if not seamless:
        return height, width
    return (
        max(SHORTEST_SIDE, round(height / SEAMLESS) * SEAMLESS),
        max(SHORTEST_SIDE, round(width / SEAMLESS) * SEAMLESS),
    )


def _is_large_enough(height: int, width: int, long_side: int) -> bool:
    return long_side >= COARSEST and min(fit_size(height, width, long_side)) >= SHORTEST_SIDE
