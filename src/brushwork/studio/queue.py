"""The queue: what is to be painted, in which order, and how far each is.

A worker claims a job with a lease and renews it while it paints. A lease that has run out belongs
to a worker that was killed: the job goes back to the front of the queue and on from its checkpoint.
What a person wants of a running job is written beside it as a command, which the worker takes
between two steps.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from typing import Any

from brushwork.studio.errors import BusyError, ConflictError, NotFoundError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.schemas import (
    Cell,
    Job,
    JobSettings,
    LossStep,
    QueuedJob,
    Result,
    State,
    SteerRequest,
)
from brushwork.studio.settings import list_images
from brushwork.studio.store import Command, JobColumns, JobRow, Store, new_identity

#: Jobs that may wait.
MAX_QUEUED = 250
#: Seconds that a lease lasts, and after which it is renewed.
LEASE_SECONDS, RENEWAL_SECONDS = 12.0, 3.0
#: Times that a job may lose its worker; one that does so always is at fault itself.
MAX_ATTEMPTS = 3
#: States in which something can still happen by itself.
ALIVE: tuple[State, ...] = ("queued", "running", "paused")


class Queue:
    """All jobs, for those who ask for them and for those who paint them.

    Parameters
    ----------
    store, folder
        Where they are kept.
    """

    def __init__(self, store: Store, folder: StudioFolder) -> None:
        self._store = store
        self._folder = folder

    def list_jobs(self) -> list[Job]:
        """Give what is painted, the queue in order, then the rest, the newest first."""
        order = {"running": 0, "queued": 1, "paused": 2}
        rows = sorted(
            self._store.jobs.list_of(None),
            key=lambda row: (
                order.get(row.state, len(order)),
                row.place if row.state in order else -row.created,
            ),
        )
        return self._describe_all(rows)

    def list_cells(self, grid: str) -> list[Job]:
        """Give the jobs of a grid."""
        return self._describe_all(self._store.jobs.list_of(grid))

    def get(self, identity: str) -> Job:
        """Give one job.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        return self._describe(self.get_row(identity))

    def get_row(self, identity: str) -> JobRow:
        """Give a job as it is stored.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._store.jobs.find(identity)
        if row is None:
            raise NotFoundError("there is no such job any more; reload the page.")
        return row

    def count_queued(self) -> int:
        """Give how many jobs wait."""
        return self._store.jobs.count_queued()

    def list_losses(self, identity: str) -> str:
        """Give the losses of every step of a job, as `HistoryTable.list_losses` does."""
        self.get_row(identity)
        return self._store.history.list_losses(identity)

    def add(
        self, jobs: Sequence[tuple[JobSettings, Cell | None]], grid: str | None = None
    ) -> list[Job]:
        """Queue jobs, all of them or none; each with its cell, where it is of a grid.

        Raises
        ------
        BusyError
            If the queue has no room for them.
        """
        identities = [new_identity() for _ in jobs]
        with self._store.transaction():
            waiting = self._store.jobs.count_queued()
            if waiting + len(jobs) > MAX_QUEUED:
                raise BusyError(
                    f"{waiting} jobs wait already, and {MAX_QUEUED} are allowed; wait, or cancel "
                    "some."
                )
            for identity, (settings, cell) in zip(identities, jobs, strict=True):
                _, last = self._store.jobs.get_ends()
                self._store.jobs.add(identity, settings, last + 1, grid, cell)
                self._store.images.note_use(list_images(settings))
                if settings.film is not None:
                    self._store.clips.change(settings.film.clip, used=time.time())
                self._record(identity)
        return [self.get(identity) for identity in identities]

    def join(self, settings: JobSettings) -> QueuedJob:
        """Queue a job, or give the one of the same settings that waits or is painted already.

        Raises
        ------
        BusyError
            If the queue has no room for it.
        """
        with self._store.transaction():
            known = self._store.jobs.find_by_settings(settings)
            job = self.get(known) if known else self.add([(settings, None)])[0]
        return QueuedJob(**job.model_dump(), joined=known is not None)

    def remove(self, identity: str) -> None:
        """Forget a job; one that is painted is cancelled, and can be forgotten then."""
        if self.get_row(identity).state == "running":
            self.command(identity, "cancel")
            return
        with self._store.transaction():
            self._store.jobs.remove(identity)
            self._store.events.add("removed", identity, {"job": identity})
        self.remove_checkpoint(identity)
        (self._folder.previews / f"{identity}.jpg").unlink(missing_ok=True)

    def remove_checkpoint(self, identity: str) -> None:
        """Take away the checkpoint of a job."""
        shutil.rmtree(self._folder.checkpoints / identity, ignore_errors=True)

    def command(self, identity: str, command: Command, steer: SteerRequest | None = None) -> Job:
        """Want something of a job: at once where it waits, at its next step where it is painted.

        Raises
        ------
        ConflictError
            If that cannot be done with it as it is now.
        """
        with self._store.transaction():
            change = _apply_command(self.get_row(identity), command, steer)
            self._change(identity, change)
        if change.get("state") == "cancelled":
            self.remove_checkpoint(identity)
        return self.get(identity)

    def resume(self, identity: str) -> Job:
        """Put a paused job at the front of the queue.

        Raises
        ------
        ConflictError
            If it is not paused.
        """
        with self._store.transaction():
            row = self.get_row(identity)
            if row.state == "running" and row.command == "pause":
                self._change(identity, {"command": None})
            elif row.state == "paused":
                first, _ = self._store.jobs.get_ends()
                self._change(identity, {"state": "queued", "place": first - 1, "command": None})
            else:
                raise ConflictError(f"only a paused job can go on; this one is {row.state}.")
        return self.get(identity)

    def move(self, identity: str, position: int) -> Job:
        """Give a waiting job another place in the queue.

        Raises
        ------
        ConflictError
            If it does not wait.
        """
        with self._store.transaction():
            if self.get_row(identity).state != "queued":
                raise ConflictError("only a job that waits can be moved.")
            order = [name for name in self._store.jobs.list_queued() if name != identity]
            order.insert(min(position, len(order)), identity)
            for place, name in enumerate(order):
                self._store.jobs.change(name, place=float(place))
            self._store.events.add("order", None, {"queue": order})
        return self.get(identity)

    # What follows is for the worker, and for the server that watches over it.

    def claim(self, worker: int, device: str | None = None) -> JobRow | None:
        """Take the first job that waits, for the process of this number and what it paints on."""
        if not self._store.jobs.count_queued():  # who only looks holds up nobody who writes
            return None
        with self._store.transaction():
            waiting = self._store.jobs.list_queued()
            if not waiting:
                return None
            row = self.get_row(waiting[0])
            self._change(
                row.id,
                {
                    "state": "running",
                    "worker": worker,
                    "device": device,
                    "lease": time.time() + LEASE_SECONDS,
                    "attempts": row.attempts + 1,
                    "started": row.started or time.time(),
                    "error": None,
                },
            )
            return self.get_row(row.id)

    def renew(self, identity: str, worker: int) -> None:
        """Say that the worker that has a job is alive."""
        self._store.jobs.renew_lease(identity, worker, time.time() + LEASE_SECONDS)

    def take_command(self, identity: str) -> Command | None:
        """Give, once, what somebody wants of a job; who has removed it wants it cancelled.

        A wish to pause stays until `pause` has seen to it: it may be taken back until then.
        """
        row = self._store.jobs.find(identity)
        if row is None:
            return "cancel"
        if row.command not in (None, "pause"):
            self._store.jobs.change(identity, command=None)
        return row.command

    def take_steer(self, identity: str, note: str | None = None) -> None:
        """Note that a job goes on with what it was steered to, or why it does not."""
        self._store.jobs.change(identity, steer=None)
        if note is not None:
            self._store.jobs.change(identity, note=note)

    def report(self, identity: str, change: JobColumns, losses: Sequence[LossStep] = ()) -> None:
        """Note how far a job is, and the losses of its newest steps."""
        with self._store.transaction():
            self._change(identity, change)
            if losses:
                self._store.history.add(identity, losses)
                told = {"job": identity, "steps": list(losses)}
                self._store.events.add("losses", identity, told)

    def pause(self, identity: str) -> None:
        """Leave a job until it shall go on, unless something else is wanted of it by now."""
        with self._store.transaction():
            wanted = self.get_row(identity).command
            if wanted == "pause":
                self.release(identity, {"state": "paused"})
            else:
                first, _ = self._store.jobs.get_ends()
                place = first - 1
                self.release(identity, {"state": "queued", "place": place, "command": wanted})

    def release(self, identity: str, change: JobColumns) -> None:
        """Leave a job to be gone on with."""
        free: JobColumns = {"worker": None, "lease": None, "command": None, "remaining": None}
        with self._store.transaction():
            self._change(identity, {**free, **change})

    def finish(
        self,
        identity: str,
        change: JobColumns,
        result: Result | None = None,
        recipe: str | None = None,
    ) -> None:
        """End a job, and add what came of it to the gallery, in one transaction.

        Parameters
        ----------
        identity, change
            The job, and what becomes of it.
        result, recipe
            A result whose files are written, and its recipe as JSON.
        """
        over: JobColumns = {
            "worker": None,
            "lease": None,
            "command": None,
            "finished": time.time(),
        }
        with self._store.transaction():
            if result is not None:
                grid = self.get_row(identity).grid
                self._store.results.add(result, recipe, grid)
                self._store.events.add("result", identity, result)
                change = {**change, "result": result.id}
            self._change(identity, {**over, **change})
        self.remove_checkpoint(identity)

    def reclaim(self, worker: int | None = None) -> None:
        """Put back what a worker was painting that is no more: this one, or any without a lease."""
        if not self._store.jobs.list_lost(worker):  # who only looks holds up nobody who writes
            return
        with self._store.transaction():
            for row in self._store.jobs.list_lost(worker):
                first, _ = self._store.jobs.get_ends()
                self._change(row.id, _give_back(row, first - 1))

    def _change(self, identity: str, change: JobColumns) -> None:
        """Change a job, and note for those who follow it what it is like now."""
        self._store.jobs.change(identity, **change)
        self._record(identity)

    def _record(self, identity: str) -> None:
        self._store.events.add("job", identity, self.get(identity))

    def _describe(self, row: JobRow) -> Job:
        position = self._store.jobs.count_queued(row.place) if row.state == "queued" else None
        return _describe_at(row, position)

    def _describe_all(self, rows: Sequence[JobRow]) -> list[Job]:
        positions = {name: number for number, name in enumerate(self._store.jobs.list_queued())}
        return [_describe_at(row, positions.get(row.id)) for row in rows]


def _describe_at(row: JobRow, position: int | None) -> Job:
    """Give what the page is told of a job."""
    shown = {name: getattr(row, name) for name in Job.model_fields}
    return Job(**{**shown, "position": position})


def _apply_command(row: JobRow, command: Command, steer: SteerRequest | None) -> JobColumns:
    """Say what a command changes in a job."""
    if row.state not in ALIVE:
        raise ConflictError(f"this job is {row.state} already; nothing can be changed about it.")
    if steer is not None:
        return {
            "steer": _merge_steers(row.steer, steer),
            "settings": steer_settings(row.settings, steer),
            "command": command if row.state == "running" else None,
        }
    if row.state == "running":
        return {"command": command}
    if command == "cancel":
        return {"state": "cancelled", "finished": time.time(), "command": None}
    if command == "stop":
        raise ConflictError("this job is not being painted, so that there is nothing to keep yet.")
    return {"state": "paused"}


def _merge_steers(before: SteerRequest | None, steer: SteerRequest) -> SteerRequest:
    """Put two requests together; where both say something, the second counts."""
    if before is None:
        return steer
    asked = {**_list_asked(before), **_list_asked(steer)}
    if before.options or steer.options:
        asked["options"] = {**before.options, **steer.options}
    return SteerRequest.model_validate(asked)


def steer_settings(settings: JobSettings, steer: SteerRequest) -> JobSettings:
    """Give the settings as they are after steering."""
    options = {**settings.options, **steer.options}
    asked = {**settings.model_dump(), **_list_asked(steer), "options": options}
    return JobSettings.model_validate(asked)


def _list_asked(steer: SteerRequest) -> dict[str, Any]:
    """Give what is to be different; no styles are as good as none said."""
    asked = steer.model_dump(exclude_unset=True)
    return {name: one for name, one in asked.items() if one is not None or name != "styles"}


def _give_back(row: JobRow, place: float) -> JobColumns:
    """Say what becomes of a job whose worker is gone."""
    if row.attempts >= MAX_ATTEMPTS:
        reason = (
            f"the process that painted it ended {row.attempts} times; choose a smaller size, or "
            "close other programs."
        )
        return {
            "worker": None,
            "lease": None,
            "state": "failed",
            "error": reason,
            "finished": time.time(),
        }
    return {"worker": None, "lease": None, "state": "queued", "place": place}
