"""Keeping a run safe: its events pass through, and now and then its state goes to the disk."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import platformdirs

from brushwork.checkpoint import Checkpoint
from brushwork.errors import BrushworkError, CheckpointError
from brushwork.events import Event, Finished, Kept, Planned, Rescued, ScaleStarted, StepTaken
from brushwork.record import FILE, Run, peeked
from brushwork.snapshot import Snapshot

#: Runs that are expected to take longer than this many seconds are kept without being asked to.
LONG = 120.0
#: Seconds from one save to the next.
EVERY = 30.0
#: A save may take this part of the time between two of them, or they come less often.
SHARE = 0.05
#: What nobody has resumed for so many days is taken away.
FORGOTTEN = 30


@dataclass(frozen=True)
class Keeping:
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
    every: float = EVERY


def kept(events: Iterator[Event], checkpoint: Checkpoint, every: float) -> Iterator[Event]:
    """Pass events on, and save now and then; a run that is over is taken away.

    It is over when the event after `Finished` is asked for: by then the picture is where it
    belongs. Whoever stops iterating before leaves a checkpoint of the last step behind.
    """
    watch = _Watch(checkpoint, every)
    try:
        for event in events:
            yield watch.noted(event)
            if isinstance(event, Planned):
                yield Kept(checkpoint.folder)
            if isinstance(event, StepTaken):
                yield from watch.passed(event)
    except GeneratorExit:
        watch.leave()
        raise
    else:
        checkpoint.remove()
    finally:
        checkpoint.release()


class _Watch:
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
            yield Kept(self._checkpoint.folder)
        took = time.perf_counter() - began
        self._due = time.perf_counter() + max(self._every, took / SHARE)

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
        notes = (*event.painting.notes, self._complaint)
        return Finished(replace(event.painting, notes=notes))

    def _complain(self, error: BrushworkError, scale: ScaleStarted) -> Iterator[Event]:
        """Tell once that the run goes on without being kept."""
        if not self._complaint:
            self._complaint = f"the state of the run could not be kept: {error}"
            yield Rescued(self._complaint, scale)


def folder_in_cache() -> Path:
    """Name a new folder for a run."""
    return _cache() / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def unfinished() -> list[tuple[Path, Run]]:
    """Give every run in the user's cache that can be read, the newest first."""
    found = []
    with contextlib.suppress(OSError):
        for folder in sorted(_cache().iterdir(), reverse=True):
            with contextlib.suppress(CheckpointError):
                found.append((folder, peeked(folder)))
    return found


def newest() -> Checkpoint:
    """Open the newest run in the user's cache that nobody is painting.

    Raises
    ------
    CheckpointError
        If there is none.
    """
    reasons = []
    for folder, _ in unfinished():
        try:
            return Checkpoint.opened(folder)
        except CheckpointError as error:
            reasons.append(str(error))
    if reasons:
        raise CheckpointError(reasons[0])
    raise CheckpointError(
        "no unfinished run is kept; name the folder that was given as --checkpoint, if there was "
        f"one (runs that will take less than {LONG / 60:.0f} minutes are not kept by themselves)."
    )


def tidy() -> None:
    """Take away what was left in the cache for a month."""
    with contextlib.suppress(OSError):
        for folder in _cache().iterdir():
            file = folder / FILE
            # A run that was killed before its first save has left a folder without the file.
            touched = file if file.is_file() else folder
            if time.time() - touched.stat().st_mtime > FORGOTTEN * 86_400:
                shutil.rmtree(folder, ignore_errors=True)


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("brushwork")) / "checkpoints"
