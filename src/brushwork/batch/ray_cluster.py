"""The same batch on many machines: every job is a task on a Ray cluster.

Images are read and written where the batch was started; the other machines need this package and
nothing else: no files, no common disk.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

import torch

from brushwork.api import Stylizer, collect_result
from brushwork.batch.events import JobEnded, JobFailed, JobFinished, JobProgressed, JobSkipped
from brushwork.batch.executor import Executor
from brushwork.batch.jobs import Job
from brushwork.batch.ray_connection import (
    check_version,
    connect,
    count_tasks,
    describe_loss,
    make_task,
)
from brushwork.batch.worker import DEFAULT_SAVE, JobReader, SaveOptions, save_result
from brushwork.engine.inputs import Inputs
from brushwork.engine.result import Result
from brushwork.engine.run import start_prepared
from brushwork.errors import BrushworkError
from brushwork.features import pick_device
from brushwork.options import Options
from brushwork.recipe import Recipe
from brushwork.version import __version__

#: Seconds that `RayCluster.poll` waits for news.
POLL_SECONDS = 0.5


class RayCluster(Executor):
    """Jobs done by the machines of a Ray cluster, one core and one thread for each.

    Parameters
    ----------
    address
        ``ray://HOST:PORT``, ``auto`` for the cluster that this machine belongs to, or ``local``.
    saving
        How results are written.

    Raises
    ------
    OptionError
        If Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, address: str, saving: SaveOptions = DEFAULT_SAVE) -> None:
        self._ray = connect(address)
        self._task = make_task(self._ray, _stylize_task)
        self._most = count_tasks(self._ray)
        self._saving = saving
        self._reader = JobReader(saving)
        self._running: dict[Any, Job] = {}
        self._over: list[JobEnded] = []

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return len(self._running) < self._most

    @property
    def is_idle(self) -> bool:
        """Whether no job is being done now."""
        return not self._running and not self._over

    def submit(self, job: Job) -> None:
        """Read the images and send them out."""
        try:
            found = self._reader.read(job)
            if found is None:
                self._over.append(JobSkipped(job))
                return
            request, recipe = found
            inputs = request.prepare(torch.device("cpu"))
        except BrushworkError as error:
            self._over.append(JobFailed(job, str(error)))
            return
        self._running[self._task.remote(inputs, recipe, request.options, __version__)] = job

    def poll(self) -> Iterator[JobProgressed | JobEnded]:
        """Fetch what is done, and write it."""
        yield from self._over
        self._over = []
        if self._running:
            done, _ = self._ray.wait(list(self._running), timeout=POLL_SECONDS)
            for reference in done:
                yield self._collect(reference, self._running.pop(reference))

    def shut_down(self) -> None:
        """Call off what is being done, and leave the cluster."""
        for reference in self._running:
            self._ray.cancel(reference, force=True)
        self._running = {}
        self._ray.shutdown()

    def _collect(self, reference: Any, job: Job) -> JobEnded:
        try:
            result: Result = self._ray.get(reference)
            save_result(result, job, self._saving)
        except self._ray.exceptions.RayTaskError as error:
            return JobFailed(job, str(error.cause))
        except self._ray.exceptions.RayError as error:
            return JobFailed(job, describe_loss(error))
        except BrushworkError as error:
            return JobFailed(job, str(error))
        return JobFinished.from_result(job, result)


def _stylize_task(inputs: Inputs, recipe: Recipe, options: Options, version: str) -> Result:
    """Stylize in a task; all that a task needs comes with it, but for the weights."""
    check_version(version)
    started = time.perf_counter()
    torch.set_num_threads(1)
    here = inputs.to_device(pick_device(options.device))
    build = _get_stylizer().get_networks
    return collect_result(start_prepared(here, recipe, options, started=started, build=build))


@functools.cache
def _get_stylizer() -> Stylizer:
    """Share networks between the tasks of a process."""
    return Stylizer()
