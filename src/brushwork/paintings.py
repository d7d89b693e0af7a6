"""Reading how a painting is meant: ``great-wave:2@red,scale=2,layers=conv1_1+conv2_1``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from brushwork.errors import OptionError
from brushwork.images import Source
from brushwork.options import StyleOptions

#: One painting of several: what `images.read` takes, alone or with its weight or options.
StyleSource = Source | tuple[Source, float | Mapping[str, Any] | StyleOptions]
#: A setting at the end of the text.
_SETTING = re.compile(r"^(?P<rest>.+),(?P<name>[a-z_]+)=(?P<value>[^,]*)$", re.DOTALL)


def listed(styles: StyleSource | Sequence[StyleSource]) -> list[tuple[Source, StyleOptions]]:
    """Give every painting with its options; one painting alone may come without a list.

    Raises
    ------
    OptionError
        If there is none, or its options will not do.
    """
    if isinstance(styles, str) or not isinstance(styles, Sequence) or _is_pair(styles):
        return [parsed(styles)]  # type: ignore[arg-type]
    if not styles:
        raise OptionError("no painting was given; name at least one.")
    return [parsed(style) for style in styles]  # type: ignore[arg-type]


def parsed(style: StyleSource) -> tuple[Source, StyleOptions]:
    """Read ``"ejiri:2@sky"``, ``("ejiri", 2)`` or ``("ejiri", {"region": "sky"})``.

    A name that is a file is taken as it is, whatever signs are in it.

    Raises
    ------
    OptionError
        If a setting is unknown or out of bounds.
    """
    source, given = style if isinstance(style, tuple) else (style, StyleOptions())
    options = _made(source, given)
    if isinstance(source, str) and not _is_file(source):
        return _read(source, options)
    return source, options


def _is_pair(styles: Sequence[Any]) -> bool:
    """Tell one painting with its options from two paintings."""
    kinds = (int, float, Mapping, StyleOptions)
    return isinstance(styles, tuple) and len(styles) == 2 and isinstance(styles[1], kinds)


def _made(source: Source, given: float | Mapping[str, Any] | StyleOptions) -> StyleOptions:
    if isinstance(given, StyleOptions):
        return given
    if isinstance(given, Mapping):
        return _checked(source, None, given)
    return _checked(source, None, {"weight": given})


def _read(text: str, options: StyleOptions) -> tuple[Source, StyleOptions]:
    name, found = text, {}
    while (match := _SETTING.match(name)) and not _is_file(name):
        name, found[match["name"]] = match["rest"], match["value"]
    if "@" in name and not _is_file(name):
        name, _, found["region"] = name.rpartition("@")
    if not _is_file(name):
        name, weight = _weighed(name)
        if weight is not None:
            found["weight"] = options.weight * weight
    return name, _checked(text, options, found)


def _weighed(text: str) -> tuple[str, float | None]:
    name, _, number = text.rpartition(":")
    try:
        return name or text, float(number) if name else None
    except ValueError:
        return text, None


def _checked(source: Source, base: StyleOptions | None, changes: Mapping[str, Any]) -> StyleOptions:
    try:
        return StyleOptions.made(base, **changes)
    except OptionError as error:
        raise OptionError(f"of the painting {source}: {error}") from None


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False
