"""The library's front door: images in, a result out.

`Stylizer` keeps device and networks for many images; every function here is one line over one that
is made for a single call.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from brushwork.checkpoints.cache import open_newest
from brushwork.checkpoints.store import Checkpoint
from brushwork.engine.autosave import SAVE_SECONDS, Autosave
from brushwork.engine.events import Event, Finished
from brushwork.engine.request import Request
from brushwork.engine.result import Result
from brushwork.engine.resume import resume_run
from brushwork.engine.run import build_networks, predict, start_run
from brushwork.engine.targets import Extra
from brushwork.errors import BrushworkError
from brushwork.features import LazyNetworks, pick_device
from brushwork.images import Source
from brushwork.options import Options, Settings, options_that_affect
from brushwork.planning.plan import Plan
from brushwork.recipe import Found, find_changes, locate, locate_weights, read_recipe

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: A folder for the state of a run, or more about how it is saved.
Folder = str | os.PathLike[str] | Autosave
#: A `Stylizer` keeps the networks of so many kinds of options: each holds a hundred megabytes.
NETWORKS_KEPT = 3


class Stylizer:
    """Stylizes many images with the same device and the same networks.

    Parameters
    ----------
    options
        How to stylize; the defaults if None.
    **changes
        Single options and sources by name, over ``options``: ``size=768, mask=array``.

    Raises
    ------
    OptionError
        If a name is unknown or a value is out of bounds.
    """

    def __init__(self, options: Options | Settings | None = None, **changes: Any) -> None:
        self.settings = Settings.create(options, **changes)
        self._networks: dict[tuple[Any, ...], LazyNetworks] = {}

    def stylize(
        self,
        content: Source,
        styles: StyleSource | Sequence[StyleSource],
        *,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Result:
        """Do what `stylize` does; ``changes`` hold for this image alone."""
        return collect_result(
            self.iter_stylize(content, styles, extra=extra, checkpoint=checkpoint, **changes)
        )

    def iter_stylize(
        self,
        content: Source,
        styles: StyleSource | Sequence[StyleSource],
        *,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Generator[Event]:
        """Do what `iter_stylize` does; ``changes`` hold for this image alone."""
        started = time.perf_counter()
        settings = Settings.create(self.settings, **changes)
        request = Request.read(content, styles, settings, extra=extra, started=started)
        return self.run(request, checkpoint)

    def texture(
        self,
        styles: StyleSource | Sequence[StyleSource],
        *,
        aspect: float = 1.0,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Result:
        """Do what `texture` does; ``changes`` hold for this image alone."""
        return collect_result(
            self.iter_texture(styles, aspect=aspect, extra=extra, checkpoint=checkpoint, **changes)
        )

    def iter_texture(
        self,
        styles: StyleSource | Sequence[StyleSource],
        *,
        aspect: float = 1.0,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Generator[Event]:
        """Do what `iter_texture` does; ``changes`` hold for this image alone."""
        started = time.perf_counter()
        settings = Settings.create(self.settings, **changes)
        request = Request.read(None, styles, settings, aspect=aspect, extra=extra, started=started)
        return self.run(request, checkpoint)

    def plan(
        self, content: Source, styles: StyleSource | Sequence[StyleSource], **changes: Any
    ) -> Plan:
        """Do what `plan` does; ``changes`` hold for this image alone."""
        request = Request.read(content, styles, Settings.create(self.settings, **changes))
        inputs = request.prepare(pick_device(request.options.device))
        networks = self.get_networks(request.options, inputs.device)
        return predict(inputs, networks, request.options, always_timed=True)

    def rerun(
        self,
        image: str | os.PathLike[str],
        *,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Result:
        """Do what `rerun` does; the options are those of the recipe."""
        return collect_result(self.iter_rerun(image, extra=extra, checkpoint=checkpoint, **changes))

    def iter_rerun(
        self,
        image: str | os.PathLike[str],
        *,
        extra: Extra | None = None,
        checkpoint: Folder | None = None,
        **changes: Any,
    ) -> Generator[Event]:
        """Do what `iter_rerun` does; the options are those of the recipe."""
        started = time.perf_counter()
        recipe = read_recipe(image)
        folders = (Path(), Path(image).expanduser().parent)
        found: dict[str, Found] = {used.role: locate(used, *folders) for used in recipe.inputs}
        weights = locate_weights(recipe, *folders)
        notes = find_changes(recipe, found, recipe.settings(**weights).options)
        if recipe.steered:
            notes.append("the picture was steered on the way, so that this one is another")
        request = Request.follow(
            recipe, found, {**weights, **changes}, extra=extra, notes=tuple(notes), started=started
        )
        return self.run(request, checkpoint)

    def resume(
        self,
        folder: str | os.PathLike[str] | Checkpoint | None = None,
        styles: StyleSource | Sequence[StyleSource] | None = None,
        *,
        extra: Extra | None = None,
        every: float = SAVE_SECONDS,
        **changes: Any,
    ) -> Result:
        """Do what `resume` does; the options are those of the run."""
        return collect_result(self.iter_resume(folder, styles, extra=extra, every=every, **changes))

    def iter_resume(
        self,
        folder: str | os.PathLike[str] | Checkpoint | None = None,
        styles: StyleSource | Sequence[StyleSource] | None = None,
        *,
        extra: Extra | None = None,
        every: float = SAVE_SECONDS,
        **changes: Any,
    ) -> Generator[Event]:
        """Do what `iter_resume` does; the options are those of the run."""
        return resume_run(
            _open(folder),
            styles,
            extra=extra,
            every=every,
            build=self.get_networks,
            changes=changes,
        )

    def run(self, request: Request, checkpoint: Folder | None = None) -> Generator[Event]:
        """Do what a request that was read already asks for, event by event.

        Raises
        ------
        BrushworkError
            As `stylize`.
        """
        return start_run(request, make_autosave(checkpoint), build=self.get_networks)

    def get_networks(self, options: Options, device: torch.device) -> LazyNetworks:
        """Give the networks of some options; they are built when they are first looked at.

        Raises
        ------
        WeightsError
            If the weights file will not do.
        """
        asked = {name: getattr(options, name) for name in options_that_affect("network")}
        key = tuple((asked | {"device": str(device)}).values())
        networks = self._networks.pop(key, None) or build_networks(options, device)
        self._networks[key] = networks  # what was asked for last is the last to go
        if len(self._networks) > NETWORKS_KEPT:
            del self._networks[next(iter(self._networks))]
        return networks


def stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | Settings | None = None,
    *,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Result:
    """Give a content image the style of one or more style images.

    Parameters
    ----------
    content
        The content image: a path, the name of a built-in image, a PIL image, a NumPy array, a
        torch tensor or a matplotlib figure; see `brushwork.images.read`.
    styles
        A style image in the same ways, or a list of several. ``"painting.jpg:2"`` or
        ``("painting.jpg", 2)`` gives one a weight in the mixture; the default is 1. More about
        one is said by `StyleOptions`: ``"painting.jpg@red,scale=2"`` or
        ``("painting.jpg", {"region": "red", "scale": 2})``.
    options
        How to stylize; the defaults if None.
    extra
        Makes losses of your own, from the `ScaleInputs` of each scale; they are added to the
        total. A loss says itself which layers it wants to see.
    checkpoint
        A folder where the state of the run is saved while it lasts, so that `resume` can go on
        with it whatever happens.
    **changes
        Single options by name, over ``options``, as in ``size=768, strength=0.6``; and the images
        of `Sources`: ``mask``, ``regions``, ``preserve``, ``init``.

    Returns
    -------
    Result
        With ``image`` (PIL), ``array()``, ``tensor()``, ``losses``, ``seconds``, ``options``,
        ``notes`` and ``save(path)``.

    Raises
    ------
    BrushworkError
        If an image, an option, the weights or the device will not do; the message says why.
    """
    stylizer = Stylizer(options, **changes)
    return stylizer.stylize(content, styles, extra=extra, checkpoint=checkpoint)


def iter_stylize(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | Settings | None = None,
    *,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Generator[Event]:
    """Do what `stylize` does, and yield every event on the way; stop by not iterating further.

    Parameters and errors are those of `stylize`. Errors of the input are raised at once, before
    the first event is asked for. The folder of the checkpoint is removed when the event after
    the last one is asked for, as a ``for`` loop does; whoever stops before can go on later.

    Returns
    -------
    Generator[Event]
        `Planned`, `ScaleStarted`, `StepTaken`, `Recovered`, `CheckpointSaved` and, last,
        `Finished` with the result. Close it to stop at once.
    """
    stylizer = Stylizer(options, **changes)
    return stylizer.iter_stylize(content, styles, extra=extra, checkpoint=checkpoint)


def texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | Settings | None = None,
    *,
    aspect: float = 1.0,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Result:
    """Make the texture of one or more style images, with no content: what the statistics hold.

    Parameters
    ----------
    styles, options, extra, checkpoint, **changes
        As for `stylize`; ``seamless=True`` makes a tile whose edges fit together.
    aspect
        Width over height.

    Raises
    ------
    BrushworkError
        As `stylize`, and if an option needs a content image.
    """
    stylizer = Stylizer(options, **changes)
    return stylizer.texture(styles, aspect=aspect, extra=extra, checkpoint=checkpoint)


def iter_texture(
    styles: StyleSource | Sequence[StyleSource],
    options: Options | Settings | None = None,
    *,
    aspect: float = 1.0,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Generator[Event]:
    """Do what `texture` does, and yield every event on the way."""
    stylizer = Stylizer(options, **changes)
    return stylizer.iter_texture(styles, aspect=aspect, extra=extra, checkpoint=checkpoint)


def plan(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options | Settings | None = None,
    **changes: Any,
) -> Plan:
    """Say what `stylize` would need, without doing it: memory, seconds, scales and tiles.

    Parameters and errors are those of `stylize`. The seconds come from a few probe steps.
    """
    return Stylizer(options, **changes).plan(content, styles)


def rerun(
    image: str | os.PathLike[str],
    *,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Result:
    """Make a result again by the recipe that it carries, with single options changed.

    Inputs are looked for by their names, from here and from the folder of the result. One that has
    changed since is used, and the notes of the new result say so.

    Parameters
    ----------
    image
        A result of brushwork's, or the JSON file beside one.
    extra, checkpoint, **changes
        As for `stylize`.

    Raises
    ------
    BrushworkError
        As `stylize`, and if there is no recipe or an input is missing.
    """
    return Stylizer().rerun(image, extra=extra, checkpoint=checkpoint, **changes)


def iter_rerun(
    image: str | os.PathLike[str],
    *,
    extra: Extra | None = None,
    checkpoint: Folder | None = None,
    **changes: Any,
) -> Generator[Event]:
    """Do what `rerun` does, and yield every event on the way."""
    return Stylizer().iter_rerun(image, extra=extra, checkpoint=checkpoint, **changes)


def resume(
    folder: str | os.PathLike[str] | Checkpoint | None = None,
    styles: StyleSource | Sequence[StyleSource] | None = None,
    *,
    extra: Extra | None = None,
    every: float = SAVE_SECONDS,
    **changes: Any,
) -> Result:
    """Go on with a run that was stopped, whatever stopped it.

    With other styles, options or sources the run is steered: it goes on from its target towards
    these.

    Parameters
    ----------
    folder
        Where the run is saved; the newest one in the user's cache if None.
    styles
        Other style images, or the same with other weights.
    extra
        The same losses of your own as before: a checkpoint cannot hold them.
    every
        Seconds from one save to the next.
    **changes
        Options and sources by name; not size, effort, optimizer, seamless, init and seed.

    Returns
    -------
    Result
        Bit for bit the one that the run would have given on the same machine, if nothing is
        changed.

    Raises
    ------
    BrushworkError
        If the checkpoint, or an image that it needs, is missing or not what it was.
    """
    return Stylizer().resume(folder, styles, extra=extra, every=every, **changes)


def iter_resume(
    folder: str | os.PathLike[str] | Checkpoint | None = None,
    styles: StyleSource | Sequence[StyleSource] | None = None,
    *,
    extra: Extra | None = None,
    every: float = SAVE_SECONDS,
    **changes: Any,
) -> Generator[Event]:
    """Do what `resume` does, and yield every event on the way."""
    return Stylizer().iter_resume(folder, styles, extra=extra, every=every, **changes)


def collect_result(events: Iterable[Event]) -> Result:
    """Wait for the result of a run.

    Raises
    ------
    BrushworkError
        Whatever the run raises.
    """
    result = None
    for event in events:
        if isinstance(event, Finished):
            result = event.result
    if result is None:
        raise BrushworkError("the run ended without a picture.")
    return result


def make_autosave(checkpoint: Folder | None) -> Autosave | None:
    """Say how a run is saved, where only a folder may have been named."""
    if checkpoint is None or isinstance(checkpoint, Autosave):
        return checkpoint
    return Autosave(Path(checkpoint).expanduser())


def _open(folder: str | os.PathLike[str] | Checkpoint | None) -> Checkpoint:
    if isinstance(folder, Checkpoint):
        return folder
    return open_newest() if folder is None else Checkpoint.open(Path(folder).expanduser())
