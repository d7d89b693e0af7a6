"""What a film will need, told before its first frame is painted: memory, disk, time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from brushwork.engine.loop import plan_run
from brushwork.engine.request import Request
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
    turns = range(1, film.request.film.passes + 1)
    disk = measure_disk(film.size, [len(film.times) - film.count_passed(turn) for turn in turns])
    _check_disk(film, disk)
    plan, networks = plan_frame(film.prepared)
    seconds = _estimate(film, plan, networks) if alone else None
    # Frames are read, and then painted.
    taken = max(plan.memory, film.clip.memory)
    notes = tuple(film.clip.notes)
    return FilmPlanned(len(film.times), width, height, taken, disk, seconds, notes)


def plan_frame(prepared: Request) -> tuple[Plan, Networks]:
    """Plan how a frame is painted as a picture, by which networks.

    Raises
    ------
    BrushworkError
        If it cannot be, or not in the memory that may be used.
    """
    inputs = prepared.prepare(pick_device(prepared.options.device))
    networks = build_networks(prepared.options, inputs.device)
    return plan_run(inputs, networks, prepared.options), networks


def measure_disk(size: tuple[int, int], left: Sequence[int]) -> int:
    """Give the bytes that frames will take which are not there yet.

    Parameters
    ----------
    size
        Height and width.
    left
        How many frames each pass has still to go over.
    """
    height, width = size
    first, *further = left
    return (first * (SOURCE_BYTES + PASS_BYTES) + sum(further) * PASS_BYTES) * height * width


def _check_disk(film: Production, needed: int) -> None:
    free = shutil.disk_usage(film.folder.path).free
    if needed > free:
        raise OutputError(
            f"{len(film.times)} frames need {format_bytes(needed)} in {quote(film.folder.path)}, "
            f"but {format_bytes(free)} are free; make room there, or choose a folder on another "
            "disk."
        )


def _estimate(film: Production, plan: Plan, networks: Networks) -> float | None:
    """Estimate the seconds that what is left of a film takes this machine."""
    first = len(film.list_unbegun())
    return estimate_seconds(
        plan,
        networks,
        film.prepared.options,
        pick_device(film.prepared.options.device),
        steps=film.request.film.steps,
        first=first,
        following=film.measure_left() - first,
    )
