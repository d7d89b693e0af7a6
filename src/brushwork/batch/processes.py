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

from brushwork import memory
from brushwork.batch.crew import Crew
from brushwork.batch.events import Failed, Over, Painted, Skipped, Stepped
from brushwork.batch.jobs import Job
from brushwork.batch.painter import PLAIN, Painter, Saving

#: Seconds that `Processes.told` waits for news.
PATIENCE = 0.5
#: Seconds that a process has to keep the state of its picture when it shall end.
PARTING = 60.0
#: A picture whose process died is painted once more; one that kills every process is not.
TRIES = 2


@dataclass(frozen=True)
class Share:
    """What one process may use, and how it paints."""

    threads: int
    memory: int
    saving: Saving
    prepare: Callable[[], None]


class _Hand:
    """A process that paints, as seen from the one that tells it what."""

    def __init__(self, share: Share) -> None:
        spawn = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
        self.line, theirs = spawn.Pipe()
        self.process: SpawnProcess = spawn.Process(target=_work, args=(theirs, share), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.tries = 0

    def begin(self, job: Job, tries: int) -> None:
        self.job, self.tries = job, tries
        with contextlib.suppress(OSError):  # it died; whoever listens to it will notice
            self.line.send(job)

    def heard(self) -> Stepped | Over | None:
        """Take what it says; None if it has died."""
        try:
            event: Stepped | Over = self.line.recv()
        except (EOFError, OSError):
            return None
        return event


def _as_it_is() -> None:
    """Leave a process as it is."""


class Processes(Crew):
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
        saving: Saving = PLAIN,
        *,
        prepare: Callable[[], None] = _as_it_is,
    ) -> None:
        threads = max(1, torch.get_num_threads() // count)
        self._share = Share(threads, memory.available() // count, saving, prepare)
        self._count = count
        self._hands: list[_Hand] = []

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return sum(hand.job is not None for hand in self._hands) < self._count

    @property
    def is_idle(self) -> bool:
        """Whether nothing is painted now."""
        return all(hand.job is None for hand in self._hands)

    def take(self, job: Job) -> None:
        """Give a picture to a process that is free, or to a new one."""
        self._begin(job, tries=1)

    def told(self) -> Iterator[Stepped | Over]:
        """Pass on what the processes say; another goes on where one has died."""
        busy = {hand.line: hand for hand in self._hands if hand.job is not None}
        for line in connection.wait(list(busy), PATIENCE) if busy else ():
            assert isinstance(line, Connection)  # wait takes sockets and handles, too
            yield from self._heard(busy[line])

    def dismiss(self) -> None:
        """Let every process keep the state of its picture, and end."""
        for hand in self._hands:
            hand.process.terminate()
        for hand in self._hands:
            hand.process.join(PARTING)
            hand.process.kill()
            hand.line.close()
        self._hands = []

    def _heard(self, hand: _Hand) -> Iterator[Stepped | Over]:
        event, job = hand.heard(), hand.job
        if event is not None:
            if isinstance(event, Painted | Skipped | Failed):
                hand.job = None
            yield event
            return
        assert job is not None  # only those that paint are listened to
        hand.process.join()
        hand.line.close()
        self._hands.remove(hand)
        if hand.tries < TRIES:
            self._begin(job, hand.tries + 1)
        else:
            yield Failed(
                job,
                f"the process that painted it ended {hand.tries} times ({_cause(hand.process)}); "
                "paint fewer at once (--jobs), or a smaller size.",
            )

    def _begin(self, job: Job, tries: int) -> None:
        self._hands = [hand for hand in self._hands if hand.job or hand.process.is_alive()]
        free = next((hand for hand in self._hands if hand.job is None), None)
        if free is None:
            free = _Hand(self._share)
            self._hands.append(free)
        free.begin(job, tries)


def _cause(process: SpawnProcess) -> str:
    code = process.exitcode or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"


class _AskedToEnd(BaseException):
    """The process shall end."""


def _work(line: Connection, share: Share) -> None:
    """Paint what comes down the line until it is closed, or the system asks to end."""
    share.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the one who gives the jobs
    asked = _Asking()
    torch.set_num_threads(share.threads)
    memory.limit(share.memory)
    painter = Painter(share.saving)
    with contextlib.suppress(EOFError, OSError, _AskedToEnd):  # nobody is left to paint for
        while True:
            _paint(painter, asked.waited(line), line, asked)


def _paint(painter: Painter, job: Job, line: Connection, asked: _Asking) -> None:
    with contextlib.closing(painter.paint(job)) as events:  # type: ignore[type-var]
        for event in events:
            line.send(event)
            asked.check()


class _Asking:
    """Remembers that the system asked the process to end, so that it ends between two steps."""

    def __init__(self) -> None:
        self._asked = False
        signal.signal(signal.SIGTERM, self._note)

    def check(self) -> None:
        if self._asked:
            raise _AskedToEnd

    def waited(self, line: Connection) -> Job:
        """Wait for the next job."""
        while not line.poll(PATIENCE):
            self.check()
        job: Job = line.recv()
        return job

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
