"""Compare brushwork with others: ``python -m benchmarks.stylize [PHOTO:PAINTING ...]``.

Every contender paints every pair in a process of its own, one after the other on the same machine,
after a small picture to warm up (files in the cache, kernels chosen). Each result is scored by a
judge on layers that nobody optimises, beside two anchors: the photo itself and the painting itself.
Where a contender keeps pictures on the way, the time after which it first matches brushwork in both
distances is read off.

Results go to ``benchmarks/results/stylize/``: ``results.json``, ``results.md``, and a contact sheet
a pair. A run that is there already is not repeated, so that an hour is not lost; ``--again`` does.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks.contenders import CONTENDERS, ROOT, Job, install
from benchmarks.measure import run
from benchmarks.report import contact_sheet, markdown
from benchmarks.scores import Scorer
from brushwork import assets

PAIRS = ("cat:great-wave", "neuschwanstein:composition-viii", "astronaut:church-at-auvers")
RESULTS = ROOT / "benchmarks" / "results" / "stylize"
#: The warm-up: large enough for the deepest layer, small enough to be quick.
WARM_UP_SIZE, WARM_UP_STEPS = 64, 2


def result(name: str, job: Job, folder: Path) -> dict[str, Any]:
    """Warm up, paint once, and write down what it took; one run is one file."""
    install(name)
    contender = CONTENDERS[name]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        small = replace(
            job,
            size=WARM_UP_SIZE,
            steps=WARM_UP_STEPS,
            output=Path(scratch) / "small.png",
            record=Path(scratch) / "record",
        )
        run(contender.command(small), folder / "warm-up.log")
    shutil.rmtree(job.record, ignore_errors=True)
    measured = run(contender.command(job), folder / "run.log")
    steps = sorted(job.record.glob("*.png")) if contender.recorded else []
    return {
        "wall": measured.wall,
        "cpu": measured.cpu,
        "peak": measured.peak,
        "steps": {int(kept.stem): kept.stat().st_mtime - measured.began for kept in steps},
    }


def compare(pair: str, names: list[str], size: int, again: bool, steps: int | None) -> None:
    """Let every contender paint one pair, then score what all of them have painted."""
    photo, painting = (_picture(name) for name in pair.split(":"))
    folder = RESULTS / f"{pair.replace(':', '-')}-{size}"
    for name in names:
        home = folder / name
        job = Job(photo, painting, size, home / "picture.png", home / "steps", steps)
        known = home / "result.json"
        if again or not known.exists():
            print(f"{pair}: {name} …", flush=True)
            known.unlink(missing_ok=True)
            known.write_text(json.dumps(result(name, job, home), indent=1), encoding="utf-8")
    scored = _scored(folder, photo, painting, size)
    (folder / "results.json").write_text(json.dumps(scored, indent=1), encoding="utf-8")
    (folder / "results.md").write_text(markdown(pair, size, scored), encoding="utf-8")
    contact_sheet(photo, painting, folder, scored).save(folder / "sheet.png")
    print(markdown(pair, size, scored), flush=True)


def _scored(folder: Path, photo: Path, painting: Path, size: int) -> dict[str, Any]:
    """Score the anchors and every contender that has painted, picture by picture."""
    scorer = Scorer(photo, painting, size)
    rows: dict[str, Any] = {
        "output = photo": {"score": asdict(scorer(photo))},
        "output = painting": {"score": asdict(scorer(painting))},
    }
    for name in CONTENDERS:
        known = folder / name / "result.json"
        if not known.exists():
            continue
        row = json.loads(known.read_text(encoding="utf-8"))
        kept = sorted((folder / name / "steps").glob("*.png"))
        row["score"] = asdict(scorer(folder / name / "picture.png"))
        row["recorded"] = [
            {
                "step": int(picture.stem),
                "wall": row["steps"][str(int(picture.stem))],
                "score": asdict(scorer(picture)),
            }
            for picture in kept
            if int(picture.stem)
        ]
        rows[name] = row
    return rows


def _picture(name: str) -> Path:
    found = assets.find(name)
    return found.path if found else Path(name)


def main() -> None:
    """Compare on every pair that is named."""
    parser = argparse.ArgumentParser(description="Compare brushwork with other programs.")
    parser.add_argument("pairs", nargs="*", default=PAIRS, metavar="PHOTO:PAINTING")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--steps", type=int, help="Steps of those that can be told, for a trial.")
    parser.add_argument("--again", action="store_true", help="Repeat runs that are there already.")
    arguments = parser.parse_args()
    for pair in arguments.pairs:
        compare(pair, arguments.contenders, arguments.size, arguments.again, arguments.steps)


if __name__ == "__main__":
    main()
