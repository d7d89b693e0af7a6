"""The library's front door: pictures by path or name in, a painting out."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from brushwork.equipment import network_for, pick_device
from brushwork.errors import BrushworkError
from brushwork.events import Event, Finished
from brushwork.images import Source
from brushwork.keeping import Keeping
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.paintings import StyleSource
from brushwork.planning import Plan
from brushwork.request import Request
from brushwork.runs import Losses, begun, predicted
from brushwork.targets import Extra

#: A folder for the state of a run, or more about how it is kept.
Folder = str | os.PathLike[str] | Keeping


def stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    extra: Extra | None = None,
    extra_layers: Sequence[str] = (),
    checkpoint: Folder | None = None,
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
    return finished(
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
    options = Options.made(options, **changes)
    return begun(
        Request.of(content, styles, options),
        began=began,
        losses=Losses(extra, extra_layers),
        keeping=keeping(checkpoint),
    )


def texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | None = None,
    *,
    aspect: float = 1.0,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Painting:
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
    return finished(iter_texture(styles, options, aspect=aspect, checkpoint=checkpoint, **changes))


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
    options = Options.made(options, **changes)
    request = Request.of(None, styles, options, aspect)
    return begun(request, began=began, keeping=keeping(checkpoint))


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
    subject = Request.of(content, styles, options).subject(device)
    return predicted(subject, network_for(options, device), options, always_timed=True)


def finished(events: Iterator[Event]) -> Painting:
    """Wait for the painting of a run.

    Raises
    ------
    BrushworkError
        Whatever the run raises.
    """
    painting = None
    for event in events:
        if isinstance(event, Finished):
            painting = event.painting
    if painting is None:
        raise BrushworkError("the run ended without a picture.")
    return painting


def keeping(checkpoint: Folder | None) -> Keeping | None:
    """Say how a run is kept, where only a folder may have been named."""
    if checkpoint is None or isinstance(checkpoint, Keeping):
        return checkpoint
    return Keeping(Path(checkpoint))
