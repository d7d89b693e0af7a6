"""How long a person waits for an answer while a large painting is made and many tabs are open.

For a minute it does what the controls of the page do, at random and one after the other, and notes
how long each took. All the while a job of 1024 pixels is painted, and twelve tabs, each with a
stream of its own (tabs of one browser would share one), follow all events.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import multiprocessing
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

from benchmarks.studio.load import watch

#: Seconds within which an answer feels like none was waited for.
TARGET_SECONDS = 0.1
TABS, PAINTINGS = 12, 2000
#: What is painted meanwhile; more than there is time for.
JOB = {
    "content": "cat",
    "styles": [{"image": "great-wave"}],
    "options": {"size": 1024, "effort": 2},
}
#: Long side in pixels of the photo that is brought.
UPLOAD_SIZE = 256
STRENGTHS = [number / 100 for number in range(5, 100, 5)]
#: Seconds between two controls, at most.
PAUSE_SECONDS = 0.1

Control = Callable[["Person"], Awaitable[None]]


@dataclass
class Person:
    """Somebody at the page, who sends what its controls send, and notes how long it took."""

    client: httpx.AsyncClient
    upload: bytes
    choose: random.Random = field(default_factory=lambda: random.Random(0))
    seconds: dict[str, list[float]] = field(default_factory=dict)
    number: Any = field(default_factory=itertools.count)

    async def ask(self, name: str, method: str, path: str, **more: Any) -> Any:
        """Send a request; its answer is read to the end."""
        start = time.perf_counter()
        answer = await self.client.request(method, f"/api/v1{path}", **more)
        self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        answer.raise_for_status()
        json = answer.headers.get("content-type") == "application/json" and answer.content
        return answer.json() if json else None

    def settings(self) -> dict[str, Any]:
        """Give another choice each time."""
        strength = self.choose.choice(STRENGTHS)
        options = {"strength": strength, "seed": next(self.number)}
        return {"content": "cat", "styles": [{"image": "great-wave"}], "options": options}

    def painting(self) -> str:
        """Name a painting of the gallery."""
        return f"p{self.choose.randrange(PAINTINGS)}"


async def move_slider(person: Person) -> None:
    """Change the choice: a plan and a draft are asked for."""
    settings = person.settings()
    await person.ask("plan", "POST", "/plan", json=settings)
    draft = await person.ask("draft", "POST", "/drafts?client=person", json=settings)
    await person.ask("look at a draft", "GET", f"/drafts/{draft['id']}")


async def queue_and_cancel(person: Person) -> None:
    """Press Paint, have second thoughts."""
    job = await person.ask("paint", "POST", "/jobs", json=person.settings())
    place = f"/jobs/{job['id']}"
    await person.ask("move in the queue", "POST", f"{place}/move", json={"position": 0})
    await person.ask("cancel", "POST", f"{place}/cancel")
    await person.ask("forget a job", "DELETE", place)


async def watch_painting(person: Person) -> None:
    """Look at what is painted, steer it, pause it and let it go on."""
    jobs = (await person.ask("list jobs", "GET", "/jobs"))["jobs"]
    running = next((job for job in jobs if job["state"] == "running"), None)
    if running is None:
        return
    place = f"/jobs/{running['id']}"
    await person.ask("losses", "GET", f"{place}/losses")
    if running["preview"]:
        await person.ask("preview", "GET", f"{place}/preview")
    if person.choose.random() < 0.2:
        steer = {"options": {"strength": person.choose.choice(STRENGTHS)}}
        await person.ask("steer", "POST", f"{place}/steer", json=steer)
    elif person.choose.random() < 0.2:
        await person.ask("pause", "POST", f"{place}/pause")
        await person.ask("go on", "POST", f"{place}/resume")


async def browse(person: Person) -> None:
    """Look through the gallery."""
    found = await person.ask("a page of the gallery", "GET", "/results?limit=60")
    after = found["next"]
    await person.ask("the next page", "GET", f"/results?limit=60&after={after}")
    word = person.choose.choice(["wave", "199", "hokusai cat", "nothing"])
    await person.ask("search", "GET", f"/results?limit=60&search={word}")
    await person.ask("thumbnail", "GET", f"/results/{person.painting()}/thumb")


async def open_painting(person: Person) -> None:
    """Look at one painting; star, name, delete and restore it."""
    place = f"/results/{person.painting()}"
    await person.ask("one painting", "GET", place)
    await person.ask("its file", "GET", f"{place}/file")
    await person.ask("star", "PATCH", place, json={"starred": True})
    await person.ask("rename and tag", "PATCH", place, json={"name": "New", "tags": ["a"]})
    await person.ask("delete", "DELETE", place)
    await person.ask("undo", "POST", f"{place}/restore")
    many = {"results": [f"p{number}" for number in range(50)]}
    await person.ask("delete fifty", "POST", "/results/trash", json=many)
    await person.ask("undo fifty", "POST", "/results/restore", json=many)


async def load_page(person: Person) -> None:
    """Open another tab."""
    for name, path in (("list images", "/images"), ("options", "/options"), ("status", "/status")):
        await person.ask(name, "GET", path)
    await person.ask("thumbnail of an image", "GET", "/images/cat/thumb")


async def bring_photo(person: Person) -> None:
    """Bring a small photo, throw it away and take it back."""
    content = person.upload + bytes(str(next(person.number)), "ascii")
    image = await person.ask("upload", "POST", "/images?name=a.png", content=content)
    place = f"/images/{image['id']}"
    await person.ask("forget a photo", "DELETE", place)
    await person.ask("undo forgetting", "POST", f"{place}/restore")


async def ask_for_a_mask(person: Person) -> None:
    """Have the subject found."""
    found = await person.ask("find the subject", "POST", "/subjects", json={"image": "cat"})
    await person.ask("is it found?", "GET", f"/subjects/{found['id']}")


CONTROLS: tuple[Control, ...] = (
    move_slider,
    queue_and_cancel,
    watch_painting,
    browse,
    open_painting,
    load_page,
    bring_photo,
    ask_for_a_mask,
)


async def measure(address: str, upload: bytes, seconds: float) -> bool:
    """Use every control for so long, print the table, and tell whether the target was met."""
    limits = httpx.Limits(max_connections=None)
    with open_tabs(address) as told:
        async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
            job = (await client.post("/api/v1/jobs", json=JOB)).json()["id"]
            await _wait_for_steps(client, job)
            person = Person(client, upload)
            try:
                await _use_everything(person, seconds)
            except httpx.HTTPStatusError as error:
                print(f"{error.request.url} was refused: {error.response.text}")
                return False
            state = (await client.get(f"/api/v1/jobs/{job}")).json()
        print(
            f"{TABS} tabs had {told.value} events each, or more; the job is {state['state']} at "
            f"{100 * state['progress']:.0f} %"
        )
    return report(person.seconds)


@contextlib.contextmanager
def open_tabs(address: str) -> Iterator[Any]:
    """Follow all events in a process of its own, as browsers do; give the least number of them."""
    spawn = multiprocessing.get_context("spawn")
    told, ready = spawn.Value("i", 0), spawn.Event()
    process = spawn.Process(target=_follow, args=(address, told, ready), daemon=True)
    process.start()
    ready.wait()
    yield told
    process.terminate()
    process.join()


def _follow(address: str, told: Any, ready: Any) -> None:
    asyncio.run(_watch_all(address, told, ready))


async def _watch_all(address: str, told: Any, ready: Any) -> None:
    numbers: list[list[int]] = [[] for _ in range(TABS)]
    started = [asyncio.Event() for _ in range(TABS)]
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        tabs = [
            asyncio.create_task(watch(client, *one)) for one in zip(numbers, started, strict=True)
        ]
        await asyncio.gather(*(one.wait() for one in started))
        ready.set()
        while not any(tab.done() for tab in tabs):
            told.value = min(map(len, numbers))
            await asyncio.sleep(0.5)


async def _use_everything(person: Person, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for control in person.choose.sample(CONTROLS, len(CONTROLS)):
            await control(person)
            await asyncio.sleep(PAUSE_SECONDS * person.choose.random())


async def _wait_for_steps(client: httpx.AsyncClient, job: str) -> None:
    while not (await client.get(f"/api/v1/jobs/{job}")).json()["step"]:
        await asyncio.sleep(0.2)


def report(seconds: dict[str, list[float]]) -> bool:
    """Print a row for each control, the slowest first; tell whether all were quick enough."""
    rows = sorted(seconds.items(), key=lambda row: -max(row[1]))
    print("| control | times | median ms | worst ms |")
    print("| --- | --- | --- | --- |")
    for name, taken in rows:
        median = 1000 * statistics.median(taken)
        print(f"| {name} | {len(taken)} | {median:.0f} | {1000 * max(taken):.0f} |")
    everything = sorted(itertools.chain.from_iterable(seconds.values()))
    within = sum(one <= TARGET_SECONDS for one in everything)
    print(
        f"{len(everything)} answers: median {1000 * statistics.median(everything):.0f} ms, worst "
        f"{1000 * everything[-1]:.0f} ms; {within} within {1000 * TARGET_SECONDS:.0f} ms"
    )
    return within == len(everything)
