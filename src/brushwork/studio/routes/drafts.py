"""Drafts: a choice shown at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from brushwork.studio.routes.dependencies import (
    ERRORS,
    Identity,
    StudioServices,
    serve_newest,
)
from brushwork.studio.schemas import Draft, JobSettings, Result

router = APIRouter(prefix="/drafts", tags=["drafts"], responses=ERRORS)


@router.post("", status_code=202)
def add_draft(
    settings: JobSettings,
    studio: StudioServices,
    client: Annotated[str, Query(pattern=r"^[A-Za-z0-9-]{1,64}$")] = "page",
) -> Draft:
    """Draft what a job would become, at 224 pixels; what this client had drafted before is aborted.

    Its pictures come with the ``draft`` events; or ask for the draft again. A draft of the same
    settings that is there already is the answer. A painting that waits or is painted goes first.
    """
    return studio.drafts.add(settings, client)


@router.get("/{identity}")
def get_draft(identity: Identity, studio: StudioServices) -> Draft:
    """Tell how far a draft is."""
    return studio.drafts.get(identity)


@router.get("/{identity}/image", response_class=Response)
def get_image(identity: Identity, studio: StudioServices) -> Response:
    """Give a draft as it is now, as JPEG."""
    studio.drafts.get(identity)
    file = studio.drafts.get_file(identity)
    return serve_newest(file, "there is no picture yet; the first comes within a second.")


@router.post("/{identity}/abort")
def abort_draft(identity: Identity, studio: StudioServices) -> Draft:
    """End a draft that is not done."""
    return studio.drafts.abort(identity)


@router.post("/{identity}/keep", status_code=201)
def keep_draft(identity: Identity, studio: StudioServices) -> Result:
    """Put a draft that is done into the gallery."""
    return studio.drafts.keep(identity)
