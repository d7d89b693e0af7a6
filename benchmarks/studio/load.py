"""Many pages that watch, and many small jobs that wait: every event is told, once, in order.

It opens many streams of events, queues many jobs, and asks for status all the while. It counts what
every stream was told against what the studio's log holds, and prints how long requests took.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import httpx2 as httpx

from brushwork.studio.store import Store

JOB = {
    "content": "cat",
    "styles": [{"image": "great-wave"}],
    "options": {"size": 48, "effort": 0.25},
}
#: Seconds from one question to the next of the page that asks all the while.
POLL_SECONDS = 0.25


async def watch(client: httpx.AsyncClient, numbers: list[int], ready: asyncio.Event) -> None:
    """Follow all events; note their numbers."""
    data = ""
    async with client.stream("GET", "/api/v1/events", timeout=None) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("event: hello"):
                ready.set()
            if line.startswith("data: "):
                data = line[6:]
            if line.startswith("id: ") and data != "{}":
                numbers.append(int(line[4:]))


async def ask(client: httpx.AsyncClient, path: str, seconds: list[float]) -> dict:
    """Ask, and note how long the answer took."""
    start = time.perf_counter()
    answer = await client.get(path)
    seconds.append(time.perf_counter() - start)
    answer.raise_for_status()
    return answer.json()


async def load(address: str, folder: Path, pages: int, jobs: int) -> int:
    """Put the load on, and print what came of it."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        streams: list[list[int]] = [[] for _ in range(pages)]
        ready = [asyncio.Event() for _ in range(pages)]
        following = [
            asyncio.create_task(watch(client, numbers, started))
            for numbers, started in zip(streams, ready, strict=True)
        ]
        await asyncio.gather(*(one.wait() for one in ready))
        began = time.perf_counter()
        posts: list[float] = []
        for number in range(jobs):
            start = time.perf_counter()
            # Identical jobs would join the first.
            job = {**JOB, "options": {**JOB["options"], "seed": number}}
            answer = await client.post("/api/v1/jobs", json=job)
            posts.append(time.perf_counter() - start)
            answer.raise_for_status()
        queued = time.perf_counter() - began
        taken: list[float] = []
        while (await ask(client, "/api/v1/status", taken))["queue"]:
            await asyncio.sleep(POLL_SECONDS)
        while any(
            job["state"] == "running" for job in (await ask(client, "/api/v1/jobs", []))["jobs"]
        ):
            await asyncio.sleep(POLL_SECONDS)
        painted = time.perf_counter() - began
        await asyncio.sleep(1)
        for task in following:
            task.cancel()
        states = [job["state"] for job in (await ask(client, "/api/v1/jobs", []))["jobs"]]
    happened = [event.id for event in Store(folder / "studio.sqlite").events.list_after(0)]
    lost = [numbers for numbers in streams if numbers != happened]
    print(f"{pages} pages, {len(happened)} events each: {len(lost)} pages missed or doubled any")
    print(f"{jobs} jobs queued in {queued:.1f} s, painted in {painted:.0f} s, all {set(states)}")
    for name, times in (("POST /api/v1/jobs", posts), ("GET /api/v1/status meanwhile", taken)):
        times.sort()
        print(
            f"{name}: median {1000 * statistics.median(times):.0f} ms, "
            f"99 % within {1000 * times[int(0.99 * (len(times) - 1))]:.0f} ms, "
            f"longest {1000 * times[-1]:.0f} ms"
        )
    return 1 if lost or set(states) != {"finished"} else 0
