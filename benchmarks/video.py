"""How steady films are: ``python -m benchmarks.video [--size 256] [--frames 8]``.

A clip with exactly known flow: a window that pans over one built-in photo, and a patch of another
that moves across it the other way. The warping error is the root mean square difference, in levels
of 255, between a frame and the one before it moved by the true flow, over what both show.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from fractions import Fraction
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork import Stylizer, assets
from brushwork.options import Settings
from brushwork.video.clip import ClipFrame
from brushwork.video.reading import open_clip
from brushwork.video.run import FilmRequest, FrameFinished, make_film
from brushwork.video.settings import FilmOptions
from brushwork.video.writing import FilmFormat, write_film

#: Pixels that background and foreground move to the left and to the right in each frame.
PAN, ACROSS = 3, 2


def load(name: str, width: int, height: int) -> NDArray[np.uint8]:
    """Give a built-in photo at a size."""
    found = assets.find(name)
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        return np.asarray(photo.convert("RGB").resize((width, height)))


def make_clip(size: int, count: int) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.bool_]]]:
    """Make frames, and say where each shows the foreground."""
    height, side = size * 3 // 4, size // 4
    back = load("cat", size + PAN * count, height + height // 8)[:height]
    front = load("astronaut", side, side)
    frames, layers = [], []
    for number in range(count):
        frame = back[:, PAN * number : PAN * number + size].copy()
        layer = np.zeros((height, size), bool)
        left = side + ACROSS * number
        frame[side : 2 * side, left : left + side] = front
        layer[side : 2 * side, left : left + side] = True
        frames.append(frame)
        layers.append(layer)
    return frames, layers


def measure(frames: list[NDArray[np.uint8]], layers: list[NDArray[np.bool_]]) -> float:
    """Give the warping error over what two frames both show."""
    errors = []
    for number in range(1, len(frames)):
        before, now = frames[number - 1].astype(float), frames[number].astype(float)
        for shift, on_top in ((PAN, False), (-ACROSS, True)):
            # What lies at x was at x + shift.
            moved, was = np.roll(before, -shift, 1), np.roll(layers[number - 1], -shift, 1)
            seen = (layers[number] == on_top) & (was == on_top)
            seen[:, -PAN:] = seen[:, :ACROSS] = False
            errors.append(((moved - now) ** 2)[seen])
    return float(np.sqrt(np.concatenate(errors).mean()))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--style", default="great-wave")
    parser.add_argument("--keep", type=Path, help="folder for the frames, to look at")
    given = parser.parse_args()
    frames, layers = make_clip(given.size, given.frames)
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(exist_ok=True)
        clip = [ClipFrame(Fraction(n, 25), one) for n, one in enumerate(frames)]
        write_film(clip, FilmFormat(folder / "clip", overwrite=True), rate=Fraction(25))
        request = FilmRequest(
            str(folder / "clip"),
            (given.style,),
            Settings.create(None, size=given.size),
            film=FilmOptions(),
            output=folder / "film",
            folder=folder / "work",
            overwrite=True,
        )
        took = [e.seconds for e in make_film(request) if isinstance(e, FrameFinished)]
        film = [one.pixels for one in open_clip(str(folder / "film")).read_frames()]
    stylizer = Stylizer(size=given.size)
    alone = [np.asarray(stylizer.stylize(one, given.style).image) for one in frames[:4]]
    print(f"{given.frames} frames of {given.size} px, {given.style}")
    print(f"seconds: first frame {took[0]:.1f}, then {statistics.median(took[1:]):.2f} a frame")
    for name, shown in (("clip", frames), ("film", film), ("frame by frame", alone)):
        print(f"warping error, {name}: {measure(shown, layers):.2f} of 255")


if __name__ == "__main__":
    main()
