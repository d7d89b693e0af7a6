"""All SQL of the studio: what is stored, as typed rows behind methods.

A method commits what it writes, unless it is called within ``with store.transaction():``, where
everything is done or nothing.
"""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self, TypedDict, Unpack

from pydantic import BaseModel

from brushwork.studio.database import Database
from brushwork.studio.schemas import (
    Cell,
    ClipStill,
    Draft,
    DraftState,
    GridAxis,
    Job,
    JobScale,
    JobSettings,
    LossStep,
    Result,
    Shot,
    State,
    SteerRequest,
    Subject,
    SubjectRequest,
    SubjectState,
)

#: What a person may want of a job that is being painted.
Command = Literal["pause", "stop", "cancel", "steer"]
#: Cells that a grid is known by.
COVER = 4
#: Columns that hold JSON; the scale of a job does, that of a loss is a number.
_JSON = (
    "settings",
    "scale",
    "losses",
    "notes",
    "steer",
    "cell",
    "axes",
    "tags",
    "box",
    "film",
    "shots",
    "stills",
)
#: Columns of a result that the page is told.
_RESULT_COLUMNS = (
    "id, name, width, height, created, seconds, losses, starred, settings, notes, job, tags, "
    "depth, film, deleted IS NOT NULL AS deleted"
)


class _Row(BaseModel):
    @classmethod
    def read(cls, row: sqlite3.Row) -> Self:
        """Read a row of the database."""
        return cls.model_validate(_decode(row))


class ImageRow(_Row):
    """An upload; ``recipe`` is the JSON that it carried."""

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


class JobRow(Job, _Row):
    """A job, with what only queue and worker have to know.

    Attributes
    ----------
    place
        Its order in the queue.
    command
        What somebody wants of it at its next step.
    steer
        What is to be different when it goes on.
    worker, lease
        The process that paints it, and until when that need not be heard of.
    attempts
        How many workers have taken it up.
    """

    place: float
    command: Command | None
    steer: SteerRequest | None
    worker: int | None
    lease: float | None
    attempts: int


class DraftRow(Draft, _Row):
    """A draft, with what it takes to keep it, and the process that paints it."""

    losses: dict[str, float]
    notes: list[str]
    recipe: str | None
    worker: int | None


class SubjectRow(Subject, _Row):
    """A subject, and the process that looks for it."""

    worker: int | None


class GridRow(_Row):
    """A grid without its jobs, how many it has in which state, and results to know it by."""

    id: str
    name: str
    axes: list[GridAxis]
    created: float
    deleted: float | None
    states: dict[State, int] = {}
    cover: list[str] = []


class ClipRow(_Row):
    """A clip; ``used`` and ``deleted`` are as of images."""

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


class EventRow(_Row):
    """Something that happened; ``data`` is JSON."""

    id: int
    kind: str
    job: str | None
    data: str


class JobColumns(TypedDict, total=False):
    """What can change about a job."""

    state: State
    settings: JobSettings
    place: float
    started: float
    finished: float
    progress: float
    step: int
    steps: int
    scale: JobScale
    losses: dict[str, float]
    seconds: float
    remaining: float | None
    error: str | None
    note: str
    result: str
    preview: int
    command: Command | None
    steer: SteerRequest | None
    worker: int | None
    device: str | None
    lease: float | None
    attempts: int


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


class SubjectColumns(TypedDict, total=False):
    """What can change about a subject."""

    state: SubjectState
    error: str
    worker: int


class ClipColumns(TypedDict, total=False):
    """What can change about a clip; ``deleted`` is when it came into the trash."""

    name: str
    used: float
    deleted: float | None


class GridColumns(TypedDict, total=False):
    """What can change about a grid; ``deleted`` is when it came into the trash."""

    name: str
    deleted: float | None


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


_ORDERS = {
    "newest": ("created", "<", "DESC"),
    "oldest": ("created", ">", "ASC"),
    "name": ("name COLLATE NOCASE", ">", "ASC"),
}


