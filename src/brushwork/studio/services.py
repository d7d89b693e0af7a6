"""All parts of the studio together, as the routes see them."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass

import brushwork
from brushwork.planning.plan import Plan
from brushwork.studio.database import Database, StudioFolder
from brushwork.studio.gallery import Gallery
from brushwork.studio.library import Library
from brushwork.studio.live import EventStream
from brushwork.studio.queue import Queue
from brushwork.studio.schemas import Settings
from brushwork.studio.settings import check_settings, make_absolute, make_options, make_styles


@dataclass(frozen=True)
class Services:
    """Everything that the server has."""

    database: Database
    library: Library
    jobs: Queue
    gallery: Gallery
    planner: Planner
    stream: EventStream
    folder: StudioFolder

    @classmethod
    def open(cls, folder: StudioFolder) -> Services:
        """Open, or make, the studio in a folder.

        Raises
        ------
        BrushworkError
            If it cannot be made, or is of another version.
        """
        database = Database(folder.create().database)
        library = Library(database, folder)
        return cls(
            database=database,
            library=library,
            jobs=Queue(database, folder),
            gallery=Gallery(database, folder),
            planner=Planner(library, folder),
            stream=EventStream(database),
            folder=folder,
        )


#: Plans that are remembered.
REMEMBERED = 64


class Planner:
    """Plans one at a time; what was planned before is known.

    Parameters
    ----------
    library, folder
        The studio's pictures.
    """

    def __init__(self, library: Library, folder: StudioFolder) -> None:
        self._library = library
        self._folder = folder
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Plan] = OrderedDict()

    def plan(self, settings: Settings) -> Plan:
        """Say what settings will take.

        Raises
        ------
        BrushworkError
            If they will not do.
        """
        check_settings(settings, self._library)
        key = json.dumps(settings.model_dump(), sort_keys=True)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._make_plan(settings)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[key]

    def _make_plan(self, settings: Settings) -> Plan:
        options = make_options(settings, self._library)
        files = {
            name: make_absolute(str(getattr(options, name)), self._folder.pictures)
            for name in ("mask", "regions")
            if getattr(options, name) is not None
        }
        options = options.model_copy(update=files)
        styles = [
            (make_absolute(name, self._folder.pictures), how)
            for name, how in make_styles(settings.styles, self._library)
        ]
        # A texture takes what a photo of its shape would.
        photo = str(self._library.file(settings.content or settings.styles[0].picture))
        return brushwork.plan(photo, styles, options)
