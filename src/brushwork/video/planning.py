"""What a film will need, told before its first frame is painted: memory, disk, time."""

from __future__ import annotations

import shutil

import torch

from brushwork.engine.loop import plan_run
from brushwork.engine.run import build_networks
from brushwork.errors import OutputError
from brushwork.features import Networks, pick_device
from brushwork.planning.plan import Plan
from brushwork.system.files import quote
from brushwork.system.memory import format_bytes
from brushwork.video.estimate import estimate_seconds
from brushwork.video.events import FilmPlanned
from brushwork.video.production import Production

#: Bytes a pixel that a frame needs in the folder, as read, and after each pass.
SOURCE_BYTES, PASS_BYTES = 3, 6


def plan_film(film: Production, *, alone: bool) -> FilmPlanned:
    """Say what a film will need, and refuse what the disk cannot hold.

    Parameters
    ----------
    film
        All frames of its clip are kept.
    alone
        Whether this process paints all of it, whose pace is known.

    Raises
    ------
    OutputError
        If there is too little room where its frames are kept.
    """
    height, width = film.size
    passes = film.request.film.passes
    disk = measure_disk(film.size, len(film.times), passes, film.count_painted())
    _check_disk(film, disk)
    options = film.prepared.options
    inputs = film.prepared.prepare(pick_device(options.device))
    networks = build_networks(options, inputs.device)
    plan = plan_run(inputs, networks, options)
    seconds = _estimate(film, plan, networks, inputs.device) if alone else None
    notes = tuple(film.clip.notes)
    return FilmPlanned(len(film.times), width, height, plan.memory, disk, seconds, notes)


def measure_disk(size: tuple[int, int], count: int, passes: int, painted: int = 0) -> int:
    """Give the bytes that frames will take which are not there yet.

    Parameters
    ----------
    size
        Height and width.
    count, passes
        How many frames there are, and passes over them.
    painted
        How many are painted already.
    """
    height, width = size
    left, further = count - painted, count * (passes - 1)
    return (left * (SOURCE_BYTES + PASS_BYTES) + further * PASS_BYTES) * height * width


def _check_disk(film: Production, needed: int) -> None:
    free = shutil.disk_usage(film.folder.path).free
    if needed > free:
        raise OutputError(
            f"{len(film.times)} frames need {format_bytes(needed)} in {quote(film.folder.path)}, "
            f"but {format_bytes(free)} are free; make room there, or choose a folder on another "
            "disk."
        )


def _estimate(
    film: Production, plan: Plan, networks: Networks, device: torch.device
) -> float | None:
    """Estimate the seconds that what is left of a film takes this machine."""
    first = len(film.list_unbegun())
    return estimate_seconds(
        plan,
        networks,
        film.prepared.options,
        device,
        steps=film.request.film.steps,
        first=first,
        following=film.workload.measure_left(1, film.count_painted()) - first,
    )
