"""Run a batch for a command: one bar for all pictures, and at the end what failed."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from brushwork.batch import (
    BatchEvent,
    Begun,
    Failed,
    Job,
    Painted,
    Skipped,
    Stepped,
    jobs_in,
    jobs_of,
    paint_all,
)
from brushwork.cli import pipes
from brushwork.cli.lines import line
from brushwork.errors import OptionError, OutputError
from brushwork.events import StepTaken
from brushwork.files import make_folder
from brushwork.options import Options

#: Some pictures could not be painted; all others are there.
INCOMPLETE = 1


@dataclass(frozen=True)
class Batch:
    """What was asked for on the command line."""

    photos: tuple[str, ...]
    styles: tuple[str, ...]
    manifest: Path | None
    folder: Path
    extension: str
    overwrite: bool
    json: bool
    quiet: bool


def run_batch(batch: Batch, options: Options) -> None:
    """Paint everything; exit with 1 if a picture failed."""
    if pipes.goes_out(batch.folder):
        raise OutputError("a batch makes several pictures; name a folder for them (--output).")
    jobs = _jobs(batch, options)
    make_folder(batch.folder)
    show = _Lines() if batch.json else _Bar(len(jobs), quiet=batch.quiet)
    failed = show.watched(paint_all(jobs, overwrite=batch.overwrite))
    if failed:
        sys.exit(INCOMPLETE)


def _jobs(batch: Batch, options: Options) -> list[Job]:
    if batch.manifest is None:
        return jobs_of(batch.photos, batch.styles, options, batch.folder, batch.extension)
    if batch.photos or batch.styles:
        raise OptionError("a manifest says what to paint; leave photos and --style out.")
    return jobs_in(batch.manifest, options, batch.folder, batch.extension)


class _Bar:
    """One bar for the whole batch, with the time that is left, and a line for each failure."""

    def __init__(self, count: int, *, quiet: bool) -> None:
        self._count = count
        self._quiet = quiet
        self._began = time.perf_counter()
        self._skipped = 0

    def watched(self, events: Iterator[BatchEvent]) -> int:
        """Show the events; give how many pictures failed."""
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        failures: list[Failed] = []
        hidden = self._quiet or not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
            task = bar.add_task(f"{self._count} pictures", total=float(self._count))
            done = 0
            for event in events:
                if isinstance(event, Begun):
                    done = event.number - 1
                    bar.update(task, completed=done)
                if isinstance(event, Stepped) and isinstance(event.event, StepTaken):
                    part = done + event.event.progress
                    bar.update(task, completed=part, description=self._told(event.job, done, part))
                if isinstance(event, Skipped):
                    self._skipped += 1
                if isinstance(event, Failed):
                    failures.append(event)
        self._sum_up(console, failures)
        return len(failures)

    def _told(self, job: Job, done: int, part: float) -> str:
        seconds = time.perf_counter() - self._began
        pace = seconds / max(1e-9, part - self._skipped)
        left = timedelta(seconds=round(pace * (self._count - part)))
        return f"{done + 1} of {self._count}  {job.output.name}  {left} left"

    def _sum_up(self, console: Console, failures: list[Failed]) -> None:
        for failure in failures:
            console.print(
                f"failed: {failure.job.content}: {failure.reason}", highlight=False, soft_wrap=True
            )
        if self._quiet:
            return
        painted = self._count - self._skipped - len(failures)
        seconds = timedelta(seconds=round(time.perf_counter() - self._began))
        Console().print(
            f"{painted} painted, {self._skipped} were there, {len(failures)} failed, {seconds}",
            highlight=False,
        )


class _Lines:
    """``--json``: one object a line for each picture that is begun, and for what became of it."""

    def watched(self, events: Iterator[BatchEvent]) -> int:
        """Print the events; give how many pictures failed."""
        failed = 0
        for event in events:
            if isinstance(event, Stepped):
                continue
            job = event.job
            fields = {"content": job.content, "styles": job.styles, "output": str(job.output)}
            if isinstance(event, Begun):
                line("begun", {**fields, "number": event.number, "count": event.count})
            if isinstance(event, Painted):
                painting = event.painting
                told = {"seconds": painting.seconds, "losses": painting.losses}
                line("painted", {**fields, **told, "notes": painting.notes})
            if isinstance(event, Skipped):
                line("skipped", fields)
            if isinstance(event, Failed):
                failed += 1
                line("failed", {**fields, "reason": event.reason})
        return failed
