"""Subjects: what is looked for in photos."""

from __future__ import annotations

from typing import TypedDict, Unpack

from brushwork.studio.schemas import Subject, SubjectRequest, SubjectState
from brushwork.studio.store.rows import Row
from brushwork.studio.store.table import Table


class SubjectRow(Subject, Row):
    """A subject, and the process that looks for it."""

    json_columns = ("box",)

    worker: int | None


class SubjectColumns(TypedDict, total=False):
    """What can change about a subject."""

    state: SubjectState
    error: str
    worker: int


class SubjectTable(Table):
    """The subjects, by their identities."""

    name = "subjects"

    def list_in(self, state: SubjectState) -> list[SubjectRow]:
        """Give the subjects in a state, the oldest first."""
        rows = self._execute("SELECT * FROM subjects WHERE state = ? ORDER BY rowid", state)
        return SubjectRow.read_all(rows)

    def find(self, identity: str) -> SubjectRow | None:
        """Give one subject."""
        return SubjectRow.read_one(self._execute("SELECT * FROM subjects WHERE id = ?", identity))

    def add(self, identity: str, request: SubjectRequest) -> None:
        """Add a subject, which waits to be looked for."""
        self._insert({"id": identity, "image": request.image, "box": list(request.box)})

    def change(self, identity: str, **change: Unpack[SubjectColumns]) -> None:
        """Change columns of a subject."""
        self._change(identity, change)

    def trim(self, count: int) -> list[str]:
        """Forget all but the newest so many; give the identities of what is forgotten."""
        return self._list_identities(
            "DELETE FROM subjects WHERE rowid NOT IN "
            "(SELECT rowid FROM subjects ORDER BY rowid DESC LIMIT ?) RETURNING id",
            count,
        )
