"""Events: everything, in order, once; what was missed; and nobody waits for a slow page."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from brushwork.studio import live
from brushwork.studio.app import create_app
from brushwork.studio.live import EventStream
from brushwork.studio.server import LOCAL
from brushwork.studio.services import Services

#: A page that wants to be told of everything.
SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/api/v1/events",
    "query_string": b"",
    "headers": [(b"host", b"localhost:7860")],
}


def note(studio: Services, number: int, job: str = "a") -> None:
    studio.store.events.add("job", job, {"number": number})


def read(event: bytes) -> tuple[str | None, str, Any]:
    """Give number, kind and data of an event as it is sent."""
    lines = dict(line.split(": ", 1) for line in event.decode().strip().split("\n"))
    return lines.get("id"), lines["event"], json.loads(lines["data"])


async def taken(events: Any, count: int) -> list[tuple[str | None, str, Any]]:
    """Give so many events as number, kind and data."""
    found = []
    async for piece in events:
        found += [read(event) for event in piece.split(b"\n\n") if event]
        if len(found) >= count:
            break
    await events.aclose()
    return found


def run(body) -> None:
    asyncio.run(asyncio.wait_for(body, 30))


def test_what_happens_is_told_in_order_to_everybody(studio: Services) -> None:
    async def body() -> None:
        note(studio, 0)
        following = EventStream(studio.store)
        await following.start()
        pages = [asyncio.create_task(taken(following.iter_events(None), 6)) for _ in range(50)]
        await asyncio.sleep(0.1)
        for number in range(1, 6):
            note(studio, number)
        for page in await asyncio.gather(*pages):
            assert [kind for _, kind, _ in page] == ["hello", *["job"] * 5]
            assert [data["number"] for _, _, data in page[1:]] == [1, 2, 3, 4, 5]
            assert [name for name, _, _ in page] == ["1", "2", "3", "4", "5", "6"]
        await following.stop()

    run(body())


def test_who_comes_back_gets_what_was_missed_and_nothing_twice(studio: Services) -> None:
    async def body() -> None:
        for number in range(1, 6):
            note(studio, number)
        following = EventStream(studio.store)
        await following.start()
        page = asyncio.create_task(taken(following.iter_events(2), 5))
        await asyncio.sleep(0.3)
        note(studio, 6)
        hello, *rest = await page
        assert hello[1] == "hello"
        assert [data["number"] for _, _, data in rest] == [3, 4, 5, 6]
        await following.stop()

    run(body())


def test_what_happens_while_the_missed_is_told_comes_once(studio: Services) -> None:
    async def body() -> None:
        for number in range(1, 4):
            note(studio, number)
        following = EventStream(studio.store)
        await following.start()
        events = following.iter_events(1)
        assert read(await anext(events))[1] == "hello"
        for number in range(4, 6):  # the page is known by now, and has not been told yet
            note(studio, number)
        await asyncio.sleep(0.5)
        rest = asyncio.create_task(taken(events, 5))
        await asyncio.sleep(0.5)
        note(studio, 6)
        assert [data["number"] for _, _, data in await rest] == [2, 3, 4, 5, 6]
        await following.stop()

    run(body())


@pytest.mark.parametrize("seen", [1, 999])
def test_who_missed_too_much_loads_everything_anew(studio: Services, seen: int) -> None:
    async def body() -> None:
        for number in range(20):
            note(studio, number)
        studio.store.events.trim(5)
        following = EventStream(studio.store)
        await following.start()
        found = await taken(following.iter_events(seen), 2)
        assert [kind for _, kind, _ in found] == ["hello", "reset"]
        assert found[1][0] == "20"
        await following.stop()

    run(body())


def test_one_job_can_be_followed_alone(studio: Services) -> None:
    async def body() -> None:
        following = EventStream(studio.store)
        await following.start()
        page = asyncio.create_task(taken(following.iter_events(None, "b"), 3))
        await asyncio.sleep(0.1)
        for number, job in enumerate("abab"):
            note(studio, number, job)
        assert [data["number"] for _, kind, data in await page if kind == "job"] == [1, 3]
        await following.stop()

    run(body())


def test_a_page_that_does_not_keep_up_is_told_to_begin_anew(
    studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BACKLOG", 3)

    async def body() -> None:
        following = EventStream(studio.store)
        await following.start()
        slow = following.iter_events(None)
        assert read(await anext(slow))[1] == "hello"
        for number in range(10):
            note(studio, number)
        await asyncio.sleep(0.5)
        rest = [piece async for piece in slow]
        assert read(rest[-1])[1] == "reset"
        assert not following._pages
        await following.stop()

    run(body())


def test_a_silent_stream_says_that_it_lives_and_who_leaves_is_forgotten(
    studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PING_SECONDS", 0.05)
    app = create_app(studio, LOCAL)

    async def body() -> None:
        await studio.stream.start()
        sent: list[bytes] = []
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = dict(message["headers"])
                assert headers[b"content-type"].startswith(b"text/event-stream")
                assert headers[b"x-accel-buffering"] == b"no"
            else:
                sent.append(message["body"])

        page = asyncio.create_task(app(SCOPE, receive, send))  # type: ignore[arg-type]
        while sent.count(b": ping\n\n") < 2:
            await asyncio.sleep(0.01)
        note(studio, 7)
        while b'data: {"number": 7}' not in b"".join(sent):
            await asyncio.sleep(0.01)
        assert len(studio.stream._pages) == 1
        gone.set()
        await page
        assert not studio.stream._pages
        await studio.stream.stop()

    run(body())


def test_what_happens_at_once_is_told_in_one_piece(studio: Services) -> None:
    async def body() -> None:
        following = EventStream(studio.store)
        await following.start()
        pages = [following.iter_events(None, job) for job in (None, "b")]
        for page in pages:
            assert read(await anext(page))[1] == "hello"
        with studio.store.transaction():
            for number in range(50):
                note(studio, number, "ab"[number % 2])
        pieces = [await anext(page) for page in pages]
        for piece, numbers in zip(pieces, (range(50), range(1, 50, 2)), strict=True):
            told = [read(event) for event in piece.split(b"\n\n") if event]
            assert [data["number"] for _, _, data in told] == list(numbers)
        await following.stop()

    run(body())


def test_a_page_may_vanish_while_it_is_being_told(studio: Services) -> None:
    """Its connection takes nothing any more, and then is gone; that is nobody's error."""
    app = create_app(studio, LOCAL)

    async def body() -> None:
        await studio.stream.start()
        full, gone, never = asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                full.set()
                await never.wait()

        page = asyncio.create_task(app(SCOPE, receive, send))  # type: ignore[arg-type]
        await full.wait()
        for number in range(9):
            note(studio, number)
        await asyncio.sleep(0.5)
        gone.set()
        await page
        assert not studio.stream._pages
        await studio.stream.stop()

    run(body())
