"""Grids of small results."""

from __future__ import annotations

from fastapi import APIRouter

from brushwork.studio.routes.dependencies import ERRORS, Identity, StudioServices
from brushwork.studio.schemas import Grid, GridChange, GridList, GridPlan, GridRequest

router = APIRouter(prefix="/grids", tags=["grids"], responses=ERRORS)


@router.get("")
def list_grids(studio: StudioServices, deleted: bool = False) -> GridList:
    """List all grids, or those in the trash, the newest first."""
    return studio.grids.list_grids(deleted)


@router.post("/plan")
def plan_grid(request: GridRequest, studio: StudioServices) -> GridPlan:
    """Say how many cells a grid will have and how long they will take, without painting it."""
    return studio.grids.plan(request)


@router.post("", status_code=201)
def add_grid(request: GridRequest, studio: StudioServices) -> Grid:
    """Queue small results by every combination of one option's values, or two's."""
    return studio.grids.add(request)


@router.get("/{identity}")
def get_grid(identity: Identity, studio: StudioServices) -> Grid:
    """Give a grid: its jobs by row and column."""
    return studio.grids.get(identity)


@router.patch("/{identity}")
def change_grid(identity: Identity, change: GridChange, studio: StudioServices) -> Grid:
    """Give a grid another name."""
    return studio.grids.rename(identity, change.name)


@router.delete("/{identity}", status_code=204)
def remove_grid(identity: Identity, studio: StudioServices) -> None:
    """Put a grid into the trash, which keeps it for thirty days; cells that wait are cancelled."""
    studio.grids.trash(identity)


@router.post("/{identity}/restore")
def restore_grid(identity: Identity, studio: StudioServices) -> Grid:
    """Take a grid out of the trash; cells that were cancelled stay so."""
    return studio.grids.restore(identity)
