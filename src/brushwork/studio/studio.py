"""All parts of the studio together, as the routes see them."""

from __future__ import annotations

from dataclasses import dataclass

from brushwork.studio.database import Database
from brushwork.studio.folder import Folder
from brushwork.studio.gallery import Gallery
from brushwork.studio.jobs import Jobs
from brushwork.studio.library import Library
from brushwork.studio.planner import Planner
from brushwork.studio.stream import Stream


@dataclass(frozen=True)
class Studio:
    """Everything that the server has."""

    database: Database
    library: Library
    jobs: Jobs
    gallery: Gallery
    planner: Planner
    stream: Stream
    folder: Folder

    @classmethod
    def opened(cls, folder: Folder) -> Studio:
        """Open, or make, the studio in a folder.

        Raises
        ------
        BrushworkError
            If it cannot be made, or is of another version.
        """
        database = Database(folder.made().database)
        library = Library(database, folder)
        return cls(
            database=database,
            library=library,
            jobs=Jobs(database, folder),
            gallery=Gallery(database, folder),
            planner=Planner(library, folder),
            stream=Stream(database),
            folder=folder,
        )
