"""The application: routes, errors in one shape, the page, and the guard before all of it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from brushwork.errors import BrushworkError
from brushwork.studio.errors import get_code
from brushwork.studio.routes import about, clips, drafts, grids, images, jobs, results, subjects
from brushwork.studio.schemas import PREFIX
from brushwork.studio.security import Guard
from brushwork.studio.services import Services
from brushwork.version import __version__

STATIC = Path(__file__).parent / "static"
_CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "not_found"}


def create_app(studio: Services, hosts: tuple[str, ...], token: str | None = None) -> FastAPI:
    """Build the application.

    Parameters
    ----------
    studio
        What it serves.
    hosts, token
        As for `Guard`.
    """

    @contextlib.asynccontextmanager
    async def follow(_: FastAPI) -> AsyncIterator[None]:
        await studio.stream.start()
        yield
        await studio.stream.stop()

    app = FastAPI(
        title="brushwork studio",
        description="Neural style transfer on your own machine. The page uses this same API.",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=follow,
    )
    app.state.studio = studio
    for routes in (images, clips, drafts, subjects, jobs, grids, results, about):
        app.include_router(routes.router, prefix=PREFIX)
    app.add_exception_handler(BrushworkError, _handle_refusal)
    app.add_exception_handler(RequestValidationError, _handle_invalid)
    app.add_exception_handler(HTTPException, _handle_http)
    app.add_exception_handler(Exception, _handle_failure)
    app.add_middleware(Guard, hosts=hosts, token=token)
    app.add_api_route("/", _serve_page("index.html"), include_in_schema=False)
    app.add_api_route("/docs", _serve_page("docs.html"), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _serve_page(name: str) -> Callable[[], FileResponse]:
    def serve() -> FileResponse:
        return FileResponse(STATIC / name, headers={"cache-control": "no-cache"})

    return serve


async def _handle_refusal(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BrushworkError)
    status, code = get_code(error)
    return _make_error(status, code, str(error))


async def _handle_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return _make_error(422, "option", f"{place or 'the request'}: {first['msg']}.")


async def _handle_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "option")
    return _make_error(error.status_code, code, f"{error.detail}.")


async def _handle_failure(request: Request, error: Exception) -> JSONResponse:
    logging.getLogger("uvicorn.error").error("%s failed", request.url.path, exc_info=error)
    return _make_error(
        500, "internal", "something went wrong in the studio; its window tells what."
    )


def _make_error(status: int, code: str, message: str) -> JSONResponse:
    sentence = message if message.endswith(".") else f"{message}."
    return JSONResponse({"error": {"code": code, "message": sentence}}, status)
