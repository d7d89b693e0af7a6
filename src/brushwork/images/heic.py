"""HEIC photos, which a process of its own reads: damaged ones can make libheif end its process.

A studio that reads what strangers upload has to outlive that.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, BinaryIO, Literal

import PIL.Image
import PIL.ImageFile

_CHILD = Path(__file__).with_name("heic_child.py")
#: What this process imports from, the child imports from, and from nowhere else.
_START = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " runpy.run_path(sys.argv[2], run_name='__main__')"
)
_BROKE_OFF = "its decoder broke off"


def open_heic(file: BinaryIO) -> PIL.Image.Image:
    """Open a HEIC photo, which is decoded when its pixels are wanted.

    Raises
    ------
    SyntaxError
        If it cannot be opened; its decoding may raise it too.
    MemoryError
        If there is no room for it.
    """
    return _HeicImageFile(file)


class _HeicImageFile(PIL.ImageFile.ImageFile):
    format = "HEIF"
    format_description = "HEIC photo"

    def _open(self) -> None:
        assert self.fp is not None
        self._content: bytes | None = self.fp.read()
        header, _ = _ask("describe", self._content)
        self._mode, self._size = header["mode"], tuple(header["size"])
        self.n_frames: int = header["count"]
        self.info = {key: base64.b64decode(text) for key, text in header["info"].items()}
        self.tile = []

    def load(self) -> Any:
        """Decode the pixels, the first time that they are wanted."""
        if self._content is not None:
            header, pixels = _ask("decode", self._content)
            self._content = None
            self._size = tuple(header["size"])  # the description may have been wrong
            self.load_prepare()
            self.frombytes(pixels)
        return super().load()


def _ask(task: Literal["describe", "decode"], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Have a photo read in a process of its own; what goes wrong there is raised here."""
    arguments = [json.dumps(sys.path), str(_CHILD), task]
    child = subprocess.run(
        [sys.executable, "-I", "-c", _START, *arguments],
        input=content,
        capture_output=True,
        check=False,
    )
    if child.returncode != 0:
        raise SyntaxError(_BROKE_OFF)
    line, _, pixels = child.stdout.partition(b"\n")
    header = json.loads(line)
    if "error" in header:
        raise (
            MemoryError if header["error"] == MemoryError.__name__ else SyntaxError(header["error"])
        )
    return header, pixels
