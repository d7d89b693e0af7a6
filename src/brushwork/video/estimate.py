"""How long a film will take, before its first frame is painted, by the pace of this machine."""

from __future__ import annotations

from dataclasses import replace

import torch

from brushwork.engine.run import WORTH_TIMING
from brushwork.engine.timing import add_seconds, recall_seconds
from brushwork.features import Networks
from brushwork.options import Options
from brushwork.planning.plan import Plan
from brushwork.video.ahead import AHEAD
from brushwork.video.brush import NEW_STEPS
from brushwork.video.few_steps import (
    COARSE_STEPS,
    list_lasting_stages,
    list_quick_stages,
    set_steps,
)

#: Flow, what is carried, and the files of a frame take as long as so many of its steps.
BESIDES = 7


def estimate_seconds(
    plan: Plan,
    networks: Networks,
    options: Options,
    device: torch.device,
    *,
    steps: int,
    first: int,
    following: float,
) -> float | None:
    """Estimate how long frames will take; None where too little is known of this machine.

    As for a picture, the pace is measured, once, where that is worth the seconds; `recall_estimate`
    does without.

    Parameters
    ----------
    plan
        Of a frame, as a picture.
    networks, options, device
        How it is painted, and where.
    steps
        Steps of a frame that follows another.
    first
        How many frames are the first of a shot, and painted as pictures.
    following
        How many others there are; with each tenth of them something is painted ahead.
    """
    usual, ahead = _plan_following(plan, steps)
    work = first * plan.work + following * (usual.work + ahead.work / AHEAD)
    if work > WORTH_TIMING:
        add_seconds(plan, networks, options, device)  # what is measured is known from then on
    return recall_estimate(plan, options, device, steps=steps, first=first, following=following)


def recall_estimate(
    plan: Plan, options: Options, device: torch.device, *, steps: int, first: int, following: float
) -> float | None:
    """Give the estimate by what was measured before; what is given is as for `estimate_seconds`."""
    usual, ahead = _plan_following(plan, steps)
    each = [recall_seconds(one, options, device) for one in (plan, usual, ahead)]
    known = [seconds for seconds in each if seconds is not None]
    if len(known) < len(each):
        return None
    return first * known[0] + following * (known[1] + known[2] / AHEAD)


def _plan_following(plan: Plan, steps: int) -> tuple[Plan, Plan]:
    """Give what a frame takes that follows another, and what is painted ahead with each tenth."""
    quick = list_quick_stages(plan)
    usual = replace(plan, stages=(set_steps(quick[-1], steps + BESIDES),))
    ahead = replace(plan, stages=tuple(list_lasting_stages(plan, NEW_STEPS)))
    if len(quick) > 1:
        ahead = replace(plan, stages=(set_steps(quick[-2], COARSE_STEPS), *ahead.stages))
    return usual, ahead
