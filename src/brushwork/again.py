"""Painting once more: by the recipe of a picture, or from where a run was stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from brushwork import images
from brushwork.api import Folder, finished, keeping
from brushwork.checkpoint import Checkpoint
from brushwork.engine import planned
from brushwork.equipment import network_for, pick_device
from brushwork.errors import CheckpointError, OptionError, RecipeError
from brushwork.events import Event, Finished
from brushwork.features import adopt
from brushwork.following import located, placed_options, placed_styles
from brushwork.keeping import EVERY, newest
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.paintings import StyleSource
from brushwork.planning import Plan
from brushwork.recipe import Found, Recipe, changed
from brushwork.request import Request
from brushwork.runs import begun, resumed
from brushwork.targets import Extra

#: What decides which scales there are, and what an optimiser's state means.
FIXED = ("size", "effort", "optimizer", "seamless", "init", "seed")


def recipe_of(picture: str | os.PathLike[str]) -> Recipe:
    """Read how a picture of brushwork's was made, from its file or a JSON file beside it.

    Raises
    ------
    BrushworkError
        If the file cannot be read, or holds no recipe.
    """
    path = Path(picture)
    if path.suffix.lower() == ".json" and path.is_file():
        return Recipe.parsed(path.read_text("utf-8", errors="replace"))
    text = images.read_text(path)
    if text is None:
        raise RecipeError(
            f"{str(path)!r} carries no recipe: it is not brushwork's, was painted with "
            "--no-recipe, or was saved again by a program that drops such texts."
        )
    return Recipe.parsed(text)


def iter_rerun(
    picture: str | os.PathLike[str], *, checkpoint: Folder | None = None, **changes: Any
) -> Iterator[Event]:
    """Paint a picture again by its recipe, with single options changed; events as `iter_stylize`.

    Inputs are looked for by their names, from here and from the picture's folder. One that has
    changed since is used, and the notes of the painting say so.

    Raises
    ------
    BrushworkError
        As `stylize`, and if there is no recipe or an input is missing.
    """
    began = time.perf_counter()
    recipe = recipe_of(picture)
    folders = (Path(), Path(picture).parent)
    found: dict[str, Found] = {used.role: located(used, *folders) for used in recipe.inputs}
    options = recipe.painted_with(**placed_options(recipe, found, *folders))
    notes = changed(recipe, found, options)
    if recipe.steered:
        notes.append("the picture was steered on the way, so that this one is another")
    request = _request(recipe, found, Options.made(options, **changes))
    events = begun(request, began=began, keeping=keeping(checkpoint))
    return _noted(events, notes)


def resume(folder: str | os.PathLike[str] | None = None, **how: Any) -> Painting:
    """Go on with a run that was stopped, whatever stopped it; parameters as `iter_resume`.

    Returns
    -------
    Painting
        Bit for bit the one that the run would have given on the same machine.
    """
    return finished(iter_resume(folder, **how))


def iter_resume(
    folder: str | os.PathLike[str] | Checkpoint | None = None,
    styles: StyleSource | Sequence[StyleSource] | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    every: float = EVERY,
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
    checkpoint = _opened(folder)
    try:
        request = _as_it_was(checkpoint)
        steered = styles is not None or bool(changes)
        if steered:
            request = _steered(request, styles, changes)
        options = request.options
        subject = request.subject(pick_device(options.device))
        network = network_for(options, subject.device, extra_layers)
        snapshot = checkpoint.snapshot(subject.device)
        if steered:
            _redirect(checkpoint, request.recipe(), planned(subject, network, options))
            snapshot = None if snapshot is None else replace(snapshot, steered=True)
        return resumed(checkpoint, snapshot, subject, network, options, extra=extra, every=every)
    except BaseException:
        checkpoint.release()
        raise


def _opened(folder: str | os.PathLike[str] | Checkpoint | None) -> Checkpoint:
    if isinstance(folder, Checkpoint):
        return folder
    return newest() if folder is None else Checkpoint.opened(Path(folder))


def _as_it_was(checkpoint: Checkpoint) -> Request:
    """Read everything that the run needs, and refuse what is not what it was."""
    recipe, folder = checkpoint.run.recipe, Path(checkpoint.run.folder)
    found: dict[str, Found] = dict(checkpoint.given())
    found |= {used.role: located(used, folder) for used in recipe.inputs if used.role not in found}
    options = recipe.painted_with(**placed_options(recipe, found, folder))
    different = changed(recipe, found, options)
    if different:
        raise CheckpointError(f"{different[0]}; put back what it was, or paint the picture again.")
    if checkpoint.same_machine and checkpoint.run.position is not None:
        adopt(checkpoint.run.position.kernels)
    return _request(recipe, found, options)


def _steered(
    request: Request, styles: StyleSource | Sequence[StyleSource] | None, changes: dict[str, Any]
) -> Request:
    fixed = [name for name in FIXED if name in changes]
    if fixed:
        raise OptionError(
            f"{', '.join(fixed)} cannot be changed while a picture is painted; paint it again."
        )
    options = Options.made(request.options, **changes)
    if options.color == "only":
        raise OptionError("color=only paints nothing, so that a run cannot go on with it.")
    return Request.of(
        request.content, request.styles if styles is None else styles, options, request.aspect
    )


def _redirect(checkpoint: Checkpoint, recipe: Recipe, plan: Plan) -> None:
    """Let the checkpoint say from now on what the run is steered to."""
    run = checkpoint.run
    recipe = _named_as_before(recipe, run.recipe)
    if run.position is not None:
        scale = plan.stages[run.position.index - 1].scale
        how = _differences(run.recipe, recipe)
        place = f"{scale.width}×{scale.height}, after step {run.position.step}"
        recipe = recipe.model_copy(update={"steered": (*run.recipe.steered, f"at {place}: {how}")})
        run = run.model_copy(update={"position": run.position.model_copy(update={"steered": True})})
    checkpoint.write(run.model_copy(update={"recipe": recipe, "plan": plan}))


def _named_as_before(new: Recipe, old: Recipe) -> Recipe:
    """Call what is the same picture as it was called, not by where it was found."""
    before = {(used.role, used.sha256): used.name for used in old.inputs}
    inputs = tuple(
        used.model_copy(update={"name": before.get((used.role, used.sha256), used.name)})
        for used in new.inputs
    )
    names = {used.role: used.name for used in inputs}
    styles = tuple(
        style.model_copy(update={"name": names[f"painting {number}"]})
        for number, style in enumerate(new.styles, start=1)
    )
    return new.model_copy(
        update={"inputs": inputs, "styles": styles, "content": names.get("photo")}
    )


def _differences(old: Recipe, new: Recipe) -> str:
    """Say what was changed on the way."""
    told = [
        f"{name} {_written(new.options[name])}"
        for name in new.options
        if new.options[name] != old.options.get(name)
    ]
    if new.styles != old.styles:
        told.append(
            "paintings " + ", ".join(_painting(style.name, style.options) for style in new.styles)
        )
    return ", ".join(told) or "nothing"


def _painting(name: str, options: Mapping[str, Any]) -> str:
    return " ".join([name, *(f"{key} {_written(value)}" for key, value in options.items())])


def _written(value: Any) -> str:
    return " ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


def _request(recipe: Recipe, found: Mapping[str, Found], options: Options) -> Request:
    """Read the pictures of a recipe where they are now."""
    content = None if recipe.content is None else found.get("photo") or recipe.content
    return Request.of(content, placed_styles(recipe, found), options, recipe.aspect)


def _noted(events: Iterator[Event], notes: Sequence[str]) -> Iterator[Event]:
    """Put notes before those of the painting."""
    for event in events:
        if isinstance(event, Finished):
            event = Finished(replace(event.painting, notes=(*notes, *event.painting.notes)))
        yield event
