"""Images to paint from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import MAX_BYTES
from brushwork.studio.routes.dependencies import ERRORS, FOREVER, Identity, StudioServices
from brushwork.studio.schemas import ImageInfo, ImageList, ImageUpload, Role
from brushwork.studio.services import Services
from brushwork.studio.settings import restore_settings

router = APIRouter(prefix="/images", tags=["images"], responses=ERRORS)


@router.get("")
def list_images(studio: StudioServices) -> ImageList:
    """List all images, the built-in ones first."""
    return ImageList(images=studio.library.list_images())


@router.post("", status_code=201)
async def add_image(
    request: Request,
    studio: StudioServices,
    name: Annotated[str, Query(max_length=1000)] = "picture",
    role: Role = "content",
) -> ImageUpload:
    """Take in the image that is the body of the request, in any format, up to 64 MB.

    It is stored anew as PNG; the same file again is the same image. If brushwork made it, the
    answer has the settings of its recipe.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise TooLargeError(f"the file is larger than {MAX_BYTES // 2**20} MB.")
    image = await run_in_threadpool(studio.library.add, bytes(content), name, role)
    return await run_in_threadpool(_add_settings, studio, image)


def _add_settings(studio: Services, image: ImageInfo) -> ImageUpload:
    recipe = studio.library.get_recipe(image.id)
    if recipe is None:
        return ImageUpload(**image.model_dump())
    settings, missing = restore_settings(recipe, studio.library)
    return ImageUpload(**image.model_dump(), settings=settings, missing=missing)


@router.get("/{identity}")
def get_image(identity: Identity, studio: StudioServices) -> ImageInfo:
    """Describe an image."""
    return studio.library.get(identity)


@router.get("/{identity}/file", response_class=FileResponse)
def get_file(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give an image at its full size."""
    studio.library.get(identity)
    return FileResponse(studio.library.get_file(identity), headers=FOREVER)


@router.get("/{identity}/thumb", response_class=Response)
def get_thumbnail(identity: Identity, studio: StudioServices) -> Response:
    """Give a small image, as WebP."""
    content = studio.library.read_thumbnail(identity)
    return Response(content, media_type="image/webp", headers=FOREVER)


@router.delete("/{identity}", status_code=204)
def remove_image(identity: Identity, studio: StudioServices) -> None:
    """Put an image that was uploaded into the trash for thirty days, unless a job needs it."""
    studio.library.trash(identity)


@router.post("/{identity}/restore")
def restore_image(identity: Identity, studio: StudioServices) -> ImageInfo:
    """Take an image out of the trash."""
    return studio.library.restore(identity)
