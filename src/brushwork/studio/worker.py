"""The process that paints: ``python -m brushwork.studio.worker FOLDER [DEVICE]``.

The server starts it, and names its device where there are several.

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

import psutil

from brushwork.api import Stylizer
from brushwork.studio.draft_runner import DraftRunner
from brushwork.studio.drafts import Drafts
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library
from brushwork.studio.pacer import Pacer
from brushwork.studio.queue import RENEWAL_SECONDS, Queue
from brushwork.studio.runner import JobRunner
from brushwork.studio.store import Store
from brushwork.studio.subject_finder import SubjectFinder

#: Seconds from one look at the queue to the next.
IDLE_SECONDS = 0.03
#: How much lower the priority is than the server's, and the lowest that there is.
NICENESS, LOWEST = 3, 19
#: Seconds from one look at the subjects to the next.
SUBJECT_SECONDS = 0.1
#: Nobody has asked for a draft for so many seconds when paces, which take some, are measured.
QUIET_SECONDS = 3.0


class Worker:
    """Takes jobs from the queue as long as the server lives.

    Parameters
    ----------
    folder
        The studio's.
    device
        How its device is called, where there are several.
    """

    def __init__(self, folder: StudioFolder, device: str | None = None) -> None:
        self._device = device
        self._parent = os.getppid()
        self._asked = threading.Event()
        self._store = Store(folder.database)
        self._queue = Queue(self._store, folder)
        stylizer = Stylizer()
        self._runner = JobRunner(self._store, folder, self.is_ending, stylizer)
        self._drafts = Drafts(self._store, folder, Library(self._store, folder))
        self._draft_runner = DraftRunner(self._store, folder, stylizer)
        self._pacer = Pacer(self._store, folder, stylizer)
        self._subject_finder = SubjectFinder(self._store, folder)
        self._is_warm = False
        self._busy = 0.0

    def ask_to_end(self, *_: object) -> None:
        """End after this step."""
        self._asked.set()

    def is_ending(self) -> bool:
        """Tell whether it was asked to end, or nobody is left to paint for."""
        return self._asked.is_set() or os.getppid() != self._parent

    def work(self) -> None:
        """Paint until it ends."""
        finder = threading.Thread(target=self._find_subjects, name="subjects")
        finder.start()
        try:
            while not self.is_ending():
                job = self._queue.claim(os.getpid(), self._device)
                if job is None:
                    self._work_aside()
                    continue
                with self._renew_lease(job.id):
                    self._runner.run(job)
        finally:
            self.ask_to_end()
            finder.join()

    def _find_subjects(self) -> None:
        """Find subjects until it ends: who draws a mask shall not wait for a painting."""
        while not self.is_ending():
            if not self._subject_finder.find_next():
                self._asked.wait(SUBJECT_SECONDS)
        self._store.close()

    def _work_aside(self) -> None:
        """Do what there is besides jobs, one thing at a time, or wait a little."""
        draft = self._drafts.claim() if self._store.drafts.list_in("waiting") else None
        if draft is not None:
            self._draft_runner.run(draft)
            self._busy = time.monotonic()
        elif not self._is_warm:
            self._is_warm = True
            self._draft_runner.warm_up()
            self._busy = time.monotonic()
        elif time.monotonic() < self._busy + QUIET_SECONDS or not self._pacer.measure_next():
            self._asked.wait(IDLE_SECONDS)

    @contextlib.contextmanager
    def _renew_lease(self, identity: str) -> Iterator[None]:
        """Renew the lease of a job from a thread of its own: a step may take longer than it."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(RENEWAL_SECONDS):
                with contextlib.suppress(sqlite3.Error):
                    self._queue.renew(identity, os.getpid())
            self._store.close()

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def yield_to_server() -> None:
    """Let the server go first where both want a core: it wants one for milliseconds."""
    process = psutil.Process()
    if sys.platform == "win32":
        process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
    else:
        process.nice(min(LOWEST, process.nice() + NICENESS))


def main(folder: str, device: str | None = None) -> None:
    """Work in a process of its own."""
    worker = Worker(StudioFolder(Path(folder)), device)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which asks it to end
    signal.signal(signal.SIGTERM, worker.ask_to_end)
    yield_to_server()
    worker.work()


if __name__ == "__main__":
    main(*sys.argv[1:3])
