"""The library's front door: pictures by path or name in, a painting out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Event, Finished
from brushwork.engine.request import Request
from brushwork.engine.result import Result
from brushwork.engine.resume import _request, iter_resume
from brushwork.engine.run import Losses, build_network, predict, start_run
from brushwork.engine.targets import Extra
from brushwork.errors import BrushworkError
from brushwork.features.device import pick_device
from brushwork.images import Source
from brushwork.options import Options
from brushwork.planning.plan import Plan
from brushwork.recipe import Found, find_changes, locate, place_options, read_recipe

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: A folder for the state of a run, or more about how it is kept.
Folder = str | os.PathLike[str] | Autosave


def stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Result:
    """Repaint a photo in the style of one or more paintings.

    Parameters
    ----------
    content
        The photo: a path, the name of a built-in picture, or a PIL image.
    styles
        A painting in the same ways, or a list of several. ``"painting.jpg:2"`` or
        ``("painting.jpg", 2)`` gives one a weight in the mixture; the default is 1. More about
        one is said by `StyleOptions`: ``"painting.jpg@red,scale=2"`` or
        ``("painting.jpg", {"region": "red", "scale": 2})``.
    options
        How to paint; the defaults if None.
    extra
        Makes losses of your own, from the `Scene` of each scale; they are added to the total.
    extra_layers
        Layers that they want to see besides the content and style layers.
    checkpoint
        A folder where the state of the run is kept while it lasts, so that `resume` can go on with
        it whatever happens.
    **changes
        Single options by name, over ``options``: ``size=768, strength=0.6``.

    Returns
    -------
    Painting
        With ``image`` (PIL), ``losses``, ``seconds``, ``options``, ``notes`` and ``save(path)``.

    Raises
    ------
    BrushworkError
        If a picture, an option, the weights or the device will not do; the message says why.
    """
    return collect_result(
        iter_stylize(
            content,
            styles,
            options,
            extra=extra,
            extra_layers=extra_layers,
            checkpoint=checkpoint,
            **changes,
        )
    )


def iter_stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Iterator[Event]:
    """Do what `stylize` does, and yield every event on the way; stop by not iterating further.

    Parameters and errors are those of `stylize`. Errors of the input are raised at once, before
    the first event is asked for. The folder of the checkpoint is taken away when the event after
    the last one is asked for, as a ``for`` loop does; whoever stops before can go on later.

    Returns
    -------
    Iterator[Event]
        `Planned`, `ScaleStarted`, `StepTaken`, `Rescued`, `Kept` and, last, `Finished` with the
        painting.
    """
    began = time.perf_counter()
    options = Options.create(options, **changes)
    return start_run(
        Request.read(content, styles, options),
        began=began,
        losses=Losses(extra, extra_layers),
        keeping=make_autosave(checkpoint),
    )


def texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    aspect: float = 1.0,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Result:
    """Paint the texture of one or more paintings, with no photo: what its style remembers.

    Parameters
    ----------
    styles, options, checkpoint, **changes
        As for `stylize`; ``seamless=True`` makes a tile whose edges fit together.
    aspect
        Width over height.

    Raises
    ------
    BrushworkError
        As `stylize`, and if an option needs a photo.
    """
    return collect_result(
        iter_texture(styles, options, aspect=aspect, checkpoint=checkpoint, **changes)
    )


def iter_texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    aspect: float = 1.0,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Iterator[Event]:
    """Do what `texture` does, and yield every event on the way."""
    began = time.perf_counter()
    options = Options.create(options, **changes)
    request = Request.read(None, styles, options, aspect)
    return start_run(request, began=began, keeping=make_autosave(checkpoint))


def plan(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    **changes: Any,
) -> Plan:
    """Say what `stylize` would need, without painting: memory, seconds, scales and tiles.

    Parameters and errors are those of `stylize`. The seconds come from a few probe steps.
    """
    options = Options.create(options, **changes)
    device = pick_device(options.device)
    subject = Request.read(content, styles, options).subject(device)
    return predict(subject, build_network(options, device), options, always_timed=True)


def collect_result(events: Iterator[Event]) -> Result:
    """Wait for the painting of a run.

    Raises
    ------
    BrushworkError
        Whatever the run raises.
    """
    painting = None
    for event in events:
        if isinstance(event, Finished):
            painting = event.result
    if painting is None:
        raise BrushworkError("the run ended without a picture.")
    return painting


def make_autosave(checkpoint: Folder | None) -> Autosave | None:
    """Say how a run is kept, where only a folder may have been named."""
    if checkpoint is None or isinstance(checkpoint, Autosave):
        return checkpoint
    return Autosave(Path(checkpoint))


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
    recipe = read_recipe(picture)
    folders = (Path(), Path(picture).parent)
    found: dict[str, Found] = {used.role: locate(used, *folders) for used in recipe.inputs}
    options = recipe.painted_with(**place_options(recipe, found, *folders))
    notes = find_changes(recipe, found, options)
    if recipe.steered:
        notes.append("the picture was steered on the way, so that this one is another")
    request = _request(recipe, found, Options.create(options, **changes))
    events = start_run(request, began=began, keeping=make_autosave(checkpoint))
    return _add_notes(events, notes)


def resume(folder: str | os.PathLike[str] | None = None, **how: Any) -> Result:
    """Go on with a run that was stopped, whatever stopped it; parameters as `iter_resume`.

    Returns
    -------
    Painting
        Bit for bit the one that the run would have given on the same machine.
    """
    return collect_result(iter_resume(folder, **how))


def _add_notes(events: Iterator[Event], notes: Sequence[str]) -> Iterator[Event]:
    """Put notes before those of the painting."""
    for event in events:
        if isinstance(event, Finished):
            event = Finished(replace(event.result, notes=(*notes, *event.result.notes)))
        yield event
