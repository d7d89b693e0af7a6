"""Jobs done at once, by processes that each have a share of the cores and of the memory."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType

import torch

from brushwork.batch.events import JobEnded, JobFailed, JobFinished, JobProgressed, JobSkipped
from brushwork.batch.executor import Executor
from brushwork.batch.jobs import Job
from brushwork.batch.worker import DEFAULT_SAVE, JobWorker, SaveOptions
from brushwork.system import memory

#: Seconds that `ProcessPool.poll` waits for news.
POLL_SECONDS = 0.5
#: Seconds that a process has to save the state of its job before it is killed.
SHUTDOWN_SECONDS = 60.0
#: A job whose process died is started once more; one that kills every process is not.
MAX_TRIES = 2


@dataclass(frozen=True)
class WorkerShare:
    """What one process may use, and how it saves results."""

    threads: int
    memory: int
    saving: SaveOptions
    prepare: Callable[[], None]


class _WorkerProcess:
    """A process that does jobs, as seen from the one that sends them."""

    def __init__(self, share: WorkerShare) -> None:
        spawn = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
        self.line, theirs = spawn.Pipe()
        self.process: SpawnProcess = spawn.Process(
            target=_run_worker, args=(theirs, share), daemon=True
        )
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.tries = 0

    def start(self, job: Job, tries: int) -> None:
        self.job, self.tries = job, tries
        with contextlib.suppress(OSError):  # it died; whoever listens to it will notice
            self.line.send(job)

    def receive(self) -> JobProgressed | JobEnded | None:
        """Take what it says; None if it has died."""
        try:
            event: JobProgressed | JobEnded = self.line.recv()
        except (EOFError, OSError):
            return None
        return event


def _do_nothing() -> None:
    """Leave a process as it is."""


class ProcessPool(Executor):
    """Several processes, each with a share of the cores and of the memory that is free.

    A process that dies, such as one that the system killed for memory, costs no result:
    another resumes from the state that it saved.

    Parameters
    ----------
    count
        How many jobs are done at once.
    saving
        How results are written.
    prepare
        What each process calls before it begins.
    """

    def __init__(
        self,
        count: int,
        saving: SaveOptions = DEFAULT_SAVE,
        *,
        prepare: Callable[[], None] = _do_nothing,
    ) -> None:
        threads = max(1, torch.get_num_threads() // count)
        self._share = WorkerShare(threads, memory.measure_available() // count, saving, prepare)
        self._count = count
        self._workers: list[_WorkerProcess] = []

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return sum(worker.job is not None for worker in self._workers) < self._count

    @property
    def is_idle(self) -> bool:
        """Whether no job is being done now."""
        return all(worker.job is None for worker in self._workers)

    def submit(self, job: Job) -> None:
        """Give a job to a process that is free, or to a new one."""
        self._assign(job, tries=1)

    def poll(self) -> Iterator[JobProgressed | JobEnded]:
        """Pass on what the processes say; another takes over where one has died."""
        busy = {worker.line: worker for worker in self._workers if worker.job is not None}
        for line in connection.wait(list(busy), POLL_SECONDS) if busy else ():
            assert isinstance(line, Connection)  # wait takes sockets and handles, too
            yield from self._handle(busy[line])

    def shut_down(self) -> None:
        """Let every process save the state of its job, and end."""
        for worker in self._workers:
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(SHUTDOWN_SECONDS)
            worker.process.kill()
            worker.line.close()
        self._workers = []

    def _handle(self, worker: _WorkerProcess) -> Iterator[JobProgressed | JobEnded]:
        event, job = worker.receive(), worker.job
        if event is not None:
            if isinstance(event, JobFinished | JobSkipped | JobFailed):
                worker.job = None
            yield event
            return
        assert job is not None  # only those that have a job are listened to
        worker.process.join()
        worker.line.close()
        self._workers.remove(worker)
        if worker.tries < MAX_TRIES:
            self._assign(job, worker.tries + 1)
        else:
            yield JobFailed(
                job,
                f"the process that painted it ended {worker.tries} times "
                f"({_describe_exit(worker.process)}); "
                "paint fewer at once (--jobs), or a smaller size.",
            )

    def _assign(self, job: Job, tries: int) -> None:
        self._workers = [one for one in self._workers if one.job or one.process.is_alive()]
        free = next((worker for worker in self._workers if worker.job is None), None)
        if free is None:
            free = _WorkerProcess(self._share)
            self._workers.append(free)
        free.start(job, tries)


def _describe_exit(process: SpawnProcess) -> str:
    code = process.exitcode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class _TerminationRequested(BaseException):
    """The process shall end."""


def _run_worker(line: Connection, share: WorkerShare) -> None:
    """Do the jobs that come down the line until it is closed, or the system asks to end."""
    share.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the one who gives the jobs
    asked = _TerminationFlag()
    torch.set_num_threads(share.threads)
    memory.set_limit(share.memory)
    worker = JobWorker(share.saving)
    with contextlib.suppress(
        EOFError, OSError, _TerminationRequested
    ):  # nobody is left to work for
        while True:
            _run_job(worker, asked.wait_for_job(line), line, asked)


def _run_job(worker: JobWorker, job: Job, line: Connection, asked: _TerminationFlag) -> None:
    with contextlib.closing(worker.run(job)) as events:  # type: ignore[type-var]
        for event in events:
            line.send(event)
            asked.check()


class _TerminationFlag:
    """Remembers that the system asked the process to end, so that it ends between two steps."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGTERM, self._note)

    def check(self) -> None:
        if self._asked:
            raise _TerminationRequested

    def wait_for_job(self, line: Connection) -> Job:
        """Wait for the next job."""
        while not line.poll(POLL_SECONDS):
            self.check()
        job: Job = line.recv()
        return job

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
