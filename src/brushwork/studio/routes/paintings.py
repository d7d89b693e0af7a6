"""The gallery."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from brushwork.studio.routes.dependencies import ERRORS, FOREVER, Identity, StudioServices
from brushwork.studio.schemas import Job, Painting, PaintingChange, Paintings, Rerun, Settings
from brushwork.studio.settings import check_settings

router = APIRouter(prefix="/api/paintings", tags=["paintings"], responses=ERRORS)
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


@router.get("", response_model=Paintings)
def everything(studio: StudioServices, deleted: bool = False) -> dict[str, Any]:
    """List the paintings, or those in the bin, the newest first."""
    return {"paintings": studio.gallery.all(deleted=deleted)}


@router.get("/{identity}", response_model=Painting)
def one(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Tell about a painting."""
    return studio.gallery.get(identity)


@router.get("/{identity}/file", response_class=Response)
def file(
    identity: Identity,
    studio: StudioServices,
    download: bool = False,
    kind: Annotated[Literal["png", "jpg", "webp", "tiff"], Query(alias="format")] = "png",
) -> Response:
    """Give a painting at its full size, with its recipe in it."""
    painting = studio.gallery.get(identity)
    headers = dict(FOREVER)
    if download:
        name = quote(f"{painting['name']}.{kind}", safe="")
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    if kind == "png":
        return FileResponse(studio.gallery.file(identity), headers=headers)
    content = studio.gallery.encoded(identity, kind)
    return Response(content, media_type=_TYPES[kind], headers=headers)


@router.get("/{identity}/thumb", response_class=FileResponse)
def thumb(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give a small picture, as WebP."""
    studio.gallery.get(identity)
    return FileResponse(studio.gallery.thumb(identity), headers=FOREVER)


@router.get("/{identity}/recipe")
def recipe(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Give the recipe of a painting."""
    return studio.gallery.recipe(identity).model_dump(mode="json")


@router.patch("/{identity}", response_model=Painting)
def change(identity: Identity, wanted: PaintingChange, studio: StudioServices) -> dict[str, Any]:
    """Star a painting, or name it."""
    values = wanted.model_dump(exclude_none=True)
    return studio.gallery.change(identity, values)


@router.delete("/{identity}", status_code=204)
def remove(identity: Identity, studio: StudioServices) -> None:
    """Put a painting into the bin, which keeps it for thirty days."""
    studio.gallery.trash(identity)


@router.post("/{identity}/restore", response_model=Painting)
def restore(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Take a painting out of the bin."""
    return studio.gallery.restore(identity)


@router.post("/{identity}/rerun", response_model=Job, status_code=201)
def rerun(identity: Identity, wanted: Rerun, studio: StudioServices) -> dict[str, Any]:
    """Queue a painting again, with some options changed: larger, for one."""
    before = Settings.model_validate(studio.gallery.get(identity)["settings"])
    options = {**before.options, **wanted.options}
    settings = before.model_copy(update={"options": options})
    check_settings(settings, studio.library)
    return studio.jobs.add([(settings, {})])[0]
