"""A listener to the events of a run that writes its state to the disk now and then."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brushwork.checkpoints.manifest import Snapshot
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.events import (
    CheckpointSaved,
    Event,
    Planned,
    Recovered,
    ScaleStarted,
    StepTaken,
)
from brushwork.errors import BrushworkError

#: Seconds from one save to the next.
SAVE_SECONDS = 30.0
#: A save may take this part of the time between two of them, or they come less often.
MAX_SAVE_SHARE = 0.05


@dataclass(frozen=True)
class Autosave:
    """How the state of a run is saved while it lasts.

    Attributes
    ----------
    folder
        Where; a new folder in the user's cache, and only if the run will be long, if None.
    label
        What you want to know again when it is resumed, as plain JSON.
    every
        Seconds from one save to the next; where saving is slow they come less often.
    """

    folder: Path | None = None
    label: Mapping[str, Any] = field(default_factory=dict)
    every: float = SAVE_SECONDS


def save_events(
    events: Generator[Event], checkpoint: Checkpoint, every: float, notes: list[str]
) -> Generator[Event]:
    """Pass events on, and save now and then; the checkpoint of a run that is over is removed.

    It is over when the event after `Finished` is asked for: by then the result is where it
    belongs. Whoever stops iterating before leaves a checkpoint of the last step behind.

    Parameters
    ----------
    events
        Those of a run.
    checkpoint
        Where its state goes.
    every
        Seconds from one save to the next.
    notes
        The notes of the run, to which is added what goes wrong with saving.
    """
    saver = _Saver(checkpoint, every, notes)
    try:
        for event in events:
            if isinstance(event, StepTaken):
                saver.remember(event)
            yield event
            if isinstance(event, Planned):
                yield CheckpointSaved(checkpoint.folder)
            if isinstance(event, StepTaken):
                yield from saver.save_if_due(event)
    except GeneratorExit:
        saver.save_last()
        raise
    else:
        checkpoint.remove()
    finally:
        checkpoint.release()


class _Saver:
    """Knows when to save, and what went wrong with it."""

    def __init__(self, checkpoint: Checkpoint, every: float, notes: list[str]) -> None:
        self._checkpoint = checkpoint
        self._every = every
        self._notes = notes
        self._due = time.perf_counter() + every
        self._has_failed = False
        self._latest: Callable[[], Snapshot] | None = None

    def remember(self, event: StepTaken) -> None:
        """Know how to save this step, if it is the last one."""
        self._latest = event.snapshot

    def save_if_due(self, event: StepTaken) -> Generator[Event]:
        """Save after a step, if it is time to."""
        if time.perf_counter() < self._due:
            return
        try:
            started = time.perf_counter()
            self._checkpoint.save(event.snapshot())
        except BrushworkError as error:
            yield from self._complain(error, event.scale)
        else:
            yield CheckpointSaved(self._checkpoint.folder)
        took = time.perf_counter() - started
        self._due = time.perf_counter() + max(self._every, took / MAX_SAVE_SHARE)

    def save_last(self) -> None:
        """Save where the run was left; if that fails, what was saved last has to do."""
        if self._latest is not None:
            with contextlib.suppress(BrushworkError):
                self._checkpoint.save(self._latest())

    def _complain(self, error: BrushworkError, scale: ScaleStarted) -> Generator[Event]:
        """Say once that the run goes on without being saved."""
        if not self._has_failed:
            self._has_failed = True
            complaint = f"the state of the run could not be kept: {error}"
            self._notes.append(complaint)
            yield Recovered(complaint, scale)
