"""Clips that films are made of."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from brushwork.studio.clips import MAX_CLIP_BYTES
from brushwork.studio.errors import TooLargeError
from brushwork.studio.routes.dependencies import (
    BINARY_BODY,
    ERRORS,
    FOREVER,
    Identity,
    StudioServices,
)
from brushwork.studio.schemas import ClipChange, ClipInfo, ClipList, ImageInfo, StillRequest

router = APIRouter(prefix="/clips", tags=["clips"], responses=ERRORS)
#: Bytes that are written at once.
_PIECE = 2**20


@router.get("")
def list_clips(studio: StudioServices, deleted: bool = False) -> ClipList:
    """List all clips, or those in the trash, the newest first."""
    return studio.clips.list_clips(deleted)


@router.post("", status_code=201, openapi_extra=BINARY_BODY)
async def add_clip(
    request: Request,
    studio: StudioServices,
    name: Annotated[str, Query(max_length=1000)] = "clip",
) -> ClipInfo:
    """Take in the film that is the body of the request, whatever ffmpeg reads, up to 1 GB.

    It is read once as a whole: the answer tells its length, its shots, and the stills of its
    contact sheet. The same file again is the same clip.
    """
    file = await run_in_threadpool(studio.clips.make_room)
    try:
        sha256 = await _write_body(request, file)
    except BaseException:
        studio.clips.leave(file)
        raise
    return await run_in_threadpool(studio.clips.add, file, sha256, name)


async def _write_body(request: Request, file: Path) -> str:
    """Write what comes to a file; give its SHA-256."""
    sha256, taken, waiting = hashlib.sha256(), 0, bytearray()
    with file.open("wb") as written:
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > MAX_CLIP_BYTES:
                raise TooLargeError(f"the file is larger than {MAX_CLIP_BYTES // 2**20} MB.")
            sha256.update(chunk)
            waiting += chunk
            if len(waiting) >= _PIECE:
                await run_in_threadpool(written.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(written.write, bytes(waiting))
    return sha256.hexdigest()


@router.get("/{identity}")
def get_clip(identity: Identity, studio: StudioServices) -> ClipInfo:
    """Describe a clip."""
    return studio.clips.get(identity)


@router.patch("/{identity}")
def change_clip(identity: Identity, change: ClipChange, studio: StudioServices) -> ClipInfo:
    """Give a clip another name."""
    return studio.clips.rename(identity, change.name)


@router.delete("/{identity}", status_code=204)
def remove_clip(identity: Identity, studio: StudioServices) -> None:
    """Put a clip into the trash for thirty days, unless a job needs it."""
    studio.clips.trash(identity)


@router.post("/{identity}/restore")
def restore_clip(identity: Identity, studio: StudioServices) -> ClipInfo:
    """Take a clip out of the trash."""
    return studio.clips.restore(identity)


@router.get("/{identity}/sheet", response_class=FileResponse)
def get_sheet(
    identity: Identity, studio: StudioServices, number: Annotated[int, Query(ge=0, le=9999)] = 0
) -> FileResponse:
    """Give a still of the contact sheet by its number, as JPEG."""
    return FileResponse(studio.clips.get_still_file(identity, number), headers=FOREVER)


@router.post("/{identity}/still", status_code=201)
def make_still(identity: Identity, moment: StillRequest, studio: StudioServices) -> ImageInfo:
    """Take the frame that is shown at a time as an image, to draft and to paint."""
    return studio.clips.make_still(identity, moment.seconds)
