"""What is shown of a run or a batch: a bar, lines of JSON, nothing. Displays only read events."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
)

from brushwork.batch import (
    BatchEvent,
    FileLeftOut,
    Job,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
)
from brushwork.batch.jobs import explain_left_out
from brushwork.cli._console import make_console
from brushwork.cli._flags import Output, is_stdout
from brushwork.engine.events import (
    CheckpointSaved,
    Event,
    Planned,
    Recovered,
    ScaleStarted,
    StepTaken,
)
from brushwork.engine.result import Result
from brushwork.planning.plan import Plan
from brushwork.system.memory import format_bytes

#: Why a file of a folder is left out.


class Display:
    """Shows nothing of a run: what the other displays have in common, and ``--quiet``."""

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the show, whatever happened."""

    def show(self, event: Event) -> None:
        """Show one event of the run."""

    def finish(self, result: Result, path: Path) -> None:
        """Say that the result is written, and where it is."""

    def interrupt(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Say that the run was stopped, and what was written."""


class ProgressBar(Display):
    """A progress bar with losses and remaining time on stderr; the result's line on stdout."""

    def __init__(self, *, sums_up_on_stderr: bool = False) -> None:
        self._errors = make_console(stderr=True)
        self._results = make_console(stderr=sums_up_on_stderr)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[status]}", markup=False),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,  # a log file has no use for a moving bar
        )
        self._task = self._bar.add_task("reading pictures and weights", total=1.0, status="")

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def show(self, event: Event) -> None:
        """Move the bar."""
        if isinstance(event, Planned) and event.plan.seconds is not None:
            self._errors.print(describe_plan(event.plan))
        elif isinstance(event, ScaleStarted):
            description = f"{event.width}×{event.height} ({event.index} of {event.count})"
            self._bar.update(self._task, description=description)
        elif isinstance(event, StepTaken):
            left = timedelta(seconds=round(event.remaining))
            losses = "  ".join(_format_losses(event.losses))
            status = f"step {event.step}/{event.steps}  {losses}  {left} left"
            self._bar.update(self._task, completed=event.progress, status=status)
        elif isinstance(event, Recovered):
            self._errors.print(f"note: {event.note}")

    def finish(self, result: Result, path: Path) -> None:
        """Say in one line what was made."""
        self._bar.stop()
        for note in result.notes:
            self._errors.print(f"note: {note}")
        width, height = result.image.size
        seconds = f"{result.seconds:.0f} s"
        self._results.print(
            ", ".join([f"{path}  {width}×{height}", seconds, *_format_losses(result.losses)]),
            soft_wrap=True,
        )

    def interrupt(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Say what was written, and how to go on."""
        self._bar.stop()
        if path is None or latest is None:
            self._errors.print("stopped before the first step; nothing was written.")
            return
        size = f"{latest.scale.width}×{latest.scale.height}"
        self._errors.print(f"stopped; the best picture so far ({size}) is in {path}.")
        if folder is not None:
            self._errors.print(f"to go on: brushwork resume {folder}", soft_wrap=True)


class JsonLines(Display):
    """``--json``: one object a line on stdout, each with the name of its event."""

    def show(self, event: Event) -> None:
        """Print a plan, scale, step, checkpoint or recovery; `finish` prints the result."""
        if isinstance(event, Planned):
            plan = event.plan
            print_line("planned", {"memory": plan.memory, "seconds": plan.seconds})
        elif isinstance(event, ScaleStarted):
            print_line("scale_started", vars(event))
        elif isinstance(event, StepTaken):
            hidden = ("preview", "snapshot")
            fields = {name: value for name, value in vars(event).items() if name not in hidden}
            print_line("step", {**fields, "scale": event.scale.index})
        elif isinstance(event, CheckpointSaved):
            print_line("kept", {"checkpoint": str(event.folder)})
        elif isinstance(event, Recovered):
            print_line("rescued", {"scale": event.scale.index, "note": event.note})

    def finish(self, result: Result, path: Path) -> None:
        """Print the result."""
        width, height = result.image.size
        print_line(
            "finished",
            {
                "output": str(path),
                "width": width,
                "height": height,
                "seconds": result.seconds,
                "losses": result.losses,
                "options": _list_options(result),
                "notes": result.notes,
            },
        )

    def interrupt(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Print what was written."""
        written = {
            "output": str(path) if path else None,
            "checkpoint": str(folder) if folder else None,
        }
        print_line("interrupted", {**written, "step": latest.step if latest else 0})


def make_display(output: Output) -> Display:
    """Choose what shows a run."""
    if output.json:
        return JsonLines()
    if output.quiet:
        return Display()
    return ProgressBar(sums_up_on_stderr=is_stdout(output.output))


class BatchBar:
    """One bar for the whole batch, with the time that is left, and a line for each failure."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = make_console(stderr=True)
        self._start = time.perf_counter()
        self._count = self._finished = self._skipped = 0
        self._failures: list[JobFailed] = []
        self._left_out: list[str] = []
        self._running: dict[Job, float] = {}

    def show(self, events: Iterator[BatchEvent]) -> int:
        """Show the events; give how many jobs failed."""
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
        )
        hidden = self._quiet or not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=hidden) as bar:
            task = bar.add_task("looking for photos", total=None)
            try:
                for event in events:
                    self._count_event(event)
                    self._update(bar, task)
            finally:  # Ctrl-C, too: it is how watching ends
                bar.stop()
                self._sum_up()
        return len(self._failures)

    def _count_event(self, event: BatchEvent) -> None:
        if isinstance(event, JobStarted):
            self._count = event.count
            self._running[event.job] = 0.0
        if isinstance(event, JobProgressed):
            self._running[event.job] = event.progress
        if isinstance(event, JobFinished | JobSkipped | JobFailed):
            self._running.pop(event.job, None)
        self._finished += isinstance(event, JobFinished)
        self._skipped += isinstance(event, JobSkipped)
        if isinstance(event, JobFailed):
            self._failures.append(event)
        if isinstance(event, FileLeftOut):
            self._left_out.append(event.path)

    def _update(self, bar: Progress, task: TaskID) -> None:
        over = self._finished + self._skipped + len(self._failures)
        done = over + sum(self._running.values())
        description = self._describe(over, done)
        bar.update(task, completed=done, total=self._count, description=description)

    def _describe(self, over: int, done: float) -> str:
        if not self._running:
            return f"{over} of {self._count}"
        computed = done - self._skipped - len(self._failures)
        seconds_each = (time.perf_counter() - self._start) / max(1e-9, computed)
        left = timedelta(seconds=round(seconds_each * (self._count - done)))
        names = ", ".join(job.output.name for job in self._running)
        return f"{over + 1} of {self._count}  {names}  {left} left"

    def _sum_up(self) -> None:
        for failure in self._failures:
            self._console.print(f"failed: {failure.job.content}: {failure.reason}", soft_wrap=True)
        if self._quiet:
            return
        for path in self._left_out:
            self._console.print(f"left out: {path}: {explain_left_out(path)}", soft_wrap=True)
        seconds = timedelta(seconds=round(time.perf_counter() - self._start))
        make_console().print(
            f"{self._finished} painted, {self._skipped} were there, {len(self._failures)} failed, "
            f"{seconds}{f', {len(self._left_out)} left out' if self._left_out else ''}",
        )


class BatchLines:
    """``--json``: one object a line for each job that is started, and for what became of it."""

    def show(self, events: Iterator[BatchEvent]) -> int:
        """Print the events; give how many jobs failed."""
        failed = 0
        for event in events:
            if not isinstance(event, JobProgressed):
                self._print(event)
            failed += isinstance(event, JobFailed)
        return failed

    def _print(
        self, event: JobStarted | JobFinished | JobSkipped | JobFailed | FileLeftOut
    ) -> None:
        if isinstance(event, FileLeftOut):
            print_line("left_out", {"content": event.path, "reason": explain_left_out(event.path)})
            return
        job = event.job
        fields = {"content": job.content, "styles": job.styles, "output": str(job.output)}
        if isinstance(event, JobStarted):
            print_line("begun", {**fields, "number": event.number, "count": event.count})
        if isinstance(event, JobFinished):
            measured = {"seconds": event.seconds, "losses": event.losses}
            print_line("painted", {**fields, **measured, "notes": event.notes})
        if isinstance(event, JobSkipped):
            print_line("skipped", fields)
        if isinstance(event, JobFailed):
            print_line("failed", {**fields, "reason": event.reason})


def describe_plan(plan: Plan) -> str:
    """Say time and memory in one line."""
    scale = plan.stages[-1].scale
    took = "" if plan.seconds is None else f"about {timedelta(seconds=round(plan.seconds))} and "
    memory = f"{format_bytes(plan.memory)} of memory (allowed: {format_bytes(plan.budget)})"
    return f"{scale.width}×{scale.height} will take {took}{memory}."


def print_line(name: str, fields: Mapping[str, object]) -> None:
    """Print one event as a line of JSON with its name."""
    try:
        sys.stdout.write(json.dumps({"event": name, **fields}) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the lines has gone; the result is wanted all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _list_options(result: Result) -> dict[str, Any]:
    """Give every option of a run, and its sources by name."""
    return result.options.model_dump() if result.recipe is None else result.recipe.options


def _format_losses(losses: Mapping[str, float]) -> list[str]:
    """Write the two losses that matter, if there are any: colours alone have none."""
    digits = {"style": 4, "content": 3}
    return [f"{name} {losses[name]:.{n}f}" for name, n in digits.items() if name in losses]
