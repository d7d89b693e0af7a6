"""The library's front door: pictures by path or name in, a painting out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import torch

from brushwork import images
from brushwork.engine import paint, planned
from brushwork.errors import BrushworkError, DeviceError, OptionError, RecipeError
from brushwork.events import Event, Finished
from brushwork.features import VGG, Precision, bfloat16_pays, load_weights
from brushwork.following import located, placed_options, placed_styles
from brushwork.images import Source
from brushwork.options import Options, layer_weights
from brushwork.pace import timed
from brushwork.painting import Painting
from brushwork.paintings import StyleSource, listed
from brushwork.planning import Plan
from brushwork.preparation import recolored, subject_for, texture_subject
from brushwork.pyramid import fitted
from brushwork.recipe import Recipe, changed, recipe_for
from brushwork.subject import Subject
from brushwork.targets import Extra

#: Pixels times steps from which on it is worth a second or two to predict how long a run takes.
LONG = 20_000_000
#: Height that stands for the extent of a texture, which has a shape but no size of its own.
EXTENT = 1000
#: A texture is not narrower than this, width over height or height over width.
LEAST_ASPECT = 0.1


def stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    **changes: Any,
) -> Painting:
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
    for event in iter_stylize(
        content, styles, options, extra=extra, extra_layers=extra_layers, **changes
    ):
        if isinstance(event, Finished):
            return event.painting
    raise BrushworkError("the run ended without a picture.")


def iter_stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    **changes: Any,
) -> Iterator[Event]:
    """Do what `stylize` does, and yield every event on the way; stop by not iterating further.

    Parameters and errors are those of `stylize`. Errors of the input are raised at once, before
    the first event is asked for.

    Returns
    -------
    Iterator[Event]
        `Planned`, `ScaleStarted`, `StepTaken`, `Rescued` and, last, `Finished` with the painting.
    """
    began = time.perf_counter()
    options = Options.made(options, **changes)
    subject = subject_for(content, styles, options, pick_device(options.device))
    recipe = recipe_for(content, listed(styles), options)
    if options.color == "only":
        return iter([_told(Finished(_recolored(subject, options, began)), recipe)])
    events = _painted(subject, options, began, extra, extra_layers)
    return (_told(event, recipe) for event in events)


def texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    aspect: float = 1.0,
    **changes: Any,
) -> Painting:
    """Paint the texture of one or more paintings, with no photo: what its style remembers.

    Parameters
    ----------
    styles, options, **changes
        As for `stylize`; ``seamless=True`` makes a tile whose edges fit together.
    aspect
        Width over height.

    Raises
    ------
    BrushworkError
        As `stylize`, and if an option needs a photo.
    """
    for event in iter_texture(styles, options, aspect=aspect, **changes):
        if isinstance(event, Finished):
            return event.painting
    raise BrushworkError("the run ended without a picture.")


def iter_texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    aspect: float = 1.0,
    **changes: Any,
) -> Iterator[Event]:
    """Do what `texture` does, and yield every event on the way."""
    began = time.perf_counter()
    options = Options.made(options, **changes)
    if not LEAST_ASPECT <= aspect <= 1 / LEAST_ASPECT:
        raise OptionError(f"aspect was given as {aspect}, but must lie between 0.1 and 10.")
    extent = (EXTENT, max(1, round(EXTENT * aspect)))
    subject = texture_subject(styles, options, extent, pick_device(options.device))
    recipe = recipe_for(None, listed(styles), options, aspect)
    return (_told(event, recipe) for event in _painted(subject, options, began))


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


def iter_rerun(picture: str | os.PathLike[str], **changes: Any) -> Iterator[Event]:
    """Paint a picture again by its recipe, with single options changed; events as `iter_stylize`.

    Inputs are looked for by their names, from here and from the picture's folder. One that has
    changed since is used, and the notes of the painting say so.

    Raises
    ------
    BrushworkError
        As `stylize`, and if there is no recipe or an input is missing.
    """
    recipe, folder = recipe_of(picture), Path(picture).parent
    found = {used.name: located(used, folder) for used in recipe.inputs}
    notes = changed(recipe, found)
    options = recipe.painted_with(**placed_options(recipe, found), **changes)
    styles = placed_styles(recipe, found)
    if recipe.content is None:
        events = iter_texture(styles, options, aspect=recipe.aspect)
    else:
        events = iter_stylize(found[recipe.content] or recipe.content, styles, options)
    return (_noted(event, notes) for event in events)


def plan(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    **changes: Any,
) -> Plan:
    """Say what `stylize` would need, without painting: memory, seconds, scales and tiles.

    Parameters and errors are those of `stylize`. The seconds come from a few probe steps.
    """
    options = Options.made(options, **changes)
    device = pick_device(options.device)
    subject = subject_for(content, styles, options, device)
    return _planned(subject, network_for(options, device), options, always_timed=True)


def _painted(
    subject: Subject,
    options: Options,
    began: float,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
) -> Iterator[Event]:
    network = network_for(options, subject.device, extra_layers)
    plan = _planned(subject, network, options, always_timed=False)
    return paint(subject, network, options, plan=plan, began=began, extra=extra)


def _recolored(subject: Subject, options: Options, began: float) -> Painting:
    """Give the photo in other colours, at the size asked for."""
    pixels = recolored(subject)
    pixels = images.resize(pixels, fitted(*subject.extent, options.size))
    return Painting(
        image=subject.rendered(pixels),
        losses={},
        seconds=time.perf_counter() - began,
        options=options,
        notes=subject.notes,
    )


def _planned(subject: Subject, network: VGG, options: Options, *, always_timed: bool) -> Plan:
    made = planned(subject, network, options)
    if always_timed or made.work > LONG:
        return timed(made, network, options, subject.device)
    return made


def network_for(
    options: Options, device: torch.device | None = None, extra_layers: Sequence[str] = ()
) -> VGG:
    """Build the network that gives the content and style layers of ``options``, on a device.

    Raises
    ------
    WeightsError
        If the weights file will not do.
    """
    device = device or pick_device(options.device)
    network = VGG(
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


def _told(event: Event, recipe: Recipe) -> Event:
    """Give the finished painting its recipe."""
    if not isinstance(event, Finished):
        return event
    made = event.painting
    losses = {name: float(loss) for name, loss in made.losses.items()}
    told = recipe.model_copy(update={"losses": losses, "seconds": made.seconds})
    return Finished(replace(made, recipe=told))


def _noted(event: Event, notes: Sequence[str]) -> Event:
    if not isinstance(event, Finished):
        return event
    return Finished(replace(event.painting, notes=(*notes, *event.painting.notes)))


def pick_precision(name: Literal["auto", "float32", "bfloat16"], device: torch.device) -> Precision:
    """Choose the precision of the feature maps: ``auto`` takes bfloat16 where a CPU gains by it."""
    if name != "auto":
        return name
    return "bfloat16" if device.type == "cpu" and bfloat16_pays() else "float32"


def pick_device(name: str) -> torch.device:
    """Choose where to compute: ``auto`` takes CUDA, then Apple's MPS, then the CPU.

    Raises
    ------
    DeviceError
        If the device is not there.
    """
    present = {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
    if name == "auto":
        return torch.device(next(device for device, there in present.items() if there))
    if not present[name]:
        usable = ", ".join(device for device, there in present.items() if there)
        raise DeviceError(f"device {name!r} is not available here; use auto, or one of: {usable}.")
    return torch.device(name)
