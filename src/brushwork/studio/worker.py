"""The process that paints: ``python -m brushwork.studio.worker FOLDER``, started by the server.

It claims one job after the other. It ends when it is asked to, or when the server is gone, and
leaves its job at the front of the queue with its state kept.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from brushwork.studio.database import Database, Row, StudioFolder, read_row, update
from brushwork.studio.queue import LEASE, RENEWAL, record_job
from brushwork.studio.runner import JobRunner

#: Seconds from one look at the queue to the next.
IDLE_SECONDS = 0.2


class Worker:
    """Takes jobs from the queue as long as the server lives.

    Parameters
    ----------
    folder
        The studio's.
    """

    def __init__(self, folder: StudioFolder) -> None:
        self._parent = os.getppid()
        self._asked = threading.Event()
        self._database = Database(folder.database)
        self._painter = JobRunner(self._database, folder, self.is_ending)
        os.chdir(folder.pictures)  # recipes then name pictures, and no place of this machine

    def ask_to_end(self, *_: object) -> None:
        """End after this step."""
        self._asked.set()

    def is_ending(self) -> bool:
        """Tell whether it was asked to end, or nobody is left to paint for."""
        return self._asked.is_set() or os.getppid() != self._parent

    def work(self) -> None:
        """Paint until it ends."""
        while not self.is_ending():
            job = claim_job(self._database)
            if job is None:
                self._asked.wait(IDLE_SECONDS)
                continue
            with _renew_lease(self._database, job["id"]):
                self._painter.paint(job)


def claim_job(database: Database) -> Row | None:
    """Take the first job of the queue."""
    with database.transaction() as connection:
        found = connection.execute(
            "SELECT * FROM jobs WHERE state = 'queued' ORDER BY place LIMIT 1"
        ).fetchone()
        if found is None:
            return None
        row = read_row(found)
        change = {
            "state": "running",
            "worker": os.getpid(),
            "lease": time.time() + LEASE,
            "attempts": row["attempts"] + 1,
            "started": row["started"] or time.time(),
            "error": None,
        }
        update(connection, "jobs", row["id"], change)
        record_job(connection, row["id"])
    return {**row, **change}


@contextlib.contextmanager
def _renew_lease(database: Database, identity: str) -> Iterator[None]:
    """Renew the lease of a job from a thread of its own: a step may take longer than a lease."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWAL):
            with contextlib.suppress(sqlite3.Error), database.transaction() as connection:
                connection.execute(
                    "UPDATE jobs SET lease = ? WHERE id = ? AND worker = ?",
                    (time.time() + LEASE, identity, os.getpid()),
                )
        database.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main(folder: str) -> None:
    """Work in a process of its own."""
    worker = Worker(StudioFolder(Path(folder)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which asks it to end
    signal.signal(signal.SIGTERM, worker.ask_to_end)
    worker.work()


if __name__ == "__main__":
    main(sys.argv[1])
