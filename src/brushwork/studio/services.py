"""All parts of the studio together, as the routes see them."""

from __future__ import annotations

from dataclasses import dataclass

from brushwork.studio.clips import Clips
from brushwork.studio.drafts import Drafts
from brushwork.studio.film_plans import FilmPlanner
from brushwork.studio.folder import StudioFolder
from brushwork.studio.gallery import Gallery
from brushwork.studio.grids import Grids
from brushwork.studio.library import Library
from brushwork.studio.live import EventStream
from brushwork.studio.plans import Planner
from brushwork.studio.queue import Queue
from brushwork.studio.store import Store
from brushwork.studio.subjects import Subjects
from brushwork.studio.tidying import Tidier


@dataclass(frozen=True)
class Services:
    """Everything that the server has."""

    store: Store
    library: Library
    clips: Clips
    queue: Queue
    gallery: Gallery
    grids: Grids
    planner: Planner
    drafts: Drafts
    subjects: Subjects
    tidier: Tidier
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
        clips = Clips(store, folder, library)
        queue = Queue(store, folder)
        gallery = Gallery(store, folder)
        planner = Planner(store, library, FilmPlanner(clips, folder))
        grids = Grids(store, queue, library, gallery, planner)
        return cls(
            store=store,
            library=library,
            clips=clips,
            queue=queue,
            gallery=gallery,
            grids=grids,
            planner=planner,
            tidier=Tidier(store, gallery, library, grids, clips),
            drafts=Drafts(store, folder, library),
            subjects=Subjects(store, folder, library),
            stream=EventStream(store),
            folder=folder,
        )
