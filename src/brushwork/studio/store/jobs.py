"""Jobs: what is to be painted, in which order, by whom, and how far each is."""

from __future__ import annotations

import time
from typing import Literal, TypedDict, Unpack

from brushwork.studio.schemas import Cell, Job, JobScale, JobSettings, State, SteerRequest
from brushwork.studio.store.rows import Row, encode
from brushwork.studio.store.table import Table

#: What a person may want of a job that is being painted.
Command = Literal["pause", "stop", "cancel", "steer"]


class JobRow(Job, Row):
    """A job, with what only queue and worker have to know.

    Attributes
    ----------
    place
        Its order in the queue.
    command
        What somebody wants of it at its next step.
    steer
        What is to be different when it goes on.
    worker, lease
        The process that paints it, and until when that need not be heard of.
    attempts
        How many workers have taken it up.
    """

    json_columns = ("settings", "scale", "losses", "steer", "cell")

    place: float
    command: Command | None
    steer: SteerRequest | None
    worker: int | None
    lease: float | None
    attempts: int


class JobColumns(TypedDict, total=False):
    """What can change about a job."""

    state: State
    settings: JobSettings
    place: float
    started: float
    finished: float
    progress: float
    step: int
    steps: int
    scale: JobScale
    losses: dict[str, float]
    seconds: float
    remaining: float | None
    error: str | None
    note: str
    result: str
    preview: int
    command: Command | None
    steer: SteerRequest | None
    worker: int | None
    device: str | None
    lease: float | None
    attempts: int


class JobTable(Table):
    """The jobs, by their identities."""

    name = "jobs"

    def list_of(self, grid: str | None) -> list[JobRow]:
        """Give the jobs of a grid, or those of none, by their place."""
        rows = self._execute("SELECT * FROM jobs WHERE grid IS ? ORDER BY place", grid)
        return JobRow.read_all(rows)

    def list_lost(self, worker: int | None = None) -> list[JobRow]:
        """Give the jobs of a worker, or those whose lease has run out."""
        condition, value = ("lease < ?", time.time()) if worker is None else ("worker = ?", worker)
        rows = self._execute(f"SELECT * FROM jobs WHERE state = 'running' AND {condition}", value)
        return JobRow.read_all(rows)

    def list_queued(self) -> list[str]:
        """Give the identities of the jobs that wait, in their order."""
        return self._list_identities("SELECT id FROM jobs WHERE state = 'queued' ORDER BY place")

    def find(self, identity: str) -> JobRow | None:
        """Give one job."""
        return JobRow.read_one(self._execute("SELECT * FROM jobs WHERE id = ?", identity))

    def find_by_settings(self, settings: JobSettings) -> str | None:
        """Give the identity of a job of these settings that is not over, and of no grid."""
        row = self._execute(
            "SELECT id FROM jobs WHERE settings = ? AND grid IS NULL AND steer IS NULL "
            "AND state IN ('queued', 'running')",
            encode(settings),
        ).fetchone()
        return None if row is None else str(row["id"])

    def count_queued(self, before: float | None = None) -> int:
        """Give how many jobs wait; with ``before`` only those with a lower place."""
        (count,) = self._execute(
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND place < coalesce(?, place + 1)",
            before,
        ).fetchone()
        return int(count)

    def has_work(self) -> bool:
        """Tell whether a job waits or is painted."""
        found = self._execute("SELECT 1 FROM jobs WHERE state IN ('queued', 'running') LIMIT 1")
        return found.fetchone() is not None

    def get_ends(self) -> tuple[float, float]:
        """Give the lowest and the highest place of a job that waits; zeros if none does."""
        row = self._execute(
            "SELECT MIN(place) AS first, MAX(place) AS last FROM jobs WHERE state = 'queued'"
        ).fetchone()
        return (0.0, 0.0) if row["first"] is None else (float(row["first"]), float(row["last"]))

    def add(
        self,
        identity: str,
        settings: JobSettings,
        place: float,
        grid: str | None,
        cell: Cell | None,
    ) -> None:
        """Add a job that waits."""
        values = {"id": identity, "state": "queued", "settings": settings, "place": place}
        self._insert({**values, "created": time.time(), "grid": grid, "cell": cell})

    def change(self, identity: str, **change: Unpack[JobColumns]) -> None:
        """Change columns of a job."""
        values: dict[str, object] = {**change}
        steer = change.get("steer")
        if steer is not None:  # what nobody asked for is not to be different
            values["steer"] = steer.model_dump(mode="json", exclude_unset=True)
        self._change(identity, values)

    def renew_lease(self, identity: str, worker: int, lease: float) -> None:
        """Say until when a worker need not be heard of, if it still has the job."""
        self._execute(
            "UPDATE jobs SET lease = ? WHERE id = ? AND worker = ?", lease, identity, worker
        )

    def remove(self, identity: str) -> None:
        """Forget a job and its losses."""
        self._execute("DELETE FROM jobs WHERE id = ?", identity)
