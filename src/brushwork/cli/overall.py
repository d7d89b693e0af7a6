"""What is shown of a batch: one bar for all pictures, or lines of JSON; at the end, what failed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn

from brushwork.batch import BatchEvent, Begun, Failed, Job, Painted, Skipped, Stepped
from brushwork.cli.lines import line


class Bar:
    """One bar for the whole batch, with the time that is left, and a line for each failure."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = Console(stderr=True)
        self._began = time.perf_counter()
        self._count = self._painted = self._skipped = 0
        self._failures: list[Failed] = []
        self._parts: dict[Job, float] = {}

    def watched(self, events: Iterator[BatchEvent]) -> int:
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
        if isinstance(event, Begun):
            self._count = event.count
            self._parts[event.job] = 0.0
        if isinstance(event, Stepped):
            self._parts[event.job] = event.progress
        if isinstance(event, Painted | Skipped | Failed):
            self._parts.pop(event.job, None)
        self._painted += isinstance(event, Painted)
        self._skipped += isinstance(event, Skipped)
        if isinstance(event, Failed):
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


class Lines:
    """``--json``: one object a line for each picture that is begun, and for what became of it."""

    def watched(self, events: Iterator[BatchEvent]) -> int:
        """Print the events; give how many pictures failed."""
        failed = 0
        for event in events:
            if not isinstance(event, Stepped):
                self._print(event)
            failed += isinstance(event, Failed)
        return failed

    def _print(self, event: Begun | Painted | Skipped | Failed) -> None:
        job = event.job
        fields = {"content": job.content, "styles": job.styles, "output": str(job.output)}
        if isinstance(event, Begun):
            line("begun", {**fields, "number": event.number, "count": event.count})
        if isinstance(event, Painted):
            told = {"seconds": event.seconds, "losses": event.losses}
            line("painted", {**fields, **told, "notes": event.notes})
        if isinstance(event, Skipped):
            line("skipped", fields)
        if isinstance(event, Failed):
            line("failed", {**fields, "reason": event.reason})
