"""The same image by many settings: a small result for every cell of a grid."""

from __future__ import annotations

import time
from collections.abc import Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from brushwork import images
from brushwork.api import Stylizer
from brushwork.engine.events import Event
from brushwork.engine.inputs import Inputs
from brushwork.engine.request import Request, measure_need
from brushwork.engine.run import start_prepared
from brushwork.features import pick_device
from brushwork.images import Source
from brushwork.options import Options, Settings, list_styles, options_that_affect
from brushwork.options.grid import Axis, combine

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource


@dataclass(frozen=True)
class Cell:
    """One result of a grid: where it stands, how it is made, and its events."""

    row: int
    column: int
    settings: Settings
    events: Generator[Event]


def iter_grid(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    settings: Settings,
    axes: Sequence[Axis],
) -> Iterator[Cell]:
    """Give a cell for each combination of values: the last axis along rows, the first down.

    Images are read and prepared, and networks are built, once for all cells that can share them.

    Parameters
    ----------
    content, styles, settings
        As for `stylize`; a size that is not given is 192, and the cells are drafts unless it is
        said whether to draft.
    axes
        One setting, or two.

    Raises
    ------
    BrushworkError
        As `stylize`, at once, before the first cell is stylized.
    """
    cells = combine(settings, axes)
    shared = _SharedInputs(content, styles, [one.options for _, _, one in cells])
    requests = [(row, column, one, shared.read(one)) for row, column, one in cells]
    for _, _, one, request in requests:
        shared.prepare(request, one)

    def iterate() -> Iterator[Cell]:
        stylizer = Stylizer(settings.options)
        for row, column, one, request in requests:
            events = start_prepared(
                shared.prepare(request, one),
                request.recipe(),
                request.options,
                started=time.perf_counter(),
                timed=True,
                build=stylizer.get_networks,
            )
            yield Cell(row, column, one, events)

    return iterate()


class _SharedInputs:
    """Reads images once for all cells, and prepares them once for those that do so alike."""

    def __init__(
        self,
        content: Source,
        styles: StyleSource | Sequence[StyleSource],
        cells: Sequence[Options],
    ) -> None:
        self._content = images.read(content, long_side=max(map(measure_need, cells)))
        self._styles: list[StyleSource] = []
        for source, how in list_styles(styles):
            need = max(measure_need(one, how.scale) for one in cells)
            self._styles.append((images.read(source, long_side=need), how))
        self._requests: dict[tuple[Hashable, ...], Request] = {}
        self._inputs: dict[tuple[Hashable, ...], Inputs] = {}

    def read(self, settings: Settings) -> Request:
        key = _identify_images(settings)
        if key not in self._requests:
            self._requests[key] = Request.read(self._content, self._styles, settings)
        return replace(self._requests[key], options=settings.options)

    def prepare(self, request: Request, settings: Settings) -> Inputs:
        reading = [getattr(settings.options, name) for name in options_that_affect("reading")]
        key = (*reading, *_identify_images(settings))
        if key not in self._inputs:
            self._inputs[key] = request.prepare(pick_device(request.options.device))
        return self._inputs[key]


def _identify_images(settings: Settings) -> tuple[Hashable, ...]:
    """Tell images apart: by what their names say or which they are, and how large is enough."""
    sources = (
        source if isinstance(source, str | Path) else id(source)
        for source in dict(settings.sources).values()
    )
    return (*sources, settings.options.size, settings.options.style_scale)
