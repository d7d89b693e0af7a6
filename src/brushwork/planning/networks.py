"""Which network takes how many steps of a scale, in one place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from brushwork.layers import NetworkName
from brushwork.planning.pyramid import FEWEST_STEPS

#: Where the small network has taken all steps of a scale, the large one takes this part of them
#: again: it cleans the grain away that the small one leaves, and judges the result.
LAST_STEPS = 0.3
#: A draft takes this part of the steps: enough to choose by.
DRAFT_STEPS = 0.5


@dataclass(frozen=True)
class Turn:
    """Steps of a scale that one network takes."""

    network: NetworkName
    steps: int


def share_steps(steps: int, networks: Collection[NetworkName]) -> tuple[Turn, ...]:
    """Share the steps of a scale: the small network goes first, the large one has the last word.

    Parameters
    ----------
    steps
        What one network alone would take.
    networks
        Those that the run has.
    """
    if "small" not in networks:
        return (_make_turn("large", steps),)
    if "large" not in networks:
        return (_make_turn("small", DRAFT_STEPS * steps),)
    return (_make_turn("small", steps), _make_turn("large", LAST_STEPS * steps))


def _make_turn(network: NetworkName, steps: float) -> Turn:
    return Turn(network, max(FEWEST_STEPS, round(steps)))