class Store:
    """What is stored in a studio's database.

    Parameters
    ----------
    file
        The database; as for `Database`.

    Raises
    ------
    BrushworkError
        If it is of a newer version of brushwork.
    """

    def __init__(self, file: Path) -> None:
        self._database = Database(file)

    def transaction(self) -> contextlib.AbstractContextManager[object]:
        """Do several things, all of them or none."""
        return self._database.transaction()

    def close(self) -> None:
        """Let go of the file, as far as this thread holds it."""
        self._database.close()

    # Images

    def list_images(self) -> list[ImageRow]:
        """Give all uploads, the newest first."""
        rows = self._execute(
            "SELECT * FROM images WHERE deleted IS NULL ORDER BY created DESC, rowid DESC"
        )
        return [ImageRow.read(row) for row in rows]

    def find_image(self, identity: str) -> ImageRow | None:
        """Give one upload."""
        return self._find_image("id = ?", identity)

    def find_upload(self, sha256: str, role: str | None = None) -> ImageRow | None:
        """Give the upload that came in a file of this content, for a role or any."""
        return self._find_image("sha256 = ? AND role = coalesce(?, role)", sha256, role)

    def add_image(self, row: ImageRow) -> bool:
        """Add an upload; False if the same file is there already in the same role."""
        return self._insert("images", row.model_dump(), "ON CONFLICT (sha256, role) DO NOTHING")

    def trash_image(self, identity: str, when: float | None) -> None:
        """Put an upload into the trash at a time, or, with None, take it out, which is a use."""
        self._execute("UPDATE images SET deleted = ? WHERE id = ?", when, identity)
        if when is None:
            self.note_use([identity])

    def note_use(self, identities: Sequence[str]) -> None:
        """Note that images are used now; built-in ones are nobody's to throw away."""
        marks = ", ".join("?" * len(identities))
        statement = f"UPDATE images SET used = ? WHERE id IN ({marks})"
        self._execute(statement, time.time(), *identities)

    def list_stale_images(self, role: str, limit: float) -> list[str]:
        """Give the identities of the uploads of a role that nobody has used since a time."""
        rows = self._execute(
            "SELECT id FROM images WHERE role = ? AND used < ? AND deleted IS NULL", role, limit
        )
        return [row["id"] for row in rows]

    def is_image_referred_to(self, identity: str) -> bool:
        """Tell whether a job, draft or result has an image in it, or a subject is of it."""
        named = f'%"{identity}"%'
        found = self._execute(
            "SELECT 1 FROM jobs WHERE settings LIKE ? OR steer LIKE ? "
            "UNION ALL SELECT 1 FROM results WHERE settings LIKE ? "
            "UNION ALL SELECT 1 FROM drafts WHERE settings LIKE ? "
            "UNION ALL SELECT 1 FROM subjects WHERE image = ? LIMIT 1",
            *(named,) * 4,
            identity,
        )
        return found.fetchone() is not None

    def list_expired_images(self, limit: float) -> list[str]:
        """Give the identities of the uploads that came into the trash before a time."""
        rows = self._execute("SELECT id FROM images WHERE deleted < ?", limit)
        return [row["id"] for row in rows]

    def remove_image(self, identity: str) -> None:
        """Forget an upload."""
        self._execute("DELETE FROM images WHERE id = ?", identity)

    def is_image_needed(self, identity: str) -> bool:
        """Tell whether a job that is not over uses an image."""
        found = self._execute(
            "SELECT 1 FROM jobs WHERE state IN ('queued', 'running', 'paused') AND settings LIKE ?",
            f'%"{identity}"%',
        )
        return found.fetchone() is not None

    # Clips

    def list_clips(self, deleted: bool) -> list[ClipRow]:
        """Give all clips, or those in the trash, the newest first."""
        rows = self._execute(
            "SELECT * FROM clips WHERE (deleted IS NOT NULL) = ? ORDER BY created DESC, rowid DESC",
            deleted,
        )
        return [ClipRow.read(row) for row in rows]

    def find_clip(self, identity: str) -> ClipRow | None:
        """Give one clip."""
        row = self._execute("SELECT * FROM clips WHERE id = ?", identity).fetchone()
        return None if row is None else ClipRow.read(row)

    def find_clip_file(self, sha256: str) -> ClipRow | None:
        """Give the clip that came in a file of this content."""
        row = self._execute("SELECT * FROM clips WHERE sha256 = ?", sha256).fetchone()
        return None if row is None else ClipRow.read(row)

    def add_clip(self, row: ClipRow) -> bool:
        """Add a clip; False if the same file is there already."""
        return self._insert("clips", row.model_dump(), "ON CONFLICT (sha256) DO NOTHING")

    def change_clip(self, identity: str, **change: Unpack[ClipColumns]) -> None:
        """Change columns of a clip."""
        self._update("clips", identity, change)

    def list_stale_clips(self, limit: float) -> list[str]:
        """Give the identities of the clips that nobody has used since a time."""
        rows = self._execute("SELECT id FROM clips WHERE used < ? AND deleted IS NULL", limit)
        return [row["id"] for row in rows]

    def list_expired_clips(self, limit: float) -> list[str]:
        """Give the identities of the clips that came into the trash before a time."""
        rows = self._execute("SELECT id FROM clips WHERE deleted < ?", limit)
        return [row["id"] for row in rows]

    def remove_clip(self, identity: str) -> None:
        """Forget a clip."""
        self._execute("DELETE FROM clips WHERE id = ?", identity)

    # Jobs

    def list_jobs(self, grid: str | None = None) -> list[JobRow]:
        """Give the jobs of a grid, or those of none, by their place."""
        rows = self._execute("SELECT * FROM jobs WHERE grid IS ? ORDER BY place", grid)
        return [JobRow.read(row) for row in rows]

    def list_lost_jobs(self, worker: int | None = None) -> list[JobRow]:
        """Give the jobs of a worker, or those whose lease has run out."""
        condition, value = ("lease < ?", time.time()) if worker is None else ("worker = ?", worker)
        rows = self._execute(f"SELECT * FROM jobs WHERE state = 'running' AND {condition}", value)
        return [JobRow.read(row) for row in rows]

    def find_job(self, identity: str) -> JobRow | None:
        """Give one job."""
        row = self._execute("SELECT * FROM jobs WHERE id = ?", identity).fetchone()
        return None if row is None else JobRow.read(row)

    def find_job_of(self, settings: JobSettings) -> str | None:
        """Give the identity of a job of these settings that is not over, and of no grid."""
        row = self._execute(
            "SELECT id FROM jobs WHERE settings = ? AND grid IS NULL AND steer IS NULL "
            "AND state IN ('queued', 'running')",
            _encode_column(settings),
        ).fetchone()
        return None if row is None else str(row["id"])

    def list_queue(self) -> list[str]:
        """Give the identities of the jobs that wait, in their order."""
        rows = self._execute("SELECT id FROM jobs WHERE state = 'queued' ORDER BY place")
        return [row["id"] for row in rows]

    def count_queued(self, before: float | None = None) -> int:
        """Give how many jobs wait; with ``before`` only those with a lower place."""
        (count,) = self._execute(
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' AND place < coalesce(?, place + 1)",
            before,
        ).fetchone()
        return int(count)

    def get_ends(self) -> tuple[float, float]:
        """Give the lowest and the highest place of a job that waits; zeros if none does."""
        row = self._execute(
            "SELECT MIN(place) AS first, MAX(place) AS last FROM jobs WHERE state = 'queued'"
        ).fetchone()
        return (0.0, 0.0) if row["first"] is None else (float(row["first"]), float(row["last"]))

    def add_job(
        self,
        identity: str,
        settings: JobSettings,
        place: float,
        grid: str | None,
        cell: Cell | None,
    ) -> None:
        """Add a job that waits."""
        values = {"id": identity, "state": "queued", "settings": settings, "place": place}
        self._insert("jobs", {**values, "created": time.time(), "grid": grid, "cell": cell})

    def change_job(self, identity: str, **change: Unpack[JobColumns]) -> None:
        """Change columns of a job."""
        self._update("jobs", identity, change)

    def renew_lease(self, identity: str, worker: int, lease: float) -> None:
        """Say until when a worker need not be heard of, if it still has the job."""
        self._execute(
            "UPDATE jobs SET lease = ? WHERE id = ? AND worker = ?", lease, identity, worker
        )

    def remove_job(self, identity: str) -> None:
        """Forget a job and its losses."""
        self._execute("DELETE FROM jobs WHERE id = ?", identity)

    def add_losses(self, identity: str, steps: Sequence[LossStep]) -> None:
        """Add the losses of some steps of a job."""
        for step in steps:
            self._insert("history", {"job": identity, **step.model_dump()})

    def list_losses(self, identity: str) -> str:
        """Give the losses of every step of a job as a JSON list of `LossStep`.

        There are thousands of a large one, and to read each and write it again took half a second.
        """
        rows = self._execute(
            "SELECT scale, step, losses FROM history WHERE job = ? ORDER BY rowid", identity
        )
        steps = (f'{{"scale":{scale},"step":{step},"losses":{text}}}' for scale, step, text in rows)
        return f"[{','.join(steps)}]"

    # Results

    def list_results(self, query: ResultQuery) -> tuple[list[Result], int]:
        """Give a page of results, and how many there are on all pages."""
        where, values = _make_condition(query)
        (total,) = self._execute(f"SELECT COUNT(*) FROM results WHERE {where}", *values).fetchone()
        column, beyond, order = _ORDERS[query.sort]
        if query.after is not None:
            where += f" AND ({column}, rowid) {beyond} "
            where += f"(SELECT {column}, rowid FROM results WHERE id = ?)"
            values.append(query.after)
        rows = self._execute(
            f"SELECT {_RESULT_COLUMNS} FROM results WHERE {where} "
            f"ORDER BY {column} {order}, rowid {order} LIMIT ?",
            *values,
            -1 if query.limit is None else query.limit,
        )
        return [Result.model_validate(_decode(row)) for row in rows], int(total)

    def find_result(self, identity: str) -> Result | None:
        """Give one result."""
        row = self._execute(
            f"SELECT {_RESULT_COLUMNS} FROM results WHERE id = ?", identity
        ).fetchone()
        return None if row is None else Result.model_validate(_decode(row))

    def find_recipe(self, identity: str) -> str | None:
        """Give the recipe of a result as JSON; None where it has none, or is not there."""
        row = self._execute("SELECT recipe FROM results WHERE id = ?", identity).fetchone()
        return None if row is None else row["recipe"]

    def add_result(self, result: Result, recipe: str | None, grid: str | None) -> None:
        """Add a result; ``recipe`` is JSON, and ``grid`` the one that it is a cell of."""
        values = result.model_dump(exclude={"deleted"})
        self._insert("results", {**values, "recipe": recipe, "grid": grid})

    def change_result(self, identity: str, **change: Unpack[ResultColumns]) -> None:
        """Change columns of a result."""
        self._update("results", identity, change)

    def list_expired(self, limit: float) -> list[str]:
        """Give the identities of what came into the trash before a time."""
        rows = self._execute("SELECT id FROM results WHERE deleted < ?", limit)
        return [row["id"] for row in rows]

    def remove_result(self, identity: str) -> None:
        """Forget a result."""
        self._execute("DELETE FROM results WHERE id = ?", identity)

    # Drafts, and the paces that plans need

    def add_draft(self, identity: str, client: str, settings: JobSettings) -> None:
        """Add a draft that waits."""
        values = {"id": identity, "client": client, "state": "waiting", "settings": settings}
        self._insert("drafts", {**values, "created": time.time()})

    def find_draft(self, identity: str) -> DraftRow | None:
        """Give one draft."""
        row = self._execute("SELECT * FROM drafts WHERE id = ?", identity).fetchone()
        return None if row is None else DraftRow.read(row)

    def find_draft_of(self, settings: JobSettings) -> DraftRow | None:
        """Give a draft of these settings that is there, or is coming."""
        row = self._execute(
            "SELECT * FROM drafts WHERE settings = ? AND state NOT IN ('aborted', 'failed')",
            _encode_column(settings),
        ).fetchone()
        return None if row is None else DraftRow.read(row)

    def list_drafts(self, *states: DraftState) -> list[DraftRow]:
        """Give the drafts in some states, the oldest first."""
        marks = ", ".join("?" * len(states))
        rows = self._execute(
            f"SELECT * FROM drafts WHERE state IN ({marks}) ORDER BY created, rowid", *states
        )
        return [DraftRow.read(row) for row in rows]

    def change_draft(self, identity: str, **change: Unpack[DraftColumns]) -> None:
        """Change columns of a draft."""
        self._update("drafts", identity, change)

    def is_draft_running(self, identity: str) -> bool:
        """Tell whether a draft is being painted."""
        question = "SELECT 1 FROM drafts WHERE id = ? AND state = 'running'"
        return self._execute(question, identity).fetchone() is not None

    def remove_drafts(self, count: int) -> list[str]:
        """Forget all but the newest so many; give the identities of what is forgotten."""
        rows = self._execute(
            "DELETE FROM drafts WHERE id NOT IN "
            "(SELECT id FROM drafts ORDER BY created DESC, rowid DESC LIMIT ?) RETURNING id",
            count,
        )
        return [row["id"] for row in rows.fetchall()]

    def has_work(self) -> bool:
        """Tell whether a job waits or is painted."""
        found = self._execute("SELECT 1 FROM jobs WHERE state IN ('queued', 'running') LIMIT 1")
        return found.fetchone() is not None

    def ask_for_pace(self, settings: JobSettings, most: int) -> None:
        """Ask the worker to measure how long such a job takes, if it is not asked too much."""
        self._execute(
            "INSERT OR IGNORE INTO paces SELECT ? WHERE (SELECT COUNT(*) FROM paces) < ?",
            _encode_column(settings),
            most,
        )

    def take_pace(self) -> JobSettings | None:
        """Give, once, a job whose pace shall be measured."""
        row = self._execute(
            "DELETE FROM paces WHERE rowid = (SELECT MIN(rowid) FROM paces) RETURNING settings"
        ).fetchone()
        return None if row is None else JobSettings.model_validate_json(row["settings"])

    # Subjects

    def add_subject(self, identity: str, request: SubjectRequest) -> None:
        """Add a subject, which waits to be looked for."""
        values = {"id": identity, "image": request.image, "box": list(request.box)}
        self._insert("subjects", values)

    def find_subject(self, identity: str) -> SubjectRow | None:
        """Give one subject."""
        row = self._execute("SELECT * FROM subjects WHERE id = ?", identity).fetchone()
        return None if row is None else SubjectRow.read(row)

    def list_subjects(self, state: SubjectState) -> list[SubjectRow]:
        """Give the subjects in a state, the oldest first."""
        rows = self._execute("SELECT * FROM subjects WHERE state = ? ORDER BY rowid", state)
        return [SubjectRow.read(row) for row in rows]

    def change_subject(self, identity: str, **change: Unpack[SubjectColumns]) -> None:
        """Change columns of a subject."""
        self._update("subjects", identity, change)

    def remove_subjects(self, count: int) -> list[str]:
        """Forget all but the newest so many; give the identities of what is forgotten."""
        rows = self._execute(
            "DELETE FROM subjects WHERE rowid NOT IN "
            "(SELECT rowid FROM subjects ORDER BY rowid DESC LIMIT ?) RETURNING id",
            count,
        )
        return [row["id"] for row in rows.fetchall()]

    # Grids

    def add_grid(self, identity: str, name: str, axes: Sequence[GridAxis]) -> None:
        """Add a grid."""
        values = {"id": identity, "name": name, "axes": list(axes), "created": time.time()}
        self._insert("grids", values)

    def find_grid(self, identity: str) -> GridRow | None:
        """Give one grid."""
        return next(iter(self._list_grids("id = ?", identity)), None)

    def list_grids(self, deleted: bool) -> list[GridRow]:
        """Give all grids, or those in the trash, the newest first."""
        return self._list_grids("(deleted IS NOT NULL) = ?", deleted)

    def change_grid(self, identity: str, **change: Unpack[GridColumns]) -> None:
        """Change columns of a grid."""
        self._update("grids", identity, change)

    def list_expired_grids(self, limit: float) -> list[str]:
        """Give the identities of the grids that came into the trash before a time."""
        rows = self._execute("SELECT id FROM grids WHERE deleted < ?", limit)
        return [row["id"] for row in rows]

    def remove_grid(self, identity: str) -> None:
        """Forget a grid; its jobs and results are removed by those who have their files."""
        self._execute("DELETE FROM grids WHERE id = ?", identity)

    def list_cell_results(self, grid: str) -> list[str]:
        """Give the identities of the results that are cells of a grid."""
        rows = self._execute("SELECT id FROM results WHERE grid = ?", grid)
        return [row["id"] for row in rows]

    def _list_grids(self, condition: str, value: object) -> list[GridRow]:
        """Give grids, the newest first, by as many questions for one as for hundreds."""
        cells = f"grid IN (SELECT id FROM grids WHERE {condition})"
        states: dict[str, dict[State, int]] = {}
        for row in self._execute(
            f"SELECT grid, state, COUNT(*) AS count FROM jobs WHERE {cells} GROUP BY grid, state",
            value,
        ):
            states.setdefault(row["grid"], {})[row["state"]] = row["count"]
        covers: dict[str, list[str]] = {}
        for row in self._execute(
            "SELECT grid, result FROM (SELECT grid, result, ROW_NUMBER() OVER "
            f"(PARTITION BY grid ORDER BY place) AS number FROM jobs WHERE {cells} "
            "AND result IS NOT NULL) WHERE number <= ? ORDER BY grid, number",
            value,
            COVER,
        ):
            covers.setdefault(row["grid"], []).append(row["result"])
        rows = self._execute(
            f"SELECT * FROM grids WHERE {condition} ORDER BY created DESC, rowid DESC", value
        )
        found = map(GridRow.read, rows)
        return [
            grid.model_copy(
                update={"states": states.get(grid.id, {}), "cover": covers.get(grid.id, [])}
            )
            for grid in found
        ]

    # Events

    def add_event(self, kind: str, job: str | None, data: Any) -> None:
        """Add something that has happened; in the transaction of the happening."""
        self._insert("events", {"kind": kind, "job": job, "data": json.dumps(_encode(data))})

    def list_events(self, last: int) -> list[EventRow]:
        """Give what has happened after the ``last`` number."""
        rows = self._execute("SELECT * FROM events WHERE id > ? ORDER BY id", last)
        return [EventRow.read(row) for row in rows]

    def get_newest_event(self) -> int:
        """Give the last number."""
        row = self._execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return 0 if row is None else int(row["seq"])

    def get_oldest_event(self) -> int:
        """Give the first number that is still kept."""
        (first,) = self._execute("SELECT MIN(id) FROM events").fetchone()
        return self.get_newest_event() + 1 if first is None else int(first)

    def trim_events(self, count: int) -> None:
        """Keep the newest so many numbers."""
        self._execute("DELETE FROM events WHERE id <= ?", self.get_newest_event() - count)

    def _find_image(self, condition: str, *values: object) -> ImageRow | None:
        row = self._execute(f"SELECT * FROM images WHERE {condition}", *values).fetchone()
        return None if row is None else ImageRow.read(row)

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._database.connection.execute(statement, values)

    def _insert(self, table: str, values: Mapping[str, object], conflict: str = "") -> bool:
        """Add a row; False where it was not, because of a conflict."""
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}"
        return self._execute(statement, *map(_encode_column, values.values())).rowcount == 1

    def _update(self, table: str, identity: str, change: Mapping[str, object]) -> None:
        if change:
            names = ", ".join(f"{name} = ?" for name in change)
            values = map(_encode_column, change.values())
            self._execute(f"UPDATE {table} SET {names} WHERE id = ?", *values, identity)


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


def _decode(row: sqlite3.Row) -> dict[str, Any]:
    """Give the columns of a row, JSON read."""
    return {
        name: json.loads(row[name]) if name in _JSON and isinstance(row[name], str) else row[name]
        for name in row.keys()  # noqa: SIM118 - a Row iterates over its values
    }


def _encode(value: Any) -> Any:
    """Give plain JSON; a request to steer says only what is to be different."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_unset=isinstance(value, SteerRequest))
    if isinstance(value, dict):
        return {name: _encode(one) for name, one in value.items()}
    return [_encode(one) for one in value] if isinstance(value, list) else value


def _encode_column(value: object) -> object:
    structured = isinstance(value, BaseModel | dict | list)
    return json.dumps(_encode(value)) if structured else value
