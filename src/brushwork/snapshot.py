"""Where a run stands between two steps: enough to go on from there as if nothing had happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class State:
    """All that an optimiser knows.

    Attributes
    ----------
    tensors
        Each by a name that stands for the same numbers as long as a scale lasts: what changes
        from step to step has another name after it. Whoever keeps states writes each name once.
    numbers
        The rest, as plain JSON.
    """

    tensors: Mapping[str, Tensor]
    numbers: Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """A run after one of its steps.

    Attributes
    ----------
    index
        The scale, from 1.
    step
        Steps taken at this scale.
    seconds
        Wall time that the run has taken so far.
    notes
        What earlier scales have left for the person who reads the result.
    state
        The optimiser. There is no other state: nothing random happens after the first picture.
    steered
        Whether the objective is another one from here on, so that only the picture counts.
    """

    index: int
    step: int
    seconds: float
    notes: tuple[str, ...]
    state: State
    steered: bool = False
