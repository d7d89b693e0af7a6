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
from brushwork.video.clip import Clip, ClipFrame, ClipInfo, Pixels

#: The place of the number in the name of a frame, as ffmpeg and others write it: ``%05d``.
NUMBER = re.compile(r"%(?:0(\d+))?d")


def find_sequence(path: Path) -> list[Path] | None:
    """List the pictures of a folder or a numbered sequence in their order; None for a plain file.

    Raises
    ------
    VideoError
        If there are none.
    """
    if path.is_dir():
        found = [one for one in path.iterdir() if one.suffix.lower() in images.EXTENSIONS]
        where = f"the folder {quote(path)}"
    elif NUMBER.search(path.name):
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
    """Pictures one after the other at a fixed rate."""

    def __init__(self, path: Path, files: list[Path], rate: Fraction) -> None:
        self.path = path
        self.notes = []
        self._files = files
        first = self._read(files[0])
        size = (first.shape[0], first.shape[1])
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
            pixels = self._read(file)
            if pixels.shape[:2] != self.info.size:
                height, width = self.info.size
                raise VideoError(
                    f"{quote(file)} is {pixels.shape[1]}×{pixels.shape[0]}, but the first frame is "
                    f"{width}×{height}; all frames need one size."
                )
            yield ClipFrame(number / self.info.rate, pixels)

    def _read(self, file: Path) -> Pixels:
        found = images.read(file)
        return np.asarray(images.to_pil(found.pixels, None))


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
