"""Measures in the worker what the plans of the server are to know."""

from __future__ import annotations

import contextlib

from brushwork.api import Stylizer
from brushwork.engine.request import measure_need
from brushwork.errors import BrushworkError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library
from brushwork.studio.settings import get_options, read_changes, read_styles
from brushwork.studio.store import Store


class Pacer:
    """Measures how long the steps of a kind of job take, once.

    Parameters
    ----------
    store, folder
        Where everything is kept.
    stylizer
        It keeps the networks.
    """

    def __init__(self, store: Store, folder: StudioFolder, stylizer: Stylizer) -> None:
        self._store = store
        self._library = Library(store, folder)
        self._stylizer = stylizer

    def measure_next(self) -> bool:
        """Measure one kind of job that a plan did not know; False if there is none."""
        job = self._store.paces.take()
        if job is None:
            return False
        with contextlib.suppress(BrushworkError):  # an image that is gone needs no plan
            options = get_options(job)
            enough = measure_need(options)
            content = self._library.read(job.content or job.styles[0].image, long_side=enough)
            changes = read_changes(job, self._library)
            styles = read_styles(job.styles, self._library, options)
            self._stylizer.plan(content, styles, **changes)
            self._store.events.add("paced", None, {})
        return True
