"""Compare with an earlier version: ``python -m benchmarks.versions 8054198 [PHOTO:PAINTING ...]``.

Each pair is painted by the command line of both versions, in processes of their own and in turns,
everything included, each with a cache folder that is empty at its first picture. The table has the
median time of all turns, and the distances of `brushwork.metrics` for what was painted last, and
ends with what all pairs say together: geometric means of the ratios to the earlier version;
``--strengths`` adds both along the strength dial, which is a curve of one distance against the
other, and ``--sheet`` writes all pictures beside each other.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import PIL.Image

from benchmarks.contenders import ENVIRONMENTS, ROOT
from benchmarks.measure import run
from brushwork import images
from brushwork.metrics import Distances, Metrics
from brushwork.report.contact_sheet import Cell, draw_sheet

PAIRS = (
    "cat:great-wave",
    "cat:cafe-terrace",
    "neuschwanstein:composition-viii",
    "astronaut:church-at-auvers",
    "great-wall:ejiri",
    "great-wall:summertime",
)
PICTURES = ROOT / "benchmarks" / "results" / "versions"


@dataclass(frozen=True)
class Version:
    """One way to paint: the sources of a version, and flags."""

    name: str
    sources: Path
    flags: tuple[str, ...] = ()

    def paint(self, pair: str, size: int, output: Path, cache: Path) -> float:
        """Paint a pair; give the seconds of the whole process."""
        variables = [f"PYTHONPATH={self.sources}", f"XDG_CACHE_HOME={cache / self.name}"]
        paint = [sys.executable, "-m", "brushwork", "stylize", *pair.split(":")]
        said = ["--size", str(size), "--output", str(output), "--overwrite", "--quiet"]
        command = ["env", *variables, *paint, *said, *self.flags]
        return run(command, output.with_suffix(".log")).wall


@dataclass(frozen=True)
class Outcome:
    """What one version made of a pair."""

    seconds: float
    found: Distances
    cell: Cell


def check_out(commit: str) -> Path:
    """Give the sources of a commit in a folder of their own."""
    folder = ENVIRONMENTS / commit
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "checkout", "--quiet", commit], check=True)
    return folder / "src"


def compare(
    pair: str, versions: Sequence[Version], size: int, turns: int, cache: Path
) -> list[Outcome]:
    """Paint one pair by all versions in turns; print a row of Markdown for each."""
    metrics = Metrics(*(images.read(name).pixels for name in pair.split(":")), size)
    seconds: dict[str, list[float]] = {version.name: [] for version in versions}
    outputs = {v.name: PICTURES / f"{pair.replace(':', '-')}-{size}-{v.name}.png" for v in versions}
    for _ in range(turns):
        for version in versions:
            taken = version.paint(pair, size, outputs[version.name], cache)
            seconds[version.name].append(taken)
    outcomes = []
    first = statistics.median(seconds[versions[0].name])
    for version in versions:
        median = statistics.median(seconds[version.name])
        found = metrics(images.read(outputs[version.name]).pixels)
        print(_format_row(pair, version.name, median, first / median, found), flush=True)
        label = (
            f"{version.name}: {median:.0f} s\nstyle {found.style:.3f}, content {found.content:.3f}"
        )
        picture = PIL.Image.open(outputs[version.name]).convert("RGB")
        outcomes.append(Outcome(median, found, Cell(picture, label)))
    return outcomes


def _format_row(pair: str, name: str, seconds: float, ratio: float, found: Distances) -> str:
    figures = f"{seconds:.1f} | {ratio:.2f} | {found.style:.4f} | {found.content:.4f}"
    return f"| {pair.replace(':', ' × ')} | {name} | {figures} |"


def print_means(versions: Sequence[Version], rows: Sequence[Sequence[Outcome]]) -> None:
    """Print a row for each version but the first: what all pairs say together."""
    for number, version in enumerate(versions[1:], start=1):
        pairs = [(row[0], row[number]) for row in rows]
        faster = statistics.geometric_mean(one.seconds / other.seconds for one, other in pairs)
        style = statistics.geometric_mean(b.found.style / a.found.style for a, b in pairs)
        content = statistics.geometric_mean(b.found.content / a.found.content for a, b in pairs)
        figures = f"{faster:.2f} | × {style:.3f} | × {content:.3f}"
        print(f"| all {len(rows)} | {version.name} | | {figures} |")


def main() -> None:
    """Compare on every pair that is named."""
    parser = argparse.ArgumentParser(description="Compare this version with an earlier one.")
    parser.add_argument("commit", help="of the earlier version")
    parser.add_argument("pairs", nargs="*", default=PAIRS, metavar="PHOTO:PAINTING")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--strengths", type=float, nargs="*", default=[])
    parser.add_argument(
        "--sheet", action="store_true", help="Write all pictures beside each other."
    )
    given = parser.parse_args()
    before, now = check_out(given.commit), ROOT / "src"
    versions = [
        Version(given.commit, before),
        Version("now", now),
        Version("draft", now, ("--draft",)),
    ]
    for strength in given.strengths:
        flags = ("--strength", str(strength))
        versions += [
            Version(f"{given.commit}-{strength}", before, flags),
            Version(f"now-{strength}", now, flags),
            Version(f"draft-{strength}", now, (*flags, "--draft")),
        ]
    PICTURES.mkdir(parents=True, exist_ok=True)
    print("| pair | version | seconds | times as fast | style | content |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as cache:
        rows = [
            compare(pair, versions, given.size, given.turns, Path(cache)) for pair in given.pairs
        ]
    print_means(versions, rows)
    if given.sheet:
        cells = [[outcome.cell for outcome in row] for row in rows]
        draw_sheet(cells, side=given.size).save(PICTURES / "sheet.png")


if __name__ == "__main__":
    main()
