"""How far a run is and how long the rest will take, in pixels times steps."""

from __future__ import annotations

import time
from collections.abc import Sequence

from brushwork.pyramid import Scale


class Progress:
    """Counts the work done, and expects the rest at the pace of the current scale.

    Parameters
    ----------
    plan
        The scales of the run.
    began
        When the run began, by the clock; now if None.
    """

    def __init__(self, plan: Sequence[Scale], began: float | None = None) -> None:
        self._clock = time.perf_counter
        self._began = self._clock() if began is None else began
        self._total = sum(scale.work for scale in plan)
        self._done = 0
        self._scale_began, self._scale_done = self._began, 0

    def start(self) -> None:
        """Begin a scale: from here on its own pace counts."""
        self._scale_began, self._scale_done = self._clock(), self._done

    def advance(self, scale: Scale, steps: int = 1) -> None:
        """Count ``steps`` of a scale as done."""
        self._done += scale.height * scale.width * steps

    def forgo(self, scale: Scale, steps: int) -> None:
        """Take ``steps`` of a scale out of the plan: they will not be needed."""
        self._total -= scale.height * scale.width * steps

    @property
    def seconds(self) -> float:
        """Wall time since the run began."""
        return self._clock() - self._began

    @property
    def remaining(self) -> float:
        """Wall time that the rest will take, in seconds."""
        pace = (self._clock() - self._scale_began) / max(1, self._done - self._scale_done)
        return pace * (self._total - self._done)

    @property
    def part(self) -> float:
        """The part of the work that is done, 0 to 1."""
        return self._done / max(1, self._total)
