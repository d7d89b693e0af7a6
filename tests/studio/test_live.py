"""Events: everything, in order, once; what was missed; and nobody waits for a slow page."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from brushwork.studio import live as log
from brushwork.studio import live as stream
from brushwork.studio.live import EventStream
from brushwork.studio.services import Services


def note(studio: Services, number: int, job: str = "a") -> None:
    with studio.database.transaction() as connection:
        log.record(connection, "job", job, {"number": number})


async def taken(events: Any, count: int) -> list[tuple[str | None, str, Any]]:
    """Give so many events as number, kind and data."""
    found = []
    async for text in events:
        lines = dict(line.split(": ", 1) for line in text.strip().splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines.get("id"), lines["event"], json.loads(lines["data"])))
        if len(found) == count:
            break
    await events.aclose()
    return found


def run(body) -> None:
    asyncio.run(asyncio.wait_for(body, 30))


def test_what_happens_is_told_in_order_to_everybody(studio: Services) -> None:
    async def body() -> None:
        note(studio, 0)
        following = EventStream(studio.database)
        await following.start()
        pages = [asyncio.create_task(taken(following.events(None), 6)) for _ in range(50)]
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
        following = EventStream(studio.database)
        await following.start()
        page = asyncio.create_task(taken(following.events(2), 5))
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
        following = EventStream(studio.database)
        await following.start()
        events = following.events(1)
        assert "hello" in await anext(events)
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
def test_who_missed_too_much_loads_everything_anew(
    studio: Services, seen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body() -> None:
        for number in range(20):
            note(studio, number)
        monkeypatch.setattr(log, "KEPT_EVENTS", 5)
        log.trim(studio.database)
        following = EventStream(studio.database)
        await following.start()
        found = await taken(following.events(seen), 2)
        assert [kind for _, kind, _ in found] == ["hello", "reset"]
        assert found[1][0] == "20"
        await following.stop()

    run(body())


def test_one_job_can_be_followed_alone(studio: Services) -> None:
    async def body() -> None:
        following = EventStream(studio.database)
        await following.start()
        page = asyncio.create_task(taken(following.events(None, "b"), 3))
        await asyncio.sleep(0.1)
        for number, job in enumerate("abab"):
            note(studio, number, job)
        assert [data["number"] for _, kind, data in await page if kind == "job"] == [1, 3]
        await following.stop()

    run(body())


def test_a_page_that_does_not_keep_up_is_told_to_begin_anew(
    studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "BACKLOG", 3)

    async def body() -> None:
        following = EventStream(studio.database)
        await following.start()
        slow = following.events(None)
        assert "hello" in await anext(slow)
        for number in range(10):
            note(studio, number)
        await asyncio.sleep(0.5)
        rest = [text async for text in slow]
        assert rest[-1].startswith("event: reset")
        assert not following._pages
        await following.stop()

    run(body())


def test_a_silent_stream_says_that_it_lives(
    studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "PULSE_SECONDS", 0.05)

    async def body() -> None:
        following = EventStream(studio.database)
        await following.start()
        events = following.events(None)
        await anext(events)
        assert (await anext(events)).startswith(": alive")
        await events.aclose()  # type: ignore[attr-defined]
        await following.stop()

    run(body())
