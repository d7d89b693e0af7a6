"""Subjects: the thing in a box of a photo, as a mask."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from brushwork.studio.errors import NotFoundError
from brushwork.studio.routes.dependencies import ERRORS, FOREVER, Identity, StudioServices
from brushwork.studio.schemas import Subject, SubjectRequest

router = APIRouter(prefix="/subjects", tags=["subjects"], responses=ERRORS)


@router.post("", status_code=202)
def add_subject(request: SubjectRequest, studio: StudioServices) -> Subject:
    """Look for the thing in a box of a photo; ask again until it is finished, or has failed."""
    return studio.subjects.add(request)


@router.get("/{identity}")
def get_subject(identity: Identity, studio: StudioServices) -> Subject:
    """Tell whether a subject is found."""
    return studio.subjects.get(identity)


@router.get("/{identity}/mask", response_class=FileResponse)
def get_mask(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give the mask of a subject as PNG: white inside, black outside."""
    if studio.subjects.get(identity).state != "finished":
        raise NotFoundError("this subject is not found yet; ask again in a moment.")
    return FileResponse(studio.subjects.get_file(identity), headers=FOREVER)
