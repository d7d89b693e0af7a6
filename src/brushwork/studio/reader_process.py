"""Asks the process that reads clips, and outlives it."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
from typing import Any

from brushwork.errors import VideoError

_GONE = ""


class ReaderProcess:
    """A process of `brushwork.studio.clip_reader`; it is started when it is needed.

    Parameters
    ----------
    patience
        Seconds that an answer may take; who takes longer is ended.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def start(self) -> None:
        """Start it, if it does not run: it takes seconds until it answers."""
        with self._lock:
            self._start()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Give the answer to a request, one after the other.

        Parameters
        ----------
        request
            As for `brushwork.studio.clip_reader.answer`.

        Raises
        ------
        VideoError
            If it is refused, takes too long, or ends the process.
        """
        with self._lock:
            process = self._start()
            assert process.stdin is not None
            with contextlib.suppress(OSError):  # it has ended, and says so below
                process.stdin.write(f"{json.dumps(request)}\n")
                process.stdin.flush()
            try:
                line = self._lines.get(timeout=self._patience)
            except queue.Empty:
                self._end()
                raise VideoError(
                    f"{request['name']!r} takes longer to read than {self._patience:.0f} seconds; "
                    "bring a shorter part, or a smaller one."
                ) from None
            if line == _GONE:
                self._end()
                raise VideoError(
                    f"{request['name']!r} could not be read: the process that read it has ended. "
                    "The file may be damaged; try again, or convert it."
                )
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            raise VideoError(told["error"])
        return told

    def close(self) -> None:
        """End it."""
        with self._lock:
            self._end()

    def _start(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._lines = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "brushwork.studio.clip_reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        threading.Thread(
            target=_pass_on, args=(self._process, self._lines), name="clips", daemon=True
        ).start()
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process = None


def _pass_on(process: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    """Pass on what a process says, so that who waits for it can stop waiting."""
    assert process.stdout is not None
    with process.stdout as said:
        for line in said:
            lines.put(line)
    lines.put(_GONE)
