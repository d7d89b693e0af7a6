"""One setting or two, each with several values: the settings of every cell of a grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brushwork.errors import OptionError
from brushwork.options.options import Options
from brushwork.options.settings import Settings

#: Long side of a cell where no size is given: enough to choose by, and done in seconds.
CELL_SIZE = 192
#: More cells would take longer than a person waits for a choice.
MAX_CELLS = 64


@dataclass(frozen=True)
class Axis:
    """One setting and the values that it takes along a row or a column."""

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
        If it is not of that form, the setting is unknown, or a value is out of its bounds.
    """
    name, equals, values = text.partition("=")
    parts = [part.strip() for part in values.split(",") if part.strip()]
    if not equals or not parts:
        raise OptionError(f"{text!r} varies nothing; write an option and values: strength=0.3,0.7.")
    return make_axis(name.strip().replace("-", "_"), parts)


def make_axis(name: str, values: Sequence[Any]) -> Axis:
    """Check a setting and the values that it shall take.

    Raises
    ------
    OptionError
        If the setting is unknown or cannot be varied, or a value is out of its bounds.
    """
    if name not in Settings.names():
        raise OptionError(
            f"there is no option {name!r}; the options are {', '.join(Settings.names())}."
        )
    if name == "size":
        raise OptionError("all cells of a grid have one size; vary another option.")
    return Axis(name, tuple(_check_value(name, value) for value in values))


def combine(
    settings: Settings, axes: Sequence[Axis], size: int = CELL_SIZE
) -> list[tuple[int, int, Settings]]:
    """Give row, column and settings of every cell: the last axis along rows, the first down.

    Cells are drafts, unless it is said whether to draft.

    Parameters
    ----------
    settings
        What all cells have in common.
    axes
        One, or two different ones.
    size
        Long side of a cell, where ``settings`` do not say it.

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
    if "size" not in settings.options.model_fields_set:
        settings = Settings.create(settings, size=size)
    found = []
    for (row, first), (column, second) in itertools.product(
        enumerate(rows), enumerate(across.values)
    ):
        changes = {across.name: second} | ({down.name: first} if down else {})
        cell = Settings.create(settings, **changes)
        if cell.options.color == "only":
            raise OptionError("color=only paints nothing, so that a grid has nothing to compare.")
        found.append((row, column, cell.prefer_draft()))
    return found


def _check_value(name: str, value: Any) -> Any:
    """Give a value as the setting has it; of a source, which may be a name, as it was written."""
    layered = name in Options.model_fields and isinstance(getattr(Options(), name), tuple)
    given = tuple(value.split("+")) if layered and isinstance(value, str) else value
    checked = Settings.create(None, **{name: given})
    return getattr(checked.options, name, given)


def _format_value(value: Any) -> str:
    return "+".join(value) if isinstance(value, tuple) else str(value)
