"""Tidies a studio: what was thrown away long ago goes, and what nobody uses is thrown away.

A mask is drawn for one painting and stored with it; nobody sees it in a list, and nobody would ever
throw it away. Photos and paintings that somebody brought are seen, so that they stay much longer.
Both go into the trash first, which keeps them for as long as what people put there.
"""

from __future__ import annotations

import time

from brushwork.studio.clips import Clips
from brushwork.studio.gallery import Gallery
from brushwork.studio.grids import Grids
from brushwork.studio.library import Library
from brushwork.studio.live import KEPT_EVENTS
from brushwork.studio.store import Store

_DAY = 86_400
#: Days after its last use in which an image that nothing refers to is still there: a page may offer
#: to undo a choice, or a browser that was closed may remember one.
UNUSED_DAYS = {"mask": 30, "still": 30, "content": 365, "style": 365}
#: The same of clips.
UNUSED_CLIP_DAYS = 365


class Tidier:
    """Tidies one studio.

    Parameters
    ----------
    store, gallery, library, grids, clips
        What is tidied.
    """

    def __init__(
        self, store: Store, gallery: Gallery, library: Library, grids: Grids, clips: Clips
    ) -> None:
        self._store = store
        self._gallery = gallery
        self._library = library
        self._grids = grids
        self._clips = clips

    def tidy(self) -> None:
        """Do everything once."""
        self._trash_unused()
        self._grids.empty_trash()
        self._gallery.empty_trash()
        self._library.empty_trash()
        self._clips.empty_trash()
        self._store.events.trim(KEPT_EVENTS)

    def _trash_unused(self) -> None:
        """Throw away what no job, draft, grid or result, in the trash or not, refers to."""
        now = time.time()
        for role, days in UNUSED_DAYS.items():
            for identity in self._store.images.list_stale(role, now - days * _DAY):
                with self._store.transaction():
                    if not self._store.uses.is_referred_to(identity):
                        self._store.images.change(identity, deleted=now)
        for identity in self._store.clips.list_stale(now - UNUSED_CLIP_DAYS * _DAY):
            with self._store.transaction():
                if not self._store.uses.is_referred_to(identity):
                    self._clips.trash(identity)
