"""Who paints the pictures of a batch; here, one picture at a time in this process."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

from brushwork.batch.events import Over, Stepped
from brushwork.batch.jobs import Job
from brushwork.batch.painter import PLAIN, Painter, Saving


class Crew(ABC):
    """Takes jobs while it has room, and tells what becomes of them."""

    @property
    @abstractmethod
    def has_room(self) -> bool:
        """Whether another job can be taken now."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """Whether nothing is painted now."""

    @abstractmethod
    def take(self, job: Job) -> None:
        """Begin to paint a picture."""

    @abstractmethod
    def told(self) -> Iterator[Stepped | Over]:
        """Tell what has happened since; come back after a moment, even if nothing has."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.dismiss()

    @abstractmethod
    def dismiss(self) -> None:
        """Stop everything; pictures that were begun can be gone on with."""


class Alone(Crew):
    """Paints one picture after the other, with all that this process may use.

    Parameters
    ----------
    saving
        How pictures are written.
    """

    def __init__(self, saving: Saving = PLAIN) -> None:
        self._painter = Painter(saving)
        self._job: Job | None = None

    @property
    def has_room(self) -> bool:
        """Whether another job can be taken now."""
        return self._job is None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is painted now."""
        return self._job is None

    def take(self, job: Job) -> None:
        """Put a picture before the painter."""
        self._job = job

    def told(self) -> Iterator[Stepped | Over]:
        """Paint it to its end."""
        if self._job is not None:
            yield from self._painter.paint(self._job)
            self._job = None

    def dismiss(self) -> None:
        """Leave the state of the picture where it is kept."""
        self._job = None
