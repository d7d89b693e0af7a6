"""The schema of the studio's database, and how one of an older version becomes one of this.

Each function of `MIGRATIONS` brings the schema from one version to the next; the first creates it.
A release that changes the schema adds a function and leaves the others as they are, so that a
gallery of any version opens in any later one. ``PRAGMA user_version`` says how many were applied.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brushwork.errors import BrushworkError

#: The schema as version 0.1 wrote it.
_SCHEMA_1 = """
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


def create_schema(connection: sqlite3.Connection) -> None:
    """Create everything as version 0.1 had it."""
    _execute_all(connection, _SCHEMA_1)


def name_images_and_results(connection: sqlite3.Connection) -> None:
    """Call pictures images, paintings results and wishes commands, in settings too."""
    _execute_all(
        connection,
        """
        ALTER TABLE pictures RENAME TO images;
        DROP INDEX picture_content;
        CREATE UNIQUE INDEX image_content ON images (sha256, role);
        ALTER TABLE paintings RENAME TO results;
        ALTER TABLE jobs RENAME COLUMN painting TO result;
        ALTER TABLE jobs RENAME COLUMN wish TO command;
        DELETE FROM events;  -- a page that has missed any loads everything anew
        """,
    )
    for table, column in (("jobs", "settings"), ("jobs", "steer"), ("results", "settings")):
        _rewrite_json(connection, table, column, _rename_in_settings)
    _rewrite_json(connection, "grids", "axes", _rename_in_axes)


def add_drafts_and_paces(connection: sqlite3.Connection) -> None:
    """Make room for drafts, for plans whose pace is unknown, and for trashed images and tags."""
    _execute_all(
        connection,
        """
        CREATE TABLE drafts (
            id TEXT PRIMARY KEY, client TEXT NOT NULL, state TEXT NOT NULL, settings TEXT NOT NULL,
            created REAL NOT NULL, progress REAL NOT NULL DEFAULT 0, width INTEGER, height INTEGER,
            seconds REAL NOT NULL DEFAULT 0, preview INTEGER NOT NULL DEFAULT 0, error TEXT,
            note TEXT, result TEXT, losses TEXT NOT NULL DEFAULT '{}',
            notes TEXT NOT NULL DEFAULT '[]', recipe TEXT, worker INTEGER
        );
        CREATE TABLE paces (settings TEXT PRIMARY KEY);
        ALTER TABLE images ADD COLUMN deleted REAL;
        ALTER TABLE results ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
        CREATE INDEX result_created ON results (created)
        """,
    )


def add_subjects(connection: sqlite3.Connection) -> None:
    """Let things be looked for in photos."""
    connection.execute(
        "CREATE TABLE subjects (id TEXT PRIMARY KEY, image TEXT NOT NULL, box TEXT NOT NULL, "
        "state TEXT NOT NULL DEFAULT 'waiting', error TEXT, worker INTEGER)"
    )


def add_depth(connection: sqlite3.Connection) -> None:
    """Let results and uploads be kept in 16 bits a channel; those of before have 8."""
    for table in ("results", "images"):
        connection.execute(f"ALTER TABLE {table} ADD COLUMN depth INTEGER NOT NULL DEFAULT 8")


def add_uses_and_grids(connection: sqlite3.Connection) -> None:
    """Note when an image was used last, from now on; let grids be named and thrown away."""
    connection.execute("ALTER TABLE images ADD COLUMN used REAL NOT NULL DEFAULT 0")
    connection.execute("UPDATE images SET used = ?", (time.time(),))
    for column in ("name TEXT NOT NULL DEFAULT 'Grid'", "deleted REAL"):
        connection.execute(f"ALTER TABLE grids ADD COLUMN {column}")
    connection.execute("CREATE INDEX job_grid ON jobs (grid)")


def add_device(connection: sqlite3.Connection) -> None:
    """Note what a job is painted on, where there are several devices."""
    connection.execute("ALTER TABLE jobs ADD COLUMN device TEXT")


def add_clips(connection: sqlite3.Connection) -> None:
    """Make room for clips, and let a result be a film."""
    _execute_all(
        connection,
        """
        CREATE TABLE clips (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
            width INTEGER NOT NULL, height INTEGER NOT NULL, rate REAL NOT NULL,
            seconds REAL NOT NULL, frames INTEGER NOT NULL, sound INTEGER NOT NULL,
            shots TEXT NOT NULL, stills TEXT NOT NULL, notes TEXT NOT NULL,
            created REAL NOT NULL, used REAL NOT NULL, deleted REAL
        );
        ALTER TABLE results ADD COLUMN film TEXT
        """,
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    create_schema,
    name_images_and_results,
    add_drafts_and_paces,
    add_subjects,
    add_depth,
    add_uses_and_grids,
    add_device,
    add_clips,
)


def migrate(connection: sqlite3.Connection, file: Path) -> None:
    """Apply, in a transaction of the caller's, what a database has not seen yet.

    Parameters
    ----------
    connection
        To a database of any version; an empty one has version 0.
    file
        What to call it in an error.

    Raises
    ------
    BrushworkError
        If it is of a newer version than this.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise BrushworkError(
            f"{str(file)!r} is of a newer version of brushwork (schema {version}, here "
            f"{len(MIGRATIONS)}); install that version, or use another folder (--data)."
        )
    for apply in MIGRATIONS[version:]:
        apply(connection)
    if version < len(MIGRATIONS):
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _execute_all(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements one by one: ``executescript`` would commit the transaction."""
    for statement in script.split(";"):
        connection.execute(statement)


def _rewrite_json(
    connection: sqlite3.Connection, table: str, column: str, rewrite: Callable[[Any], Any]
) -> None:
    """Rewrite a column of JSON wherever it holds something."""
    question = f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL"
    for identity, text in connection.execute(question).fetchall():
        value = json.dumps(rewrite(json.loads(text)))
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, identity))


def _rename_in_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Rename in settings, or in a part of them that a job was steered to."""
    renamed = dict(settings)
    if settings.get("styles") is not None:
        renamed["styles"] = [
            {("image" if name == "picture" else name): value for name, value in use.items()}
            for use in settings["styles"]
        ]
    if "options" in settings:
        renamed["options"] = {
            name: _rename_value(name, value) for name, value in settings["options"].items()
        }
    return renamed


def _rename_in_axes(axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**axis, "values": [_rename_value(axis["option"], value) for value in axis["values"]]}
        for axis in axes
    ]


def _rename_value(option: str, value: Any) -> Any:
    renamed = option == "statistics" and value == "neighbours"
    return "nearest_neighbor" if renamed else value
