"""Grids of small results."""

from __future__ import annotations

from fastapi import APIRouter

from brushwork.studio.routes.dependencies import ERRORS, Identity, StudioServices
from brushwork.studio.schemas import Grid, GridRequest

router = APIRouter(prefix="/grids", tags=["grids"], responses=ERRORS)


@router.post("", status_code=201)
def add_grid(request: GridRequest, studio: StudioServices) -> Grid:
    """Queue small results by every combination of one option's values, or two's."""
    return studio.grids.add(request)


@router.get("/{identity}")
def get_grid(identity: Identity, studio: StudioServices) -> Grid:
    """Give a grid: its jobs by row and column."""
    return studio.grids.get(identity)
