"""From a request to the events of its run: planned, timed, and saved where that is wanted."""

from __future__ import annotations

import contextlib
import datetime
import functools
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import torch

from brushwork.checkpoints.cache import LONG_SECONDS, name_cache_folder, remove_forgotten
from brushwork.checkpoints.manifest import Manifest, SourceFile
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import Autosave, save_events
from brushwork.engine.events import Event
from brushwork.engine.inputs import Inputs
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.recolor import iter_recolor
from brushwork.engine.request import Request
from brushwork.engine.timing import add_seconds
from brushwork.errors import OutputError
from brushwork.features import (
    LazyNetworks,
    VGGFeatures,
    describe_choice,
    describe_machine,
    load_small_weights,
    load_weights,
    pick_device,
    pick_precision,
)
from brushwork.layers import NetworkName
from brushwork.options import Options
from brushwork.planning.plan import Plan
from brushwork.recipe import Recipe
from brushwork.system.files import hash_file

#: Work (see `Stage.work`) from which on it is worth some seconds, once, to learn how long it takes.
WORTH_TIMING = 3_000_000

#: Gives the networks of some options on a device.
BuildNetworks = Callable[[Options, torch.device], LazyNetworks]


def build_networks(options: Options, device: torch.device) -> LazyNetworks:
    """Give the networks that give the content and style layers of ``options``, on a device.

    Raises
    ------
    WeightsError
        If a weights file that was named will not do.
    """

    def build(name: NetworkName) -> VGGFeatures:
        return VGGFeatures(
            options.layers,
            pooling=options.pooling,
            weights=load_small_weights() if name == "small" else load_weights(options.weights),
            precision=pick_precision(options.precision, device, options.networks),
        ).to(device)

    networks = LazyNetworks({name: functools.partial(build, name) for name in options.networks})
    if options.weights is not None:
        networks["large"]  # what is wrong with a file is said before anything begins
    return networks


def start_run(
    request: Request,
    autosave: Autosave | None = None,
    *,
    build: BuildNetworks = build_networks,
) -> Generator[Event]:
    """Do what a request asks for, event by event; what is wrong with it is raised at once.

    Parameters
    ----------
    request
        What to make, and from what.
    autosave
        How its state is saved; not at all if None.
    build
        Gives the networks; whoever makes many images shares them.

    Raises
    ------
    BrushworkError
        If an image, an option, the weights, the device or the folder will not do.
    """
    request = request.without_small_network() if request.extra is not None else request
    options = request.options
    inputs = request.prepare(pick_device(options.device))
    recipe = request.recipe()
    if options.color == "only":
        return iter_recolor(inputs, options, recipe, started=request.started)
    networks = build(options, inputs.device)
    recipe = recipe.model_copy(update={"computed": _describe(options, inputs.device)})
    plan = predict(inputs, networks, options)
    run = Run(inputs, networks, options, plan, recipe, request.extra, request.started)
    checkpoint = _create_checkpoint(request, recipe, plan, autosave)
    events = stylize_inputs(run)
    if checkpoint is None or autosave is None:
        return events
    return save_events(events, checkpoint, autosave.every, run.notes)


def start_prepared(
    inputs: Inputs,
    recipe: Recipe,
    options: Options,
    *,
    started: float,
    timed: bool = False,
    build: BuildNetworks = build_networks,
) -> Generator[Event]:
    """Do the same with what was read and prepared elsewhere, without saving its state.

    Parameters
    ----------
    inputs, recipe, options, build
        As in a run.
    started
        When it all began, by `time.perf_counter`.
    timed
        Whether its plan shall tell how long it will take.

    Raises
    ------
    BrushworkError
        As `start_run`.
    """
    if options.color == "only":
        return iter_recolor(inputs, options, recipe, started=started)
    networks = build(options, inputs.device)
    recipe = recipe.model_copy(update={"computed": _describe(options, inputs.device)})
    plan = plan_run(inputs, networks, options)
    if timed:
        plan = add_seconds(plan, networks, options, inputs.device)
    return stylize_inputs(Run(inputs, networks, options, plan, recipe, started=started))


def predict(
    inputs: Inputs,
    networks: Mapping[NetworkName, VGGFeatures],
    options: Options,
    *,
    always_timed: bool = False,
) -> Plan:
    """Plan a run, with the seconds that it will take where it is a long one."""
    plan = plan_run(inputs, networks, options)
    if always_timed or plan.work > WORTH_TIMING:
        return add_seconds(plan, networks, options, inputs.device)
    return plan


def _describe(options: Options, device: torch.device) -> str:
    """Say how the large network is computed, and why; empty in a draft."""
    if "large" not in options.networks:
        return ""
    return describe_choice(pick_precision(options.precision, device, options.networks))


def _create_checkpoint(
    request: Request, recipe: Recipe, plan: Plan, autosave: Autosave | None
) -> Checkpoint | None:
    """Begin to save the run: where it was asked for, or in the cache if it will be long."""
    if autosave is None or (autosave.folder is None and (plan.seconds or 0) < LONG_SECONDS):
        return None
    found = request.list_images()
    embedded = {role: image for role, image in found.items() if image.path is None}
    manifest = Manifest(
        machine=describe_machine(),
        started=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        folder=str(Path.cwd()),
        recipe=recipe,
        plan=plan,
        label=dict(autosave.label),
        files={
            role: SourceFile(path=str(image.path.absolute()), sha256=hash_file(image.path))
            for role, image in found.items()
            if image.path is not None
        },
    )
    if autosave.folder is not None:
        return Checkpoint.create(autosave.folder, manifest, embedded)
    remove_forgotten()
    with contextlib.suppress(OutputError):  # a run that nobody asked to save goes on without
        return Checkpoint.create(name_cache_folder(), manifest, embedded)
    return None
