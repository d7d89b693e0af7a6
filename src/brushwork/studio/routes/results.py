"""The gallery."""

from __future__ import annotations

from typing import Annotated, Literal, cast
from urllib.parse import quote

import numpy as np
from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, StreamingResponse

from brushwork import images
from brushwork.recipe import Recipe
from brushwork.studio.gallery import DownloadQuery
from brushwork.studio.routes.dependencies import ERRORS, FOREVER, BitDepth, Identity, StudioServices
from brushwork.studio.schemas import Identity as ResultName
from brushwork.studio.schemas import (
    QueuedJob,
    RerunRequest,
    Result,
    ResultChange,
    ResultList,
    ResultNames,
)
from brushwork.studio.settings import check_settings
from brushwork.studio.store import ResultColumns

router = APIRouter(prefix="/results", tags=["results"], responses=ERRORS)
FileKind = Annotated[Literal["png", "jpg", "webp", "tiff"], Query(alias="format")]
FileQuality = Annotated[int, Query(ge=1, le=100)]
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}


def _name_download(name: str, download: bool) -> dict[str, str]:
    """Give the header by which a browser saves an answer under a name, where it shall."""
    if not download:
        return {}
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


@router.get("")
def list_results(
    studio: StudioServices,
    deleted: bool = False,
    search: Annotated[str, Query(max_length=200)] = "",
    starred: bool = False,
    sort: Literal["newest", "oldest", "name"] = "newest",
    after: ResultName | None = None,
    limit: Annotated[int | None, Query(ge=1, le=500)] = None,
) -> ResultList:
    """List the results, or those in the trash: all, or a page of ``limit`` at a time.

    Every word of ``search`` is in the name, a tag, or the title or artist of a built-in image.
    """
    return studio.gallery.list_results(
        search=search, deleted=deleted, starred=starred, sort=sort, after=after, limit=limit
    )


@router.get("/zip", response_class=StreamingResponse)
def get_zip(
    studio: StudioServices,
    identities: Annotated[list[ResultName], Query(alias="id", min_length=1, max_length=500)],
    kind: FileKind = "png",
    depth: BitDepth = 8,
    quality: FileQuality = images.QUALITY,
    profile: images.Profile = "none",
) -> StreamingResponse:
    """Give several results in one ZIP file: ``?id=…&id=…``; the rest as for one file."""
    how = DownloadQuery(depth=depth, quality=quality, profile=profile)
    found = [studio.gallery.find_download(identity, kind, how) for identity in identities]
    headers = {"content-disposition": "attachment; filename=brushwork.zip"}
    pieces = studio.gallery.iter_zip(found, kind, how)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


@router.post("/trash", status_code=204)
def trash_results(names: ResultNames, studio: StudioServices) -> None:
    """Put several results into the trash, all of them or none."""
    with studio.store.transaction():
        for identity in names.results:
            studio.gallery.trash(identity)


@router.post("/restore", status_code=204)
def restore_results(names: ResultNames, studio: StudioServices) -> None:
    """Take several results out of the trash, all of them or none."""
    with studio.store.transaction():
        for identity in names.results:
            studio.gallery.restore(identity)


@router.get("/{identity}")
def get_result(identity: Identity, studio: StudioServices) -> Result:
    """Describe a result."""
    return studio.gallery.get(identity)


@router.get("/{identity}/file", response_class=Response)
def get_file(
    identity: Identity,
    studio: StudioServices,
    download: bool = False,
    kind: FileKind = "png",
    depth: BitDepth = 8,
    quality: FileQuality = images.QUALITY,
    profile: images.Profile = "none",
) -> Response:
    """Give a result at its full size, with its recipe in it.

    16 bits a channel go into png and tiff, if the result is kept so (its ``depth``); ``quality`` is
    a JPEG's; with ``profile`` an ICC profile is embedded, and the colours are converted to it.
    """
    how = DownloadQuery(depth=depth, quality=quality, profile=profile)
    result = studio.gallery.find_download(identity, kind, how)
    headers = {**FOREVER, **_name_download(f"{result.name}.{kind}", download)}
    if how.is_stored_as(kind):
        return FileResponse(studio.gallery.get_file(identity), headers=headers)
    content = studio.gallery.encode(result, kind, how)
    return Response(content, media_type=_TYPES[kind], headers=headers)


@router.get("/{identity}/film", response_class=FileResponse)
def get_film(identity: Identity, studio: StudioServices, download: bool = False) -> FileResponse:
    """Give a film as MP4, or a range of its bytes: a player asks for what it shows."""
    result = studio.gallery.check_film(identity)
    headers = {**FOREVER, **_name_download(f"{result.name}.mp4", download)}
    return FileResponse(studio.gallery.get_film_file(identity), headers=headers)


@router.get("/{identity}/before", response_class=FileResponse)
def get_before(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give the part of the clip that a film was made of, frame by frame as long, without sound."""
    studio.gallery.check_film(identity)
    return FileResponse(studio.gallery.get_film_file(identity, "before"), headers=FOREVER)


@router.get("/{identity}/pixels", response_class=Response)
def get_pixels(identity: Identity, studio: StudioServices, depth: BitDepth = 8) -> Response:
    """Give the plain pixels of a result, row by row, three or four channels each.

    Of 16 bits the lower byte comes first. The headers ``x-width``, ``x-height``, ``x-channels`` and
    ``x-depth`` say what there is.
    """
    image = studio.gallery.read(identity, depth)
    if not isinstance(image, np.ndarray):
        image = np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"))
    height, width, channels = image.shape
    told = {"width": width, "height": height, "channels": channels, "depth": depth}
    headers = {**FOREVER, **{f"x-{name}": str(number) for name, number in told.items()}}
    content = image.astype(f"<u{depth // 8}").tobytes()
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.get("/{identity}/thumb", response_class=FileResponse)
def get_thumbnail(identity: Identity, studio: StudioServices) -> FileResponse:
    """Give a small image, as WebP."""
    studio.gallery.get(identity)
    return FileResponse(studio.gallery.get_thumbnail_file(identity), headers=FOREVER)


@router.get("/{identity}/recipe")
def get_recipe(
    identity: Identity, studio: StudioServices, response: Response, download: bool = False
) -> Recipe:
    """Give the recipe of a result; to be saved as a file with ``download``."""
    recipe = studio.gallery.get_recipe(identity)
    name = studio.gallery.get(identity).name
    response.headers.update(_name_download(f"{name}.json", download))
    return recipe


@router.patch("/{identity}")
def change_result(identity: Identity, change: ResultChange, studio: StudioServices) -> Result:
    """Star a result, name it, or tag it."""
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
    settings = studio.clips.check_use(settings)
    check_settings(settings, studio.library)
    return studio.queue.join(settings)
