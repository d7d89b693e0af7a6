"""Keeping a run safe: its events pass through, and now and then its state goes to the disk."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from brushwork.checkpoints.manifest import Snapshot
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.events import (
    CheckpointSaved,
    Event,
    Finished,
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
    """How the state of a run is kept.

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


def autosave(events: Iterator[Event], checkpoint: Checkpoint, every: float) -> Iterator[Event]:
    """Pass events on, and save now and then; a run that is over is taken away.

    It is over when the event after `Finished` is asked for: by then the picture is where it
    belongs. Whoever stops iterating before leaves a checkpoint of the last step behind.
    """
    watch = _Saver(checkpoint, every)
    try:
        for event in events:
            yield watch.noted(event)
            if isinstance(event, Planned):
                yield CheckpointSaved(checkpoint.folder)
            if isinstance(event, StepTaken):
                yield from watch.passed(event)
    except GeneratorExit:
        watch.leave()
        raise
    else:
        checkpoint.remove()
    finally:
        checkpoint.release()


class _Saver:
    """Knows when to save, and what went wrong with it."""

    def __init__(self, checkpoint: Checkpoint, every: float) -> None:
        self._checkpoint = checkpoint
        self._every = every
        self._due = time.perf_counter() + every
        self._complaint = ""
        self._latest: Callable[[], Snapshot] | None = None

    def passed(self, event: StepTaken) -> Iterator[Event]:
        """Save after a step, if it is time to."""
        if time.perf_counter() < self._due:
            return
        try:
            began = time.perf_counter()
            self._checkpoint.save(event.snapshot())
        except BrushworkError as error:
            yield from self._complain(error, event.scale)
        else:
            yield CheckpointSaved(self._checkpoint.folder)
        took = time.perf_counter() - began
        self._due = time.perf_counter() + max(self._every, took / MAX_SAVE_SHARE)

    def leave(self) -> None:
        """Save where the run was left; if that fails, what was saved last has to do."""
        if self._latest is not None:
            with contextlib.suppress(BrushworkError):
                self._checkpoint.save(self._latest())

    def noted(self, event: Event) -> Event:
        """Let the painting tell what went wrong."""
        if isinstance(event, StepTaken):
            self._latest = event.snapshot
        if not isinstance(event, Finished) or not self._complaint:
            return event
        notes = (*event.result.notes, self._complaint)
        return Finished(replace(event.result, notes=notes))

    def _complain(self, error: BrushworkError, scale: ScaleStarted) -> Iterator[Event]:
        """Tell once that the run goes on without being kept."""
        if not self._complaint:
            self._complaint = f"the state of the run could not be kept: {error}"
            yield Recovered(self._complaint, scale)
