"""What is shown of a batch: one bar for all pictures, or lines of JSON; at the end, what failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from brushwork.batch import (
    BatchEvent,
    Job,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
)
from brushwork.cli.lines import print_line


class BatchBar:
    """One bar for the whole batch, with the time that is left, and a line for each failure."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(stderr=True)
        self._began = time.perf_counter()
        self._count = self._painted = self._skipped = 0
        self._failures: list[JobFailed] = []
        self._parts: dict[Job, float] = {}

    def watch(self, events: Iterator[BatchEvent]) -> int:
        """Show the events; give how many pictures failed."""
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
        hidden = self._quiet or not self._console.is_terminal
        with Progress(*columns, console=self._console, transient=True, disable=hidden) as bar:
            task = bar.add_task("looking for photos", total=None)
            try:
                for event in events:
                    self._note(event)
                    self._show(bar, task)
            finally:  # Ctrl-C, too: it is how watching ends
                bar.stop()
                self._sum_up()
        return len(self._failures)

    def _note(self, event: BatchEvent) -> None:
        if isinstance(event, JobStarted):
            self._count = event.count
            self._parts[event.job] = 0.0
        if isinstance(event, JobProgressed):
            self._parts[event.job] = event.progress
        if isinstance(event, JobFinished | JobSkipped | JobFailed):
            self._parts.pop(event.job, None)
        self._painted += isinstance(event, JobFinished)
        self._skipped += isinstance(event, JobSkipped)
        if isinstance(event, JobFailed):
            self._failures.append(event)

    def _show(self, bar: Progress, task: TaskID) -> None:
        over = self._painted + self._skipped + len(self._failures)
        done = over + sum(self._parts.values())
        bar.update(task, completed=done, total=self._count, description=self._told(over, done))

    def _told(self, over: int, done: float) -> str:
        if not self._parts:
            return f"{over} of {self._count}"
        made = done - self._skipped - len(self._failures)
        pace = (time.perf_counter() - self._began) / max(1e-9, made)
        left = timedelta(seconds=round(pace * (self._count - done)))
        names = ", ".join(job.output.name for job in self._parts)
        return f"{over + 1} of {self._count}  {names}  {left} left"

    def _sum_up(self) -> None:
        for failure in self._failures:
            self._console.print(
                f"failed: {failure.job.content}: {failure.reason}", highlight=False, soft_wrap=True
            )
        if self._quiet:
            return
        seconds = timedelta(seconds=round(time.perf_counter() - self._began))
        Console().print(
            f"{self._painted} painted, {self._skipped} were there, {len(self._failures)} failed, "
            f"{seconds}",
            highlight=False,
        )


class BatchLines:
    """``--json``: one object a line for each picture that is begun, and for what became of it."""

    def watch(self, events: Iterator[BatchEvent]) -> int:
        """Print the events; give how many pictures failed."""
        failed = 0
        for event in events:
            if not isinstance(event, JobProgressed):
                self._print(event)
            failed += isinstance(event, JobFailed)
        return failed

    def _print(self, event: JobStarted | JobFinished | JobSkipped | JobFailed) -> None:
        job = event.job
        fields = {"content": job.content, "styles": job.styles, "output": str(job.output)}
        if isinstance(event, JobStarted):
            print_line("begun", {**fields, "number": event.number, "count": event.count})
        if isinstance(event, JobFinished):
            told = {"seconds": event.seconds, "losses": event.losses}
            print_line("painted", {**fields, **told, "notes": event.notes})
        if isinstance(event, JobSkipped):
            print_line("skipped", fields)
        if isinstance(event, JobFailed):
            print_line("failed", {**fields, "reason": event.reason})
