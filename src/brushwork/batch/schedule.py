"""Many pictures: what is done is skipped, what fails does not end it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence

from brushwork.batch.crew import Alone, Crew
from brushwork.batch.events import BatchEvent, Begun
from brushwork.batch.jobs import Job
from brushwork.batch.source import Listed, Source

#: Seconds between two looks for new jobs, however often those who paint tell of themselves.
LOOK = 1.0


def paint_all(jobs: Sequence[Job] | Source, crew: Crew | None = None) -> Iterator[BatchEvent]:
    """Paint all jobs and write each picture when it is done.

    The state of a picture that is painted is kept beside it: a batch that was stopped, by kill -9
    too, goes on in the middle of it.

    Parameters
    ----------
    jobs
        What to paint; it ends only if its source does.
    crew
        Who paints; one picture after the other in this process if None.

    Returns
    -------
    Iterator[BatchEvent]
        For every job `Begun`, any number of `Stepped`, and then `Painted`, `Skipped` or `Failed`.
        Jobs that are painted at once tell of themselves in turns.
    """
    source = jobs if isinstance(jobs, Source) else Listed(jobs)
    waiting: deque[Job] = deque()
    number, due = 0, 0.0
    with crew or Alone() as hands:
        while True:
            if time.monotonic() >= due:
                waiting.extend(source.fresh())
                due = time.monotonic() + LOOK
            while waiting and hands.has_room:
                number += 1
                yield Begun(number, number + len(waiting) - 1, waiting[0])
                hands.take(waiting.popleft())
            yield from hands.told()
            if hands.is_idle and not waiting:
                if source.has_ended:
                    return
                time.sleep(LOOK)
