"""Server-sent events: what happens, to every page that watches, and what it has missed.

One task reads the log for all of them. A page that does not keep up is told to load everything
anew, so that it costs nobody else memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from brushwork.studio.store import EventRow, Store

#: Seconds from one look at the log to the next.
POLL_SECONDS = 0.05
#: Events that may wait for a page.
BACKLOG = 2000
#: Events that are kept; who has missed more is told to load everything anew.
KEPT_EVENTS = 20_000


class EventStream:
    """Follows the log and passes it on.

    Parameters
    ----------
    store
        It has the log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: set[asyncio.Queue[EventRow | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def start(self) -> None:
        """Begin to follow."""
        self._last = await run_in_threadpool(self._store.get_newest_event)
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Let every page go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for page in self._pages:
            _end_page(page)

    async def iter_events(
        self, seen: int | None, job: str | None = None
    ) -> AsyncGenerator[ServerSentEvent]:
        """Give what happens, event by event.

        Parameters
        ----------
        seen
            The last number that the page has had; None if it begins now.
        job
            Only what concerns this job.
        """
        page: asyncio.Queue[EventRow | None] = asyncio.Queue(BACKLOG)
        self._pages.add(page)
        try:
            # What comes from here on is in the queue; what came before, and is missed, in the log.
            known = self._last
            yield _make_event("hello", known if seen is None else None)
            if seen is not None:
                async for event in self._iter_missed(seen, known, job):
                    yield event
            while (row := await page.get()) is not None:
                if job in (None, row.job):
                    yield _make_event(row.kind, row.id, row.data)
            yield _make_event("reset")
        finally:
            self._pages.discard(page)

    async def _iter_missed(
        self, seen: int, known: int, job: str | None
    ) -> AsyncGenerator[ServerSentEvent]:
        """Give what lies between what a page has seen and what its queue will bring."""
        first = await run_in_threadpool(self._store.get_oldest_event)
        if seen + 1 < first or seen > known:
            yield _make_event("reset", known)
            return
        for row in await run_in_threadpool(self._store.list_events, seen):
            if row.id <= known and job in (None, row.job):
                yield _make_event(row.kind, row.id, row.data)

    async def _follow(self) -> None:
        while True:
            for row in await run_in_threadpool(self._store.list_events, self._last):
                self._last = row.id
                for page in list(self._pages):
                    try:
                        page.put_nowait(row)
                    except asyncio.QueueFull:
                        self._pages.discard(page)
                        _end_page(page)
            await asyncio.sleep(POLL_SECONDS)


def _end_page(page: asyncio.Queue[EventRow | None]) -> None:
    """End a page's stream, whatever still waits for it."""
    while not page.empty():
        page.get_nowait()
    page.put_nowait(None)


def _make_event(kind: str, number: int | None = None, data: str = "{}") -> ServerSentEvent:
    identity = None if number is None else str(number)
    return ServerSentEvent(event=kind, id=identity, raw_data=data)
