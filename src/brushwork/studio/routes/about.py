"""What the studio can do, what a painting would take, and what happens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from brushwork import __version__, memory
from brushwork.equipment import pick_device
from brushwork.studio.form import form
from brushwork.studio.jobs import MOST_QUEUED
from brushwork.studio.models import Plan, Settings, Status
from brushwork.studio.routes.shared import ERRORS, Identity, TheStudio

router = APIRouter(prefix="/api", tags=["studio"], responses=ERRORS)


@router.get("/options")
def options() -> dict[str, Any]:
    """Give the JSON schema of all options, in groups, with their defaults."""
    return form()


@router.post("/plan", response_model=Plan)
def plan(settings: Settings, studio: TheStudio) -> dict[str, Any]:
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
def status(studio: TheStudio) -> dict[str, Any]:
    """Tell how the studio is."""
    return {
        "version": __version__,
        "device": pick_device("auto").type,
        "memory": memory.available(),
        "queue": studio.jobs.queued(),
        "limit": MOST_QUEUED,
    }


@router.get("/events", response_class=StreamingResponse)
async def events(
    studio: TheStudio, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Follow all jobs: server-sent events; with Last-Event-ID, what was missed comes first.

    The events are ``job`` (a job as it is now), ``losses``, ``painting``, ``order`` (of the queue),
    ``removed``, and ``reset``: load everything anew.
    """
    return _streamed(studio.stream.events(_number(last_event_id)))


@router.get("/jobs/{identity}/events", response_class=StreamingResponse)
async def events_of_job(
    identity: Identity, studio: TheStudio, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Follow one job."""
    return _streamed(studio.stream.events(_number(last_event_id), identity))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,18}", text) else None


def _streamed(events: AsyncIterator[str]) -> StreamingResponse:
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)
