"""What every table can do."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import ClassVar

from brushwork.studio.store.database import Database
from brushwork.studio.store.rows import encode


class Table:
    """A table of the studio's database; a child has what is asked of its own.

    Parameters
    ----------
    database
        Where it is.
    """

    #: What it is called there.
    name: ClassVar[str]

    def __init__(self, database: Database) -> None:
        self._database = database

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(statement, *values)

    def _list_identities(self, statement: str, *values: object) -> list[str]:
        """Give the identities of the rows that a statement finds, or has removed."""
        return [row["id"] for row in self._execute(statement, *values)]

    def _insert(self, values: Mapping[str, object], conflict: str = "") -> bool:
        """Add a row; False where it was not, because of a conflict."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {self.name} ({names}) VALUES ({marks}) {conflict}"
        return self._execute(statement, *map(encode, values.values())).rowcount == 1

    def _change(self, identity: str, change: Mapping[str, object]) -> None:
        """Change columns of a row."""
        if change:
            names = ", ".join(f"{name} = ?" for name in change)
            values = map(encode, change.values())
            self._execute(f"UPDATE {self.name} SET {names} WHERE id = ?", *values, identity)
