"""Images to paint from."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from brushwork.errors import OptionError
from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import MAX_BYTES
from brushwork.studio.routes.dependencies import (
    BINARY_BODY,
    ERRORS,
    FOREVER,
    BitDepth,
    Identity,
    StudioServices,
)
from brushwork.studio.schemas import ImageInfo, ImageList, ImageUpload, Role
from brushwork.studio.services import Services
from brushwork.studio.settings import restore_settings

#: Width or height in pixels.
Side = Annotated[int, Query(ge=1, le=100_000)]

router = APIRouter(prefix="/images", tags=["images"], responses=ERRORS)


@router.get("")
def list_images(studio: StudioServices) -> ImageList:
    """List all images, the built-in ones first."""
    return ImageList(images=studio.library.list_images())


@router.post("", status_code=201, openapi_extra=BINARY_BODY)
async def add_image(
    request: Request,
    studio: StudioServices,
    name: Annotated[str, Query(max_length=1000)] = "picture",
    role: Role = "content",
) -> ImageUpload:
    """Take in the image that is the body of the request, in any format, up to 64 MB.

    It is stored anew as PNG, and in full where a PNG or TIFF has 16 bits a channel; the same file
    again is the same image. If brushwork made it, the answer has the settings of its recipe.
    """
    image = await run_in_threadpool(studio.library.add, await _read_body(request), name, role)
    return await run_in_threadpool(_add_settings, studio, image)


@router.post("/pixels", status_code=201, openapi_extra=BINARY_BODY)
async def add_pixels(
    request: Request,
    studio: StudioServices,
    width: Side,
    height: Side,
    channels: Annotated[int, Query(ge=1, le=4)] = 3,
    depth: BitDepth = 8,
    name: Annotated[str, Query(max_length=1000)] = "picture",
    role: Role = "content",
) -> ImageInfo:
    """Take in the plain sRGB pixels that are the body of the request, row by row, up to 64 MB.

    One channel is grey, a fourth is opacity. Of 16 bits the lower byte comes first; all of them are
    kept.
    """
    content = await _read_body(request)
    pixels = _shape_pixels(content, (height, width, channels), depth)
    return await run_in_threadpool(studio.library.add_pixels, pixels, name, role)


async def _read_body(request: Request) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BYTES:
            raise TooLargeError(f"the file is larger than {MAX_BYTES // 2**20} MB.")
    return bytes(content)


def _shape_pixels(
    content: bytes, shape: tuple[int, int, int], depth: int
) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """Give bytes as an image.

    Raises
    ------
    OptionError
        If there are more or fewer than the shape says.
    """
    height, width, channels = shape
    if channels == 2:
        raise OptionError("channels was given as 2; 1 (grey), 3 (colour) and 4 are allowed.")
    expected = height * width * channels * depth // 8
    if len(content) != expected:
        raise OptionError(
            f"{width}×{height} pixels of {channels} channels and {depth} bits are {expected} "
            f"bytes, and {len(content)} came; send as many."
        )
    pixels = np.frombuffer(content, f"<u{depth // 8}").reshape(shape)
    return pixels[..., 0] if channels == 1 else pixels


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
