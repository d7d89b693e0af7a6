"""The pictures of a batch, from a file that lists them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brushwork.batch.jobs import MIXED, Job, distinct, stem
from brushwork.errors import OptionError
from brushwork.options import Options
from brushwork.paintings import parsed


def jobs_in(manifest: Path, options: Options, folder: Path, extension: str) -> list[Job]:
    """Read a manifest: CSV with a header, or JSON lines.

    The fields of a picture are ``content``, ``styles`` (joined by ``+``, or a JSON list),
    ``output`` if it shall have a name of its own, and any option by name. Names are looked up from
    the folder of the manifest first.

    Raises
    ------
    OptionError
        If a line cannot be read; the message names it.
    """
    try:
        text = manifest.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OptionError(f"the manifest {str(manifest)!r} cannot be read ({reason}).") from None
    made = []
    for number, fields in _lines(manifest, text):
        try:
            made.append(_job(fields, options, manifest.parent, folder, extension))
        except (OptionError, TypeError, AttributeError) as error:
            raise OptionError(f"{manifest}, line {number}: {error}") from None
    if not made:
        raise OptionError(f"the manifest {str(manifest)!r} names no picture.")
    return distinct(made)


def _lines(manifest: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each line that names a picture, with its number."""
    if manifest.suffix.lower() == ".csv":
        for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
            yield number, {name: value for name, value in row.items() if value}
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                raise OptionError(f"{manifest}, line {number}: no JSON ({error}).") from None


def _job(
    fields: dict[str, Any], options: Options, beside: Path, folder: Path, extension: str
) -> Job:
    changes = {**fields, **fields.get("options", {})}
    changes.pop("options", None)
    content, styles = changes.pop("content", None), changes.pop("styles", None)
    output = changes.pop("output", None)
    if not content or not styles:
        raise OptionError("content and styles must be given.")
    mixed = tuple(styles.split(MIXED)) if isinstance(styles, str) else tuple(styles)
    layers = {"content_layers", "style_layers"} & set(changes)
    changes |= {name: _split(changes[name]) for name in layers}
    placed = _placed(content, beside)
    name = output or f"{stem(content, mixed)}.{extension}"
    return Job(
        placed,
        tuple(_placed(style, beside) for style in mixed),
        Options.made(options, **changes),
        folder / name,
    )


def _placed(name: str, beside: Path) -> str:
    """Look a name up in the folder of the manifest; what is not there may be elsewhere."""
    source, _ = parsed(name)
    file = str(source)
    there = (beside / file).is_file() and not Path(file).is_absolute()
    return name.replace(file, str(beside / file), 1) if there else name


def _split(value: Any) -> Any:
    return tuple(value.split(MIXED)) if isinstance(value, str) else value
