"""Going on from where a run was stopped: as it was, or steered towards something else."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brushwork import images
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import save_events
from brushwork.engine.events import Event
from brushwork.engine.loop import Run, plan_run, stylize_inputs
from brushwork.engine.request import Request, StyleRequest
from brushwork.engine.run import BuildNetworks, build_networks
from brushwork.engine.targets import Extra
from brushwork.errors import CheckpointError, OptionError, RecipeError
from brushwork.features import adopt_choices, pick_device
from brushwork.images import Image
from brushwork.options import (
    Settings,
    Sources,
    StyleOptions,
    get_role,
    list_styles,
    options_that_affect,
)
from brushwork.planning.plan import Plan
from brushwork.recipe import (
    Found,
    Recipe,
    describe_changes,
    hash_image,
    have_weights_changed,
    locate_weights,
)
from brushwork.system.files import hash_file

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: What decides which scales there are, and what an optimiser's state means.
FIXED = (*options_that_affect("resume"), "init")


def resume_run(
    checkpoint: Checkpoint,
    styles: StyleSource | Sequence[StyleSource] | None = None,
    *,
    extra: Extra | None = None,
    every: float,
    build: BuildNetworks = build_networks,
    changes: dict[str, Any],
) -> Generator[Event]:
    """Go on with the run of a checkpoint, event by event; it is released when that ends.

    Parameters
    ----------
    checkpoint
        What was saved.
    styles, changes
        Other styles, options and sources: with them the run is steered.
    extra
        The same losses of the caller's own as before: a checkpoint cannot hold them.
    every
        Seconds from one save to the next.
    build
        Gives the networks.

    Raises
    ------
    BrushworkError
        If an image that it needs is missing or not what it was, or a change will not do.
    """
    try:
        request = restore_request(checkpoint)
        steered = styles is not None or bool(changes)
        if steered:
            request = _steer(request, styles, changes)
        options = request.options
        inputs = request.prepare(pick_device(options.device))
        networks = build(options, inputs.device)
        if steered:
            _redirect(checkpoint, request.recipe(), plan_run(inputs, networks, options))
        snapshot = checkpoint.snapshot(inputs.device)
        manifest = checkpoint.run
        run = Run(inputs, networks, options, manifest.plan, manifest.recipe, extra)
        return save_events(stylize_inputs(run, snapshot), checkpoint, every, run.notes)
    except BaseException:
        checkpoint.release()
        raise


def restore_request(checkpoint: Checkpoint) -> Request:
    """Read everything that the run needs, and refuse what is not what it was.

    Raises
    ------
    BrushworkError
        If an image or the weights are missing, or not what they were.
    """
    manifest = checkpoint.run
    recipe = manifest.recipe
    found: dict[str, Found] = {**checkpoint.read_images(), **_find_files(checkpoint)}
    weights = locate_weights(recipe, Path(manifest.folder))
    request = Request.follow(recipe, found, weights)
    if have_weights_changed(recipe, request.options):
        raise CheckpointError(
            "the weights are others than the picture was made with; put back what they were, or "
            "paint the picture again."
        )
    if checkpoint.is_same_machine and manifest.position is not None:
        adopt_choices(manifest.position.kernels)
    return _keep_names(request, recipe)


def _find_files(checkpoint: Checkpoint) -> dict[str, Found]:
    """Give the files of the images, which must hold what they held."""
    found: dict[str, Found] = {}
    names = {used.role: used.name for used in checkpoint.run.recipe.inputs}
    for role, file in checkpoint.run.files.items():
        path, name = Path(file.path), names[role]
        if not path.is_file():
            raise RecipeError(
                f"{name!r}, the {role} of the recipe, is not at {file.path!r} any more; put it "
                f"back (SHA-256 {file.sha256[:12]}…)."
            )
        if hash_file(path) != file.sha256:
            raise CheckpointError(
                f"{name} ({role}) has changed since the picture was made; put back what it "
                "was, or paint the picture again."
            )
        found[role] = path
    return found


def _keep_names(request: Request, recipe: Recipe) -> Request:
    """Call every image as the recipe does, whatever file it was read from now."""
    names = {used.role: used for used in recipe.inputs}

    def keep(role: str, image: Any) -> Any:
        used = names.get(role)
        named = isinstance(image, Image) and used is not None
        return image.with_origin(used.name, used.sha256) if named and used else image

    styles = []
    for number, style in enumerate(request.styles, start=1):
        part = keep(f"part of painting {number}", style.part)
        region = keep(f"region of painting {number}", style.region)
        asked = StyleOptions(**recipe.styles[number - 1].options)
        styles.append(StyleRequest(keep(f"painting {number}", style.image), asked, part, region))
    sources = {name: keep(get_role(name), getattr(request, name)) for name in Sources.model_fields}
    return replace(request, content=keep("photo", request.content), styles=styles, **sources)


def _steer(
    request: Request, styles: StyleSource | Sequence[StyleSource] | None, changes: dict[str, Any]
) -> Request:
    """Ask for something else from here on, with the same content image."""
    fixed = [name for name in FIXED if name in changes]
    if fixed:
        raise OptionError(
            f"{', '.join(fixed)} cannot be changed while a picture is painted; paint it again."
        )
    sources = {name: getattr(request, name) for name in Sources.model_fields}
    before = Settings(request.options, Sources.create(**sources))
    settings = Settings.create(before, **changes)
    if settings.options.color == "only":
        raise OptionError("color=only paints nothing, so that a run cannot go on with it.")
    asked = _list_styles(request) if styles is None else _name_known(styles, request)
    return Request.read(request.content, asked, settings, aspect=request.aspect)


def _list_styles(request: Request) -> list[StyleSource]:
    """Give the styles of a request as they can be asked for again."""
    found: list[StyleSource] = []
    for style in request.styles:
        named = {"part": style.part, "region": style.region}
        read = {name: image for name, image in named.items() if image is not None}
        found.append((style.image, style.options.model_copy(update=read)))
    return found


def _name_known(styles: StyleSource | Sequence[StyleSource], request: Request) -> list[StyleSource]:
    """Call a style image that was there before as it was called, not by where it was found."""
    before = {hash_image(style.image): style.image for style in request.styles}
    read = [(images.read(source), how) for source, how in list_styles(styles)]
    return [(before.get(hash_image(image), image), how) for image, how in read]


def _find_place(before: Plan, plan: Plan, index: int) -> dict[str, int]:
    """Say where a run stands in another plan, which may leave the small network out.

    It goes on in the stage that it is in; where there is none, it begins the last one of that size.
    """
    stage = before.stages[index - 1]
    same = {n: s for n, s in enumerate(plan.stages, 1) if s.scale.size == stage.scale.size}
    there = [n for n, other in same.items() if other.network == stage.network]
    return {"index": there[0]} if there else {"index": max(same), "step": 0}


def _redirect(checkpoint: Checkpoint, recipe: Recipe, plan: Plan) -> None:
    """Let the checkpoint say from now on what the run is steered to."""
    run = checkpoint.run
    if run.position is not None:
        scale = run.plan.stages[run.position.index - 1].scale
        how = describe_changes(run.recipe, recipe)
        place = f"{scale.width}×{scale.height}, after step {run.position.step}"
        recipe = recipe.model_copy(update={"steered": (*run.recipe.steered, f"at {place}: {how}")})
        moved = {"steered": True, **_find_place(run.plan, plan, run.position.index)}
        run = run.model_copy(update={"position": run.position.model_copy(update=moved)})
    checkpoint.write(run.model_copy(update={"recipe": recipe, "plan": plan}))
