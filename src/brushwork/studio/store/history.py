"""The losses of every step of a job; they go with it."""

from __future__ import annotations

from collections.abc import Sequence

from brushwork.studio.schemas import LossStep
from brushwork.studio.store.table import Table


class HistoryTable(Table):
    """The losses of jobs, in the order of their steps."""

    name = "history"

    def add(self, job: str, steps: Sequence[LossStep]) -> None:
        """Add the losses of some steps of a job."""
        for step in steps:
            self._insert({"job": job, **step.model_dump()})

    def list_losses(self, job: str) -> str:
        """Give the losses of every step of a job as a JSON list of `LossStep`.

        There are thousands of a large one, and to read each and write it again took half a second.
        """
        rows = self._execute(
            "SELECT scale, step, losses FROM history WHERE job = ? ORDER BY rowid", job
        )
        steps = (f'{{"scale":{scale},"step":{step},"losses":{text}}}' for scale, step, text in rows)
        return f"[{','.join(steps)}]"
