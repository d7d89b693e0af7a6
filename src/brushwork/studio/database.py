"""The studio's folder, and connections to the SQLite file in it, which server and worker share.

The file is in WAL mode: readers never wait for the writer. What is committed survives a kill -9 of
either process at any moment.
"""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from brushwork.studio.migrations import migrate
from brushwork.system.files import create_folder

#: Seconds that a write waits for the other process to end its own.
PATIENCE_SECONDS = 30.0


class Database:
    """A connection for each thread to one file.

    Parameters
    ----------
    file
        It is created if it is not there, and brought to this version's schema if it is older.

    Raises
    ------
    BrushworkError
        If it is of a newer version of brushwork.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        with self.transaction() as connection:
            migrate(connection, file)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection of this thread; what it executes outside a transaction is committed."""
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._file, timeout=PATIENCE_SECONDS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        found: sqlite3.Connection = self._local.connection
        return found

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several things, all of them or none; one inside another is part of the outer one."""
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def close(self) -> None:
        """Let go of the file, as far as this thread holds it."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection


def new_identity() -> str:
    """Give a name that says nothing and cannot be guessed."""
    return secrets.token_hex(12)


def get_default_folder() -> Path:
    """Name the folder in which a person's programs keep their data."""
    return Path(platformdirs.user_data_dir("brushwork")) / "studio"


@dataclass(frozen=True)
class StudioFolder:
    """The studio's folder, and what is where in it."""

    root: Path

    def create(self) -> StudioFolder:
        """Make what is not there yet.

        Raises
        ------
        OutputError
            If it cannot be made.
        """
        for folder in (
            *(self.images, self.clips, self.results),
            *(self.previews, self.drafts, self.checkpoints),
        ):
            create_folder(folder)
        return self

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.root / "studio.sqlite"

    @property
    def lock(self) -> Path:
        """What the server that uses the folder holds."""
        return self.root / "lock"

    @property
    def address(self) -> Path:
        """Where a studio that runs is found by programs of the same user; for nobody else."""
        return self.root / "address.json"

    # The next two are called as version 0.1 called them, so that no file of anybody's has to move.

    @property
    def images(self) -> Path:
        """Uploads: ``<id>.png`` and a small ``<id>.webp``."""
        return self.root / "pictures"

    @property
    def clips(self) -> Path:
        """Clips: a folder by its id, with the file that came and the stills of its sheet."""
        return self.root / "clips"

    @property
    def results(self) -> Path:
        """Results, in the same way."""
        return self.root / "paintings"

    @property
    def previews(self) -> Path:
        """What a job looks like now: ``<id>.jpg``."""
        return self.root / "previews"

    @property
    def drafts(self) -> Path:
        """Drafts: ``<id>.jpg`` and, of one that is done, ``<id>.png`` and ``<id>.webp``."""
        return self.root / "drafts"

    @property
    def checkpoints(self) -> Path:
        """The state of each job that was started: a folder by its id."""
        return self.root / "checkpoints"
