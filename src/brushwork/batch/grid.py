"""The same picture by many options: a small painting for every cell of a grid."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from brushwork.batch.worker import memoize_by
from brushwork.engine.events import Event
from brushwork.engine.inputs import Inputs
from brushwork.engine.loop import paint
from brushwork.engine.request import read_inputs
from brushwork.engine.run import build_network
from brushwork.errors import OptionError
from brushwork.features.device import pick_device
from brushwork.images import Source
from brushwork.options import SEEING, Options

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

Made = TypeVar("Made")
#: Long side of a cell where no size is given: enough to choose by, and done in seconds.
CELL_SIZE = 192
#: More cells would take longer than a person waits for a choice.
MAX_CELLS = 64
#: Options that decide what is read.
READING = ("color", "mask", "regions", "preserve", "init", "style_layers", "device")


@dataclass(frozen=True)
class Cell:
    """One painting of a grid: where it stands, how it is made, and its events."""

    row: int
    column: int
    options: Options
    events: Iterator[Event]


@dataclass(frozen=True)
class Axis:
    """One option and the values that it takes along a row or a column."""

    name: str
    values: tuple[Any, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """How the values are written beside the grid."""
        return tuple(
            f"{self.name.replace('_', ' ')} {_format_value(value)}" for value in self.values
        )


def parse_axis(text: str) -> Axis:
    """Read ``strength=0.3,0.5,0.7``; several layers in one value are joined by ``+``.

    Raises
    ------
    OptionError
        If it is not of that form, the option is unknown, or a value is out of its bounds.
    """
    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    parts = [part.strip() for part in values.split(",") if part.strip()]
    if not equals or not parts:
        raise OptionError(f"{text!r} varies nothing; write an option and values: strength=0.3,0.7.")
    if name not in Options.model_fields:
        raise OptionError(
            f"there is no option {name!r}; the options are {', '.join(Options.model_fields)}."
        )
    if name == "size":
        raise OptionError("all cells of a grid have one size; vary another option.")
    layers = isinstance(getattr(Options(), name), tuple)
    given: list[Any] = [tuple(part.split("+")) if layers else part for part in parts]
    return Axis(name, tuple(getattr(Options.create(None, **{name: one}), name) for one in given))


def iter_grid(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options,
    axes: Sequence[Axis],
) -> Iterator[Cell]:
    """Give a cell for each combination of values: the last axis along rows, the first down.

    Pictures are read, and networks are built, once for all cells that can share them.

    Parameters
    ----------
    content, styles, options
        As for `stylize`; a size that is not given is 192.
    axes
        One option, or two.

    Raises
    ------
    BrushworkError
        As `stylize`, at once, before the first cell is painted.
    """
    plans = combine(options, axes)
    subjects = memoize_by(READING, lambda one: _subject(content, styles, one))
    networks = memoize_by(SEEING, build_network)
    for _, _, one in plans:
        subjects(one).check()

    def begun() -> Iterator[Cell]:
        for row, column, one in plans:
            yield Cell(row, column, one, paint(subjects(one), networks(one), one))

    return begun()


def combine(options: Options, axes: Sequence[Axis]) -> list[tuple[int, int, Options]]:
    """Give row, column and options of every cell.

    Raises
    ------
    OptionError
        If there are too many axes or cells, or values that do not go together.
    """
    if not 1 <= len(axes) <= 2 or len({axis.name for axis in axes}) < len(axes):
        raise OptionError("a grid varies one option or two different ones (--vary twice).")
    down, across = axes if len(axes) == 2 else (None, axes[0])
    rows = down.values if down else (None,)
    if len(rows) * len(across.values) > MAX_CELLS:
        raise OptionError(
            f"{len(rows)} × {len(across.values)} cells are too many; {MAX_CELLS} are allowed."
        )
    if "size" not in options.model_fields_set:
        options = Options.create(options, size=CELL_SIZE)
    found = []
    for (row, first), (column, second) in itertools.product(
        enumerate(rows), enumerate(across.values)
    ):
        changes = {across.name: second} | ({down.name: first} if down else {})
        one = Options.create(options, **changes)
        if one.color == "only":
            raise OptionError("color=only paints nothing, so that a grid has nothing to compare.")
        found.append((row, column, one))
    return found


def _subject(
    content: Source, styles: StyleSource | Sequence[StyleSource], options: Options
) -> Inputs:
    return read_inputs(content, styles, options, pick_device(options.device))


def _format_value(value: Any) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)
