"""Which network takes how many steps of a scale, in one place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brushwork.layers import NetworkName
from brushwork.planning.pyramid import FEWEST_STEPS

#: Where the small network has taken all steps of a scale, the large one takes this part of them
#: again, and at least so many: it cleans the grain away that the small one leaves, and judges.
LAST_STEPS, LEAST_LAST_STEPS = 0.28, 17
#: It takes that least up to this long side. Of larger images, where a step costs more and changes
#: less of what is seen, it falls with the root of the side: 12 at 1024 px, 6 at 4096.
USUAL_SIDE = 512
#: Up to this strength. Above it the style is asked for more closely than the small network knows
#: it, and the large one takes more steps: twice as many where so much is added.
USUAL_STRENGTH, STRENGTH_THAT_DOUBLES = 0.5, 0.3
#: It does so at the coarsest scales, which settle the composition, and at the finest, which is what
#: people see; between them, its steps are worth less than they cost.
JUDGED_SCALES = 2
#: A draft takes this part of the steps: enough to choose by. Of the coarsest scale, whose many
#: steps arrange the strokes, it takes half of that: the finer ones go on arranging.
DRAFT_STEPS, COARSEST_DRAFT_STEPS = 0.5, 0.25


@dataclass(frozen=True)
class Turn:
    """Steps of a scale that one network takes."""

    network: NetworkName
    steps: int


def share_steps(
    steps: int,
    networks: Collection[NetworkName],
    *,
    judged: bool = True,
    refined: bool = False,
    strength: float = USUAL_STRENGTH,
    long_side: int = USUAL_SIDE,
) -> tuple[Turn, ...]:
    """Share the steps of a scale: the small network goes first, the large one has the last word.

    Parameters
    ----------
    steps
        What one network alone would take.
    networks
        Those that the run has.
    judged
        Whether the large network takes the last steps where both are there.
    refined
        Whether this is the coarsest scale, and finer ones go on from it.
    strength
        How much painting there will be, from 0 to 1.
    long_side
        Of the scale, in pixels.
    """
    if "small" not in networks:
        return (_make_turn("large", steps),)
    if "large" not in networks:
        return (_make_turn("small", (COARSEST_DRAFT_STEPS if refined else DRAFT_STEPS) * steps),)
    first = _make_turn("small", steps)
    more = 1 + min(1.0, max(0.0, strength - USUAL_STRENGTH) / STRENGTH_THAT_DOUBLES)
    least = LEAST_LAST_STEPS * min(1.0, USUAL_SIDE / long_side) ** 0.5
    last = Turn("large", round(more * max(least, LAST_STEPS * steps)))
    return (first, last) if judged else (first,)


def _make_turn(network: NetworkName, steps: float) -> Turn:
    return Turn(network, max(FEWEST_STEPS, round(steps)))
