"""A row as a model, and how values are kept in its columns: what has parts, as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from pydantic import BaseModel


class Row(BaseModel):
    """A row of a table; of its columns, ``json_columns`` hold JSON."""

    json_columns: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, row: sqlite3.Row) -> Self:
        """Read a row of the database."""
        return cls.model_validate(decode(row, cls.json_columns))

    @classmethod
    def read_one(cls, rows: sqlite3.Cursor) -> Self | None:
        """Read the first of the rows that were found, if there is one."""
        row = rows.fetchone()
        return None if row is None else cls.read(row)

    @classmethod
    def read_all(cls, rows: sqlite3.Cursor) -> list[Self]:
        """Read all rows that were found."""
        return [cls.read(row) for row in rows]


def decode(row: sqlite3.Row, json_columns: Iterable[str]) -> dict[str, Any]:
    """Give the columns of a row by their names, those of JSON read."""
    values = dict(row)
    for name in json_columns:
        if values[name] is not None:
            values[name] = json.loads(values[name])
    return values


def encode(value: object) -> object:
    """Give what a column keeps of a value."""
    has_parts = isinstance(value, BaseModel | dict | list)
    return json.dumps(value, default=_dump) if has_parts else value


def _dump(model: BaseModel) -> dict[str, Any]:
    return model.model_dump(mode="json")
