"""Server-sent events: what happens, to every page that watches, and what it has missed.

One task reads the log for all of them. A page that does not keep up is told to load everything
anew, so that it costs nobody else memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from brushwork.studio import live as log
from brushwork.studio.database import Database, Row

#: Seconds from one look at the log to the next.
POLL_SECONDS = 0.15
#: Events that may wait for a page.
BACKLOG = 2000
#: Seconds after which a silent stream says that it is alive.
PULSE_SECONDS = 15.0


class EventStream:
    """Follows the log and passes it on.

    Parameters
    ----------
    database
        It has the log.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: set[asyncio.Queue[Row | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def start(self) -> None:
        """Begin to follow."""
        self._last = await run_in_threadpool(log.get_newest, self._database)
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Let every page go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for page in self._pages:
            _end_page(page)

    async def events(self, seen: int | None, job: str | None = None) -> AsyncIterator[str]:
        """Give what happens, as text for the wire.

        Parameters
        ----------
        seen
            The last number that the page has had; None if it begins now.
        job
            Only what concerns this job.
        """
        page: asyncio.Queue[Row | None] = asyncio.Queue(BACKLOG)
        self._pages.add(page)
        try:
            # What comes from here on is in the queue; what came before, and is missed, in the log.
            known = self._last
            yield _format_event("hello", {}, known if seen is None else None)
            if seen is not None:
                async for text in self._missed(seen, known, job):
                    yield text
            async for row in _take_rows(page):
                if row is None:
                    yield ": alive\n\n"
                elif job in (None, row["job"]):
                    yield _format_event(row["kind"], row["data"], row["id"])
            yield _format_event("reset", {})
        finally:
            self._pages.discard(page)

    async def _missed(self, seen: int, known: int, job: str | None) -> AsyncIterator[str]:
        """Give what lies between what a page has seen and what its queue will bring."""
        first = await run_in_threadpool(log.get_oldest, self._database)
        if seen + 1 < first or seen > known:
            yield _format_event("reset", {}, known)
            return
        for row in await run_in_threadpool(log.read_since, self._database, seen):
            if row["id"] <= known and job in (None, row["job"]):
                yield _format_event(row["kind"], row["data"], row["id"])

    async def _follow(self) -> None:
        while True:
            rows = await run_in_threadpool(log.read_since, self._database, self._last)
            for row in rows:
                self._last = row["id"]
                for page in list(self._pages):
                    try:
                        page.put_nowait(row)
                    except asyncio.QueueFull:
                        self._pages.discard(page)
                        _end_page(page)
            await asyncio.sleep(POLL_SECONDS)


async def _take_rows(page: asyncio.Queue[Row | None]) -> AsyncIterator[Row | None]:
    """Give events as they come, None when it was silent for long; end when the page is let go."""
    while True:
        try:
            row = await asyncio.wait_for(page.get(), PULSE_SECONDS)
        except TimeoutError:
            yield None
            continue
        if row is None:
            return
        yield row


def _end_page(page: asyncio.Queue[Row | None]) -> None:
    """End a page's stream, whatever still waits for it."""
    while not page.empty():
        page.get_nowait()
    page.put_nowait(None)


def _format_event(kind: str, data: object, number: int | None = None) -> str:
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}event: {kind}\ndata: {json.dumps(data)}\n\n"


#: Rows that are kept; who has missed more is told to load everything anew.
KEPT_EVENTS = 20_000


def record(connection: sqlite3.Connection, kind: str, job: str | None, data: Any) -> None:
    """Add what has happened, in the same transaction as the happening."""
    connection.execute(
        "INSERT INTO events (kind, job, data) VALUES (?, ?, ?)", (kind, job, json.dumps(data))
    )


def read_since(database: Database, last: int) -> list[Row]:
    """Give what has happened after the ``last`` number."""
    return database.rows("SELECT * FROM events WHERE id > ? ORDER BY id", (last,))


def get_newest(database: Database) -> int:
    """Give the last number."""
    row = database.row("SELECT seq FROM sqlite_sequence WHERE name = 'events'")
    return 0 if row is None else int(row["seq"])


def get_oldest(database: Database) -> int:
    """Give the first number that is still kept."""
    row = database.row("SELECT MIN(id) AS first FROM events")
    return get_newest(database) + 1 if row is None or row["first"] is None else int(row["first"])


def trim(database: Database) -> None:
    """Forget what is too long ago."""
    with database.transaction() as connection:
        connection.execute(
            "DELETE FROM events WHERE id <= ?", (get_newest(database) - KEPT_EVENTS,)
        )
