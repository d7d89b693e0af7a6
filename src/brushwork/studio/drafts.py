"""Drafts: a small picture of a choice within a second or two, until another choice is made.

The worker paints them while no job waits. They are kept for a while, in files of their own, and
never come into the gallery, unless somebody keeps one.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from brushwork.errors import OptionError
from brushwork.options import Settings
from brushwork.options.options import FINE_LAYERS
from brushwork.studio.errors import ConflictError, NotFoundError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library
from brushwork.studio.schemas import Draft, JobSettings, Result
from brushwork.studio.settings import check_settings, list_images, make_name
from brushwork.studio.store import DraftColumns, DraftRow, Store, new_identity
from brushwork.system.files import write_atomically

#: Long side of a draft in pixels; a job that is smaller is drafted as it is.
DRAFT_SIZE = 256
#: Drafts that are kept.
MAX_DRAFTS = 64
#: Options that the small network, which paints drafts, cannot follow.
_BEYOND_DRAFTS = (*FINE_LAYERS, *FINE_LAYERS.values())
WAITS = "a painting goes first; the draft follows"


class Drafts:
    """Drafts by their identities.

    Parameters
    ----------
    store, folder, library
        Where they are kept, and the images that they use.
    """

    def __init__(self, store: Store, folder: StudioFolder, library: Library) -> None:
        self._store = store
        self._folder = folder
        self._library = library

    def add(self, settings: JobSettings, client: str) -> Draft:
        """Start a draft, and abort the one that the same client had; a known one is given again.

        Raises
        ------
        BrushworkError
            If the settings will not do.
        """
        check_settings(settings, self._library)
        wanted = make_draft_settings(settings)
        check_settings(wanted, self._library)
        with self._store.transaction():
            for row in self._store.drafts.list_in("waiting", "running"):
                if row.client == client and row.settings != wanted:
                    self._change(row.id, {"state": "aborted"})
            known = self._store.drafts.find_by_settings(wanted)
            if known is not None:
                return self.get(known.id)
            identity = new_identity()
            self._store.drafts.add(identity, client, wanted)
            self._store.images.note_use(list_images(wanted))
            self._change(identity, {"note": WAITS if self._store.jobs.has_work() else None})
            self._forget_old()
        return self.get(identity)

    def get(self, identity: str) -> Draft:
        """Give one draft.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        return _describe(self._get_row(identity))

    def abort(self, identity: str) -> Draft:
        """End a draft that is not done."""
        if self._get_row(identity).state in ("waiting", "running"):
            with self._store.transaction():
                self._change(identity, {"state": "aborted"})
        return self.get(identity)

    def keep(self, identity: str) -> Result:
        """Put a draft that is done into the gallery; a second time it is the same result.

        Raises
        ------
        ConflictError
            If it is not done.
        """
        row = self._get_row(identity)
        if row.result is not None and (kept := self._store.results.find(row.result)) is not None:
            return kept
        if row.state != "finished":
            raise ConflictError(f"only a draft that is finished can be kept; it is {row.state}.")
        result = Result(
            id=new_identity(),
            name=make_name(row.settings, self._library),
            width=row.width or 0,
            height=row.height or 0,
            created=time.time(),
            seconds=row.seconds,
            losses=row.losses,
            settings=row.settings,
            notes=row.notes,
            job=None,
        )
        for extension in ("png", "webp"):
            file = self.get_file(identity, extension)
            write_atomically(file.read_bytes(), self._folder.results / f"{result.id}.{extension}")
        with self._store.transaction():
            self._store.results.add(result, row.recipe, None)
            self._store.events.add("result", None, result)
            self._change(identity, {"result": result.id})
        return result

    def get_file(self, identity: str, extension: str = "jpg") -> Path:
        """Name a file of a draft: its newest picture, or in the end ``png`` and ``webp``."""
        return self._folder.drafts / f"{identity}.{extension}"

    # What follows is for the worker, and for the server that watches over it.

    def claim(self) -> DraftRow | None:
        """Take the newest draft that waits: who asked last looks at the page."""
        with self._store.transaction():
            waiting = self._store.drafts.list_in("waiting")
            if not waiting:
                return None
            change: DraftColumns = {"state": "running", "worker": os.getpid(), "note": None}
            self._change(waiting[-1].id, change)
        return self._store.drafts.find(waiting[-1].id)

    def is_wanted(self, identity: str) -> bool:
        """Tell whether a draft shall be gone on with; a job that waits goes first."""
        if not self._store.drafts.is_running(identity):
            return False
        if not self._store.jobs.count_queued():
            return True
        self.report(identity, {"state": "waiting", "note": WAITS})
        return False

    def report(self, identity: str, change: DraftColumns) -> None:
        """Note how far a draft is, unless it was aborted meanwhile."""
        with self._store.transaction():
            if self._store.drafts.is_running(identity):
                self._change(identity, change)

    def fail_lost(self, worker: int | None = None) -> None:
        """Give up what a worker was drafting that is no more."""
        with self._store.transaction():
            for row in self._store.drafts.list_in("running"):
                if worker in (None, row.worker):
                    reason = "the process that painted it has ended; change something, or try again"
                    self._change(row.id, {"state": "failed", "error": reason})

    def forget_all(self) -> None:
        """Begin without drafts, as a server does when it starts."""
        self._store.drafts.trim(0)
        for file in self._folder.drafts.iterdir():
            file.unlink(missing_ok=True)

    def _forget_old(self) -> None:
        for identity in self._store.drafts.trim(MAX_DRAFTS):
            for extension in ("jpg", "png", "webp"):
                self.get_file(identity, extension).unlink(missing_ok=True)

    def _get_row(self, identity: str) -> DraftRow:
        row = self._store.drafts.find(identity)
        if row is None:
            raise NotFoundError("there is no such draft any more; ask for another.")
        return row

    def _change(self, identity: str, change: DraftColumns) -> None:
        self._store.drafts.change(identity, **change)
        self._store.events.add("draft", None, self.get(identity))


def make_draft_settings(job: JobSettings) -> JobSettings:
    """Give the settings of the draft of a job: small, and by the small network alone.

    That of a film is of its still.
    """
    options: dict[str, Any] = {**job.options, "draft": True}
    given = Settings.create(None, **job.options).options
    options["size"] = min(given.size, DRAFT_SIZE)
    options["effort"] = min(given.effort, 1.0)
    try:
        Settings.create(None, **options)
    except OptionError:  # the layers that it names are the large network's
        options = {name: one for name, one in options.items() if name not in _BEYOND_DRAFTS}
    return job.model_copy(update={"options": options, "film": None})


def _describe(row: DraftRow) -> Draft:
    return Draft(**{name: getattr(row, name) for name in Draft.model_fields})
