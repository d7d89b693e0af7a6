"""Uploads: the images that people brought. Built-in ones are in no table."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypedDict, Unpack

from brushwork.studio.store.rows import Row
from brushwork.studio.store.trash import TrashTable


class ImageRow(Row):
    """An upload; ``recipe`` is the JSON that it carried."""

    json_columns = ("notes",)

    id: str
    name: str
    role: str
    sha256: str
    width: int
    height: int
    created: float
    notes: list[str]
    recipe: str | None
    depth: int = 8
    used: float = 0.0
    deleted: float | None = None


class ImageColumns(TypedDict, total=False):
    """What can change about an upload; ``deleted`` is when it came into the trash."""

    used: float
    deleted: float | None


class ImageTable(TrashTable):
    """The uploads, by their identities."""

    name = "images"

    def list_all(self) -> list[ImageRow]:
        """Give all uploads but those in the trash, the newest first."""
        rows = self._execute(
            "SELECT * FROM images WHERE deleted IS NULL ORDER BY created DESC, rowid DESC"
        )
        return ImageRow.read_all(rows)

    def find(self, identity: str) -> ImageRow | None:
        """Give one upload."""
        return ImageRow.read_one(self._execute("SELECT * FROM images WHERE id = ?", identity))

    def find_by_content(self, sha256: str, role: str | None = None) -> ImageRow | None:
        """Give the upload that came in a file of this content, for a role or any."""
        rows = self._execute(
            "SELECT * FROM images WHERE sha256 = ? AND role = coalesce(?, role)", sha256, role
        )
        return ImageRow.read_one(rows)

    def add(self, row: ImageRow) -> bool:
        """Add an upload; False if the same file is there already in the same role."""
        return self._insert(row.model_dump(), "ON CONFLICT (sha256, role) DO NOTHING")

    def change(self, identity: str, **change: Unpack[ImageColumns]) -> None:
        """Change columns of an upload."""
        self._change(identity, change)

    def note_use(self, identities: Sequence[str]) -> None:
        """Note that images are used now; built-in ones are nobody's to throw away."""
        marks = ", ".join("?" * len(identities))
        statement = f"UPDATE images SET used = ? WHERE id IN ({marks})"
        self._execute(statement, time.time(), *identities)

    def list_stale(self, role: str, limit: float) -> list[str]:
        """Give the identities of the uploads of a role that nobody has used since a time."""
        return self._list_identities(
            "SELECT id FROM images WHERE role = ? AND used < ? AND deleted IS NULL", role, limit
        )
