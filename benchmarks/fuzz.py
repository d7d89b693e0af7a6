"""Spoil files at random, and count what the readers make of them.

``python -m benchmarks.fuzz [20000]`` spoils so many files of each kind: the pictures of the corpus,
pictures with recipes, and a checkpoint. A reader may give what it found or refuse it with an error
of brushwork's; any other error is printed with the seed that leads to it, and the exit code is 1.
"""

from __future__ import annotations

import itertools
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

import brushwork
from brushwork import images
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import StepTaken
from brushwork.errors import BrushworkError
from tests.corpus import cases
from tests.spoiling import spoilt

#: A kind, the file, and what reads it.
Kind = tuple[str, Path, bytes, Callable[[Path], object]]

#: What may come of a spoilt file; some changes undo each other.
FINE = ("read", "refused", "unchanged")


def read(path: Path) -> None:
    """Read a picture, and see that it is one."""
    found = images.read(path)
    planes = [found.pixels, *([] if found.alpha is None else [found.alpha])]
    for plane in planes:
        if not bool(torch.isfinite(plane).all()) or plane.min() < 0 or plane.max() > 1:
            raise AssertionError("its numbers are not between 0 and 1")


def resumed(path: Path) -> None:
    """Open a checkpoint, and read the state in it."""
    with_state = Checkpoint.open(path.parent)
    try:
        with_state.snapshot(torch.device("cpu"))
    finally:
        with_state.release()


def pictures(folder: Path) -> list[Kind]:
    """Give the pictures of the corpus."""
    return [
        (f"picture {Path(case.name).suffix[1:]}", folder / "picture", case.content, read)
        for case in cases()
        if case.expected is not None and len(case.content) < 10**6
    ]


def recipes(folder: Path) -> list[Kind]:
    """Give a result in every format that carries its recipe."""
    result = brushwork.stylize("cat", "ejiri", size=48, effort=0.25)
    found = []
    for name in ("a.png", "a.jpg", "a.webp", "a.tiff"):
        result.save(folder / name)
        content = (folder / name).read_bytes()
        found.append((f"recipe {name[2:]}", folder / name, content, brushwork.read_recipe))
    assert result.recipe is not None
    text = result.recipe.to_json().encode()
    return [*found, ("recipe json", folder / "a.json", text, brushwork.read_recipe)]


def checkpoints(folder: Path) -> list[Kind]:
    """Give every file of a checkpoint."""
    kept = folder / "kept"
    events = brushwork.iter_stylize("cat", "ejiri", size=48, checkpoint=Autosave(kept, every=0))
    for event in itertools.islice((e for e in events if isinstance(e, StepTaken)), 8):
        del event
    events.close()
    files = [path for path in kept.iterdir() if path.name != "lock"]
    return [(f"checkpoint {p.suffix[1:]}", p, p.read_bytes(), resumed) for p in files]


def tried(kinds: list[Kind], count: int) -> Iterator[tuple[str, str]]:
    """Spoil the files in turns; give each kind, and what came of it."""
    for seed, (kind, path, content, reader) in enumerate(
        itertools.islice(itertools.cycle(kinds), count)
    ):
        made = spoilt(content, seed)
        path.write_bytes(made)
        try:
            reader(path)
            outcome = "unchanged" if made == content else "read"
        except BrushworkError:
            outcome = "refused"
        except Exception as error:
            outcome = f"{type(error).__name__}: {error} (seed {seed})"
        path.write_bytes(content)
        yield kind, outcome


def main(count: int) -> int:
    """Print the counts."""
    folder = Path(tempfile.mkdtemp())
    bad = 0
    for make in (pictures, recipes, checkpoints):
        counts = Counter(tried(make(folder), count))
        for kind in sorted({kind for kind, _ in counts}):
            told = "  ".join(f"{counts[kind, word]:7} {word}" for word in FINE)
            print(f"{kind:24} {told}")
        for (kind, outcome), times in counts.items():
            if outcome not in FINE:
                bad += times
                print(f"{kind:24} {times:7} × {outcome}")
    shutil.rmtree(folder)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
