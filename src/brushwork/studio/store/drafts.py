"""Drafts: which are waited for, how far each is, and what it takes to keep one."""

from __future__ import annotations

import time
from typing import TypedDict, Unpack

from brushwork.studio.schemas import Draft, DraftState, JobSettings
from brushwork.studio.store.rows import Row, encode
from brushwork.studio.store.table import Table


class DraftRow(Draft, Row):
    """A draft, with what it takes to keep it, and the process that paints it."""

    json_columns = ("settings", "losses", "notes")

    losses: dict[str, float]
    notes: list[str]
    recipe: str | None
    worker: int | None


class DraftColumns(TypedDict, total=False):
    """What can change about a draft."""

    state: DraftState
    progress: float
    width: int
    height: int
    seconds: float
    preview: int
    error: str
    note: str | None
    result: str
    losses: dict[str, float]
    notes: list[str]
    recipe: str | None
    worker: int


class DraftTable(Table):
    """The drafts, by their identities."""

    name = "drafts"

    def list_in(self, *states: DraftState) -> list[DraftRow]:
        """Give the drafts in some states, the oldest first."""
        marks = ", ".join("?" * len(states))
        rows = self._execute(
            f"SELECT * FROM drafts WHERE state IN ({marks}) ORDER BY created, rowid", *states
        )
        return DraftRow.read_all(rows)

    def find(self, identity: str) -> DraftRow | None:
        """Give one draft."""
        return DraftRow.read_one(self._execute("SELECT * FROM drafts WHERE id = ?", identity))

    def find_by_settings(self, settings: JobSettings) -> DraftRow | None:
        """Give a draft of these settings that is there, or is coming."""
        rows = self._execute(
            "SELECT * FROM drafts WHERE settings = ? AND state NOT IN ('aborted', 'failed')",
            encode(settings),
        )
        return DraftRow.read_one(rows)

    def is_running(self, identity: str) -> bool:
        """Tell whether a draft is being painted."""
        question = "SELECT 1 FROM drafts WHERE id = ? AND state = 'running'"
        return self._execute(question, identity).fetchone() is not None

    def add(self, identity: str, client: str, settings: JobSettings) -> None:
        """Add a draft that waits."""
        values = {"id": identity, "client": client, "state": "waiting", "settings": settings}
        self._insert({**values, "created": time.time()})

    def change(self, identity: str, **change: Unpack[DraftColumns]) -> None:
        """Change columns of a draft."""
        self._change(identity, change)

    def trim(self, count: int) -> list[str]:
        """Forget all but the newest so many; give the identities of what is forgotten."""
        return self._list_identities(
            "DELETE FROM drafts WHERE id NOT IN "
            "(SELECT id FROM drafts ORDER BY created DESC, rowid DESC LIMIT ?) RETURNING id",
            count,
        )
