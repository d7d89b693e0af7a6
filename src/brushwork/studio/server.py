"""Runs the studio: one server for a folder, its workers beside it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from brushwork.errors import BrushworkError, OptionError
from brushwork.studio.app import create_app
from brushwork.studio.devices import WorkerPlan, plan_workers
from brushwork.studio.folder import StudioFolder
from brushwork.studio.live import EventStream
from brushwork.studio.security import is_loopback
from brushwork.studio.services import Services
from brushwork.system.files import create_folder

#: Under these names every browser finds its own machine.
LOCAL = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True)
class ServerOptions:
    """Where the studio listens and keeps its things.

    Attributes
    ----------
    host, port
        The address; port 0 takes any that is free.
    folder
        Its folder.
    token
        What others must know; made up where the address is not only this machine's.
    devices
        What is painted on, as for `plan_workers`.
    """

    host: str
    port: int
    folder: Path
    token: str | None = None
    devices: tuple[str, ...] = ()


def serve(place: ServerOptions, *, opens: bool, told: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM; what is painted then goes on the next time.

    Parameters
    ----------
    place
        Where.
    opens
        Whether a browser is opened.
    told
        Is called with the address when the studio is ready.

    Raises
    ------
    BrushworkError
        If the folder is in use, the address cannot be had, or a device is not there.
    """
    workers = plan_workers(place.devices)
    folder = StudioFolder(place.folder)
    create_folder(folder.root)
    local = is_loopback(place.host)
    token = place.token or (None if local else secrets.token_urlsafe(24))
    hosts = LOCAL if local else (*LOCAL, "*")
    with _lock_folder(folder), _listen(place.host, place.port) as listener:
        studio = Services.open(folder)
        studio.queue.reclaim()
        studio.drafts.forget_all()
        studio.subjects.forget_all()
        studio.clips.forget_unknown()
        with Supervisor(studio, workers):
            config = uvicorn.Config(
                create_app(studio, hosts, token),
                log_level="warning",
                timeout_graceful_shutdown=2,  # somebody may be bringing a large file
                access_log=False,
                server_header=False,
            )
            address = _format_address(place.host, listener, token)
            _write_address(folder, address)
            told(address)
            if opens:
                threading.Timer(0.5, webbrowser.open, [address]).start()
            # Having ended in good order, the server raises the signal again that it had caught.
            with contextlib.suppress(KeyboardInterrupt):
                _Server(config, studio.stream).run(sockets=[listener])
        folder.address.unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """Ends the streams of events before it waits for all answers to end: they never would."""

    def __init__(self, config: uvicorn.Config, stream: EventStream) -> None:
        super().__init__(config)
        self._stream = stream

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._stream.stop()
        await super().shutdown(sockets)


def _lock_folder(folder: StudioFolder) -> contextlib.AbstractContextManager[object]:
    """Hold a folder: two servers would start two workers on one queue."""
    lock = FileLock(folder.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BrushworkError(
            f"a studio is running with {str(folder.root)!r} already; open its page, stop it, or "
            "give another folder (--data)."
        ) from None
    return contextlib.closing(_HeldLock(lock))


@dataclass(frozen=True)
class _HeldLock:
    lock: FileLock

    def close(self) -> None:
        self.lock.release()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends at once only over sockets that name their protocol; over others the second part
    # of an answer waits 40 ms for the receipt of the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OptionError(
            f"{host}:{port} cannot be listened at ({error.strerror}); another program, or another "
            "studio, may be there: choose another --port."
        ) from None
    listener.listen(512)
    return listener


def _write_address(folder: StudioFolder, address: str) -> None:
    """Tell programs of the same user where the studio is, and what it wants to be told."""
    where, _, token = address.partition("?token=")
    folder.address.unlink(missing_ok=True)
    handle = os.open(folder.address, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"address": where, "token": token or None, "process": os.getpid()}, file)


def _format_address(host: str, listener: socket.socket, token: str | None) -> str:
    port = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    query = "" if token is None else f"?token={token}"
    return f"http://{name}:{port}/{query}"


#: Seconds from one look at the workers to the next, and before one that died is started again.
POLL_SECONDS = 0.25
#: Seconds that the workers have to keep their state when the server ends.
SHUTDOWN_SECONDS = 60.0
#: Looks from one tidying to the next.
TIDY_POLLS = 400


class Supervisor:
    """A thread that watches over the worker processes.

    Parameters
    ----------
    studio
        What they paint for.
    workers
        What each is started with, as `plan_workers` gives it.
    """

    def __init__(self, studio: Services, workers: Sequence[WorkerPlan] = (WorkerPlan(),)) -> None:
        self._studio = studio
        self._workers = workers
        self._over = threading.Event()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        looks = 0
        try:
            self._look()
            with contextlib.suppress(BrushworkError):  # they are made when they are asked for
                self._studio.library.prepare()
            while not self._over.is_set():
                self._look()
                if looks % TIDY_POLLS == 0:
                    self._studio.tidier.tidy()
                looks += 1
                self._over.wait(POLL_SECONDS)
        finally:
            self._end()
            self._studio.clips.close()
            self._studio.store.close()

    def _look(self) -> None:
        for place, plan in enumerate(self._workers):
            process = self._processes.get(place)
            if process is not None and process.poll() is not None:
                self._studio.queue.reclaim(process.pid)
                self._studio.drafts.fail_lost(process.pid)
                self._studio.subjects.fail_lost(process.pid)
                process = None
            if process is None:
                folder = str(self._studio.folder.root)
                device = () if plan.device is None else (plan.device,)
                command = [sys.executable, "-m", "brushwork.studio.worker", folder, *device]
                environment = {**os.environ, **plan.variables}
                self._processes[place] = subprocess.Popen(command, env=environment)
        self._studio.queue.reclaim()

    def _end(self) -> None:
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + SHUTDOWN_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:  # in the middle of a very long step
                process.kill()
                process.wait()
            self._studio.queue.reclaim(process.pid)
