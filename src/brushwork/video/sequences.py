"""Pictures that are frames: a folder of them, or a numbered sequence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from brushwork import images
from brushwork.errors import VideoError
from brushwork.system.files import quote
from brushwork.system.memory import measure_resident
from brushwork.video.clip import Clip, ClipFrame, ClipInfo, Pixels

#: The place of the number in the name of a frame, as ffmpeg and others write it: ``%05d``.
NUMBER = re.compile(r"%(?:0(\d+))?d")
#: Bytes a pixel that are held while a large picture is read and made smaller, at most.
PIXEL_BYTES = 17


def find_sequence(path: Path) -> list[Path] | None:
    """List the pictures of a folder or a numbered sequence in their order; None for a plain file.

    Raises
    ------
    VideoError
        If there are none.
    """
    if path.is_dir():
        found = [one for one in path.iterdir() if _is_picture(one)]
        where = f"the folder {quote(path)}"
    elif NUMBER.search(path.name) and not path.is_file():
        found = _list_numbered(path)
        where = f"no number fits {quote(path)}: the sequence"
    else:
        return None
    if not found:
        raise VideoError(f"{where} has no pictures; give one whose pictures are the frames.")
    return sorted(found, key=_order)


def name_frame(pattern: Path, number: int) -> Path:
    """Give the file of a frame of a sequence."""
    return pattern.with_name(NUMBER.sub(lambda found: _write_number(found, number), pattern.name))


def is_pattern(path: Path) -> bool:
    """Tell a name with a place for the number of a frame."""
    return NUMBER.search(path.name) is not None


class Sequence(Clip):
    """Pictures one after the other at a fixed rate.

    Parameters
    ----------
    path
        The folder, or the pattern of their names.
    files
        The pictures in their order.
    rate
        Frames a second.
    long_side
        What is enough of large ones, as for `brushwork.images.read`; all of each if None.
    """

    def __init__(
        self, path: Path, files: list[Path], rate: Fraction, long_side: int | None = None
    ) -> None:
        self.path = path
        self.notes = []
        self._files = files
        self._long_side = long_side
        size = images.read(files[0], long_side=long_side).size
        self.memory = measure_resident() + PIXEL_BYTES * size[0] * size[1]
        stem = path.parent.name if is_pattern(path) else path.name
        self.info = ClipInfo(stem or "frames", size, rate, float(len(files) / rate))

    def read_frames(self, start: Fraction = Fraction(0)) -> Iterator[ClipFrame]:
        """Read one picture after the other, from a time on.

        Raises
        ------
        VideoError
            If one has another size than the first.
        """
        first = math.ceil(start * self.info.rate)
        for number, file in enumerate(self._files[first:], start=first):
            yield ClipFrame(number / self.info.rate, self._read(file))

    def _read(self, file: Path) -> Pixels:
        found = images.read(file, long_side=self._long_side)
        if found.size != self.info.size:
            height, width = self.info.size
            raise VideoError(
                f"{quote(file)} is {found.size[1]}×{found.size[0]}, but the first frame is "
                f"{width}×{height}; all frames need one size."
            )
        return np.asarray(images.to_pil(found.pixels, None))


def _is_picture(path: Path) -> bool:
    """Tell a picture; what is hidden is none, such as what a Mac leaves beside each."""
    return path.suffix.lower() in images.EXTENSIONS and not path.name.startswith(".")


def _list_numbered(pattern: Path) -> list[Path]:
    """List the files whose number is written as the pattern says."""
    place = NUMBER.search(pattern.name)
    assert place is not None
    before, after = pattern.name[: place.start()], pattern.name[place.end() :]
    fits = re.compile(re.escape(before) + r"(\d+)" + re.escape(after))
    folder = pattern.parent
    if not folder.is_dir():
        return []
    return [
        one
        for one in folder.iterdir()
        if (match := fits.fullmatch(one.name)) and _write_number(place, int(match[1])) == match[1]
    ]


def _write_number(place: re.Match[str], number: int) -> str:
    return str(number).zfill(int(place[1] or 0))


def _order(path: Path) -> list[tuple[int, str]]:
    """Sort numbers in names by their value: frame 10 comes after frame 9."""
    parts = re.split(r"(\d+)", path.name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
