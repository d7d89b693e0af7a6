"""Pictures painted at once, by processes that each have a part of the cores and of the memory."""

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
#: Seconds that a process has to keep the state of its picture when it shall end.
SHUTDOWN_SECONDS = 60.0
#: A picture whose process died is painted once more; one that kills every process is not.
MAX_TRIES = 2


@dataclass(frozen=True)
class WorkerShare:
    """What one process may use, and how it paints."""

    threads: int
    memory: int
    saving: SaveOptions
    prepare: Callable[[], None]


class _WorkerProcess:
    """A process that paints, as seen from the one that tells it what."""

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

    A process that dies, such as one that the system killed for memory, costs no picture: another
    goes on from the state that it kept.

    Parameters
    ----------
    count
        How many pictures are painted at once.
    saving
        How pictures are written.
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
        self._hands: list[_WorkerProcess] = []

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return sum(hand.job is not None for hand in self._hands) < self._count

    @property
    def is_idle(self) -> bool:
        """Whether nothing is painted now."""
        return all(hand.job is None for hand in self._hands)

    def submit(self, job: Job) -> None:
        """Give a picture to a process that is free, or to a new one."""
        self._assign(job, tries=1)

    def poll(self) -> Iterator[JobProgressed | JobEnded]:
        """Pass on what the processes say; another goes on where one has died."""
        busy = {hand.line: hand for hand in self._hands if hand.job is not None}
        for line in connection.wait(list(busy), POLL_SECONDS) if busy else ():
            assert isinstance(line, Connection)  # wait takes sockets and handles, too
            yield from self._handle(busy[line])

    def shut_down(self) -> None:
        """Let every process keep the state of its picture, and end."""
        for hand in self._hands:
            hand.process.terminate()
        for hand in self._hands:
            hand.process.join(SHUTDOWN_SECONDS)
            hand.process.kill()
            hand.line.close()
        self._hands = []

    def _handle(self, hand: _WorkerProcess) -> Iterator[JobProgressed | JobEnded]:
        event, job = hand.receive(), hand.job
        if event is not None:
            if isinstance(event, JobFinished | JobSkipped | JobFailed):
                hand.job = None
            yield event
            return
        assert job is not None  # only those that paint are listened to
        hand.process.join()
        hand.line.close()
        self._hands.remove(hand)
        if hand.tries < MAX_TRIES:
            self._assign(job, hand.tries + 1)
        else:
            yield JobFailed(
                job,
                f"the process that painted it ended {hand.tries} times "
                f"({_describe_exit(hand.process)}); "
                "paint fewer at once (--jobs), or a smaller size.",
            )

    def _assign(self, job: Job, tries: int) -> None:
        self._hands = [hand for hand in self._hands if hand.job or hand.process.is_alive()]
        free = next((hand for hand in self._hands if hand.job is None), None)
        if free is None:
            free = _WorkerProcess(self._share)
            self._hands.append(free)
        free.start(job, tries)


def _describe_exit(process: SpawnProcess) -> str:
    code = process.exitcode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class _TerminationRequested(BaseException):
    """The process shall end."""


def _run_worker(line: Connection, share: WorkerShare) -> None:
    """Paint what comes down the line until it is closed, or the system asks to end."""
    share.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the one who gives the jobs
    asked = _TerminationFlag()
    torch.set_num_threads(share.threads)
    memory.set_limit(share.memory)
    worker = JobWorker(share.saving)
    with contextlib.suppress(
        EOFError, OSError, _TerminationRequested
    ):  # nobody is left to paint for
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
