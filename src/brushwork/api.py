"""The library's front door: pictures by path or name in, a painting out."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from brushwork import images
from brushwork.engine import Style, Subject, paint, planned
from brushwork.errors import BrushworkError, DeviceError, OptionError
from brushwork.events import Event, Finished
from brushwork.features import VGG, Precision, bfloat16_pays, load_weights
from brushwork.images import Source
from brushwork.options import Options, layer_weights
from brushwork.pace import timed
from brushwork.painting import Painting
from brushwork.planning import Plan

#: Pixels times steps from which on it is worth a second or two to predict how long a run takes.
LONG = 20_000_000
#: One painting of several: what `images.read` takes, or (painting, weight).
StyleSource = Source | tuple[Source, float]


def stylize(
    content: Source,
    styles: Source | Sequence[StyleSource],
    options: Options | None = None,
    **changes: Any,
) -> Painting:
    """Repaint a photo in the style of one or more paintings.

    Parameters
    ----------
    content
        The photo: a path, the name of a built-in picture, or a PIL image.
    styles
        A painting in the same ways, or a list of several. ``"painting.jpg:2"`` or
        ``("painting.jpg", 2)`` gives one a weight in the mixture; the default is 1.
    options
        How to paint; the defaults if None.
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
    for event in iter_stylize(content, styles, options, **changes):
        if isinstance(event, Finished):
            return event.painting
    raise BrushworkError("the run ended without a picture.")


def iter_stylize(
    content: Source,
    styles: Source | Sequence[StyleSource],
    options: Options | None = None,
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
    subject, network = _prepared(content, styles, options)
    return paint(
        subject,
        network,
        options,
        plan=_planned(subject, network, options, always_timed=False),
        began=began,
    )


def plan(
    content: Source,
    styles: Source | Sequence[StyleSource],
    options: Options | None = None,
    **changes: Any,
) -> Plan:
    """Say what `stylize` would need, without painting: memory, seconds, scales and tiles.

    Parameters and errors are those of `stylize`. The seconds come from a few probe steps.
    """
    options = Options.made(options, **changes)
    subject, network = _prepared(content, styles, options)
    return _planned(subject, network, options, always_timed=True)


def _planned(subject: Subject, network: VGG, options: Options, *, always_timed: bool) -> Plan:
    made = planned(subject, network, options)
    if always_timed or made.work > LONG:
        return timed(made, network, options, subject.content.device)
    return made


def _prepared(
    content: Source, styles: Source | Sequence[StyleSource], options: Options
) -> tuple[Subject, VGG]:
    """Read everything that a run needs."""
    device = pick_device(options.device)
    photo = images.read(content)
    paintings = [(images.read(source), weight) for source, weight in _listed(styles)]
    starts = [] if options.init in ("content", "noise") else [images.read(options.init)]
    pictures = [photo, *(painting for painting, _ in paintings), *starts]
    subject = Subject(
        content=photo.pixels.to(device),
        styles=[Style(painting.pixels.to(device), weight) for painting, weight in paintings],
        alpha=photo.alpha,
        start=starts[0].pixels.to(device) if starts else None,
        notes=tuple(f"{picture.name}: {note}" for picture in pictures for note in picture.notes),
    )
    return subject, network_for(options, device)


def network_for(options: Options, device: torch.device | None = None) -> VGG:
    """Build the network that gives the content and style layers of ``options``, on a device.

    Raises
    ------
    WeightsError
        If the weights file will not do.
    """
    device = device or pick_device(options.device)
    network = VGG(
        [*layer_weights(options.content_layers), *layer_weights(options.style_layers)],
        pooling=options.pooling,
        weights=load_weights(options.weights),
        precision=pick_precision(options.precision, device),
    )
    return network.to(device)


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


def _listed(styles: Source | Sequence[StyleSource]) -> list[tuple[Source, float]]:
    """Give every painting with its weight; one painting alone may come without a list."""
    if isinstance(styles, str) or not isinstance(styles, Sequence):
        styles = [styles]
    if not styles:
        raise OptionError("no painting was given; name at least one.")
    return [with_weight(style) for style in styles]


def with_weight(style: StyleSource) -> tuple[Source, float]:
    """Read ``"ejiri:2"`` or ``("ejiri", 2)``; a weight that is not given is 1.

    Raises
    ------
    OptionError
        If the weight is not a number above 0.
    """
    source, weight = style if isinstance(style, tuple) else (style, 1.0)
    if isinstance(source, str) and not Path(source).is_file():
        name, _, number = source.rpartition(":")
        with contextlib.suppress(ValueError):
            source, weight = (name or source), weight * float(number)
    if not 0 < weight < math.inf:
        raise OptionError(f"the weight of {source} is {weight}; give a number above 0.")
    return source, weight
