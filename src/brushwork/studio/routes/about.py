"""What the studio can do, what a painting would take, and what happens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from brushwork.features.device import pick_device
from brushwork.studio.queue import MAX_QUEUED
from brushwork.studio.routes.dependencies import ERRORS, Identity, StudioServices
from brushwork.studio.schemas import Plan, Settings, Status
from brushwork.studio.settings import make_form
from brushwork.system import memory
from brushwork.version import __version__

router = APIRouter(prefix="/api", tags=["studio"], responses=ERRORS)


@router.get("/options")
def options() -> dict[str, Any]:
    """Give the JSON schema of all options, in groups, with their defaults."""
    return make_form()


@router.post("/plan", response_model=Plan)
def plan(settings: Settings, studio: StudioServices) -> dict[str, Any]:
    """Say what a painting would take, without painting it."""
    made = studio.planner.plan(settings)
    scales = [
        {"width": stage.scale.width, "height": stage.scale.height, "steps": stage.scale.steps}
        for stage in made.stages
    ]
    last = scales[-1]
    size = {"width": last["width"], "height": last["height"]}
    return {"seconds": made.seconds, "memory": made.memory, **size, "scales": scales}


@router.get("/status", response_model=Status)
def status(studio: StudioServices) -> dict[str, Any]:
    """Tell how the studio is."""
    return {
        "version": __version__,
        "device": pick_device("auto").type,
        "memory": memory.measure_available(),
        "queue": studio.jobs.queued(),
        "limit": MAX_QUEUED,
    }


@router.get("/events", response_class=StreamingResponse)
async def events(
    studio: StudioServices, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Follow all jobs: server-sent events; with Last-Event-ID, what was missed comes first.

    The events are ``job`` (a job as it is now), ``losses``, ``painting``, ``order`` (of the queue),
    ``removed``, and ``reset``: load everything anew.
    """
    return _make_stream(studio.stream.events(_parse_number(last_event_id)))


@router.get("/jobs/{identity}/events", response_class=StreamingResponse)
async def events_of_job(
    identity: Identity,
    studio: StudioServices,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    """Follow one job."""
    return _make_stream(studio.stream.events(_parse_number(last_event_id), identity))


def _parse_number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,18}", text) else None


def _make_stream(events: AsyncIterator[str]) -> StreamingResponse:
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)
