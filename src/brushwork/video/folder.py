"""The folder of a film: each frame is there, whole, before the next is begun."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import cv2
import filelock
import numpy as np
from numpy.typing import NDArray

from brushwork.errors import CheckpointError, OutputError
from brushwork.system.files import create_folder, quote, write_atomically
from brushwork.video.clip import Pixels
from brushwork.video.levels import Levels

FILE, TIMES, STARTS, LOCK = "film.json", "times.json", "starts.json", "lock"
#: The layout of the folder; another one is refused.
VERSION = 4


class FilmFolder:
    """Frames as they were read, as they are painted, and what a run must know to go on.

    ``source`` has the frames of the clip at the size of the film, ``painted`` those of the film in
    16 bits; ``anchors``, for the last frame, what the clip showed at each pixel when that was last
    painted; ``ahead``, under the number of the frame that it was painted from, a later one, with
    what comes into view until then; ``pass 2`` and so on, the frames after a further pass. A frame
    is painted from what lies here alone, so that a run that was killed ends in the same bits.
    """

    def __init__(self, path: Path, lock: filelock.BaseFileLock) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def create(cls, path: Path, request: dict[str, Any]) -> Self:
        """Begin a film in a new folder.

        Raises
        ------
        CheckpointError
            If there is a film in it already.
        """
        cls.check_free(path)
        create_folder(path)
        folder = cls(path, _lock(path))
        for name in ("source", "painted", "anchors", "ahead"):
            create_folder(path / name)
        folder._write_json(FILE, {"version": VERSION, **request})
        return folder

    @staticmethod
    def check_free(path: Path) -> None:
        """Refuse a folder in which there is a film already.

        Raises
        ------
        CheckpointError
            If there is.
        """
        if (path / FILE).exists():
            raise CheckpointError(
                f"{quote(path)} holds a film that is not finished; go on with it (brushwork resume "
                f"{path}), or remove the folder."
            )

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the folder of a film that was stopped.

        Raises
        ------
        CheckpointError
            If there is none, or another process paints in it.
        """
        if not (path / FILE).is_file():
            raise CheckpointError(f"{quote(path)} holds no film; name the folder of one.")
        return cls(path, _lock(path))

    @classmethod
    def look(cls, path: Path) -> Self:
        """Look into the folder of a film, which another may be painting in; nothing is written."""
        return cls(path, filelock.FileLock(path / LOCK))

    def read_request(self) -> dict[str, Any]:
        """Give what the film was begun with.

        Raises
        ------
        CheckpointError
            If it is damaged, or of another version.
        """
        try:
            request: dict[str, Any] = json.loads((self.path / FILE).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise CheckpointError(f"{quote(self.path / FILE)} is damaged ({error}).") from error
        if request.pop("version", None) != VERSION:
            raise CheckpointError(
                f"{quote(self.path)} is of another version of brushwork; finish it with that one."
            )
        return request

    def update_request(self, **changes: Any) -> None:
        """Write down something more, such as the film of what was painted when it was stopped."""
        self._write_json(FILE, {"version": VERSION, **self.read_request(), **changes})

    def read_times(self) -> list[Fraction] | None:
        """Give the time of every frame; None as long as not all of them are read."""
        if not (self.path / TIMES).is_file():
            return None
        return [Fraction(text) for text in json.loads((self.path / TIMES).read_text("utf-8"))]

    def read_starts(self) -> list[int]:
        """Give the numbers of the frames with which the clip's shots begin."""
        starts: list[int] = json.loads((self.path / STARTS).read_text("utf-8"))
        return starts

    def write_starts(self, starts: list[int]) -> None:
        """Note with which frames the clip's shots begin, before all of it counts as read."""
        self._write_json(STARTS, starts)

    def write_times(self, times: list[Fraction]) -> None:
        """Say that every frame of the clip is read, and when each is shown."""
        self._write_json(TIMES, [str(seconds) for seconds in times])

    def find_unpainted(self, first: int = 0) -> int:
        """Give the first frame from one on that is not painted; there may be painted ones after."""
        number = first
        while self._name("painted", number).is_file():
            number += 1
        return number

    def write_source(self, number: int, pixels: Pixels) -> None:
        """Keep a frame of the clip."""
        self._write("source", number, pixels)

    def read_source(self, number: int) -> Pixels:
        """Give a frame of the clip, ``(H, W, 3)`` uint8."""
        return np.asarray(self._read("source", number), np.uint8)

    def write_painted(self, number: int, levels: Levels, anchor: Pixels) -> None:
        """Keep a painted frame, and what it needs of the clip: that first, and the last goes."""
        self._write("anchors", number, anchor)
        self._write("painted", number, levels)
        self._name("anchors", number - 1).unlink(missing_ok=True)

    def remove_painted(self, number: int) -> None:
        """Take a painted frame away, if it is there."""
        self._name("painted", number).unlink(missing_ok=True)

    def read_painted(self, number: int) -> Levels:
        """Give a painted frame, ``(H, W, 3)`` uint16."""
        return np.asarray(self._read("painted", number), np.uint16)

    def read_anchor(self, number: int) -> Pixels:
        """Give what the clip showed at each pixel of a frame when that was last painted."""
        return np.asarray(self._read("anchors", number), np.uint8)

    def read_file(self, kind: str, number: int) -> bytes:
        """Give a frame as it lies here, to be sent to who paints elsewhere.

        Raises
        ------
        CheckpointError
            If it is missing.
        """
        path = self._name(kind, number)
        try:
            return path.read_bytes()
        except OSError as error:
            raise CheckpointError(f"{quote(path)} is missing; begin the film anew.") from error

    def write_file(self, kind: str, number: int, content: bytes) -> None:
        """Keep a frame as it lay in another folder."""
        write_atomically(content, self._name(kind, number), overwrite=True)

    def has_passed(self, turn: int, number: int) -> bool:
        """Tell whether a further pass has been over a frame; the first is that which paints."""
        return self._name(_name_pass(turn), number).is_file()

    def write_passed(self, turn: int, number: int, levels: Levels) -> None:
        """Keep a frame after a further pass."""
        create_folder(self.path / _name_pass(turn))
        self._write(_name_pass(turn), number, levels)

    def read_passed(self, turn: int, number: int) -> Levels:
        """Give a frame after a pass, ``(H, W, 3)`` uint16."""
        return np.asarray(self._read(_name_pass(turn), number), np.uint16)

    def has_ahead(self, base: int) -> bool:
        """Tell whether something was painted ahead from a frame."""
        return self._name("ahead", base).is_file()

    def write_ahead(self, base: int, levels: Levels) -> None:
        """Keep what was painted ahead from a frame."""
        self._write("ahead", base, levels)

    def read_ahead(self, base: int) -> Levels:
        """Give what was painted ahead from a frame, ``(H, W, 3)`` uint16."""
        return np.asarray(self._read("ahead", base), np.uint16)

    def remove_ahead(self, first: int) -> None:
        """Take away what was painted ahead from frames before one; it has been shown by now."""
        for path in (self.path / "ahead").glob("*.png"):
            if int(path.stem) < first:
                path.unlink(missing_ok=True)

    def release(self) -> None:
        """Let other processes paint in it."""
        self._lock.release()

    def remove(self) -> None:
        """Take the folder away."""
        self.release()
        shutil.rmtree(self.path, ignore_errors=True)

    def _name(self, kind: str, number: int) -> Path:
        return self.path / kind / f"{number:06d}.png"

    def _write(self, kind: str, number: int, pixels: NDArray[Any]) -> None:
        quick = [cv2.IMWRITE_PNG_COMPRESSION, 1]
        _, content = cv2.imencode(".png", np.ascontiguousarray(pixels[..., ::-1]), quick)
        self.write_file(kind, number, content.tobytes())

    def _read(self, kind: str, number: int) -> NDArray[Any]:
        content = np.frombuffer(self.read_file(kind, number), np.uint8)
        found = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
        if found is None:
            path = self._name(kind, number)
            raise CheckpointError(f"{quote(path)} is damaged; remove it and those after it.")
        return np.asarray(found)[..., ::-1]

    def _write_json(self, name: str, content: Any) -> None:
        text = json.dumps(content, indent=1, ensure_ascii=False)
        write_atomically(text.encode(), self.path / name, overwrite=True)


def _name_pass(turn: int) -> str:
    return "painted" if turn == 1 else f"pass {turn}"


def _lock(path: Path) -> filelock.BaseFileLock:
    lock = filelock.FileLock(path / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise CheckpointError(f"another process paints the film in {quote(path)}.") from None
    except OSError as error:
        raise OutputError(f"the folder {quote(path)} cannot be written to ({error}).") from error
    return lock
