"""What is stored, table by table, and the transactions that several of them share."""

from __future__ import annotations

import contextlib
from pathlib import Path

from brushwork.studio.store.clips import ClipTable
from brushwork.studio.store.database import Database
from brushwork.studio.store.drafts import DraftTable
from brushwork.studio.store.events import EventTable
from brushwork.studio.store.grids import GridTable
from brushwork.studio.store.history import HistoryTable
from brushwork.studio.store.images import ImageTable
from brushwork.studio.store.jobs import JobTable
from brushwork.studio.store.paces import PaceTable
from brushwork.studio.store.results import ResultTable
from brushwork.studio.store.subjects import SubjectTable
from brushwork.studio.store.uses import Uses


class Store:
    """What is stored in a studio's database; each table is an attribute.

    What writes to a table commits it, unless it is called within ``with store.transaction():``,
    where everything is done or nothing.

    Parameters
    ----------
    file
        The database; as for `Database`.

    Raises
    ------
    BrushworkError
        If it is of a newer version of brushwork.
    """

    def __init__(self, file: Path) -> None:
        self._database = Database(file)
        self.images = ImageTable(self._database)
        self.clips = ClipTable(self._database)
        self.uses = Uses(self._database)
        self.jobs = JobTable(self._database)
        self.history = HistoryTable(self._database)
        self.results = ResultTable(self._database)
        self.grids = GridTable(self._database)
        self.drafts = DraftTable(self._database)
        self.paces = PaceTable(self._database)
        self.subjects = SubjectTable(self._database)
        self.events = EventTable(self._database)

    def transaction(self) -> contextlib.AbstractContextManager[object]:
        """Do several things, all of them or none."""
        return self._database.transaction()

    def close(self) -> None:
        """Let go of the file, as far as this thread holds it."""
        self._database.close()
