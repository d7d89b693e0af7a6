"""Read a folder of real files, and see what comes of each.

``python -m benchmarks.corpus FOLDER [--seconds 30] [--megabytes 2000]`` reads every file below the
folder in a process of its own, which may take so long and so much memory. What libvips reads too is
compared with it. Printed are the counts, the sentences by which files were refused, and by name
those that differ, are slow, or end in anything but an image or a sentence; then the exit code is 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from brushwork import images
from brushwork.errors import BrushworkError

#: What may come of a file without anything being wrong.
FINE = ("read", "same", "refused")
#: Mean difference in [0, 1] of visible pixels from which on an image is another one.
DIFFERENT = 0.02
#: Seconds of the processor from which on a file is slow.
SLOW = 3.0


@dataclass(frozen=True)
class Outcome:
    """What came of a file: a word of `FINE` or a fault, and more about it."""

    word: str
    detail: str = ""
    seconds: float = 0.0


def read_file(path: Path) -> Outcome:
    """Read one file, and compare it with what libvips makes of it."""
    started = time.process_time()
    try:
        found = images.read(path)
    except BrushworkError as error:
        return Outcome("refused", _shorten(str(error), path), time.process_time() - started)
    except Exception as error:
        return Outcome("failed", f"{type(error).__name__}: {error}")
    seconds = time.process_time() - started
    planes = [found.pixels, *([] if found.alpha is None else [found.alpha])]
    if not all(bool(((plane >= 0) & (plane <= 1)).all()) for plane in planes):
        return Outcome("failed", "its numbers are not in [0, 1]", seconds)
    other = None if _has_gamma(path) else _read_by_vips(path)
    if other is None:
        return Outcome("read", seconds=seconds)
    difference = _compare(found, other)
    if difference is not None:
        return Outcome("differs", "; ".join((difference, *found.notes)), seconds)
    return Outcome("same", seconds=seconds)


def _shorten(message: str, path: Path) -> str:
    """Leave the sentence: without the name, and with one sign for every number."""
    first = re.split(r"[;.] ", message.replace(repr(str(path)), "FILE"))[0]
    return re.sub(r"\d+", "#", first)


def _has_gamma(path: Path) -> bool:
    """Tell a PNG that says what its numbers mean by chunks that libvips passes over."""
    with path.open("rb") as file:
        start = file.read(4096)
    return start.startswith(b"\x89PNG") and (b"gAMA" in start or b"cICP" in start)


def _read_by_vips(path: Path) -> NDArray[np.float64] | None:
    """Give (H, W, 4) in [0, 1] of what libvips reads, or None."""
    import pyvips

    try:
        image = pyvips.Image.new_from_file(str(path)).autorot()
        if image.get_typeof("icc-profile-data"):
            image = image.icc_transform(
                "srgb", embedded=True, intent="relative", black_point_compensation=True
            )
        image = image.colourspace("srgb")
        levels = (image if image.hasalpha() else image.bandjoin(255)).numpy()
    except pyvips.Error:
        return None
    return np.asarray(levels[..., :4] / 255.0) if levels.shape[2] == 4 else None


def _compare(found: images.Image, other: NDArray[np.float64]) -> str | None:
    """Say how two images differ, or nothing."""
    if other.shape[:2] != found.size:
        return f"{found.size[1]}x{found.size[0]}, by libvips {other.shape[1]}x{other.shape[0]}"
    colour = found.pixels[0].permute(1, 2, 0).numpy()
    alpha = np.ones(found.size) if found.alpha is None else found.alpha[0, 0].numpy()
    clear = float(np.abs(alpha - other[..., 3]).mean())
    visible = np.minimum(alpha, other[..., 3])[..., None]
    weight = max(float(visible.sum()), 1e-6)
    far = float((visible * np.abs(colour - other[..., :3])).sum() / weight / 3)
    if max(clear, far) < DIFFERENT:
        return None
    return f"colour by {far:.3f}, alpha by {clear:.3f}"


def _work(path: Path, megabytes: int, answers: Connection) -> None:
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = held + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    answers.send(read_file(path))


def try_file(path: Path, seconds: float, megabytes: int) -> Outcome:
    """Read one file in a process of its own."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(path, megabytes, theirs))
    process.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return Outcome("hangs", f"for {seconds:g} seconds")
        return ours.recv()  # type: ignore[no-any-return]
    except EOFError:
        process.join()
        return Outcome("died", f"exit code {process.exitcode}")
    finally:
        process.kill()
        process.join()


def list_files(folder: Path) -> Iterator[Path]:
    """Give all files below a folder in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def format_table(folder: Path, outcomes: dict[Path, Outcome]) -> str:
    """Write the table."""
    counts = Counter(outcome.word for outcome in outcomes.values())
    lines = [f"{count:6} {word}" for word, count in counts.most_common()]
    by_sentence: dict[str, list[Path]] = defaultdict(list)
    for path, outcome in outcomes.items():
        if outcome.word == "refused":
            by_sentence[outcome.detail].append(path)
    lines.append("\nrefused")
    for sentence, paths in sorted(by_sentence.items(), key=lambda item: -len(item[1])):
        lines.append(f"{len(paths):6} {sentence} ({paths[0].relative_to(folder)})")
    for word in sorted(counts.keys() - set(FINE)):
        lines.append(f"\n{word}")
        lines += [
            f"       {path.relative_to(folder)}: {outcome.detail}"
            for path, outcome in outcomes.items()
            if outcome.word == word
        ]
    slow = [(path, one.seconds) for path, one in outcomes.items() if one.seconds > SLOW]
    lines += ["\nslow"] if slow else []
    lines += [f"{seconds:6.1f} {path.relative_to(folder)}" for path, seconds in slow]
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--megabytes", type=int, default=2000)
    given = parser.parse_args()
    torch.set_num_threads(1)  # a forked process has no others
    outcomes = {
        path: try_file(path, given.seconds, given.megabytes) for path in list_files(given.folder)
    }
    print(format_table(given.folder, outcomes))
    return 0 if all(outcome.word in FINE for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
