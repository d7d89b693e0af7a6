"""The studio as a person starts it: what is killed goes on, what is stopped is kept."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx
import PIL.Image
import psutil
import pytest

from brushwork.studio.server import _listen
from tests.studio.conftest import TINY, Running, alive, workers

pytestmark = pytest.mark.slow

#: Long enough to be interrupted.
LONGER: dict[str, Any] = {**TINY, "options": {"size": 64, "effort": 2.0}}


def test_a_worker_that_is_killed_costs_nothing_but_seconds(running: Running) -> None:
    whole = running.client.post("/api/v1/jobs", json=LONGER).json()["id"]
    running.until(whole, "finished")
    killed = running.client.post("/api/v1/jobs", json=LONGER).json()["id"]
    running.until(killed, "running", progress=0.2)
    deadline = time.monotonic() + 30
    kept = running.folder / "checkpoints" / killed / "checkpoint.json"
    while not kept.is_file() and time.monotonic() < deadline:
        time.sleep(0.02)
    (worker,) = workers(running.process.pid)
    os.kill(worker, signal.SIGKILL)
    assert running.client.get("/api/v1/status").status_code == 200
    running.until(killed, "finished")
    assert workers(running.process.pid) != [worker]
    pictures = [
        running.folder / "paintings" / f"{running.job(one)['result']}.png"
        for one in (whole, killed)
    ]
    with PIL.Image.open(pictures[0]) as first, PIL.Image.open(pictures[1]) as second:
        assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_in_mid_job_goes_on_with_it(running: Running, how: int) -> None:
    first = running.client.post("/api/v1/jobs", json=LONGER).json()["id"]
    second = running.client.post("/api/v1/jobs", json=TINY).json()["id"]
    before = running.until(first, "running", progress=0.3)
    (worker,) = workers(running.process.pid)
    code = running.stop(how)
    assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    deadline = time.monotonic() + 60
    while alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert (running.folder / "checkpoints" / first / "checkpoint.json").is_file()
    running.start()
    queued = [job["id"] for job in running.client.get("/api/v1/jobs").json()["jobs"]]
    assert queued == [first, second]
    assert running.job(first)["progress"] >= before["progress"]
    running.until(first, "finished")
    running.until(second, "finished")
    assert len(running.client.get("/api/v1/results").json()["results"]) == 2
    steps = running.client.get(f"/api/v1/jobs/{first}/losses").json()["steps"]
    last = max(one["scale"] for one in steps)
    taken = [one["step"] for one in steps if one["scale"] == last]
    assert max(taken) == running.job(first)["steps"]


def test_events_are_replayed_after_a_restart(running: Running) -> None:
    def events(last: str | None, until: str) -> list[tuple[str, str]]:
        headers = {} if last is None else {"last-event-id": last}
        found, number = [], ""
        with running.client.stream("GET", "/api/v1/events", headers=headers) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            data = ""
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    data = line[6:]
                if line.startswith("id: "):
                    number = line[4:]
                if not line and data:
                    found.append((number, data))
                    if until in data:
                        return found
                    data = ""
        raise AssertionError("the stream has ended")

    running.client.post("/api/v1/jobs", json=TINY)
    seen = events(None, '"state": "running"')
    running.stop()
    running.start()
    rest = events(seen[-1][0], '"state": "finished"')
    numbers = [int(number) for number, _ in rest if number]
    assert numbers == sorted(numbers) and numbers[0] >= int(seen[-1][0])


def wait_for_workers(studio: Running) -> list[int]:
    """Give the workers once each lets the server go first: it is ready to paint then."""
    server, found = psutil.Process(studio.process.pid), workers(studio.process.pid)
    deadline = time.monotonic() + 60
    while any(psutil.Process(worker).nice() <= server.nice() for worker in found):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def test_two_devices_paint_at_a_time_let_the_server_go_first_and_lose_nothing(
    tmp_path: Path,
) -> None:
    studio = Running(tmp_path / "studio", "--device", "cpu", "--device", "cpu")
    try:
        both = wait_for_workers(studio)
        assert len(both) == 2
        jobs = [
            studio.client.post("/api/v1/jobs", json=settings).json()["id"]
            for settings in (make_longer(0), make_longer(1), TINY)
        ]
        for job in jobs[:2]:
            studio.until(job, "running", progress=0.01)
        assert [studio.job(job)["state"] for job in jobs] == ["running", "running", "queued"]
        assert [studio.job(job)["device"] for job in jobs] == ["cpu", "cpu", None]
        os.kill(both[0], signal.SIGKILL)
        for job in jobs:
            studio.until(job, "finished")
        assert len(workers(studio.process.pid)) == 2
        again = studio.client.post("/api/v1/jobs", json=make_longer(0)).json()["id"]
        studio.until(again, "finished")
        pixels = [
            studio.client.get(f"/api/v1/results/{studio.job(job)['result']}/pixels").content
            for job in (jobs[0], again, jobs[1])
        ]
        assert pixels[0] == pixels[1] != pixels[2]
    finally:
        assert studio.stop() == 0


def make_longer(seed: int) -> dict[str, Any]:
    """Give a job that differs from that of another seed."""
    return {**TINY, "options": {"size": 64, "effort": 1.0, "seed": seed, "init": "noise"}}


def test_answers_are_sent_at_once() -> None:
    async def find_delays() -> list[int]:
        delays: list[int] = []

        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            place = writer.get_extra_info("socket")
            delays.append(place.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listen("127.0.0.1", 0) as listener:
            async with await asyncio.start_server(answer, sock=listener):
                reader, writer = await asyncio.open_connection(*listener.getsockname())
                await reader.read()
                writer.close()
        return delays

    assert asyncio.run(find_delays()) == [1]


def test_one_folder_has_one_studio(running: Running) -> None:
    command = ["studio", "--no-open", "--port", "0", "--data", str(running.folder)]
    other = subprocess.run(
        [sys.executable, "-m", "brushwork", *command], capture_output=True, text=True, timeout=60
    )
    assert other.returncode == 2
    assert "a studio is running with" in other.stderr and "Traceback" not in other.stderr
    port = httpx.URL(running.address).port
    command = ["studio", "--no-open", "--port", str(port), "--data", str(running.folder / "other")]
    other = subprocess.run(
        [sys.executable, "-m", "brushwork", *command], capture_output=True, text=True, timeout=60
    )
    assert other.returncode == 2 and "cannot be listened at" in other.stderr


def test_a_studio_for_the_network_prints_a_token(tmp_path: Path) -> None:
    studio = Running(tmp_path / "studio", "--host", "0.0.0.0")
    try:
        assert "?token=" in studio.address and len(studio.address.split("token=")[1]) >= 32
        port = httpx.URL(studio.address).port
        local = f"http://127.0.0.1:{port}"
        assert httpx.get(f"{local}/api/v1/jobs").status_code == 401
        token = studio.address.split("token=")[1]
        found = tmp_path / "studio" / "address.json"
        assert found.stat().st_mode & 0o777 == 0o600
        told = json.loads(found.read_text("utf-8"))
        assert told["token"] == token and told["address"] in studio.address
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{local}/api/v1/jobs", headers=bearer).status_code == 200
    finally:
        studio.stop()


def test_bad_wishes_exit_with_2(brushwork_command) -> None:
    for arguments, says in [
        (["--port", "99999"], "port was given as 99999"),
        (["--token", "short"], "shorter than 16"),
        (["--device", "tpu"], "device was given as 'tpu'; here is: cpu"),
        (["--device", "cpu", "--device", "cuda:99"], "device was given as 'cuda:99'"),
        (["--host", "nowhere.invalid"], "cannot be listened at"),
    ]:
        code, err = brushwork_command("studio", "--no-open", *arguments)
        assert code == 2 and says in err and err.count("\n") == 1


@pytest.fixture
def brushwork_command(tmp_path, monkeypatch, capsys):
    from brushwork.cli import main

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        return int(stopped.value.code or 0), capsys.readouterr().err

    return run


def test_without_the_extra_it_says_what_to_install(brushwork_command, monkeypatch) -> None:
    for name in [name for name in sys.modules if name.startswith("brushwork.studio.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    code, err = brushwork_command("studio")
    assert code == 2 and "pip install 'brushwork[studio]'" in err


def test_it_ends_at_once_and_without_a_word_although_a_tab_listens(tmp_path: Path) -> None:
    studio = Running(tmp_path / "studio", told=True)
    tab = httpx.Client(base_url=studio.address, timeout=60)
    with tab, tab.stream("GET", "/api/v1/events") as events:
        lines = events.iter_lines()
        assert next(lines) == "event: hello"
        assert studio.stop() == 0
        assert "event: reset" in list(lines)  # the answer was ended, not broken off
    assert studio.said == ""
