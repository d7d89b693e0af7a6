"""Jobs: what is to be painted, is painted, and was."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse

from brushwork.engine.resume import FIXED
from brushwork.errors import OptionError
from brushwork.studio.database import insert, new_identity
from brushwork.studio.errors import NotFoundError
from brushwork.studio.routes.dependencies import ERRORS, FRESH, Identity, StudioServices
from brushwork.studio.schemas import Grid, GridRequest, Job, Jobs, Losses, Move, Settings, Steer
from brushwork.studio.settings import check_settings, make_options

router = APIRouter(prefix="/api", tags=["jobs"], responses=ERRORS)
#: Long side of a picture in a grid: enough to choose by.
CELL = 192


@router.get("/jobs", response_model=Jobs)
def everything(studio: StudioServices) -> dict[str, Any]:
    """List all jobs: what is painted, the queue in order, then what is over."""
    return {"jobs": studio.jobs.all()}


@router.post("/jobs", response_model=Job, status_code=201)
def add(settings: Settings, studio: StudioServices) -> dict[str, Any]:
    """Queue a painting."""
    check_settings(settings, studio.library)
    return studio.jobs.add([(settings, {})])[0]


@router.get("/jobs/{identity}", response_model=Job)
def one(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Tell how far a job is."""
    return studio.jobs.get(identity)


@router.delete("/jobs/{identity}", status_code=204)
def remove(identity: Identity, studio: StudioServices) -> None:
    """Forget a job; one that is painted is cancelled first. Its painting stays."""
    studio.jobs.remove(identity)


@router.post("/jobs/{identity}/pause", response_model=Job)
def pause(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Stop a job for now; its state is kept."""
    return studio.jobs.wish(identity, "pause")


@router.post("/jobs/{identity}/resume", response_model=Job)
def resume(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Let a paused job go on, before all that wait."""
    return studio.jobs.resume(identity)


@router.post("/jobs/{identity}/stop", response_model=Job)
def stop(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """End a job here, and keep its best picture so far."""
    return studio.jobs.wish(identity, "stop")


@router.post("/jobs/{identity}/cancel", response_model=Job)
def cancel(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """End a job and keep nothing."""
    return studio.jobs.wish(identity, "cancel")


@router.post("/jobs/{identity}/steer", response_model=Job)
def steer(identity: Identity, changes: Steer, studio: StudioServices) -> dict[str, Any]:
    """Change options, paintings or the mask from this step on."""
    fixed = [name for name in FIXED if name in changes.options]
    if fixed:
        raise OptionError(
            f"{', '.join(fixed)} cannot be changed while a picture is painted; paint it again."
        )
    wanted = changes.model_dump(exclude_unset=True)
    before = Settings.model_validate(studio.jobs.row(identity)["settings"])
    after = {**before.model_dump(), **wanted, "options": {**before.options, **changes.options}}
    check_settings(Settings.model_validate(after), studio.library)
    return studio.jobs.wish(identity, "steer", wanted)


@router.post("/jobs/{identity}/move", response_model=Job)
def move(identity: Identity, to: Move, studio: StudioServices) -> dict[str, Any]:
    """Give a waiting job another place in the queue; 0 is the front."""
    return studio.jobs.move(identity, to.position)


@router.get("/jobs/{identity}/preview", response_class=FileResponse)
def preview(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give the picture as it is now, as JPEG."""
    studio.jobs.row(identity)
    path = studio.folder.previews / f"{identity}.jpg"
    if not path.is_file():
        raise NotFoundError("there is no picture yet; the first comes with the first step.")
    return FileResponse(path, headers=FRESH)


@router.get("/jobs/{identity}/losses", response_model=Losses)
def losses(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Give the losses of every step."""
    return {"steps": studio.jobs.losses(identity)}


@router.post("/grids", response_model=Grid, status_code=201, tags=["grids"])
def grid(wanted: GridRequest, studio: StudioServices) -> dict[str, Any]:
    """Queue small paintings by every combination of one option's values, or two's."""
    names = [axis.option for axis in wanted.axes]
    if len(set(names)) < len(names) or "size" in names:
        raise OptionError("a grid varies one option or two different ones, and never the size.")
    identity = new_identity()
    cells = _make_cells(wanted)
    for settings, _ in cells:
        check_settings(settings, studio.library)
        if make_options(settings, studio.library).color == "only":
            raise OptionError("color=only paints nothing, so that a grid has nothing to compare.")
    axes = [axis.model_dump() for axis in wanted.axes]
    with studio.database.transaction() as connection:
        insert(connection, "grids", {"id": identity, "axes": axes, "created": time.time()})
    studio.jobs.add([(settings, {"grid": identity, "cell": cell}) for settings, cell in cells])
    return found(identity, studio)


@router.get("/grids/{identity}", response_model=Grid, tags=["grids"])
def found(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Give a grid: its jobs by row and column."""
    row = studio.database.row("SELECT * FROM grids WHERE id = ?", (identity,))
    if row is None:
        raise NotFoundError("there is no such grid any more.")
    rows: dict[int, list[dict[str, Any]]] = {}
    for job in studio.jobs.in_grid(identity):
        rows.setdefault(job["cell"]["row"], []).append(job)
    return {"id": identity, "axes": row["axes"], "jobs": [rows[number] for number in sorted(rows)]}


def _make_cells(wanted: GridRequest) -> list[tuple[Settings, dict[str, int]]]:
    """Give the settings of each cell: the last axis along rows, the first down."""
    *above, across = wanted.axes
    down = above[0] if above else None
    made = []
    for row, first in enumerate(down.values if down else [None]):
        for column, second in enumerate(across.values):
            options = {**wanted.settings.options, "size": CELL, across.option: second}
            if down is not None:
                options[down.option] = first
            settings = wanted.settings.model_copy(update={"options": options})
            made.append((settings, {"row": row, "column": column}))
    return made
