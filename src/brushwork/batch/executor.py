"""Who does the jobs of a batch, how many at once, and how all of them are seen through."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Self

import torch

from brushwork.batch.events import BatchEvent, FileLeftOut, JobEnded, JobProgressed, JobStarted
from brushwork.batch.jobs import Job, JobList, JobSource
from brushwork.batch.worker import DEFAULT_SAVE, JobWorker, SaveOptions
from brushwork.features import pick_device
from brushwork.options import Options, Settings
from brushwork.planning.plan import PlanInputs, StyleSize, make_plan
from brushwork.system import memory


class Executor(ABC):
    """Takes jobs while it has room, and tells what becomes of them."""

    @property
    @abstractmethod
    def has_room(self) -> bool:
        """Whether another job can be taken now."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """Whether no job is being done now."""

    @abstractmethod
    def submit(self, job: Job) -> None:
        """Start a job."""

    @abstractmethod
    def poll(self) -> Iterator[JobProgressed | JobEnded]:
        """Tell what has happened since; come back after a moment, even if nothing has."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shut_down()

    @abstractmethod
    def shut_down(self) -> None:
        """Stop everything; jobs that were started can be resumed."""


class InProcess(Executor):
    """Does one job after the other, with all that this process may use.

    Parameters
    ----------
    saving
        How results are written.
    """

    def __init__(self, saving: SaveOptions = DEFAULT_SAVE) -> None:
        self._worker = JobWorker(saving)
        self._job: Job | None = None

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return self._job is None

    @property
    def is_idle(self) -> bool:
        """Whether no job is being done now."""
        return self._job is None

    def submit(self, job: Job) -> None:
        """Take the job that is done next."""
        self._job = job

    def poll(self) -> Iterator[JobProgressed | JobEnded]:
        """Do it to its end."""
        if self._job is not None:
            yield from self._worker.run(self._job)
            self._job = None

    def shut_down(self) -> None:
        """Leave the state of the job where it is saved."""
        self._job = None


#: Bytes of a process that has the library loaded, the weights, and the images of one job.
PROCESS_BYTES = 600 * 10**6
#: A budget in which every plan fits.
UNLIMITED_BYTES = 10**15
#: Where images keep coming, there may be any number of them.
MAX_IMAGES = 10**6


def count_workers(jobs: Sequence[Job], settings: Settings) -> int:
    """Count the processes that shall work at once: a core each, and memory for all of them.

    Two processes of one thread each make more in an hour than one with two threads, because much
    of a step is not spread over threads (``python -m benchmarks.batches``). On a graphics
    processor one job after the other is as fast as any.

    Parameters
    ----------
    jobs
        What is to be done, as far as it is known.
    settings
        What all jobs have in common, where nothing is known yet.
    """
    if pick_device(settings.options.device).type != "cpu":
        return 1
    need = max(_estimate_memory(one.options) for one in [settings, *(job.settings for job in jobs)])
    most = min(torch.get_num_threads(), len(jobs) or MAX_IMAGES)
    return max(1, min(most, memory.measure_available() // need))


def _estimate_memory(options: Options) -> int:
    """Give the bytes that a job takes without tiles: of a square image, which is the most."""
    side = options.size
    given = PlanInputs(
        (side, side), [StyleSize(side, side)], "float32", UNLIMITED_BYTES, PROCESS_BYTES
    )
    most = make_plan(options, given).memory
    return min(most, options.memory_budget or most)


#: Seconds between two looks for new jobs, however often the workers report.
SCAN_SECONDS = 1.0


def run_jobs(
    jobs: Sequence[Job] | JobSource, executor: Executor | None = None
) -> Iterator[BatchEvent]:
    """Do all jobs and write each result when it is done.

    The state of a job is saved beside its output meanwhile: a batch that was stopped, by kill -9
    too, goes on in the middle of it.

    Parameters
    ----------
    jobs
        What to do; it ends only if its source does.
    executor
        Who does them; one after the other in this process if None.

    Returns
    -------
    Iterator[BatchEvent]
        For every job `JobStarted`, any number of `JobProgressed`, and then `JobFinished`,
        `JobSkipped` or `JobFailed`; `FileLeftOut` for every file of a folder that is not read.
        Jobs that are done at once tell of themselves in turns.
    """
    source = jobs if isinstance(jobs, JobSource) else JobList(jobs)
    waiting: deque[Job] = deque()
    number, due = 0, 0.0
    with executor or InProcess() as workers:
        while True:
            if time.monotonic() >= due:
                waiting.extend(source.take_new())
                yield from map(FileLeftOut, source.take_left_out())
                due = time.monotonic() + SCAN_SECONDS
            while waiting and workers.has_room:
                number += 1
                yield JobStarted(number, number + len(waiting) - 1, waiting[0])
                workers.submit(waiting.popleft())
            yield from workers.poll()
            if workers.is_idle and not waiting:
                if source.has_ended:
                    return
                time.sleep(SCAN_SECONDS)
