"""Which devices the studio paints on: a worker process each, which sees no other.

A worker takes the best device that it sees, as every run does. So that it sees one graphics card
alone, or none, the variable says that CUDA reads; options, recipes and checkpoints name a kind of
device, never a number of a card, and go on wherever there is one of that kind.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch

from brushwork.errors import OptionError

#: What CUDA reads: the cards that a process may use, by their numbers or names.
VISIBLE = "CUDA_VISIBLE_DEVICES"
THREADS = "OMP_NUM_THREADS"
#: More workers than this help nobody.
MAX_WORKERS = 64


@dataclass(frozen=True)
class WorkerPlan:
    """What one worker is started with.

    Attributes
    ----------
    device
        How its device is called, or None where it has no other beside it to be told from.
    variables
        The environment variables in which it differs from the server.
    """

    device: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


def plan_workers(names: Sequence[str] = ()) -> list[WorkerPlan]:
    """Give what each worker is started with.

    Parameters
    ----------
    names
        The devices: ``cpu`` or ``cuda:N``, as often as workers shall be on them. If there are none,
        there is a worker for each CUDA card, or a single one for the best device.

    Raises
    ------
    OptionError
        If a device is not known, or not there.
    """
    if len(names) > MAX_WORKERS:
        raise OptionError(
            f"{len(names)} devices were given, and at most {MAX_WORKERS} are allowed; leave out "
            "some."
        )
    cards = torch.cuda.device_count() if torch.cuda.is_available() else 0
    wanted = names or ([f"cuda:{number}" for number in range(cards)] if cards > 1 else [])
    if not wanted:
        return [WorkerPlan()]
    sharing = list(wanted).count("cpu")
    return [
        WorkerPlan(name if len(wanted) > 1 else None, _separate(name, cards, sharing))
        for name in wanted
    ]


def _separate(name: str, cards: int, sharing: int) -> dict[str, str]:
    """Give the variables of a worker on one device; workers on the CPU share its cores."""
    if name == "cpu" and not torch.backends.mps.is_available():
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        threads = {THREADS: str(max(1, (cores or 1) // sharing))} if sharing > 1 else {}
        return {VISIBLE: "", **_leave(threads, os.environ)}
    number = re.fullmatch(r"cuda:(\d{1,3})", name)
    if number is None or int(number[1]) >= cards:
        there = ", ".join(["cpu", *(f"cuda:{one}" for one in range(cards))])
        raise OptionError(f"device was given as {name!r}; here is: {there}.")
    return {VISIBLE: _list_visible(cards)[int(number[1])]}


def _leave(wanted: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Give what nobody has said otherwise."""
    return {name: value for name, value in wanted.items() if name not in given}


def _list_visible(cards: int) -> list[str]:
    """Give how CUDA calls the cards that the server itself may use."""
    said = [name.strip() for name in os.environ.get(VISIBLE, "").split(",") if name.strip()]
    return said or [str(number) for number in range(cards)]
