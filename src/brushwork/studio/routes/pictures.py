"""Pictures to paint from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import MAX_BYTES
from brushwork.studio.routes.dependencies import ERRORS, FOREVER, Identity, StudioServices
from brushwork.studio.schemas import Picture, Pictures, Role, Uploaded
from brushwork.studio.settings import make_settings

router = APIRouter(prefix="/api/pictures", tags=["pictures"], responses=ERRORS)


@router.get("", response_model=Pictures)
def everything(studio: StudioServices) -> dict[str, Any]:
    """List all pictures, the built-in ones first."""
    return {"pictures": studio.library.all()}


@router.post("", response_model=Uploaded, status_code=201)
async def upload(
    request: Request,
    studio: StudioServices,
    name: Annotated[str, Query(max_length=1000)] = "picture",
    role: Role = "content",
) -> dict[str, Any]:
    """Take in the picture that is the body of the request, in any format, up to 64 MB.

    It is stored anew as PNG; the same file again is the same picture. If brushwork painted it, the
    answer has the settings of its recipe.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise TooLargeError(f"the file is larger than {MAX_BYTES // 2**20} MB.")
    picture = await run_in_threadpool(studio.library.add, bytes(content), name, role)
    return await run_in_threadpool(_with_settings, studio, picture)


def _with_settings(studio: StudioServices, picture: dict[str, Any]) -> dict[str, Any]:
    recipe = studio.library.recipe(picture["id"])
    if recipe is None:
        return picture
    settings, missing = make_settings(recipe, studio.library)
    return {**picture, "settings": settings, "missing": missing}


@router.get("/{identity}", response_model=Picture)
def one(identity: Identity, studio: StudioServices) -> dict[str, Any]:
    """Tell about a picture."""
    return studio.library.get(identity)


@router.get("/{identity}/file", response_class=FileResponse)
def file(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give a picture at its full size."""
    studio.library.get(identity)
    return FileResponse(studio.library.file(identity), headers=FOREVER)


@router.get("/{identity}/thumb", response_class=Response)
def thumb(identity: Identity, studio: StudioServices) -> Response:
    """Give a small picture, as WebP."""
    return Response(studio.library.small(identity), media_type="image/webp", headers=FOREVER)


@router.delete("/{identity}", status_code=204)
def remove(identity: Identity, studio: StudioServices) -> None:
    """Delete a picture that was uploaded, unless a job needs it."""
    studio.library.remove(identity)
