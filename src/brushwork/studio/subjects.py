"""Subjects: what stands in a box of a photo, found in the worker, as a mask to go on drawing at.

They are no images of the library: who uses one keeps what was made of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from brushwork.studio.errors import NotFoundError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library
from brushwork.studio.schemas import Subject, SubjectRequest
from brushwork.studio.store import Store, SubjectColumns, SubjectRow, new_identity

#: Subjects that are kept.
MAX_SUBJECTS = 16


class Subjects:
    """Subjects by their identities.

    Parameters
    ----------
    store, folder, library
        Where they are kept, and the photos that they are looked for in.
    """

    def __init__(self, store: Store, folder: StudioFolder, library: Library) -> None:
        self._store = store
        self._folder = folder
        self._library = library

    def add(self, request: SubjectRequest) -> Subject:
        """Have a subject looked for.

        Raises
        ------
        NotFoundError
            If there is no such photo.
        """
        self._library.get(request.image)
        identity = new_identity()
        with self._store.transaction():
            self._store.subjects.add(identity, request)
            for old in self._store.subjects.trim(MAX_SUBJECTS):
                self.get_file(old).unlink(missing_ok=True)
        return self.get(identity)

    def get(self, identity: str) -> Subject:
        """Give one subject.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._store.subjects.find(identity)
        if row is None:
            raise NotFoundError("there is no such subject any more; look for it again.")
        return Subject(**{name: getattr(row, name) for name in Subject.model_fields})

    def get_file(self, identity: str) -> Path:
        """Name the file of its mask."""
        return self._folder.drafts / f"subject-{identity}.png"

    # What follows is for the worker, and for the server that watches over it.

    def claim(self) -> SubjectRow | None:
        """Take the newest that waits."""
        if not self._store.subjects.list_in("waiting"):  # who only looks holds up nobody who writes
            return None
        with self._store.transaction():
            waiting = self._store.subjects.list_in("waiting")
            if not waiting:
                return None
            self.report(waiting[-1].id, {"state": "running", "worker": os.getpid()})
            return waiting[-1]

    def report(self, identity: str, change: SubjectColumns) -> None:
        """Note what became of it."""
        self._store.subjects.change(identity, **change)

    def fail_lost(self, worker: int) -> None:
        """Give up what a worker was looking for that is no more."""
        for row in self._store.subjects.list_in("running"):
            if row.worker == worker:
                reason = "the process that looked for the subject has ended; try again."
                self.report(row.id, {"state": "failed", "error": reason})

    def forget_all(self) -> None:
        """Begin without subjects, as a server does when it starts."""
        for identity in self._store.subjects.trim(0):
            self.get_file(identity).unlink(missing_ok=True)
