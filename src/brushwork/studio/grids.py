"""Grids: small results by every combination of one option's values, or two's, to choose from."""

from __future__ import annotations

import contextlib
import time

from brushwork.options import Settings
from brushwork.options.grid import CELL_SIZE, combine, make_axis
from brushwork.studio.errors import ConflictError, NotFoundError
from brushwork.studio.gallery import Gallery
from brushwork.studio.library import Library
from brushwork.studio.option_values import check_offered
from brushwork.studio.plans import Planner
from brushwork.studio.queue import ALIVE, Queue
from brushwork.studio.schemas import (
    Cell,
    Grid,
    GridInfo,
    GridList,
    GridPlan,
    GridRequest,
    Job,
    JobSettings,
)
from brushwork.studio.settings import check_settings, make_name
from brushwork.studio.store import GridColumns, GridRow, Store, new_identity


class Grids:
    """Grids by their identities.

    Parameters
    ----------
    store, queue, library
        Where they and their jobs are kept, and the images that they use.
    gallery, planner
        What their cells become, and who knows how long that takes.
    """

    def __init__(
        self, store: Store, queue: Queue, library: Library, gallery: Gallery, planner: Planner
    ) -> None:
        self._store = store
        self._queue = queue
        self._library = library
        self._gallery = gallery
        self._planner = planner

    def plan(self, request: GridRequest) -> GridPlan:
        """Say what a grid will take, without painting it.

        Raises
        ------
        BrushworkError
            If a cell will not do.
        """
        plans = [self._planner.plan(settings) for settings, _ in _list_cells(request)]
        scales = [plan.stages[-1].scale for plan in plans]
        times = [plan.seconds for plan in plans if plan.seconds is not None]
        return GridPlan(
            count=len(plans),
            width=max(scale.width for scale in scales),
            height=max(scale.height for scale in scales),
            seconds=sum(times) if len(times) == len(plans) else None,
        )

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
        varied = " × ".join(axis.option.replace("_", " ") for axis in request.axes)
        name = f"{make_name(request.settings, self._library)}, {varied}"
        with self._store.transaction():
            self._store.grids.add(identity, name, request.axes)
            self._queue.add(cells, grid=identity)
        return self.get(identity)

    def list_grids(self, deleted: bool = False) -> GridList:
        """Give all grids, or those in the trash."""
        return GridList(grids=[_describe(row) for row in self._store.grids.list_all(deleted)])

    def rename(self, identity: str, name: str) -> Grid:
        """Give a grid another name.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        return self._change(identity, {"name": name})

    def trash(self, identity: str) -> None:
        """Put a grid into the trash; what of it still waits is cancelled.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        self._change(identity, {"deleted": time.time()})
        for job in self._queue.list_cells(identity):
            if job.state in ALIVE:
                with contextlib.suppress(ConflictError):  # it was done in this moment
                    self._queue.command(job.id, "cancel")

    def restore(self, identity: str) -> Grid:
        """Take a grid out of the trash; what was cancelled stays so.

        Raises
        ------
        NotFoundError
            If it is not there any more.
        """
        return self._change(identity, {"deleted": None})

    def empty_trash(self) -> None:
        """Forget what has been in the trash for long, with its cells."""
        for identity in self._store.grids.list_expired():
            for job in self._queue.list_cells(identity):
                self._queue.remove(job.id)
            for result in self._store.results.list_cells(identity):
                self._gallery.remove(result)
            self._store.grids.remove(identity)

    def _change(self, identity: str, change: GridColumns) -> Grid:
        self.get(identity)
        with self._store.transaction():
            self._store.grids.change(identity, **change)
            grid = self.get(identity)
            self._store.events.add("grid", None, GridInfo(**grid.model_dump(exclude={"jobs"})))
        return grid

    def get(self, identity: str) -> Grid:
        """Give a grid: its jobs by row and column.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._store.grids.find(identity)
        if row is None:
            raise NotFoundError("there is no such grid any more.")
        rows: dict[int, list[Job]] = {}
        for job in self._queue.list_cells(identity):
            if job.cell is not None:
                rows.setdefault(job.cell.row, []).append(job)
        jobs = [rows[number] for number in sorted(rows)]
        return Grid(**_describe(row).model_dump(), jobs=jobs)


def _describe(row: GridRow) -> GridInfo:
    states = row.states
    return GridInfo(
        id=row.id,
        name=row.name,
        axes=row.axes,
        created=row.created,
        deleted=row.deleted is not None,
        count=sum(states.values()),
        done=states.get("finished", 0),
        waiting=sum(states.get(state, 0) for state in ALIVE),
        cover=row.cover,
    )


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
        settings = request.settings.model_copy(
            update={"options": {**common, **values}, "film": None}
        )
        cells.append((settings, Cell(row=row, column=column)))
    return cells
