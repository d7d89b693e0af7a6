"""From a request to the events of its run, told, timed, and kept safe where that is wanted."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from brushwork.checkpoints.cache import LONG_SECONDS, name_cache_folder, remove_forgotten
from brushwork.checkpoints.manifest import Manifest
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import Autosave, autosave
from brushwork.engine.events import Event, Finished, ScaleStarted
from brushwork.engine.inputs import Inputs
from brushwork.engine.loop import paint, plan_run
from brushwork.engine.recolor import _make_recolored
from brushwork.engine.request import Request
from brushwork.engine.targets import Extra
from brushwork.engine.timing import add_seconds
from brushwork.errors import MemoryBudgetError, OutputError
from brushwork.features import VGGFeatures, describe_machine, load_weights
from brushwork.features.device import pick_device, pick_precision
from brushwork.options import Options, layer_weights
from brushwork.planning.plan import Plan
from brushwork.recipe import Recipe

#: Pixels times steps from which on it is worth a second or two to predict how long a run takes.
WORTH_TIMING = 20_000_000


def build_network(
    options: Options, device: torch.device | None = None, extra_layers: Sequence[str] = ()
) -> VGGFeatures:
    """Build the network that gives the content and style layers of ``options``, on a device.

    Raises
    ------
    WeightsError
        If the weights file will not do.
    """
    device = device or pick_device(options.device)
    network = VGGFeatures(
        [
            *layer_weights(options.content_layers),
            *layer_weights(options.style_layers),
            *extra_layers,
        ],
        pooling=options.pooling,
        weights=load_weights(options.weights),
        precision=pick_precision(options.precision, device),
    )
    return network.to(device)


@dataclass(frozen=True)
class Losses:
    """Losses of your own, and the layers that they want to see besides."""

    extra: Extra | None = None
    layers: Sequence[str] = ()


def start_run(
    request: Request,
    *,
    began: float,
    losses: Losses = Losses(),
    keeping: Autosave | None = None,
    network: VGGFeatures | None = None,
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
        return run_unsaved(subject, recipe, options, began=began)
    network = network or build_network(options, subject.device, losses.layers)
    plan = predict(subject, network, options)
    checkpoint = _create_checkpoint(request, recipe, plan, keeping)
    events = paint(subject, network, options, plan=plan, began=began, extra=losses.extra)
    return _save_events(_told_all(events, recipe), checkpoint, keeping)


def run_unsaved(
    subject: Inputs,
    recipe: Recipe,
    options: Options,
    *,
    began: float,
    networks: Callable[[Options], VGGFeatures] = build_network,
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
        As `start_run`.
    """
    if options.color == "only":
        return iter([_told(Finished(_make_recolored(subject, options, began)), recipe)])
    return _told_all(paint(subject, networks(options), options, began=began), recipe)


def predict(
    subject: Inputs, network: VGGFeatures, options: Options, *, always_timed: bool = False
) -> Plan:
    """Plan a run, with the seconds that it will take where it is a long one."""
    made = plan_run(subject, network, options)
    if always_timed or made.work > WORTH_TIMING:
        return add_seconds(made, network, options, subject.device)
    return made


def _create_checkpoint(
    request: Request, recipe: Recipe, plan: Plan, keeping: Autosave | None
) -> Checkpoint | None:
    """Begin to keep the run: where it was asked for, or in the cache if it will be long."""
    if keeping is None or (keeping.folder is None and (plan.seconds or 0) < LONG_SECONDS):
        return None
    run = Manifest(
        machine=describe_machine(),
        begun=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        folder=str(Path.cwd()),
        recipe=recipe,
        plan=plan,
        label=dict(keeping.label),
    )
    if keeping.folder is not None:
        return Checkpoint.create(keeping.folder, run, request.without_files())
    remove_forgotten()
    with contextlib.suppress(OutputError):  # a run that nobody asked to keep goes on without
        return Checkpoint.create(name_cache_folder(), run, request.without_files())
    return None


def _save_events(
    events: Iterator[Event], checkpoint: Checkpoint | None, keeping: Autosave | None
) -> Iterator[Event]:
    if checkpoint is None or keeping is None:
        return events
    return autosave(events, checkpoint, keeping.every)


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
    made = event.result
    losses = {name: float(loss) for name, loss in made.losses.items()}
    told = recipe.model_copy(update={"losses": losses, "seconds": made.seconds})
    return Finished(replace(made, recipe=told))
