"""All parts of the studio together, as the routes see them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import brushwork
from brushwork.planning.plan import Plan
from brushwork.studio.database import StudioFolder
from brushwork.studio.gallery import Gallery
from brushwork.studio.grids import Grids
from brushwork.studio.library import Library
from brushwork.studio.live import EventStream
from brushwork.studio.queue import Queue
from brushwork.studio.schemas import JobSettings
from brushwork.studio.settings import check_settings, read_changes, read_styles
from brushwork.studio.store import Store


@dataclass(frozen=True)
class Services:
    """Everything that the server has."""

    store: Store
    library: Library
    queue: Queue
    gallery: Gallery
    grids: Grids
    planner: Planner
    stream: EventStream
    folder: StudioFolder

    @classmethod
    def open(cls, folder: StudioFolder) -> Services:
        """Open the studio in a folder, or create it; one of an older version is brought to this.

        Raises
        ------
        BrushworkError
            If it cannot be created, or is of a newer version.
        """
        store = Store(folder.create().database)
        library = Library(store, folder)
        queue = Queue(store, folder)
        return cls(
            store=store,
            library=library,
            queue=queue,
            gallery=Gallery(store, folder),
            grids=Grids(store, queue, library),
            planner=Planner(library),
            stream=EventStream(store),
            folder=folder,
        )


#: Plans that are remembered.
MAX_PLANS = 64


class Planner:
    """Plans one job at a time; what was planned before is known.

    Parameters
    ----------
    library
        The studio's images.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Plan] = OrderedDict()

    def plan(self, job: JobSettings) -> Plan:
        """Say what a job will take.

        Raises
        ------
        BrushworkError
            If its settings will not do.
        """
        check_settings(job, self._library)
        key = job.model_dump_json()
        with self._lock:
            if key not in self._known:
                self._known[key] = self._make_plan(job)
                while len(self._known) > MAX_PLANS:
                    self._known.popitem(last=False)
            return self._known[key]

    def _make_plan(self, job: JobSettings) -> Plan:
        # A texture takes what a photo of its shape would.
        content = self._library.read(job.content or job.styles[0].image)
        styles = read_styles(job.styles, self._library)
        return brushwork.plan(content, styles, **read_changes(job, self._library))
