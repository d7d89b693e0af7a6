"""The studio's memory: one SQLite file, which server and worker share.

It is in WAL mode: readers never wait for the writer. What is committed survives a kill -9 of either
process at any moment.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from brushwork.errors import BrushworkError
from brushwork.system.files import create_folder

VERSION = 1
#: Seconds that a write waits for the other process to end its own.
PATIENCE = 30.0
_SCHEMA = """
CREATE TABLE pictures (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, sha256 TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, created REAL NOT NULL,
    notes TEXT NOT NULL, recipe TEXT
);
CREATE UNIQUE INDEX picture_content ON pictures (sha256, role);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, settings TEXT NOT NULL, place REAL NOT NULL,
    created REAL NOT NULL, started REAL, finished REAL,
    progress REAL NOT NULL DEFAULT 0, step INTEGER NOT NULL DEFAULT 0,
    steps INTEGER NOT NULL DEFAULT 0, scale TEXT, losses TEXT NOT NULL DEFAULT '{}',
    seconds REAL NOT NULL DEFAULT 0, remaining REAL, error TEXT, note TEXT,
    painting TEXT, preview INTEGER NOT NULL DEFAULT 0,
    wish TEXT, steer TEXT, worker INTEGER, lease REAL, attempts INTEGER NOT NULL DEFAULT 0,
    grid TEXT, cell TEXT
);
CREATE INDEX job_state ON jobs (state, place);
CREATE TABLE history (
    job TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE, scale INTEGER NOT NULL,
    step INTEGER NOT NULL, losses TEXT NOT NULL
);
CREATE INDEX history_job ON history (job);
CREATE TABLE paintings (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    created REAL NOT NULL, seconds REAL NOT NULL, losses TEXT NOT NULL,
    starred INTEGER NOT NULL DEFAULT 0, settings TEXT NOT NULL, notes TEXT NOT NULL,
    job TEXT, grid TEXT, deleted REAL, recipe TEXT
);
CREATE TABLE grids (id TEXT PRIMARY KEY, axes TEXT NOT NULL, created REAL NOT NULL);
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, job TEXT, data TEXT NOT NULL
);
"""
#: Columns that hold JSON.
_JSON = ("settings", "scale", "losses", "notes", "recipe", "steer", "cell", "axes", "data")
Row = dict[str, Any]


class Database:
    """A connection for each thread to one file.

    Parameters
    ----------
    file
        It is made if it is not there.

    Raises
    ------
    BrushworkError
        If it is of another version of brushwork.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._local = threading.local()
        with self.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {VERSION}")
            elif version != VERSION:
                raise BrushworkError(
                    f"{str(file)!r} is of another version of brushwork (schema {version}, here "
                    f"{VERSION}); use that version, or another folder (--data)."
                )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several things, all of them or none."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.rollback()
            raise
        connection.commit()

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Row]:
        """Give what a SELECT finds."""
        return [read_row(row) for row in self._connection().execute(question, values)]

    def row(self, question: str, values: Sequence[object] = ()) -> Row | None:
        """Give the first that a SELECT finds."""
        return next(iter(self.rows(question, values)), None)

    def close(self) -> None:
        """Let go of the file, as far as this thread holds it."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            del self._local.connection

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._file, timeout=PATIENCE, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        made: sqlite3.Connection = self._local.connection
        return made


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, object]) -> None:
    """Add a row; what is a list or an object becomes JSON."""
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", _encode_values(values))


def update(
    connection: sqlite3.Connection, table: str, identity: str, values: Mapping[str, object]
) -> None:
    """Change columns of one row."""
    names = ", ".join(f"{name} = ?" for name in values)
    connection.execute(
        f"UPDATE {table} SET {names} WHERE id = ?", [*_encode_values(values), identity]
    )


def new_identity() -> str:
    """Give a name that says nothing and cannot be guessed."""
    return secrets.token_hex(12)


def _encode_values(values: Mapping[str, object]) -> list[object]:
    return [
        json.dumps(value) if isinstance(value, dict | list | tuple) else value
        for value in values.values()
    ]


def read_row(row: sqlite3.Row) -> Row:
    """Give a row with its JSON read."""
    found = dict(row)
    for name in _JSON:
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    return found


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
        for folder in (self.pictures, self.paintings, self.previews, self.checkpoints):
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
    def pictures(self) -> Path:
        """Uploads: ``<id>.png`` and a small ``<id>.webp``."""
        return self.root / "pictures"

    @property
    def paintings(self) -> Path:
        """Paintings, in the same way."""
        return self.root / "paintings"

    @property
    def previews(self) -> Path:
        """What a job looks like now: ``<id>.jpg``."""
        return self.root / "previews"

    @property
    def checkpoints(self) -> Path:
        """The state of each job that was begun: a folder by its id."""
        return self.root / "checkpoints"
