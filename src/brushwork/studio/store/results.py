"""Results: the gallery page by page, and its trash."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

from brushwork.studio.schemas import Result
from brushwork.studio.store.rows import decode
from brushwork.studio.store.trash import TrashTable

#: Columns that the page is told, and those of them that hold JSON.
_COLUMNS = (
    "id, name, width, height, created, seconds, losses, starred, settings, notes, job, tags, "
    "depth, film, deleted IS NOT NULL AS deleted"
)
_JSON_COLUMNS = ("losses", "settings", "notes", "tags", "film")
#: For each order what it goes by, what comes after a result, and which way.
_ORDERS = {
    "newest": ("created", "<", "DESC"),
    "oldest": ("created", ">", "ASC"),
    "name": ("name COLLATE NOCASE", ">", "ASC"),
}


class ResultColumns(TypedDict, total=False):
    """What can change about a result; ``deleted`` is when it came into the trash."""

    starred: bool
    name: str
    tags: list[str]
    deleted: float | None


@dataclass(frozen=True)
class ResultQuery:
    """Which results are wanted, in which order.

    Attributes
    ----------
    deleted
        Those in the trash.
    words
        Each must be found in the name, a tag, or an image that was used; of these, the identities
        whose titles have the word are given with it.
    starred
        Only those with a star.
    sort, after, limit
        The order, the result that the page before ended with, and how many to give at most.
    """

    deleted: bool = False
    words: Sequence[tuple[str, Sequence[str]]] = ()
    starred: bool = False
    sort: Literal["newest", "oldest", "name"] = "newest"
    after: str | None = None
    limit: int | None = None


class ResultTable(TrashTable):
    """The results, by their identities."""

    name = "results"

    def list_page(self, query: ResultQuery) -> tuple[list[Result], int]:
        """Give a page of results, and how many there are on all pages."""
        where, values = _make_condition(query)
        (total,) = self._execute(f"SELECT COUNT(*) FROM results WHERE {where}", *values).fetchone()
        column, beyond, order = _ORDERS[query.sort]
        if query.after is not None:
            where += f" AND ({column}, rowid) {beyond} "
            where += f"(SELECT {column}, rowid FROM results WHERE id = ?)"
            values.append(query.after)
        rows = self._execute(
            f"SELECT {_COLUMNS} FROM results WHERE {where} "
            f"ORDER BY {column} {order}, rowid {order} LIMIT ?",
            *values,
            -1 if query.limit is None else query.limit,
        )
        return [_read(row) for row in rows], int(total)

    def list_cells(self, grid: str) -> list[str]:
        """Give the identities of the results that are cells of a grid."""
        return self._list_identities("SELECT id FROM results WHERE grid = ?", grid)

    def find(self, identity: str) -> Result | None:
        """Give one result."""
        row = self._execute(f"SELECT {_COLUMNS} FROM results WHERE id = ?", identity).fetchone()
        return None if row is None else _read(row)

    def find_recipe(self, identity: str) -> str | None:
        """Give the recipe of a result as JSON; None where it has none, or is not there."""
        row = self._execute("SELECT recipe FROM results WHERE id = ?", identity).fetchone()
        return None if row is None else row["recipe"]

    def add(self, result: Result, recipe: str | None, grid: str | None) -> None:
        """Add a result; ``recipe`` is JSON, and ``grid`` the one that it is a cell of."""
        values = result.model_dump(exclude={"deleted"})
        self._insert({**values, "recipe": recipe, "grid": grid})

    def change(self, identity: str, **change: Unpack[ResultColumns]) -> None:
        """Change columns of a result."""
        self._change(identity, change)


def _read(row: sqlite3.Row) -> Result:
    return Result.model_validate(decode(row, _JSON_COLUMNS))


def _make_condition(query: ResultQuery) -> tuple[str, list[object]]:
    """Give the condition of a query, and the values of its marks."""
    where = "deleted IS NOT NULL" if query.deleted else "deleted IS NULL AND grid IS NULL"
    values: list[object] = []
    if query.starred:
        where += " AND starred"
    for word, identities in query.words:
        escaped = re.sub(r"[%_\\]", r"\\\g<0>", word)
        found = ["name LIKE ? ESCAPE '\\'", "tags LIKE ? ESCAPE '\\'"]
        values += [f"%{escaped}%"] * 2
        found += ["settings LIKE ?"] * len(identities)
        values += [f'%"{identity}"%' for identity in identities]
        where += f" AND ({' OR '.join(found)})"
    return where, values
