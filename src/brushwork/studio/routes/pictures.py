"""Pictures to paint from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from brushwork.studio.faults import TooLargeError
from brushwork.studio.library import MOST_BYTES
from brushwork.studio.models import Picture, Pictures, Role, Uploaded
from brushwork.studio.routes.shared import ERRORS, FOREVER, Identity, TheStudio
from brushwork.studio.settings import from_recipe

router = APIRouter(prefix="/api/pictures", tags=["pictures"], responses=ERRORS)


@router.get("", response_model=Pictures)
def everything(studio: TheStudio) -> dict[str, Any]:
    """List all pictures, the built-in ones first."""
    return {"pictures": studio.library.all()}


@router.post("", response_model=Uploaded, status_code=201)
async def upload(
    request: Request,
    studio: TheStudio,
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
        if len(content) > MOST_BYTES:
            raise TooLargeError(f"the file is larger than {MOST_BYTES // 2**20} MB.")
    picture = await run_in_threadpool(studio.library.add, bytes(content), name, role)
    return await run_in_threadpool(_with_settings, studio, picture)


def _with_settings(studio: TheStudio, picture: dict[str, Any]) -> dict[str, Any]:
    recipe = studio.library.recipe(picture["id"])
    if recipe is None:
        return picture
    settings, missing = from_recipe(recipe, studio.library)
    return {**picture, "settings": settings, "missing": missing}


@router.get("/{identity}", response_model=Picture)
def one(identity: Identity, studio: TheStudio) -> dict[str, Any]:
    """Tell about a picture."""
    return studio.library.get(identity)


@router.get("/{identity}/file", response_class=FileResponse)
def file(identity: Identity, studio: TheStudio) -> FileResponse:
    """Give a picture at its full size."""
    studio.library.get(identity)
    return FileResponse(studio.library.file(identity), headers=FOREVER)


@router.get("/{identity}/thumb", response_class=Response)
def thumb(identity: Identity, studio: TheStudio) -> Response:
    """Give a small picture, as WebP."""
    return Response(studio.library.small(identity), media_type="image/webp", headers=FOREVER)


@router.delete("/{identity}", status_code=204)
def remove(identity: Identity, studio: TheStudio) -> None:
    """Delete a picture that was uploaded, unless a job needs it."""
    studio.library.remove(identity)
