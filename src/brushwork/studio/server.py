"""Runs the studio: one server for a folder, its worker beside it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from brushwork.errors import BrushworkError, OptionError
from brushwork.studio.app import create_app
from brushwork.studio.database import StudioFolder
from brushwork.studio.live import KEPT_EVENTS
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
    """

    host: str
    port: int
    folder: Path
    token: str | None = None


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
        If the folder is in use or the address cannot be had.
    """
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
        with Supervisor(studio):
            config = uvicorn.Config(
                create_app(studio, hosts, token),
                log_level="warning",
                timeout_graceful_shutdown=2,  # streams of events never end by themselves
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
                uvicorn.Server(config).run(sockets=[listener])
        folder.address.unlink(missing_ok=True)


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
    listener = socket.socket(family, socket.SOCK_STREAM)
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


#: Seconds from one look at the worker to the next, and before one that died is started again.
POLL_SECONDS = 0.25
#: Seconds that the worker has to keep its state when the server ends.
SHUTDOWN_SECONDS = 60.0
#: Looks from one tidying to the next.
TIDY_POLLS = 400


class Supervisor:
    """A thread that watches over the worker process.

    Parameters
    ----------
    studio
        What it paints for.
    """

    def __init__(self, studio: Services) -> None:
        self._studio = studio
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Supervisor:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def worker(self) -> int | None:
        """The number of the worker's process."""
        return None if self._process is None else self._process.pid

    def _watch(self) -> None:
        looks = 0
        try:
            while not self._over.is_set():
                self._look()
                if looks % TIDY_POLLS == 0:
                    self._studio.gallery.empty_trash()
                    self._studio.library.empty_trash()
                    self._studio.store.trim_events(KEPT_EVENTS)
                looks += 1
                self._over.wait(POLL_SECONDS)
        finally:
            self._end()
            self._studio.store.close()

    def _look(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._studio.queue.reclaim(self._process.pid)
            self._studio.drafts.fail_lost(self._process.pid)
            self._studio.subjects.fail_lost(self._process.pid)
            self._process = None
        if self._process is None:
            folder = str(self._studio.folder.root)
            command = [sys.executable, "-m", "brushwork.studio.worker", folder]
            self._process = subprocess.Popen(command)
        self._studio.queue.reclaim()

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:  # in the middle of a very long step
            self._process.kill()
            self._process.wait()
        self._studio.queue.reclaim(self._process.pid)
