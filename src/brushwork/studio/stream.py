"""Server-sent events: what happens, to every page that watches, and what it has missed.

One task reads the log for all of them. A page that does not keep up is told to load everything
anew, so that it costs nobody else memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from brushwork.studio import log
from brushwork.studio.database import Database, Row

#: Seconds from one look at the log to the next.
LOOK = 0.15
#: Events that may wait for a page.
BACKLOG = 2000
#: Seconds after which a silent stream says that it is alive.
PULSE = 15.0


class Stream:
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
        self._last = await run_in_threadpool(log.newest, self._database)
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Let every page go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for page in self._pages:
            _force(page)

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
            yield _written("hello", {}, known if seen is None else None)
            if seen is not None:
                async for text in self._missed(seen, known, job):
                    yield text
            async for row in _taken(page):
                if row is None:
                    yield ": alive\n\n"
                elif job in (None, row["job"]):
                    yield _written(row["kind"], row["data"], row["id"])
            yield _written("reset", {})
        finally:
            self._pages.discard(page)

    async def _missed(self, seen: int, known: int, job: str | None) -> AsyncIterator[str]:
        """Give what lies between what a page has seen and what its queue will bring."""
        first = await run_in_threadpool(log.oldest, self._database)
        if seen + 1 < first or seen > known:
            yield _written("reset", {}, known)
            return
        for row in await run_in_threadpool(log.since, self._database, seen):
            if row["id"] <= known and job in (None, row["job"]):
                yield _written(row["kind"], row["data"], row["id"])

    async def _follow(self) -> None:
        while True:
            rows = await run_in_threadpool(log.since, self._database, self._last)
            for row in rows:
                self._last = row["id"]
                for page in list(self._pages):
                    try:
                        page.put_nowait(row)
                    except asyncio.QueueFull:
                        self._pages.discard(page)
                        _force(page)
            await asyncio.sleep(LOOK)


async def _taken(page: asyncio.Queue[Row | None]) -> AsyncIterator[Row | None]:
    """Give events as they come, None when it was silent for long; end when the page is let go."""
    while True:
        try:
            row = await asyncio.wait_for(page.get(), PULSE)
        except TimeoutError:
            yield None
            continue
        if row is None:
            return
        yield row


def _force(page: asyncio.Queue[Row | None]) -> None:
    """End a page's stream, whatever still waits for it."""
    while not page.empty():
        page.get_nowait()
    page.put_nowait(None)


def _written(kind: str, data: object, number: int | None = None) -> str:
    identity = "" if number is None else f"id: {number}\n"
    return f"{identity}event: {kind}\ndata: {json.dumps(data)}\n\n"
