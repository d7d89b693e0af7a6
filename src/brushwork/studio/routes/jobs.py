"""Jobs: what is to be painted, is painted, and was."""

from __future__ import annotations

from fastapi import APIRouter, Response

from brushwork.engine.resume import FIXED
from brushwork.errors import OptionError
from brushwork.studio.queue import steer_settings
from brushwork.studio.routes.dependencies import (
    ERRORS,
    Identity,
    StudioServices,
    serve_newest,
)
from brushwork.studio.schemas import (
    Job,
    JobList,
    JobSettings,
    LossHistory,
    MoveRequest,
    QueuedJob,
    SteerRequest,
)
from brushwork.studio.settings import check_settings

router = APIRouter(prefix="/jobs", tags=["jobs"], responses=ERRORS)


@router.get("")
def list_jobs(studio: StudioServices) -> JobList:
    """List all jobs: what is painted, the queue in order, then what is over."""
    return JobList(jobs=studio.queue.list_jobs())


@router.post("", status_code=201)
def add_job(settings: JobSettings, studio: StudioServices) -> QueuedJob:
    """Queue a job; one of the same settings that waits or is painted is joined."""
    settings = studio.clips.check_use(settings)
    check_settings(settings, studio.library)
    return studio.queue.join(settings)


@router.get("/{identity}")
def get_job(identity: Identity, studio: StudioServices) -> Job:
    """Tell how far a job is."""
    return studio.queue.get(identity)


@router.delete("/{identity}", status_code=204)
def remove_job(identity: Identity, studio: StudioServices) -> None:
    """Forget a job; one that is painted is cancelled first. Its result stays."""
    studio.queue.remove(identity)


@router.post("/{identity}/pause")
def pause_job(identity: Identity, studio: StudioServices) -> Job:
    """Stop a job for now; its state is kept."""
    return studio.queue.command(identity, "pause")


@router.post("/{identity}/resume")
def resume_job(identity: Identity, studio: StudioServices) -> Job:
    """Let a paused job go on, before all that wait."""
    return studio.queue.resume(identity)


@router.post("/{identity}/stop")
def stop_job(identity: Identity, studio: StudioServices) -> Job:
    """End a job here, and keep its best image so far."""
    return studio.queue.command(identity, "stop")


@router.post("/{identity}/cancel")
def cancel_job(identity: Identity, studio: StudioServices) -> Job:
    """End a job and keep nothing."""
    return studio.queue.command(identity, "cancel")


@router.post("/{identity}/steer")
def steer_job(identity: Identity, request: SteerRequest, studio: StudioServices) -> Job:
    """Change options, style images or the mask from this step on; a film stays as it is."""
    fixed = [name for name in FIXED if name in request.options]
    if fixed:
        raise OptionError(
            f"{', '.join(fixed)} cannot be changed while a picture is painted; paint it again."
        )
    before = studio.queue.get_row(identity).settings
    if before.film is not None:
        raise OptionError("a film cannot be changed while it is painted; stop it, paint it again.")
    check_settings(steer_settings(before, request), studio.library)
    return studio.queue.command(identity, "steer", request)


@router.post("/{identity}/move")
def move_job(identity: Identity, request: MoveRequest, studio: StudioServices) -> Job:
    """Give a waiting job another place in the queue; 0 is the front."""
    return studio.queue.move(identity, request.position)


@router.get("/{identity}/preview", response_class=Response)
def get_preview(identity: Identity, studio: StudioServices) -> Response:
    """Give the image as it is now, as JPEG."""
    studio.queue.get_row(identity)
    path = studio.folder.previews / f"{identity}.jpg"
    return serve_newest(path, "there is no picture yet; the first comes with the first step.")


@router.get("/{identity}/losses", response_model=LossHistory)
def list_losses(identity: Identity, studio: StudioServices) -> Response:
    """Give the losses of every step."""
    content = f'{{"steps":{studio.queue.list_losses(identity)}}}'
    return Response(content, media_type="application/json")
