"""What a batch tells on the way: plain facts, which go from one process to another."""

from __future__ import annotations

from dataclasses import dataclass

from brushwork.batch.jobs import Job
from brushwork.engine.result import Result


@dataclass(frozen=True)
class JobStarted:
    """A picture is painted now, the ``number``-th of ``count`` known so far, from 1."""

    number: int
    count: int
    job: Job


@dataclass(frozen=True)
class JobProgressed:
    """A picture came nearer to its end: ``progress`` is 0 at the beginning and 1 there."""

    job: Job
    progress: float


@dataclass(frozen=True)
class JobFinished:
    """A picture is done and written, with these losses, seconds and notes."""

    job: Job
    losses: dict[str, float]
    seconds: float
    notes: tuple[str, ...]

    @classmethod
    def from_result(cls, job: Job, painting: Result) -> JobFinished:
        """Tell of a painting what is worth telling without its pixels."""
        return cls(job, painting.losses, painting.seconds, painting.notes)


@dataclass(frozen=True)
class JobSkipped:
    """The very picture was there already."""

    job: Job


@dataclass(frozen=True)
class JobFailed:
    """A picture could not be painted; ``reason`` says why. The batch goes on."""

    job: Job
    reason: str


#: What ends a picture, one way or another.
JobEnded = JobFinished | JobSkipped | JobFailed
BatchEvent = JobStarted | JobProgressed | JobEnded
