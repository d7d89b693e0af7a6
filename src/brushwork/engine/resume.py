"""Painting once more: by the recipe of a picture, or from where a run was stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brushwork.checkpoints.cache import open_newest
from brushwork.checkpoints.manifest import Snapshot
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import SAVE_SECONDS, autosave
from brushwork.engine.events import Event
from brushwork.engine.inputs import Inputs
from brushwork.engine.loop import paint, plan_run
from brushwork.engine.request import Request
from brushwork.engine.run import _told_all, build_network
from brushwork.engine.targets import Extra
from brushwork.errors import CheckpointError, OptionError
from brushwork.features import VGGFeatures, adopt_choices
from brushwork.features.device import pick_device
from brushwork.options import Options
from brushwork.planning.plan import Plan
from brushwork.recipe import (
    Found,
    Recipe,
    _describe_changes,
    _keep_names,
    find_changes,
    locate,
    place_options,
    place_styles,
)

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: What decides which scales there are, and what an optimiser's state means.
FIXED = ("size", "effort", "optimizer", "seamless", "init", "seed")


def iter_resume(
    folder: str | os.PathLike[str] | Checkpoint | None = None,
    styles: StyleSource | Sequence[StyleSource] | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    every: float = SAVE_SECONDS,
    **changes: Any,
) -> Iterator[Event]:
    """Go on with a run from its checkpoint, event by event.

    With other paintings or options the run is steered: it goes on from its picture towards these.

    Parameters
    ----------
    folder
        Where the run is kept; the newest one in the user's cache if None.
    styles
        Other paintings, or the same with other weights.
    extra, extra_layers
        The same losses of your own as before: a checkpoint cannot hold them.
    every
        Seconds from one save to the next.
    **changes
        Options by name; not size, effort, optimizer, seamless, init and seed.

    Raises
    ------
    BrushworkError
        If the checkpoint, or a picture that it needs, is missing or not what it was.
    """
    checkpoint = _open(folder)
    try:
        request = _restore_request(checkpoint)
        steered = styles is not None or bool(changes)
        if steered:
            request = _steer(request, styles, changes)
        options = request.options
        subject = request.subject(pick_device(options.device))
        network = build_network(options, subject.device, extra_layers)
        snapshot = checkpoint.snapshot(subject.device)
        if steered:
            _redirect(checkpoint, request.recipe(), plan_run(subject, network, options))
            snapshot = None if snapshot is None else replace(snapshot, steered=True)
        return resume_run(checkpoint, snapshot, subject, network, options, extra=extra, every=every)
    except BaseException:
        checkpoint.release()
        raise


def _open(folder: str | os.PathLike[str] | Checkpoint | None) -> Checkpoint:
    if isinstance(folder, Checkpoint):
        return folder
    return open_newest() if folder is None else Checkpoint.open(Path(folder))


def _restore_request(checkpoint: Checkpoint) -> Request:
    """Read everything that the run needs, and refuse what is not what it was."""
    recipe, folder = checkpoint.run.recipe, Path(checkpoint.run.folder)
    found: dict[str, Found] = dict(checkpoint.read_images())
    found |= {used.role: locate(used, folder) for used in recipe.inputs if used.role not in found}
    options = recipe.painted_with(**place_options(recipe, found, folder))
    different = find_changes(recipe, found, options)
    if different:
        raise CheckpointError(f"{different[0]}; put back what it was, or paint the picture again.")
    if checkpoint.is_same_machine and checkpoint.run.position is not None:
        adopt_choices(checkpoint.run.position.kernels)
    return _request(recipe, found, options)


def _steer(
    request: Request, styles: StyleSource | Sequence[StyleSource] | None, changes: dict[str, Any]
) -> Request:
    fixed = [name for name in FIXED if name in changes]
    if fixed:
        raise OptionError(
            f"{', '.join(fixed)} cannot be changed while a picture is painted; paint it again."
        )
    options = Options.create(request.options, **changes)
    if options.color == "only":
        raise OptionError("color=only paints nothing, so that a run cannot go on with it.")
    return Request.read(
        request.content, request.styles if styles is None else styles, options, request.aspect
    )


def _redirect(checkpoint: Checkpoint, recipe: Recipe, plan: Plan) -> None:
    """Let the checkpoint say from now on what the run is steered to."""
    run = checkpoint.run
    recipe = _keep_names(recipe, run.recipe)
    if run.position is not None:
        scale = plan.stages[run.position.index - 1].scale
        how = _describe_changes(run.recipe, recipe)
        place = f"{scale.width}×{scale.height}, after step {run.position.step}"
        recipe = recipe.model_copy(update={"steered": (*run.recipe.steered, f"at {place}: {how}")})
        run = run.model_copy(update={"position": run.position.model_copy(update={"steered": True})})
    checkpoint.write(run.model_copy(update={"recipe": recipe, "plan": plan}))


def _request(recipe: Recipe, found: Mapping[str, Found], options: Options) -> Request:
    """Read the pictures of a recipe where they are now."""
    content = None if recipe.content is None else found.get("photo") or recipe.content
    return Request.read(content, place_styles(recipe, found), options, recipe.aspect)


def resume_run(
    checkpoint: Checkpoint,
    snapshot: Snapshot | None,
    subject: Inputs,
    network: VGGFeatures,
    options: Options,
    *,
    extra: Extra | None = None,
    every: float = SAVE_SECONDS,
) -> Iterator[Event]:
    """Go on with a run from where its checkpoint stands, by its own plan.

    Raises
    ------
    BrushworkError
        As `start_run`.
    """
    run = checkpoint.run
    events = paint(subject, network, options, plan=run.plan, extra=extra, snapshot=snapshot)
    return autosave(_told_all(events, run.recipe), checkpoint, every)
