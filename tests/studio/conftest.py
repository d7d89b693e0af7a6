"""A studio in a folder of its own, asked without a network, and one in processes of its own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import PIL.Image
import psutil
import pytest

pytest.importorskip("fastapi", reason="the studio is an extra: pip install 'brushwork[studio]'")

import httpx2 as httpx
from fastapi.testclient import TestClient

from brushwork.studio.app import create_app
from brushwork.studio.folder import StudioFolder
from brushwork.studio.runner import JobRunner
from brushwork.studio.server import LOCAL
from brushwork.studio.services import Services

#: The smallest job that there is.
TINY: dict[str, Any] = {
    "content": "cat",
    "styles": [{"image": "great-wave"}],
    "options": {"size": 48, "effort": 0.25},
}


@pytest.fixture(autouse=True)
def network(request: pytest.FixtureRequest) -> None:
    """Take the tiny network, unless a test is marked to take the trained one."""
    if request.node.get_closest_marker("trained") is None:
        request.getfixturevalue("tiny_network")


@pytest.fixture
def studio(tmp_path: Path) -> Services:
    return Services.open(StudioFolder(tmp_path / "studio"))


@pytest.fixture
def client(studio: Services) -> TestClient:
    """Ask a studio whose jobs are painted only when a test says so."""
    return TestClient(
        create_app(studio, LOCAL), base_url="http://127.0.0.1:7860", raise_server_exceptions=False
    )


@pytest.fixture
def paint(studio: Services):
    """Paint what is first in the queue, here."""

    def run() -> None:
        job = studio.queue.claim(os.getpid())
        assert job is not None
        JobRunner(studio.store, studio.folder).run(job)

    return run


def make_image(
    size: tuple[int, int] = (60, 40), color: str = "teal", encoding: str = "PNG"
) -> bytes:
    """Give an image as bytes."""
    buffer = io.BytesIO()
    PIL.Image.new("RGB", size, color).save(buffer, format=encoding)
    return buffer.getvalue()


class Running:
    """A studio that runs as a person starts it."""

    def __init__(self, folder: Path, *more: str, port: int = 0, told: bool = False) -> None:
        self.folder = folder
        self.told = told
        #: What it said on standard error, once it has ended and if it was to be ``told``.
        self.said = ""
        self.more = ("--port", str(port), *more)
        self.start()

    def start(self) -> None:
        command = ["studio", "--no-open", "--data", str(self.folder), *self.more]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "brushwork", *command],
            env={**os.environ, "BRUSHWORK_TEST_NETWORK": "tiny"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if self.told else None,
            text=True,
        )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split()[-1]
        self.client = httpx.Client(base_url=self.address, timeout=60)

    def stop(self, how: int = signal.SIGTERM) -> int:
        self.client.close()
        self.process.send_signal(how)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        if self.process.stderr is not None:
            self.said = self.process.stderr.read()
            self.process.stderr.close()
        return code

    def job(self, identity: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/v1/jobs/{identity}").json()
        return found

    def until(self, identity: str, *states: str, progress: float = 0.0) -> dict[str, Any]:
        """Wait until a job is in one of these states, and so far."""
        deadline = time.monotonic() + 480
        while time.monotonic() < deadline:
            job = self.job(identity)
            if job["state"] in states and job["progress"] >= progress:
                return job
            assert job["state"] != "failed" or "failed" in states, job["error"]
            time.sleep(0.05)
        raise AssertionError(f"the job stays {job['state']} at {job['progress']}")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    studio = Running(tmp_path / "studio")
    yield studio
    if studio.process.poll() is None:
        studio.stop()


def workers(pid: int) -> list[int]:
    """Give the worker processes of a server."""
    children = psutil.Process(pid).children()
    return [one.pid for one in children if "brushwork.studio.worker" in one.cmdline()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
