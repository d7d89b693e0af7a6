"""The queue: what is to be painted, in which order, and how far each is.

A worker claims a job with a lease and renews it while it paints. A lease that has run out belongs
to a worker that was killed: the job goes back to the front of the queue and on from its checkpoint.
What a person wants of a running job is written beside it as a wish, which the worker reads between
two steps.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Mapping
from typing import Any, Literal

from brushwork.studio import live as log
from brushwork.studio.database import (
    Database,
    Row,
    StudioFolder,
    insert,
    new_identity,
    read_row,
    update,
)
from brushwork.studio.errors import BusyError, ConflictError, NotFoundError
from brushwork.studio.schemas import Settings

#: Jobs that may wait.
MAX_QUEUED = 250
#: Seconds that a lease lasts, and after which it is renewed.
LEASE, RENEWAL = 12.0, 3.0
#: Times that a job may lose its worker; one that does so always is at fault itself.
MAX_ATTEMPTS = 3
#: States in which something can still happen by itself.
ALIVE = ("queued", "running", "paused")
Command = Literal["pause", "stop", "cancel", "steer"]


class Queue:
    """The queue, for the server.

    Parameters
    ----------
    database, folder
        Where it is kept.
    """

    def __init__(self, database: Database, folder: StudioFolder) -> None:
        self._database = database
        self._folder = folder

    def all(self) -> list[Row]:
        """Give what is painted, the queue in order, then the rest, the newest first."""
        rows = self._database.rows("SELECT * FROM jobs WHERE grid IS NULL")
        order = {"running": 0, "queued": 1, "paused": 2}
        rows.sort(
            key=lambda row: (
                order.get(row["state"], 3),
                row["place"] if row["state"] in order else -row["created"],
            )
        )
        places = self._positions()
        return [describe(row, places.get(row["id"])) for row in rows]

    def get(self, identity: str) -> Row:
        """Give one job.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        return describe(self.row(identity), self._positions().get(identity))

    def row(self, identity: str) -> Row:
        """Give a job as it is stored.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._database.row("SELECT * FROM jobs WHERE id = ?", (identity,))
        if row is None:
            raise NotFoundError("there is no such job any more; reload the page.")
        return row

    def in_grid(self, grid: str) -> list[Row]:
        """Give the jobs of a grid."""
        rows = self._database.rows("SELECT * FROM jobs WHERE grid = ? ORDER BY place", (grid,))
        places = self._positions()
        return [describe(row, places.get(row["id"])) for row in rows]

    def queued(self) -> int:
        """Give how many jobs wait."""
        row = self._database.row("SELECT COUNT(*) AS count FROM jobs WHERE state = 'queued'")
        return 0 if row is None else int(row["count"])

    def add(self, wanted: list[tuple[Settings, dict[str, Any]]]) -> list[Row]:
        """Queue jobs, all of them or none; each with its grid and cell, where it is of one.

        Raises
        ------
        BusyError
            If the queue has no room for them.
        """
        identities = [new_identity() for _ in wanted]
        with self._database.transaction() as connection:
            (waiting,) = connection.execute(
                "SELECT COUNT(*) FROM jobs WHERE state = 'queued'"
            ).fetchone()
            if waiting + len(wanted) > MAX_QUEUED:
                raise BusyError(
                    f"{waiting} jobs wait already, and {MAX_QUEUED} are allowed; wait, or cancel "
                    "some."
                )
            for identity, (settings, more) in zip(identities, wanted, strict=True):
                place = _get_last_place(connection) + 1
                row = {"id": identity, "state": "queued", "settings": settings.model_dump()}
                insert(connection, "jobs", {**row, "place": place, "created": time.time(), **more})
                record_job(connection, identity)
        return [self.get(identity) for identity in identities]

    def remove(self, identity: str) -> None:
        """Forget a job; one that is painted is cancelled, and can be forgotten then."""
        row = self.row(identity)
        if row["state"] == "running":
            self.wish(identity, "cancel")
            return
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM history WHERE job = ?", (identity,))
            connection.execute("DELETE FROM jobs WHERE id = ?", (identity,))
            log.record(connection, "removed", identity, {"job": identity})
        self.forget_state(identity)
        (self._folder.previews / f"{identity}.jpg").unlink(missing_ok=True)

    def forget_state(self, identity: str) -> None:
        """Take away the checkpoint of a job."""
        shutil.rmtree(self._folder.checkpoints / identity, ignore_errors=True)

    def wish(self, identity: str, wish: Command, steer: Mapping[str, Any] | None = None) -> Row:
        """Want something of a job: at once where it waits, at its next step where it is painted.

        Raises
        ------
        ConflictError
            If that cannot be done with it as it is now.
        """
        with self._database.transaction() as connection:
            row = self.row(identity)
            change = _apply_command(row, wish, dict(steer or {}))
            update(connection, "jobs", identity, change)
            record_job(connection, identity)
        if change.get("state") == "cancelled":
            self.forget_state(identity)
        return self.get(identity)

    def resume(self, identity: str) -> Row:
        """Put a paused job at the front of the queue.

        Raises
        ------
        ConflictError
            If it is not paused.
        """
        with self._database.transaction() as connection:
            row = self.row(identity)
            if row["state"] == "running" and row["wish"] == "pause":
                update(connection, "jobs", identity, {"wish": None})
            elif row["state"] == "paused":
                place = _get_first_place(connection) - 1
                change = {"state": "queued", "place": place, "wish": None}
                update(connection, "jobs", identity, change)
            else:
                raise ConflictError(f"only a paused job can go on; this one is {row['state']}.")
            record_job(connection, identity)
        return self.get(identity)

    def move(self, identity: str, position: int) -> Row:
        """Give a waiting job another place in the queue.

        Raises
        ------
        ConflictError
            If it does not wait.
        """
        with self._database.transaction() as connection:
            if self.row(identity)["state"] != "queued":
                raise ConflictError("only a job that waits can be moved.")
            found = connection.execute(
                "SELECT id FROM jobs WHERE state = 'queued' AND id <> ? ORDER BY place", (identity,)
            ).fetchall()
            order = [name for (name,) in found]
            order.insert(min(position, len(order)), identity)
            for place, name in enumerate(order):
                update(connection, "jobs", name, {"place": float(place)})
            log.record(connection, "order", None, {"queue": order})
        return self.get(identity)

    def losses(self, identity: str) -> list[dict[str, Any]]:
        """Give the losses of every step of a job."""
        self.row(identity)
        return self._database.rows(
            "SELECT scale, step, losses FROM history WHERE job = ? ORDER BY rowid", (identity,)
        )

    def reclaim(self, worker: int | None = None) -> None:
        """Put back what a worker was painting that is no more: this one, or any without a lease."""
        question, value = ("lease < ?", time.time())
        if worker is not None:
            question, value = ("worker = ?", worker)
        with self._database.transaction() as connection:
            lost = connection.execute(
                f"SELECT * FROM jobs WHERE state = 'running' AND {question}", (value,)
            ).fetchall()
            for row in lost:
                update(connection, "jobs", row["id"], _give_back(connection, dict(row)))
                record_job(connection, row["id"])

    def _positions(self) -> dict[str, int]:
        rows = self._database.rows("SELECT id FROM jobs WHERE state = 'queued' ORDER BY place")
        return {row["id"]: number for number, row in enumerate(rows)}


def describe(row: Row, position: int | None = None) -> Row:
    """Give what the page is told of a job."""
    hidden = ("place", "wish", "steer", "worker", "lease", "attempts")
    shown = {key: value for key, value in row.items() if key not in hidden}
    return {**shown, "position": position}


def record_job(connection: sqlite3.Connection, identity: str) -> None:
    """Note what a job is like now, for those who follow it."""
    row = connection.execute("SELECT * FROM jobs WHERE id = ?", (identity,)).fetchone()
    ahead = None
    if row["state"] == "queued":
        (ahead,) = connection.execute(
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND place < ?", (row["place"],)
        ).fetchone()
    log.record(connection, "job", identity, describe(read_row(row), ahead))


def _apply_command(row: Row, wish: Command, steer: dict[str, Any]) -> dict[str, Any]:
    """Say what a wish changes in a job."""
    state = row["state"]
    if state not in ALIVE:
        raise ConflictError(f"this job is {state} already; nothing can be changed about it.")
    if wish == "steer":
        merged = {**(row["steer"] or {}), **steer}
        settings = _steer_settings(row["settings"], steer)
        return {
            "steer": merged,
            "settings": settings,
            "wish": "steer" if state == "running" else None,
        }
    if state == "running":
        return {"wish": wish}
    if wish == "cancel":
        return {"state": "cancelled", "finished": time.time(), "wish": None}
    if wish == "stop":
        raise ConflictError("this job is not being painted, so that there is nothing to keep yet.")
    return {"state": "paused"}


def _steer_settings(settings: dict[str, Any], steer: dict[str, Any]) -> dict[str, Any]:
    """Give the settings as they are after steering."""
    options = {**settings["options"], **steer.get("options", {})}
    changed: dict[str, Any] = {name: steer[name] for name in ("styles", "mask") if name in steer}
    return {**settings, **changed, "options": options}


def _give_back(connection: sqlite3.Connection, row: Row) -> dict[str, Any]:
    """Say what becomes of a job whose worker is gone."""
    free = {"worker": None, "lease": None}
    if row["attempts"] >= MAX_ATTEMPTS:
        reason = (
            f"the process that painted it ended {row['attempts']} times; choose a smaller size, or "
            "close other programs."
        )
        return {**free, "state": "failed", "error": reason, "finished": time.time()}
    return {**free, "state": "queued", "place": _get_first_place(connection) - 1}


def _get_first_place(connection: sqlite3.Connection) -> float:
    (first,) = connection.execute("SELECT MIN(place) FROM jobs WHERE state = 'queued'").fetchone()
    return 0.0 if first is None else float(first)


def _get_last_place(connection: sqlite3.Connection) -> float:
    (last,) = connection.execute("SELECT MAX(place) FROM jobs WHERE state = 'queued'").fetchone()
    return 0.0 if last is None else float(last)
