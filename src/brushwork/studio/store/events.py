"""The log of what has happened, by which server and pages follow the workers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from brushwork.studio.store.rows import Row
from brushwork.studio.store.table import Table


class EventRow(Row):
    """Something that happened; ``data`` is JSON."""

    id: int
    kind: str
    job: str | None
    data: str


class EventTable(Table):
    """The events, by their numbers, which only grow."""

    name = "events"

    def add(self, kind: str, job: str | None, data: BaseModel | dict[str, Any]) -> None:
        """Add something that has happened; in the transaction of the happening."""
        self._insert({"kind": kind, "job": job, "data": data})

    def list_after(self, last: int) -> list[EventRow]:
        """Give what has happened after the ``last`` number."""
        rows = self._execute("SELECT * FROM events WHERE id > ? ORDER BY id", last)
        return EventRow.read_all(rows)

    def get_newest(self) -> int:
        """Give the last number."""
        row = self._execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return 0 if row is None else int(row["seq"])

    def get_oldest(self) -> int:
        """Give the first number that is still kept."""
        (first,) = self._execute("SELECT MIN(id) FROM events").fetchone()
        return self.get_newest() + 1 if first is None else int(first)

    def trim(self, count: int) -> None:
        """Keep the newest so many numbers."""
        self._execute("DELETE FROM events WHERE id <= ?", self.get_newest() - count)
