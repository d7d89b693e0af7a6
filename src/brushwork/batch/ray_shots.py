"""The shots of a film on many machines: each is a task on a Ray cluster."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import torch

from brushwork.batch.ray_connection import (
    check_version,
    connect,
    count_tasks,
    describe_loss,
    make_task,
)
from brushwork.errors import VideoError
from brushwork.version import __version__
from brushwork.video.shot_task import ShotTask, paint_shot


class RayShots:
    """Shots painted by the machines of a Ray cluster, one core and one thread for each.

    The frames lie where the film was begun; the other machines need this package and nothing else.

    Parameters
    ----------
    address
        ``ray://HOST:PORT``, ``auto`` for the cluster that this machine belongs to, or ``local``.

    Raises
    ------
    OptionError
        If Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, address: str) -> None:
        self._ray = connect(address)
        self._task = make_task(self._ray, _paint_task)

    def paint(self, tasks: Iterable[ShotTask]) -> Iterator[tuple[ShotTask, list[bytes]]]:
        """Give each shot when it is painted; whatever happens, the cluster is left at the end.

        Raises
        ------
        VideoError
            If one cannot be painted, or was lost too often.
        """
        waiting, running = iter(tasks), dict[Any, ShotTask]()
        most = count_tasks(self._ray)
        try:
            while True:
                for task in itertools.islice(waiting, most - len(running)):
                    running[self._task.remote(task, __version__)] = task
                if not running:
                    return
                (done, *_), _ = self._ray.wait(list(running))
                yield running.pop(done), self._collect(done)
        finally:
            for reference in running:
                self._ray.cancel(reference, force=True)
            self._ray.shutdown()

    def _collect(self, reference: Any) -> list[bytes]:
        try:
            painted: list[bytes] = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            raise VideoError(str(error.cause)) from error
        except self._ray.exceptions.RayError as error:
            raise VideoError(f"a shot was not painted: {describe_loss(error)}") from error
        return painted


def _paint_task(task: ShotTask, version: str) -> list[bytes]:
    """Paint in a task; all that a task needs comes with it, but for the weights."""
    check_version(version)
    torch.set_num_threads(1)
    return paint_shot(task)
