"""How steady films are: ``python -m benchmarks.video [--size 256] [--frames 8] [--passes 2]``.

A clip with exactly known flow: a window that pans over one built-in photo, and a patch of another
that moves across it the other way, both by fractions of pixels, so that the clip's own warping
error is not 0. The warping error is the root mean square difference, in levels of 255, between a
frame and the one before it moved by the true flow, over what both show. Frames by themselves are
the last four of the clip; style and content distance are means of these. What the first of several
passes left is measured, too.

``--long`` makes a film of so many frames instead, of 48 pixels unless ``--size`` is given, in which
a patch moves before a background that has nothing but noise of a deviation of ``--noise`` levels,
and says how far the background has drifted, in levels of 255, and how much memory was held.

``--seam PHOTO`` pans over a built-in photo instead, 41 frames of 192 pixels unless ``--size`` is
given, and says how plainly the last frame shows where, every ten frames, what came into view began:
the step of colour, and of the strength of its gradient, across the columns where it did, over that
across columns near by. 1 is not to be told from them; the clip has its own figure.

``--peers`` lets another program paint the clip, too, in all its ways.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

from benchmarks.film_contenders import paint_by_others
from brushwork import Stylizer, assets, images
from brushwork.metrics import Metrics
from brushwork.options import Settings
from brushwork.system import memory
from brushwork.video.clip import ClipFrame
from brushwork.video.events import FrameFinished
from brushwork.video.flow import warp
from brushwork.video.reading import open_clip
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film
from brushwork.video.settings import FilmOptions
from brushwork.video.writing import FilmFormat, write_film

#: Pixels that background and foreground move to the left and to the right in each frame.
PAN, ACROSS = 2.3, 1.6
#: Pixels at edges and at the rim that interpolation or the other layer reaches into.
RIM = 3
#: Pixels to the right in each frame of a pan for seams, how many frames it has, and how many there
#: are from seam to seam.
SEAM_PAN, SEAM_FRAMES, STRETCH = 3, 41, 10
#: Columns on each side of a seam that are compared, rows that are averaged, as a deviation, and how
#: far from a seam columns are compared with it.
SIDE, ROWS, AWAY = 2, 4.0, 14


def load(name: str, width: int, height: int) -> NDArray[np.uint8]:
    """Give a built-in photo at a size."""
    found = assets.find(name)
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        return np.asarray(photo.convert("RGB").resize((width, height)))


def shift(image: NDArray[np.float32], pixels: float) -> NDArray[np.float32]:
    """Give what lies so many pixels to the right of each pixel."""
    flow = np.zeros((*image.shape[:2], 2), np.float32)
    flow[..., 0] = pixels
    return warp(image, flow, sharp=True)


def make_clip(size: int, count: int) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.bool_]]]:
    """Make frames, and say where each shows the foreground."""
    height, side = size * 3 // 4, size // 4
    back = load("cat", size + int(PAN * count) + 8, height).astype(np.float32)
    front = np.zeros((height, size, 4), np.float32)
    front[side : 2 * side, side : 2 * side, :3] = load("astronaut", side, side)
    front[side : 2 * side, side : 2 * side, 3] = 1
    frames, layers = [], []
    for number in range(count):
        above = shift(front, -ACROSS * number)
        cover = np.clip(above[..., 3:], 0, 1)
        below = shift(back, PAN * number)[:, :size]
        frame = np.where(cover > 0.5, above[..., :3], below)
        frames.append(np.rint(np.clip(frame, 0, 255)).astype(np.uint8))
        layers.append(cover[..., 0] > 0.5)
    return frames, layers


def measure(frames: list[NDArray[np.uint8]], layers: list[NDArray[np.bool_]]) -> float:
    """Give the warping error over what two frames both show, but for the edges."""
    errors = []
    for number in range(1, len(frames)):
        before, now = (one.astype(np.float32) for one in frames[number - 1 : number + 1])
        was_front = layers[number - 1].astype(np.float32)
        for pixels, on_top in ((PAN, False), (-ACROSS, True)):
            was = shift(was_front if on_top else 1 - was_front, pixels) > 0.5
            seen = was & (layers[number] == on_top)
            inside = cv2.erode(seen.astype(np.uint8), np.ones((2 * RIM + 1,) * 2, np.uint8)) > 0
            inside[:, :RIM] = inside[:, -2 * RIM :] = False
            errors.append(((shift(before, pixels) - now) ** 2)[inside])
    return float(np.sqrt(np.concatenate(errors).mean()))


def make_metrics(frame: NDArray[np.uint8], style: str, size: int) -> Metrics:
    """Make what measures a painted frame."""
    content, painting = (images.read(one).pixels for one in (frame, style))
    return Metrics(content, painting, size)


def read_frames(folder: Path) -> list[NDArray[np.float32]]:
    """Give frames of 16 bits in levels of 255."""
    return [
        np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)[..., ::-1] / 257, np.float32)
        for path in sorted(folder.iterdir())
    ]


def measure_long(count: int, style: str, size: int, noise: float) -> None:
    """Print how far a still background drifts, and what memory is held, over many frames."""
    grain = np.random.default_rng(0)
    back = load("cat", size, size).astype(np.float32)
    part = size // 4  # what moves is a square of so many pixels
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "clip").mkdir()
        for number in range(count):
            frame = back + grain.normal(0, noise, back.shape)
            left = 4 + number % (size - part - 8)
            frame[6 : 6 + part, left : left + part] = (230, 40, 40)
            pixels = np.rint(np.clip(frame, 0, 255)).astype(np.uint8)
            PIL.Image.fromarray(pixels).save(folder / "clip" / f"{number:05d}.png")
        settings = Settings.create(None, size=size, effort=0.25)
        film = FilmOptions(keep_frames=True)
        request = FilmRequest(
            str(folder / "clip"), (style,), settings, film, folder / "film", folder / "work"
        )
        held = []
        for event in make_film(request):
            if isinstance(event, FrameFinished):
                held.append(memory.measure_resident() / 2**20)
        painted = [one[5 * size // 8 :] for one in read_frames(folder / "work" / "painted")]
    early = min(50, count // 2)
    print(f"{count} frames of {size} px, noise of {noise:g} levels, {style}")
    drift = max(np.abs(one - painted[0]).max() for one in painted)
    print(f"drift of the still background: {drift:.2f} of 255")
    print(f"memory: {held[early]:.0f} MB after {early} frames, {held[-1]:.0f} MB at the end")


def measure_steps(image: NDArray[np.float32]) -> NDArray[np.float64]:
    """Give, of each column, how much what is to its right differs from what is to its left."""
    rows = cv2.GaussianBlur(image, (1, 0), sigmaX=1e-3, sigmaY=ROWS)
    sums = np.cumsum(np.pad(rows, ((0, 0), (1, 0), (0, 0))), axis=1, dtype=np.float64)
    means = (sums[:, SIDE:] - sums[:, :-SIDE]) / SIDE
    steps = np.full(image.shape[1], np.nan)
    steps[SIDE : 1 - SIDE] = np.abs(means[:, SIDE:] - means[:, :-SIDE]).mean(axis=(0, 2))
    return steps


def compare_seams(image: NDArray[np.float32], seams: list[int]) -> float:
    """Give the largest step of five columns at a seam over the mean of others, for all seams."""
    steps = measure_steps(image)
    largest = np.full(len(steps), np.nan)
    for column in range(SIDE + 2, len(steps) - SIDE - 1):
        largest[column] = steps[column - 2 : column + 3].max()
    parts = []
    for seam in seams:
        about = np.r_[seam - AWAY : seam - 4, seam + 5 : seam + AWAY + 1]
        parts.append(largest[seam] / np.nanmean(largest[about[about < len(steps)]]))
    return float(np.mean(parts))


def measure_seams(photo: str, style: str, size: int) -> None:
    """Print how plainly seams are seen in a pan."""
    height = size * 3 // 4
    scene = load(photo, size + SEAM_PAN * SEAM_FRAMES, height)
    frames = [scene[:, SEAM_PAN * n : SEAM_PAN * n + size] for n in range(SEAM_FRAMES)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        clip = [ClipFrame(Fraction(n, 25), one) for n, one in enumerate(frames)]
        write_film(clip, FilmFormat(folder / "clip"), rate=Fraction(25))
        settings, film = Settings.create(None, size=size), FilmOptions(keep_frames=True)
        request = FilmRequest(
            str(folder / "clip"), (style,), settings, film, folder / "film", folder / "work"
        )
        for _ in make_film(request):
            pass
        last = read_frames(folder / "work" / "painted")[-1]
    gone = SEAM_PAN * (SEAM_FRAMES - 1)
    seams = [size + SEAM_PAN * n - gone for n in range(0, SEAM_FRAMES - 1, STRETCH)]
    print(f"{SEAM_FRAMES} frames of {size} px, {photo} x {style}")
    for name, image in (("clip", frames[-1].astype(np.float32)), ("film", last)):
        slopes = [np.abs(np.gradient(image, axis=axis)) for axis in (0, 1)]
        strength = np.sum(slopes, axis=0, dtype=np.float32)
        tone, texture = compare_seams(image, seams), compare_seams(strength, seams)
        print(f"seams, {name}: step of colour {tone:.2f}, of gradient {texture:.2f}")


def measure_clip(
    size: int, count: int, passes: int, style: str, keep: Path | None, peers: bool
) -> None:
    """Print how steady a film of the clip with known flow is, and how well it is painted."""
    frames, layers = make_clip(size, count)
    print(f"{count} frames of {size} px, {style}")
    with tempfile.TemporaryDirectory() as scratch:
        once, film = _paint_film(frames, size, passes, style, keep or Path(scratch))
    stylizer = Stylizer(size=size)
    alone = [np.asarray(stylizer.stylize(one, style).image) for one in frames[-4:]]
    shown = {
        "clip": (frames, layers),
        "film": (film, layers),
        "after one pass": (once, layers),
        "frame by frame": (alone, layers[-4:]),
    }
    for name, (images_shown, covers) in shown.items():
        print(f"warping error, {name}: {measure(images_shown, covers):.2f} of 255")
    metrics = [make_metrics(one, style, size) for one in frames[-4:]]
    for name, painted in (("film", film), ("after one pass", once), ("by themselves", alone)):
        print(f"last four frames, {name}: {_measure_last(metrics, painted)}")
    if peers:
        _print_peers(frames, layers, style, metrics)


def _paint_film(
    frames: list[NDArray[np.uint8]], size: int, passes: int, style: str, folder: Path
) -> tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]]:
    """Make the film, print what it took, and give its frames after one pass and after all."""
    folder.mkdir(exist_ok=True)
    clip = [ClipFrame(Fraction(n, 25), one) for n, one in enumerate(frames)]
    write_film(clip, FilmFormat(folder / "clip", overwrite=True), rate=Fraction(25))
    request = FilmRequest(
        str(folder / "clip"),
        (style,),
        Settings.create(None, size=size),
        film=FilmOptions(passes=passes, keep_frames=True),
        output=folder / "film",
        folder=folder / "work",
        overwrite=True,
    )
    events = [e for e in make_film(request) if isinstance(e, FrameFinished)]
    first, *then = [e.seconds for e in events if e.turn == 1]
    print(
        f"seconds: first frame {first:.1f}, then {statistics.median(then):.2f} a frame in the "
        f"middle, {statistics.fmean(then):.2f} on average"
    )
    if further := [e.seconds for e in events if e.turn > 1]:
        print(f"further passes: {statistics.fmean(further):.2f} a frame each")
    once = [np.rint(one).astype(np.uint8) for one in read_frames(folder / "work" / "painted")]
    return once, [one.pixels for one in open_clip(str(folder / "film")).read_frames()]


def _print_peers(
    frames: list[NDArray[np.uint8]],
    layers: list[NDArray[np.bool_]],
    style: str,
    metrics: list[Metrics],
) -> None:
    """Print the same of another program."""
    with tempfile.TemporaryDirectory() as scratch:
        for peer in paint_by_others(frames, style, Path(scratch)):
            print(
                f"{peer.name}: {peer.seconds:.2f} seconds a frame, "
                f"warping error {measure(peer.frames, layers):.2f} of 255"
            )
            if peer.same_painting:
                print(f"last four frames, {peer.name}: {_measure_last(metrics, peer.frames)}")


def _measure_last(metrics: list[Metrics], painted: list[NDArray[np.uint8]]) -> str:
    """Give the mean distances of the last frames, as many as there are metrics, as a line."""
    last = painted[-len(metrics) :]
    found = [of(images.read(one).pixels) for of, one in zip(metrics, last, strict=True)]
    style = statistics.fmean(one.style for one in found)
    content = statistics.fmean(one.content for one in found)
    return f"style {style:.4f}, content {content:.4f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, help="256, or 48 with --long, if not given")
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--passes", type=int, default=1)
    parser.add_argument("--style", default="great-wave")
    parser.add_argument("--peers", action="store_true", help="let another program paint, too")
    parser.add_argument("--keep", type=Path, help="folder for the frames, to look at")
    parser.add_argument("--long", type=int, metavar="FRAMES", help="drift and memory instead")
    parser.add_argument("--seam", metavar="PHOTO", help="a pan over a photo, and its seams instead")
    parser.add_argument("--noise", type=float, default=1.0, help="of the clip of --long, in levels")
    given = parser.parse_args()
    if given.long:
        measure_long(given.long, given.style, given.size or 48, given.noise)
        return
    if given.seam:
        measure_seams(given.seam, given.style, given.size or 192)
        return
    measure_clip(
        given.size or 256, given.frames, given.passes, given.style, given.keep, given.peers
    )


if __name__ == "__main__":
    main()
