"""Keeps the worker alive: starts it, notices when it has died, and asks it to end at the end."""

from __future__ import annotations

import subprocess
import sys
import threading

from brushwork.studio import log
from brushwork.studio.database import Database
from brushwork.studio.folder import Folder
from brushwork.studio.gallery import Gallery
from brushwork.studio.jobs import Jobs

#: Seconds from one look at the worker to the next, and before one that died is started again.
LOOK = 0.25
#: Seconds that the worker has to keep its state when the server ends.
PARTING = 60.0
#: Looks from one tidying to the next.
TIDY = 400


class Supervisor:
    """A thread that watches over the worker process.

    Parameters
    ----------
    database, folder
        The studio's.
    """

    def __init__(self, database: Database, folder: Folder) -> None:
        self._database = database
        self._folder = folder
        self._jobs = Jobs(database, folder)
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def worker(self) -> int | None:
        """The number of the worker's process."""
        return None if self._process is None else self._process.pid

    def _watch(self) -> None:
        looks = 0
        try:
            while not self._over.is_set():
                self._look()
                if looks % TIDY == 0:
                    Gallery(self._database, self._folder).empty()
                    log.trim(self._database)
                looks += 1
                self._over.wait(LOOK)
        finally:
            self._end()
            self._database.close()

    def _look(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._jobs.reclaim(self._process.pid)
            self._process = None
        if self._process is None:
            command = [sys.executable, "-m", "brushwork.studio.worker", str(self._folder.root)]
            self._process = subprocess.Popen(command)
        self._jobs.reclaim()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(PARTING)
        except subprocess.TimeoutExpired:  # in the middle of a very long step
            self._process.kill()
            self._process.wait()
        self._jobs.reclaim(self._process.pid)
