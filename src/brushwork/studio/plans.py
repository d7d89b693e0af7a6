"""What a job would take: arithmetic on sizes alone; nothing is read, and nothing computed."""

from __future__ import annotations

from dataclasses import replace

import torch

from brushwork.engine.timing import recall_seconds
from brushwork.features import pick_device, pick_precision, recall_bfloat16
from brushwork.options import Options
from brushwork.planning.plan import Plan, PlanInputs, StyleSize, make_plan
from brushwork.studio.film_plans import FilmPlanner
from brushwork.studio.library import Library
from brushwork.studio.schemas import FilmPlan, JobSettings
from brushwork.studio.settings import check_settings, get_extent, get_options
from brushwork.studio.store import Store
from brushwork.system import memory

#: Kinds of runs whose pace the worker is asked to measure, at most, at a time.
MAX_UNKNOWN = 16


class Planner:
    """Plans jobs; what nobody measured yet, the worker is asked to measure when it has time.

    Parameters
    ----------
    store, library
        Where the worker is asked, and the studio's images.
    films
        Plans what they are besides their frames.
    """

    def __init__(self, store: Store, library: Library, films: FilmPlanner) -> None:
        self._store = store
        self._library = library
        self._films = films

    def plan(self, job: JobSettings) -> Plan:
        """Say what a job will take; ``seconds`` is None as long as this machine is not known.

        Raises
        ------
        BrushworkError
            If its settings will not do.
        """
        options = check_settings(job, self._library)
        plan = self._make_plan(job, options)
        if plan.seconds is None:
            self._store.paces.ask(job, MAX_UNKNOWN)
        return plan

    def plan_film(self, job: JobSettings, frame: Plan) -> FilmPlan | None:
        """Say what the film of a job will take whose frames take as much; None if it is none.

        Raises
        ------
        BrushworkError
            If it cannot be made.
        """
        if job.film is None:
            return None
        options, known = get_options(job), frame.seconds is not None
        return self._films.plan(job.film, options, frame, known=known)

    def _get_extent(self, job: JobSettings) -> tuple[int, int]:
        if job.film is not None:
            return self._films.get_extent(job.film)
        return get_extent(job, self._library)

    def _make_plan(self, job: JobSettings, options: Options) -> Plan:
        device = pick_device(options.device)
        precision = _recall_precision(options, device)
        styles = [self._library.get(use.image) for use in job.styles]
        given = PlanInputs(
            extent=self._get_extent(job),
            styles=[
                StyleSize(style.height, style.width, use.scale)
                for style, use in zip(styles, job.styles, strict=True)
            ],
            precision=precision or "float32",
            budget=options.memory_budget or memory.measure_available(),
            held=memory.measure_resident(),
            networks=options.networks,
        )
        plan = make_plan(options, given)
        return replace(plan, seconds=recall_seconds(plan, options, device) if precision else None)


def _recall_precision(options: Options, device: torch.device) -> str | None:
    """Give the precision that a run will take; None where that has to be measured first."""
    if options.precision == "auto" and device.type == "cpu" and "large" in options.networks:
        faster = recall_bfloat16()
        return None if faster is None else ("bfloat16" if faster else "float32")
    return pick_precision(options.precision, device, options.networks)
