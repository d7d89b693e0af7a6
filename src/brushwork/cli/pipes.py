"""``-``: a photo from standard input, a picture to standard output."""

from __future__ import annotations

import sys
from pathlib import Path

import PIL.Image

from brushwork import images
from brushwork.cli.output import PIPE, Output
from brushwork.errors import OutputError

#: A photo is not longer than this; what never ends is none.
MAX_BYTES = 2**30


def read_content(name: str) -> images.Image:
    """Read a photo by its name, or from standard input.

    Raises
    ------
    PictureError
        If it cannot be read.
    """
    if name != PIPE:
        return images.read(name)
    return images.read_bytes(sys.stdin.buffer.read(MAX_BYTES), "standard input", "-")


def check_pipe(output: Output) -> None:
    """Refuse what cannot stand beside a picture on standard output.

    Raises
    ------
    OutputError
        If lines of JSON, or a recipe beside the picture, are asked for as well.
    """
    if is_pipe(output.output) and (output.json or output.sidecar):
        raise OutputError(
            "standard output takes the picture alone; leave --json and --sidecar out, or name a "
            "file (--output)."
        )


def is_pipe(path: Path | None) -> bool:
    """Tell whether a picture goes to standard output."""
    return path == Path(PIPE)


def show_path(path: Path) -> Path:
    """Call standard output as it is called on the command line."""
    return Path("-") if is_pipe(path) else path


def write_pipe(image: PIL.Image.Image | images.Levels, text: str | None) -> None:
    """Write a picture to standard output, as PNG."""
    sys.stdout.buffer.write(images.encode(image, Path("picture.png"), text))
    sys.stdout.buffer.flush()
