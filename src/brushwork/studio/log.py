"""What has happened, in order: rows with growing numbers, which pages follow and catch up on."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from brushwork.studio.database import Database, Row

#: Rows that are kept; who has missed more is told to load everything anew.
KEPT = 20_000


def note(connection: sqlite3.Connection, kind: str, job: str | None, data: Any) -> None:
    """Add what has happened, in the same transaction as the happening."""
    connection.execute(
        "INSERT INTO events (kind, job, data) VALUES (?, ?, ?)", (kind, job, json.dumps(data))
    )


def since(database: Database, last: int) -> list[Row]:
    """Give what has happened after the ``last`` number."""
    return database.rows("SELECT * FROM events WHERE id > ? ORDER BY id", (last,))


def newest(database: Database) -> int:
    """Give the last number."""
    row = database.row("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
    return 0 if row is None else int(row["seq"])


def oldest(database: Database) -> int:
    """Give the first number that is still kept."""
    row = database.row("SELECT MIN(id) AS first FROM events")
    return newest(database) + 1 if row is None or row["first"] is None else int(row["first"])


def trim(database: Database) -> None:
    """Forget what is too long ago."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM events WHERE id <= ?", (newest(database) - KEPT,))
