"""Clips that people brought."""

from __future__ import annotations

from typing import TypedDict, Unpack

from brushwork.studio.schemas import ClipStill, Shot
from brushwork.studio.store.rows import Row
from brushwork.studio.store.trash import TrashTable


class ClipRow(Row):
    """A clip; ``used`` and ``deleted`` are as of images."""

    json_columns = ("shots", "stills", "notes")

    id: str
    name: str
    sha256: str
    width: int
    height: int
    rate: float
    seconds: float
    frames: int
    sound: bool
    shots: list[Shot]
    stills: list[ClipStill]
    notes: list[str]
    created: float
    used: float
    deleted: float | None = None


class ClipColumns(TypedDict, total=False):
    """What can change about a clip; ``deleted`` is when it came into the trash."""

    name: str
    used: float
    deleted: float | None


class ClipTable(TrashTable):
    """The clips, by their identities."""

    name = "clips"

    def list_all(self, deleted: bool) -> list[ClipRow]:
        """Give all clips, or those in the trash, the newest first."""
        rows = self._execute(
            "SELECT * FROM clips WHERE (deleted IS NOT NULL) = ? ORDER BY created DESC, rowid DESC",
            deleted,
        )
        return ClipRow.read_all(rows)

    def find(self, identity: str) -> ClipRow | None:
        """Give one clip."""
        return ClipRow.read_one(self._execute("SELECT * FROM clips WHERE id = ?", identity))

    def find_by_content(self, sha256: str) -> ClipRow | None:
        """Give the clip that came in a file of this content."""
        return ClipRow.read_one(self._execute("SELECT * FROM clips WHERE sha256 = ?", sha256))

    def add(self, row: ClipRow) -> bool:
        """Add a clip; False if the same file is there already."""
        return self._insert(row.model_dump(), "ON CONFLICT (sha256) DO NOTHING")

    def change(self, identity: str, **change: Unpack[ClipColumns]) -> None:
        """Change columns of a clip."""
        self._change(identity, change)

    def list_stale(self, limit: float) -> list[str]:
        """Give the identities of the clips that nobody has used since a time."""
        return self._list_identities(
            "SELECT id FROM clips WHERE used < ? AND deleted IS NULL", limit
        )
