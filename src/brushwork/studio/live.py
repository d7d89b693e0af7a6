"""Server-sent events: what happens, to every page that watches, and what it has missed.

One task reads the log for all of them, and writes each event once. A page that does not keep up is
told to load everything anew, so that it costs nobody else memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Send

from brushwork.studio.store import EventRow, Store

#: Seconds from one look at the log to the next.
POLL_SECONDS = 0.05
#: Events that may wait for a page.
BACKLOG = 2000
#: Events that are kept; who has missed more is told to load everything anew.
KEPT_EVENTS = 20_000
#: Seconds from one sign of life to the next, by which who is between sees that nobody has left.
PING_SECONDS = 15.0


@dataclass(frozen=True)
class _Told:
    """What a page is told, as it is sent; without a job it concerns everybody."""

    content: bytes
    job: str | None = None

    @classmethod
    def read(cls, row: EventRow) -> _Told:
        return cls(_format_event(row.kind, row.id, row.data), row.job)

    def concerns(self, job: str | None) -> bool:
        return job in (None, self.job) or self is _PING


_PING = _Told(KEEPALIVE_COMMENT)


class EventResponse(StreamingResponse):
    """A stream of events that ends with its page.

    FastAPI's own puts two queues between events and page, and raises an error where a page goes
    while something is in them; it also writes an event anew for each page.
    """

    media_type = "text/event-stream"

    async def stream_response(self, send: Send) -> None:
        """Send what comes, and close where it comes from."""
        async with contextlib.aclosing(self.body_iterator):  # type: ignore[type-var]
            await super().stream_response(send)


class EventStream:
    """Follows the log and passes it on.

    Parameters
    ----------
    store
        It has the log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: set[asyncio.Queue[_Told | None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._last = 0

    async def start(self) -> None:
        """Begin to follow."""
        self._last = await run_in_threadpool(self._store.events.get_newest)
        self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Let every page go."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for page in self._pages:
            _end_page(page)

    def respond(self, seen: int | None, job: str | None = None) -> EventResponse:
        """Give the response in which a page is told, as `iter_events`, what happens."""
        return EventResponse(
            self.iter_events(seen, job),
            headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
        )

    async def iter_events(self, seen: int | None, job: str | None = None) -> AsyncGenerator[bytes]:
        """Give what happens as server-sent events; those that wait already come in one piece.

        Parameters
        ----------
        seen
            The last number that the page has had; None if it begins now.
        job
            Only what concerns this job.
        """
        page: asyncio.Queue[_Told | None] = asyncio.Queue(BACKLOG)
        self._pages.add(page)
        try:
            # What comes from here on is in the queue; what came before, and is missed, in the log.
            known = self._last
            yield _format_event("hello", known if seen is None else None)
            if seen is not None:
                async for event in self._iter_missed(seen, known, job):
                    yield event
            is_over = False
            while not is_over:
                told = [await page.get(), *_take_waiting(page)]
                is_over = None in told
                content = [one.content for one in told if one is not None and one.concerns(job)]
                if content:
                    yield b"".join(content)
            yield _format_event("reset")
        finally:
            self._pages.discard(page)

    async def _iter_missed(self, seen: int, known: int, job: str | None) -> AsyncGenerator[bytes]:
        """Give what lies between what a page has seen and what its queue will bring."""
        first = await run_in_threadpool(self._store.events.get_oldest)
        if seen + 1 < first or seen > known:
            yield _format_event("reset", known)
            return
        for row in await run_in_threadpool(self._store.events.list_after, seen):
            if row.id <= known and job in (None, row.job):
                yield _format_event(row.kind, row.id, row.data)

    async def _follow(self) -> None:
        pinged = time.monotonic()
        while True:
            for row in await run_in_threadpool(self._store.events.list_after, self._last):
                self._last = row.id
                self._tell(_Told.read(row))
            if time.monotonic() > pinged + PING_SECONDS:
                pinged = time.monotonic()
                self._tell(_PING)
            await asyncio.sleep(POLL_SECONDS)

    def _tell(self, told: _Told) -> None:
        for page in list(self._pages):
            try:
                page.put_nowait(told)
            except asyncio.QueueFull:
                self._pages.discard(page)
                _end_page(page)


def _take_waiting(page: asyncio.Queue[_Told | None]) -> list[_Told | None]:
    """Take what a page can be told at once: fifty results were deleted, and twelve tabs watch."""
    return [page.get_nowait() for _ in range(page.qsize())]


def _end_page(page: asyncio.Queue[_Told | None]) -> None:
    """End a page's stream, whatever still waits for it."""
    while not page.empty():
        page.get_nowait()
    page.put_nowait(None)


def _format_event(kind: str, number: int | None = None, data: str = "{}") -> bytes:
    identity = None if number is None else str(number)
    return format_sse_event(event=kind, id=identity, data_str=data)
