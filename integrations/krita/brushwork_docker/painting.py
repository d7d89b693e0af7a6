"""A painting while it comes: a thread asks a studio for it, and tells of it in a queue."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

from .brushwork_client import Job, Studio, StudioError

#: How the names of results begin.
RESULT = "brushwork:"


@dataclass(frozen=True)
class Order:
    """What is to be painted: the content of files, and how each is called.

    Without a file, the style is a built-in painting.
    """

    name: str
    content: bytes
    style: str
    style_file: bytes | None = None
    mask: bytes | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class News:
    """How far a painting is; ``image`` is a file where there is a new one."""

    state: Literal["running", "finished", "cancelled", "failed"]
    text: str = ""
    progress: float = 0.0
    image: bytes | None = None


class Painting(threading.Thread):
    """Paints one order; the last of its ``news`` is not ``running``.

    ``command`` starts brushwork where no studio runs; ``folder`` is the studio's, if not the usual.
    """

    def __init__(self, order: Order, command: str, folder: str | None = None) -> None:
        super().__init__(name="brushwork", daemon=True)
        self.news: queue.SimpleQueue[News] = queue.SimpleQueue()
        self._order, self._command, self._folder = order, command, folder
        self._cancelled = threading.Event()
        self._studio: Studio | None = None
        self._job: Job | None = None

    def cancel(self) -> None:
        """End it, whatever it does now."""
        if not self._cancelled.is_set():
            self._cancelled.set()
            self._ask("cancel_job")

    def change(self, **options: Any) -> None:
        """Change options from here on."""
        self._ask("steer_job", options=options)

    def run(self) -> None:
        """Paint; whatever happens is told."""
        try:
            last = self._paint()
        except Exception as error:
            last = News("failed", str(error) or repr(error))
        self.news.put(News("cancelled") if self._cancelled.is_set() else last)

    def _paint(self) -> News:
        self.news.put(News("running", "looking for the studio …"))
        studio = Studio.find_or_start(
            self._folder, self._command, lambda: not self._cancelled.is_set()
        )
        order, style, mask = self._order, self._order.style, None
        content = studio.add_image(order.content, name=f"{order.name}.png", role="content")
        if order.style_file is not None:
            style = studio.add_image(order.style_file, name=style, role="style").id
        if order.mask is not None:
            mask = studio.add_image(order.mask, name="selection.png", role="mask")
        self._studio, self._job = studio, studio.start(content, style, mask=mask, **order.options)
        if self._cancelled.is_set():
            studio.cancel_job(self._job)
        shown = 0
        for job in studio.follow(self._job):
            image = studio.get_job_preview(job) if job.preview > shown else None
            shown = job.preview
            self.news.put(News("running", job.note or f"{job.state} …", job.progress, image))
        job = studio.get_job(self._job)
        if job.result is None:
            return News("failed", job.error or f"the studio's job is {job.state}.")
        return News("finished", describe(job, order.style), 1.0, studio.get_result_file(job.result))

    def _ask(self, name: str, **given: Any) -> None:
        """Ask the studio, without waiting; what is over already cannot be changed."""

        def ask() -> None:
            with contextlib.suppress(StudioError):
                getattr(self._studio, name)(self._job, **given)

        if self._job is not None:
            threading.Thread(target=ask, daemon=True).start()


def describe(job: Job, style: str) -> str:
    """Say in a line how a result was made, and which it is in the studio's gallery."""
    options = [f"{name} {value}" for name, value in job.settings.options.items()]
    return f"{RESULT} {', '.join([style, *options])} [{job.result}]"
