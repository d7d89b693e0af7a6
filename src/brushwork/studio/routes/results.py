"""The gallery."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse

from brushwork.recipe import Recipe
from brushwork.studio.routes.dependencies import ERRORS, FOREVER, Identity, StudioServices
from brushwork.studio.schemas import QueuedJob, RerunRequest, Result, ResultChange, ResultList
from brushwork.studio.settings import check_settings
from brushwork.studio.store import ResultColumns

router = APIRouter(prefix="/results", tags=["results"], responses=ERRORS)
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


@router.get("")
def list_results(studio: StudioServices, deleted: bool = False) -> ResultList:
    """List the results, or those in the trash, the newest first."""
    return ResultList(results=studio.gallery.list_results(deleted=deleted))


@router.get("/{identity}")
def get_result(identity: Identity, studio: StudioServices) -> Result:
    """Describe a result."""
    return studio.gallery.get(identity)


@router.get("/{identity}/file", response_class=Response)
def get_file(
    identity: Identity,
    studio: StudioServices,
    download: bool = False,
    kind: Annotated[Literal["png", "jpg", "webp", "tiff"], Query(alias="format")] = "png",
) -> Response:
    """Give a result at its full size, with its recipe in it."""
    result = studio.gallery.get(identity)
    headers = dict(FOREVER)
    if download:
        name = quote(f"{result.name}.{kind}", safe="")
        headers["content-disposition"] = f"attachment; filename*=UTF-8''{name}"
    if kind == "png":
        return FileResponse(studio.gallery.get_file(identity), headers=headers)
    content = studio.gallery.encode(identity, kind)
    return Response(content, media_type=_TYPES[kind], headers=headers)


@router.get("/{identity}/thumb", response_class=FileResponse)
def get_thumbnail(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give a small image, as WebP."""
    studio.gallery.get(identity)
    return FileResponse(studio.gallery.get_thumbnail_file(identity), headers=FOREVER)


@router.get("/{identity}/recipe")
def get_recipe(identity: Identity, studio: StudioServices) -> Recipe:
    """Give the recipe of a result."""
    return studio.gallery.get_recipe(identity)


@router.patch("/{identity}")
def change_result(identity: Identity, change: ResultChange, studio: StudioServices) -> Result:
    """Star a result, or name it."""
    columns = cast("ResultColumns", change.model_dump(exclude_none=True))
    return studio.gallery.change(identity, columns)


@router.delete("/{identity}", status_code=204)
def remove_result(identity: Identity, studio: StudioServices) -> None:
    """Put a result into the trash, which keeps it for thirty days."""
    studio.gallery.trash(identity)


@router.post("/{identity}/restore")
def restore_result(identity: Identity, studio: StudioServices) -> Result:
    """Take a result out of the trash."""
    return studio.gallery.restore(identity)


@router.post("/{identity}/rerun", status_code=201)
def rerun_result(identity: Identity, request: RerunRequest, studio: StudioServices) -> QueuedJob:
    """Queue a result again, with some options changed: larger, for one."""
    before = studio.gallery.get(identity).settings
    options = {**before.options, **request.options}
    settings = before.model_copy(update={"options": options})
    check_settings(settings, studio.library)
    return studio.queue.join(settings)
