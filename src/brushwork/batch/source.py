"""Where the jobs of a batch come from: a list, or folders into which photos still come."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from brushwork.batch.jobs import Job, jobs_of, photos_in
from brushwork.errors import OptionError
from brushwork.options import Options

#: What tells that a file is the one that was seen before: its path, size and time of change.
_Mark = tuple[str, int, int]


class Source(ABC):
    """Gives jobs, as long as there may be more."""

    @property
    @abstractmethod
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""

    @abstractmethod
    def fresh(self) -> list[Job]:
        """Give the jobs that have come since the last time."""


class Listed(Source):
    """Jobs that are all known."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = list(jobs)

    @property
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""
        return not self._jobs

    def fresh(self) -> list[Job]:
        """Give the jobs that have come since the last time."""
        jobs, self._jobs = self._jobs, []
        return jobs


class Watched(Source):
    """Photos that lie in folders, and those that come into them later.

    A photo is taken when two looks in a row find it unchanged: one that is still being copied is
    left alone. One that changes afterwards is a photo that has come.

    Parameters
    ----------
    folders, styles, options, output, extension
        As for `jobs_of`.

    Raises
    ------
    OptionError
        If one of them is no folder, or `jobs_of` would refuse.
    """

    def __init__(
        self,
        folders: Sequence[str],
        styles: Sequence[str],
        options: Options,
        output: Path,
        extension: str,
    ) -> None:
        for folder in folders:
            if not Path(folder).is_dir():
                raise OptionError(
                    f"{folder!r} is no folder, and only folders can be watched; leave it, or "
                    "--watch, out."
                )
        if not folders:
            raise OptionError("there is no folder to watch; name at least one.")
        self._folders = folders
        self._made: Callable[[str], list[Job]] = lambda photo: jobs_of(
            [photo], styles, options, output, extension
        )
        self._seen: set[_Mark] = set()
        self._taken: set[_Mark] = set()
        if not styles or any(Path(folder).resolve() == output.resolve() for folder in folders):
            jobs_of(folders, styles, options, output, extension)  # it says why this will not do

    @property
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""
        return False

    def fresh(self) -> list[Job]:
        """Give the jobs that have come since the last time."""
        marks = [mark for folder in self._folders for mark in _marks(folder)]
        settled = [mark for mark in marks if mark in self._seen and mark not in self._taken]
        self._seen = set(marks)
        self._taken.update(settled)
        return [job for path, _, _ in settled for job in self._made(path)]


def _marks(folder: str) -> list[_Mark]:
    """Look at the photos of a folder; one that goes away meanwhile is not there."""
    found = []
    for name in photos_in(folder):
        try:
            state = Path(name).stat()
        except OSError:
            continue
        found.append((name, state.st_size, state.st_mtime_ns))
    return found
