"""What the studio can do, what a job would take, and what happens."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Header

from brushwork.features import pick_device
from brushwork.studio.live import EventResponse
from brushwork.studio.option_values import OptionForm, make_form
from brushwork.studio.queue import MAX_QUEUED
from brushwork.studio.routes.dependencies import ERRORS, Identity, StudioServices
from brushwork.studio.schemas import JobSettings, Plan, ScalePlan, Status
from brushwork.system import memory
from brushwork.version import __version__

router = APIRouter(tags=["studio"], responses=ERRORS)


@router.get("/options", response_model_exclude_unset=True)
def get_options() -> OptionForm:
    """Give the JSON schema of all options, in groups, with their defaults."""
    return make_form()


@router.post("/plan")
def plan_job(settings: JobSettings, studio: StudioServices) -> Plan:
    """Say what a job would take, without painting it."""
    plan = studio.planner.plan(settings)
    scales = [
        ScalePlan(width=scale.width, height=scale.height, steps=scale.steps)
        for scale in (stage.scale for stage in plan.stages)
    ]
    width, height = scales[-1].width, scales[-1].height
    return Plan(
        seconds=plan.seconds,
        memory=plan.memory,
        width=width,
        height=height,
        scales=scales,
        film=studio.planner.plan_film(settings, plan),
    )


@router.get("/status")
def get_status(studio: StudioServices) -> Status:
    """Tell how the studio is."""
    return Status(
        version=__version__,
        device=pick_device("auto").type,
        memory=memory.measure_available(),
        queue=studio.queue.count_queued(),
        limit=MAX_QUEUED,
    )


@router.get("/events", response_class=EventResponse)
async def follow_all(
    studio: StudioServices, last_event_id: Annotated[str | None, Header()] = None
) -> EventResponse:
    """Follow all jobs: server-sent events; with Last-Event-ID, what was missed comes first.

    The events are ``job`` (a job as it is now), ``losses``, ``result``, ``order`` (of the queue),
    ``draft`` (a draft as it is now), ``grid`` (one that was renamed, deleted or restored),
    ``clip`` (one that came, was renamed, deleted
    or restored), ``paced`` (plans know more), ``removed``, and ``reset``: load everything anew.
    """
    return studio.stream.respond(_parse_number(last_event_id))


@router.get("/jobs/{identity}/events", response_class=EventResponse)
async def follow_job(
    identity: Identity,
    studio: StudioServices,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventResponse:
    """Follow one job."""
    return studio.stream.respond(_parse_number(last_event_id), identity)


def _parse_number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,18}", text) else None
