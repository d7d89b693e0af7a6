"""Connections to the SQLite file that server and workers share.

The file is in WAL mode: readers never wait for the writer. What is committed survives a kill -9 of
either process at any moment.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from brushwork.studio.store.migrations import migrate

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

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Execute a statement, with a value for each of its marks."""
        return self.connection.execute(statement, values)

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
