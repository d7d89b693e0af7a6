"""Grids; how far each is, and what it is known by, is told by its jobs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TypedDict, Unpack

from brushwork.studio.schemas import GridAxis, State
from brushwork.studio.store.rows import Row, decode
from brushwork.studio.store.trash import TrashTable

#: Cells that a grid is known by.
COVER = 4


class GridRow(Row):
    """A grid without its jobs, how many it has in which state, and results to know it by."""

    json_columns = ("axes",)

    id: str
    name: str
    axes: list[GridAxis]
    created: float
    deleted: float | None
    states: dict[State, int]
    cover: list[str]


class GridColumns(TypedDict, total=False):
    """What can change about a grid; ``deleted`` is when it came into the trash."""

    name: str
    deleted: float | None


class GridTable(TrashTable):
    """The grids, by their identities."""

    name = "grids"

    def list_all(self, deleted: bool) -> list[GridRow]:
        """Give all grids, or those in the trash, the newest first."""
        return self._list_where("(deleted IS NOT NULL) = ?", deleted)

    def find(self, identity: str) -> GridRow | None:
        """Give one grid."""
        return next(iter(self._list_where("id = ?", identity)), None)

    def add(self, identity: str, name: str, axes: Sequence[GridAxis]) -> None:
        """Add a grid."""
        values = {"id": identity, "name": name, "axes": list(axes), "created": time.time()}
        self._insert(values)

    def change(self, identity: str, **change: Unpack[GridColumns]) -> None:
        """Change columns of a grid."""
        self._change(identity, change)

    def _list_where(self, condition: str, value: object) -> list[GridRow]:
        """Give grids, the newest first, by as many questions for one as for hundreds."""
        states = self._count_states(condition, value)
        covers = self._list_covers(condition, value)
        rows = self._execute(
            f"SELECT * FROM grids WHERE {condition} ORDER BY created DESC, rowid DESC", value
        )
        return [
            GridRow(
                **decode(row, GridRow.json_columns),
                states=states.get(row["id"], {}),
                cover=covers.get(row["id"], []),
            )
            for row in rows
        ]

    def _count_states(self, condition: str, value: object) -> dict[str, dict[State, int]]:
        """Give, for each grid, how many of its jobs are in which state."""
        states: dict[str, dict[State, int]] = {}
        for row in self._execute(
            "SELECT grid, state, COUNT(*) AS count FROM jobs "
            f"WHERE {_are_cells(condition)} GROUP BY grid, state",
            value,
        ):
            states.setdefault(row["grid"], {})[row["state"]] = row["count"]
        return states

    def _list_covers(self, condition: str, value: object) -> dict[str, list[str]]:
        """Give, for each grid, the results of its first cells."""
        covers: dict[str, list[str]] = {}
        for row in self._execute(
            "SELECT grid, result FROM (SELECT grid, result, ROW_NUMBER() OVER "
            f"(PARTITION BY grid ORDER BY place) AS number FROM jobs WHERE {_are_cells(condition)} "
            "AND result IS NOT NULL) WHERE number <= ? ORDER BY grid, number",
            value,
            COVER,
        ):
            covers.setdefault(row["grid"], []).append(row["result"])
        return covers


def _are_cells(condition: str) -> str:
    """Give the condition by which jobs are cells of the grids of a condition."""
    return f"grid IN (SELECT id FROM grids WHERE {condition})"
