"""The process that reads clips: ``python -m brushwork.studio.clip_reader``.

What people bring is decoded here and never in the server: a file that breaks a decoder ends this
process alone. It takes a request a line and answers each with a line, both JSON, until nobody asks
for a while, or the server is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import PIL.Image
from av.error import ArgumentError, FFmpegError

from brushwork.errors import BrushworkError, StillImageError, VideoError
from brushwork.video.clip import ClipFrame, Pixels
from brushwork.video.reading import Film
from brushwork.video.shots import is_cut

#: Seconds without a request after which it ends.
IDLE_SECONDS = 300.0
#: How much lower its priority is than the server's.
NICENESS = 2
#: Long side of a still of the sheet in pixels.
STILL_SIZE = 320
#: Stills of a sheet: at least so many, as far as there are frames; and at most.
FEWEST_STILLS, MOST_STILLS = 12, 96
#: Kinds of files that are read, as ffmpeg calls them. Playlists are none: they name other files.
KINDS = (
    *("mov", "matroska", "avi", "mpegts", "mpeg", "mpegvideo", "flv", "asf", "mxf", "gif", "apng"),
    *("h264", "hevc", "m4v", "ivf", "dv", "nut", "rm", "wtv", "yuv4mpegpipe"),
    *("ogg", "mp3", "aac", "wav", "flac"),  # sound alone has a sentence of its own
)
#: Frames of a clip; longer ones are for the command line.
MAX_FRAMES = 60_000


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do what is asked: describe a clip, or take one frame out of it.

    Parameters
    ----------
    request
        ``file`` and ``name``, as a person knows it; of a clip that is to be described ``folder``,
        where the stills go; else ``seconds`` and ``target``.

    Raises
    ------
    BrushworkError
        If that cannot be read.
    """
    file, name = Path(request["file"]), str(request["name"])
    try:
        _check_container(file, name)
        film = Film(file)
        if "folder" in request:
            return _describe(film, name, Path(request["folder"]))
        frame = film.read_frame_at(Fraction(request["seconds"]))
        PIL.Image.fromarray(frame.pixels).save(request["target"], "PNG", compress_level=1)
        return {"seconds": _floor(frame.seconds)}
    except StillImageError as error:
        raise VideoError(f"{name!r} is a still picture; add it as a photo.") from error
    except BrushworkError as error:
        # Where it lies is the studio's own business; people know what it is called.
        raise VideoError(str(error).replace(str(file), name)) from error


def _check_container(file: Path, name: str) -> None:
    """Refuse what would have ffmpeg open other files or addresses, and what says it is long."""
    allowed = {"format_whitelist": ",".join(KINDS), "protocol_whitelist": "file"}
    try:
        with av.open(str(file), options=allowed, metadata_errors="replace") as container:
            _check_count(max((one.frames for one in container.streams.video), default=0), name)
    except ArgumentError as error:
        raise VideoError(
            f"{name!r} is of no kind of film that is read here; convert it."
        ) from error
    except FFmpegError:
        pass  # whoever reads it says better what is wrong with it


def _check_count(frames: int, name: str) -> None:
    if frames > MAX_FRAMES:
        raise VideoError(
            f"{name!r} has more than {MAX_FRAMES} frames; bring a part of it, or paint it with "
            "brushwork video."
        )


def _describe(film: Film, name: str, folder: Path) -> dict[str, Any]:
    """Read a clip once: how long it is, where its cuts are, and what there is to see."""
    sheet = _Sheet()
    starts: list[Fraction] = []
    last: ClipFrame | None = None
    count = 0
    for frame in film.read_frames():
        if last is None or is_cut(last.pixels, frame.pixels):
            starts.append(frame.seconds)
            sheet.begin_shot()
        sheet.take(frame)
        last, count = frame, count + 1
        _check_count(count, name)
    if last is None:
        raise VideoError(f"not one frame of {name!r} can be decoded; bring another file.")
    end = last.seconds + 1 / film.info.rate
    stills = sheet.choose()
    for number, (_, frame) in enumerate(stills):
        image = PIL.Image.fromarray(frame.pixels)
        image.save(folder / f"{number:03}.jpg", "JPEG", quality=88)
    return {
        "width": film.info.size[1],
        "height": film.info.size[0],
        "rate": float(film.info.rate),
        "seconds": _floor(end),
        "frames": count,
        "sound": _has_sound(film.path),
        "shots": [
            {"start": _floor(start), "end": _floor(following)}
            for start, following in zip(starts, [*starts[1:], end], strict=True)
        ],
        "stills": [{"seconds": _floor(one.seconds), "shot": shot} for shot, one in stills],
        "notes": list(dict.fromkeys([*film.info.notes, *film.notes])),
    }


class _Sheet:
    """Chooses frames for a contact sheet while they go by: the first of each shot, and between.

    Nobody knows the length before the end: one frame of so many is kept, and whenever there are too
    many, every second of them goes.
    """

    def __init__(self) -> None:
        self._firsts: list[tuple[int, ClipFrame]] = []
        self._between: list[tuple[int, int, ClipFrame]] = []
        self._shot = -1
        self._count = 0
        self._every = 1
        self._begins = False

    def begin_shot(self) -> None:
        """Say that the next frame is the first of a shot."""
        self._shot += 1
        self._begins = True

    def take(self, frame: ClipFrame) -> None:
        """Look at the next frame."""
        number, self._count = self._count, self._count + 1
        if self._begins and len(self._firsts) < MOST_STILLS:
            self._firsts.append((self._shot, _shrink(frame)))
        elif number % self._every == 0:
            self._between.append((number, self._shot, _shrink(frame)))
        self._begins = False
        while len(self._between) > 4 * FEWEST_STILLS:
            self._every *= 2
            self._between = [one for one in self._between if one[0] % self._every == 0]

    def choose(self) -> list[tuple[int, ClipFrame]]:
        """Give the stills with their shots, in the order of time."""
        room = max(0, FEWEST_STILLS - len(self._firsts))
        places = np.linspace(0, len(self._between) - 1, min(room, len(self._between)))
        between = [self._between[round(place)][1:] for place in places]
        return sorted([*self._firsts, *between], key=lambda one: one[1].seconds)


def _shrink(frame: ClipFrame) -> ClipFrame:
    height, width = frame.pixels.shape[:2]
    scale = min(1.0, STILL_SIZE / max(height, width))
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    small: Pixels = np.asarray(
        cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA), np.uint8
    )
    return ClipFrame(frame.seconds, small)


def _floor(seconds: Fraction) -> float:
    """Give milliseconds that are not after a frame: from there on, that frame is the first."""
    return int(1000 * seconds) / 1000


def _has_sound(file: Path) -> bool:
    with av.open(str(file)) as container:
        return bool(container.streams.audio)


def _iter_requests() -> Iterator[dict[str, Any]]:
    """Give what is asked, until nobody asks for long; a process that idles keeps its memory."""
    while True:
        timer = threading.Timer(IDLE_SECONDS, os._exit, [0])
        timer.daemon = True
        timer.start()
        line = sys.stdin.readline()
        timer.cancel()
        if not line:
            return
        yield json.loads(line)


def main() -> None:
    """Answer until nobody asks any more."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    for request in _iter_requests():
        try:
            told = answer(request)
        except BrushworkError as error:
            told = {"error": str(error)}
        except (OSError, MemoryError) as error:
            told = {"error": f"{request['name']!r} could not be read ({error}); try again later."}
        sys.stdout.write(f"{json.dumps(told)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
