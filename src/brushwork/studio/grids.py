"""Grids: small results by every combination of one option's values, or two's, to choose from."""

from __future__ import annotations

from brushwork.options import Settings
from brushwork.options.grid import CELL_SIZE, combine, make_axis
from brushwork.studio.database import new_identity
from brushwork.studio.errors import NotFoundError
from brushwork.studio.library import Library
from brushwork.studio.option_values import check_offered
from brushwork.studio.queue import Queue
from brushwork.studio.schemas import Cell, Grid, GridRequest, Job, JobSettings
from brushwork.studio.settings import check_settings
from brushwork.studio.store import Store


class Grids:
    """Grids by their identities.

    Parameters
    ----------
    store, queue, library
        Where they and their jobs are kept, and the images that they use.
    """

    def __init__(self, store: Store, queue: Queue, library: Library) -> None:
        self._store = store
        self._queue = queue
        self._library = library

    def add(self, request: GridRequest) -> Grid:
        """Queue a job for every cell.

        Raises
        ------
        BrushworkError
            If a cell will not do, or the queue has no room.
        """
        cells = _list_cells(request)
        for settings, _ in cells:
            check_settings(settings, self._library)
        identity = new_identity()
        with self._store.transaction():
            self._store.add_grid(identity, request.axes)
            self._queue.add(cells, grid=identity)
        return self.get(identity)

    def get(self, identity: str) -> Grid:
        """Give a grid: its jobs by row and column.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._store.find_grid(identity)
        if row is None:
            raise NotFoundError("there is no such grid any more.")
        rows: dict[int, list[Job]] = {}
        for job in self._queue.list_cells(identity):
            if job.cell is not None:
                rows.setdefault(job.cell.row, []).append(job)
        return Grid(id=identity, axes=row.axes, jobs=[rows[number] for number in sorted(rows)])


def _list_cells(request: GridRequest) -> list[tuple[JobSettings, Cell]]:
    """Give the settings of each cell: what is asked for, small, with one value of each axis."""
    common = {**request.settings.options, "size": CELL_SIZE}
    check_offered(common)
    axes = [make_axis(axis.option, axis.values) for axis in request.axes]
    *above, across = request.axes
    cells = []
    for row, column, cell in combine(Settings.create(None, **common), axes):
        values = {axis.option: axis.values[row] for axis in above}
        values[across.option] = across.values[column]
        values["draft"] = cell.options.draft
        settings = request.settings.model_copy(update={"options": {**common, **values}})
        cells.append((settings, Cell(row=row, column=column)))
    return cells
