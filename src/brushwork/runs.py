"""From a request to the events of its run, told, timed, and kept safe where that is wanted."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from brushwork import images
from brushwork.checkpoint import Checkpoint
from brushwork.engine import paint, planned
from brushwork.equipment import network_for, pick_device
from brushwork.errors import MemoryBudgetError, OutputError
from brushwork.events import Event, Finished, ScaleStarted
from brushwork.features import VGG, machine
from brushwork.keeping import EVERY, LONG, Keeping, folder_in_cache, kept, tidy
from brushwork.options import Options
from brushwork.pace import timed
from brushwork.painting import Painting
from brushwork.planning import Plan
from brushwork.preparation import recolored
from brushwork.pyramid import fitted
from brushwork.recipe import Recipe
from brushwork.record import Run
from brushwork.request import Request
from brushwork.snapshot import Snapshot
from brushwork.subject import Subject
from brushwork.targets import Extra

#: Pixels times steps from which on it is worth a second or two to predict how long a run takes.
WORTH_TIMING = 20_000_000


@dataclass(frozen=True)
class Losses:
    """Losses of your own, and the layers that they want to see besides."""

    extra: Extra | None = None
    layers: Sequence[str] = ()


def begun(
    request: Request,
    *,
    began: float,
    losses: Losses = Losses(),
    keeping: Keeping | None = None,
    network: VGG | None = None,
) -> Iterator[Event]:
    """Paint a request, event by event; what is wrong with it is raised at once.

    Parameters
    ----------
    request
        What to paint.
    began
        When the run began, by `time.perf_counter`.
    losses
        Losses of your own.
    keeping
        How its state is kept; not at all if None.
    network
        What was built for the same options before; made now if None.

    Raises
    ------
    BrushworkError
        If a picture, an option, the weights, the device or the folder will not do.
    """
    options = request.options
    subject = request.subject(pick_device(options.device))
    recipe = request.recipe()
    if options.color == "only":
        return unkept(subject, recipe, options, began=began)
    network = network or network_for(options, subject.device, losses.layers)
    plan = predicted(subject, network, options)
    checkpoint = _checkpoint(request, recipe, plan, keeping)
    events = paint(subject, network, options, plan=plan, began=began, extra=losses.extra)
    return _kept(_told_all(events, recipe), checkpoint, keeping)


def unkept(
    subject: Subject,
    recipe: Recipe,
    options: Options,
    *,
    began: float,
    networks: Callable[[Options], VGG] = network_for,
) -> Iterator[Event]:
    """Paint what was read somewhere else, without keeping its state.

    Parameters
    ----------
    subject
        The pictures, where the run is computed.
    recipe
        What the painting is told.
    options
        How to paint.
    began
        When the run began, by `time.perf_counter`.
    networks
        Makes the network; a batch shares one.

    Raises
    ------
    BrushworkError
        As `begun`.
    """
    if options.color == "only":
        return iter([_told(Finished(_recolored(subject, options, began)), recipe)])
    return _told_all(paint(subject, networks(options), options, began=began), recipe)


def resumed(
    checkpoint: Checkpoint,
    snapshot: Snapshot | None,
    subject: Subject,
    network: VGG,
    options: Options,
    *,
    extra: Extra | None = None,
    every: float = EVERY,
) -> Iterator[Event]:
    """Go on with a run from where its checkpoint stands, by its own plan.

    Raises
    ------
    BrushworkError
        As `begun`.
    """
    run = checkpoint.run
    events = paint(subject, network, options, plan=run.plan, extra=extra, snapshot=snapshot)
    return kept(_told_all(events, run.recipe), checkpoint, every)


def predicted(
    subject: Subject, network: VGG, options: Options, *, always_timed: bool = False
) -> Plan:
    """Plan a run, with the seconds that it will take where it is a long one."""
    made = planned(subject, network, options)
    if always_timed or made.work > WORTH_TIMING:
        return timed(made, network, options, subject.device)
    return made


def _checkpoint(
    request: Request, recipe: Recipe, plan: Plan, keeping: Keeping | None
) -> Checkpoint | None:
    """Begin to keep the run: where it was asked for, or in the cache if it will be long."""
    if keeping is None or (keeping.folder is None and (plan.seconds or 0) < LONG):
        return None
    run = Run(
        machine=machine(),
        begun=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        folder=str(Path.cwd()),
        recipe=recipe,
        plan=plan,
        label=dict(keeping.label),
    )
    if keeping.folder is not None:
        return Checkpoint.begun(keeping.folder, run, request.without_files())
    tidy()
    with contextlib.suppress(OutputError):  # a run that nobody asked to keep goes on without
        return Checkpoint.begun(folder_in_cache(), run, request.without_files())
    return None


def _kept(
    events: Iterator[Event], checkpoint: Checkpoint | None, keeping: Keeping | None
) -> Iterator[Event]:
    if checkpoint is None or keeping is None:
        return events
    return kept(events, checkpoint, keeping.every)


def _recolored(subject: Subject, options: Options, began: float) -> Painting:
    """Give the photo in other colours, at the size asked for."""
    pixels = recolored(subject)
    pixels = images.resize(pixels, fitted(*subject.extent, options.size))
    seen = subject.rendered(pixels)
    return Painting(
        image=seen.image(),
        levels=seen.levels(),
        losses={},
        seconds=time.perf_counter() - began,
        options=options,
        notes=subject.notes,
    )


def _told_all(events: Iterator[Event], recipe: Recipe) -> Iterator[Event]:
    """Give the painting its recipe, and say it in words if memory runs out after all."""
    place = ""
    try:
        for event in events:
            if isinstance(event, ScaleStarted):
                place = f" at {event.width}×{event.height}"
            yield _told(event, recipe)
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, MemoryError) and "allocate" not in str(error):
            raise
        raise MemoryBudgetError(
            f"memory ran out{place}, although the plan had fitted: other programs, or a limit, "
            "took some of it; close them, or allow less (--memory) so that smaller tiles are used."
        ) from error


def _told(event: Event, recipe: Recipe) -> Event:
    """Give the finished painting its recipe."""
    if not isinstance(event, Finished):
        return event
    made = event.painting
    losses = {name: float(loss) for name, loss in made.losses.items()}
    told = recipe.model_copy(update={"losses": losses, "seconds": made.seconds})
    return Finished(replace(made, recipe=told))
