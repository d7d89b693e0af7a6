"""Three ways to show a run: a progress bar, lines of JSON, nothing. They only read events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from brushwork.cli.lines import print_line
from brushwork.cli.predict import describe_plan
from brushwork.engine.events import (
    CheckpointSaved,
    Event,
    Planned,
    Recovered,
    ScaleStarted,
    StepTaken,
)
from brushwork.engine.result import Result


class Display:
    """Shows nothing: what the other ways have in common, and what ``--quiet`` is."""

    def __enter__(self) -> Self:
        """Begin to show."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the show, whatever happened."""

    def event(self, event: Event) -> None:
        """Show one event of the run."""

    def finished(self, painting: Result, path: Path) -> None:
        """Say that the picture is done and where it is."""

    def interrupted(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Say that the run was stopped and what was kept."""


class SilentDisplay(Display):
    """``--quiet``."""


class ProgressBar(Display):
    """A progress bar with losses and remaining time on stderr; the result's line on stdout."""

    def __init__(self, *, sums_up_on_stderr: bool = False) -> None:
        self._errors = Console(stderr=True)
        self._results = Console(stderr=sums_up_on_stderr)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[status]}"),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,  # a log file has no use for a moving bar
        )
        self._task = self._bar.add_task("reading pictures and weights", total=1.0, status="")

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._bar.stop()

    def event(self, event: Event) -> None:
        """Move the bar."""
        if isinstance(event, Planned) and event.plan.seconds is not None:
            self._errors.print(describe_plan(event.plan), highlight=False)
        elif isinstance(event, ScaleStarted):
            description = f"{event.width}×{event.height} (scale {event.index} of {event.count})"
            self._bar.update(self._task, description=description)
        elif isinstance(event, StepTaken):
            left = timedelta(seconds=round(event.remaining))
            losses = "  ".join(_format_losses(event.losses))
            status = f"step {event.step}/{event.steps}  {losses}  {left} left"
            self._bar.update(self._task, completed=event.progress, status=status)
        elif isinstance(event, Recovered):
            self._errors.print(f"note: {event.note}")

    def finished(self, painting: Result, path: Path) -> None:
        """Say in one line what was painted."""
        self._bar.stop()
        for note in painting.notes:
            self._errors.print(f"note: {note}", highlight=False)
        width, height = painting.image.size
        seconds = f"{painting.seconds:.0f} s"
        self._results.print(
            ", ".join([f"{path}  {width}×{height}", seconds, *_format_losses(painting.losses)]),
            highlight=False,
            soft_wrap=True,
        )

    def interrupted(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Say what was kept."""
        self._bar.stop()
        if path is None or latest is None:
            self._errors.print("stopped before the first step; nothing was written.")
            return
        size = f"{latest.scale.width}×{latest.scale.height}"
        self._errors.print(f"stopped; the best picture so far ({size}) is in {path}.")
        if folder is not None:
            self._errors.print(f"to go on: brushwork resume {folder}", soft_wrap=True)


def _format_losses(losses: Mapping[str, float]) -> list[str]:
    """Write the two losses that matter, if there are any: colours alone have none."""
    digits = {"style": 4, "content": 3}
    return [f"{name} {losses[name]:.{n}f}" for name, n in digits.items() if name in losses]


class JsonLines(Display):
    """``--json``: one object a line on stdout, each with the name of its event."""

    def event(self, event: Event) -> None:
        """Print plan, scale, step or rescue; the finish is printed once the file is written."""
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

    def finished(self, painting: Result, path: Path) -> None:
        """Print the result."""
        width, height = painting.image.size
        print_line(
            "finished",
            {
                "output": str(path),
                "width": width,
                "height": height,
                "seconds": painting.seconds,
                "losses": painting.losses,
                "options": painting.options.model_dump(),
                "notes": painting.notes,
            },
        )

    def interrupted(
        self, path: Path | None, latest: StepTaken | None, folder: Path | None = None
    ) -> None:
        """Print what was kept."""
        step = latest.step if latest else 0
        kept = {
            "output": str(path) if path else None,
            "checkpoint": str(folder) if folder else None,
        }
        print_line("interrupted", {**kept, "step": step})
