"""What happens in a batch, as values that go from one process to another."""

from __future__ import annotations

from dataclasses import dataclass

from brushwork.batch.jobs import Job
from brushwork.engine.result import Result


@dataclass(frozen=True)
class JobStarted:
    """A job has started, the ``number``-th of ``count`` known so far, from 1."""

    number: int
    count: int
    job: Job


@dataclass(frozen=True)
class JobProgressed:
    """A job came nearer to its end: ``progress`` is 0 at the beginning and 1 there."""

    job: Job
    progress: float


@dataclass(frozen=True)
class JobFinished:
    """A result is done and written, with these losses, seconds and notes."""

    job: Job
    losses: dict[str, float]
    seconds: float
    notes: tuple[str, ...]

    @classmethod
    def from_result(cls, job: Job, result: Result) -> JobFinished:
        """Say of a result what is worth saying without its pixels."""
        return cls(job, result.losses, result.seconds, result.notes)


@dataclass(frozen=True)
class JobSkipped:
    """The very result was there already."""

    job: Job


@dataclass(frozen=True)
class JobFailed:
    """A job could not be done; ``reason`` says why. The batch goes on."""

    job: Job
    reason: str


@dataclass(frozen=True)
class FileLeftOut:
    """A file of a folder holds an image by its name, in a format that is not read."""

    path: str


#: What ends a job, one way or another.
JobEnded = JobFinished | JobSkipped | JobFailed
#: What is told while a batch runs.
BatchEvent = JobStarted | JobProgressed | JobEnded | FileLeftOut
