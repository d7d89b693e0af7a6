"""What all routes need: the studio, and identities that are nothing but identities."""

from __future__ import annotations

import pathlib
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Request, Response
from pydantic import BeforeValidator

from brushwork.studio.errors import NotFoundError
from brushwork.studio.schemas import ErrorBody
from brushwork.studio.services import Services


def _get_services(request: Request) -> Services:
    studio: Services = request.app.state.studio
    return studio


#: The studio that a request is for.
StudioServices = Annotated[Services, Depends(_get_services)]
#: An identity in an address: no dots and no slashes, so that it is never a path.
Identity = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
#: Bits a channel; in an address numbers are text.
BitDepth = Annotated[
    Literal[8, 16], BeforeValidator(lambda given: int(given) if given in ("8", "16") else given)
]
#: A body that is read as it comes, for the documentation.
BINARY_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
#: How errors look, for the documentation.
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorBody} for code in (401, 403, 404, 409, 413, 422, 429)
}
#: What never changes under its address.
FOREVER = {"cache-control": "private, max-age=31536000, immutable"}
#: What a browser asks for each time.
FRESH = {"cache-control": "no-cache"}


def serve_newest(file: pathlib.Path, missing: str) -> Response:
    """Give a JPEG that is replaced again and again: read at once, so that it is of one piece.

    Raises
    ------
    NotFoundError
        If there is none; ``missing`` says why.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(missing) from None
    return Response(content, media_type="image/jpeg", headers=FRESH)
