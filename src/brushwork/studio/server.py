"""Runs the studio: one server for a folder, its worker beside it, until Ctrl-C."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from filelock import FileLock, Timeout

from brushwork.errors import BrushworkError, OptionError
from brushwork.studio.app import create_app
from brushwork.studio.folder import Folder
from brushwork.studio.safety import is_loopback
from brushwork.studio.studio import Studio
from brushwork.studio.supervisor import Supervisor

#: Under these names every browser finds its own machine.
LOCAL = ("127.0.0.1", "localhost", "::1", "[::1]")


@dataclass(frozen=True)
class Place:
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


def serve(place: Place, *, opens: bool, told: Callable[[str], None]) -> None:
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
    folder = Folder(place.folder).made()
    local = is_loopback(place.host)
    token = place.token or (None if local else secrets.token_urlsafe(24))
    hosts = LOCAL if local else (*LOCAL, "*")
    with _locked(folder), _listening(place.host, place.port) as listener:
        studio = Studio.opened(folder)
        studio.jobs.reclaim()
        with Supervisor(studio.database, folder):
            config = uvicorn.Config(
                create_app(studio, hosts, token),
                log_level="warning",
                timeout_graceful_shutdown=2,  # streams of events never end by themselves
                access_log=False,
                server_header=False,
            )
            address = _address(place.host, listener, token)
            told(address)
            if opens:
                threading.Timer(0.5, webbrowser.open, [address]).start()
            # Having ended in good order, the server raises the signal again that it had caught.
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])


def _locked(folder: Folder) -> contextlib.AbstractContextManager[object]:
    """Hold a folder: two servers would start two workers on one queue."""
    lock = FileLock(folder.lock)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BrushworkError(
            f"a studio is running with {str(folder.root)!r} already; open its page, stop it, or "
            "give another folder (--data)."
        ) from None
    return contextlib.closing(_Held(lock))


@dataclass(frozen=True)
class _Held:
    lock: FileLock

    def close(self) -> None:
        self.lock.release()


def _listening(host: str, port: int) -> socket.socket:
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


def _address(host: str, listener: socket.socket, token: str | None) -> str:
    port = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    query = "" if token is None else f"?token={token}"
    return f"http://{name}:{port}/{query}"
