"""Many pictures, one after the other: what is done is skipped, what fails does not end it."""

from __future__ import annotations

import csv
import functools
import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brushwork import images
from brushwork.again import iter_resume, recipe_of
from brushwork.equipment import SEEING, network_for, shared
from brushwork.errors import BrushworkError, CheckpointError, OptionError, OutputError
from brushwork.events import Event, Finished
from brushwork.features import VGG
from brushwork.images import Picture
from brushwork.keeping import Keeping
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.paintings import parsed
from brushwork.recipe import Recipe
from brushwork.record import FILE, peeked
from brushwork.request import Request
from brushwork.runs import begun

#: Joins the paintings of one picture, where several are mixed.
MIXED = "+"
#: What decides that a picture is the one that is wanted.
WANTED = ("kind", "content", "styles", "options", "aspect", "inputs", "weights", "brushwork")


@dataclass(frozen=True)
class Job:
    """One picture to paint: names of photo and paintings, options, and where it goes."""

    content: str
    styles: tuple[str, ...]
    options: Options
    output: Path


@dataclass(frozen=True)
class Begun:
    """A picture is painted now, the ``number``-th of ``count``, from 1."""

    number: int
    count: int
    job: Job


@dataclass(frozen=True)
class Stepped:
    """Something happened to the picture that is painted."""

    job: Job
    event: Event


@dataclass(frozen=True)
class Painted:
    """A picture is done and written."""

    job: Job
    painting: Painting


@dataclass(frozen=True)
class Skipped:
    """The very picture was there already."""

    job: Job


@dataclass(frozen=True)
class Failed:
    """A picture could not be painted; ``reason`` says why. The batch goes on."""

    job: Job
    reason: str


BatchEvent = Begun | Stepped | Painted | Skipped | Failed


def jobs_of(
    photos: Sequence[str], styles: Sequence[str], options: Options, folder: Path, extension: str
) -> list[Job]:
    """Give a job for every photo by every style: ``folder/PHOTO-PAINTING.extension``.

    Parameters
    ----------
    photos
        Pictures, and folders of pictures.
    styles
        Paintings; ``great-wave+ejiri:2`` mixes several in one picture.

    Raises
    ------
    OptionError
        If there is no photo, no painting, or two pictures would have one name.
    """
    if not styles:
        raise OptionError("no painting was given; name at least one (--style).")
    if any(Path(photo).is_dir() and Path(photo).resolve() == folder.resolve() for photo in photos):
        raise OptionError(
            f"{str(folder)!r} holds the photos, and next time its pictures would be taken for "
            "photos; name another folder for them (--output)."
        )
    found = [name for photo in photos for name in _photos(photo)]
    if not found:
        raise OptionError("there is no photo to paint; name pictures, or a folder that holds some.")
    made = [
        Job(photo, mixed, options, folder / f"{_stem(photo, mixed)}.{extension}")
        for photo in found
        for mixed in (tuple(style.split(MIXED)) for style in styles)
    ]
    return _distinct(made)


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
    return _distinct(made)


def paint_all(jobs: Sequence[Job], *, overwrite: bool = False) -> Iterator[BatchEvent]:
    """Paint one job after the other and write each picture when it is done.

    Paintings are read, and networks are built, once. The state of the picture that is painted is
    kept beside it: a batch that was stopped, by kill -9 too, goes on in the middle of it.

    Returns
    -------
    Iterator[BatchEvent]
        For every job `Begun`, then `Skipped`, or `Stepped` and `Painted`, or `Failed`.
    """
    paintings: Callable[..., Picture] = functools.cache(images.read)
    networks = shared(SEEING, network_for)
    for number, job in enumerate(jobs, start=1):
        yield Begun(number, len(jobs), job)
        try:
            yield from _one(job, paintings, networks, overwrite=overwrite)
        except BrushworkError as error:
            yield Failed(job, str(error))


def _one(
    job: Job,
    paintings: Callable[..., Picture],
    networks: Callable[[Options], VGG],
    *,
    overwrite: bool,
) -> Iterator[BatchEvent]:
    """Paint a job, with what it has in common with others."""
    began = time.perf_counter()
    named = [parsed(style) for style in job.styles]
    styles = [(paintings(source), how) for source, how in named]
    request = Request.of(job.content, styles, job.options)
    recipe = request.recipe()
    if not overwrite and _is_there(job.output, recipe):
        yield Skipped(job)
        return
    transparent = request.content is not None and request.content.alpha is not None
    images.check_output(job.output, overwrite=overwrite, transparent=transparent)
    folder = job.output.with_name(f".{job.output.name}.checkpoint")
    if _goes_on(folder, recipe):
        events = iter_resume(folder)
    else:
        network = networks(job.options)
        events = begun(request, began=began, keeping=Keeping(folder), network=network)
    for event in events:
        yield Stepped(job, event)
        if isinstance(event, Finished):
            event.painting.save(job.output, overwrite=overwrite)
            yield Painted(job, event.painting)


def _is_there(output: Path, wanted: Recipe) -> bool:
    """Tell whether a picture is there that was painted by the same recipe.

    Raises
    ------
    OutputError
        If another file is there.
    """
    if not output.exists():
        return False
    try:
        there = recipe_of(output)
    except BrushworkError:
        there = None
    if there is not None and all(getattr(there, n) == getattr(wanted, n) for n in WANTED):
        return True
    raise OutputError(
        f"{str(output)!r} exists and is another picture; use --overwrite / overwrite=True or "
        "another folder."
    )


def _goes_on(folder: Path, wanted: Recipe) -> bool:
    """Tell whether a stopped run of this picture can go on; what cannot is taken away."""
    if not (folder / FILE).is_file():
        return False
    try:
        kept = peeked(folder).recipe
    except CheckpointError:
        kept = None
    if kept == wanted:
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def _photos(name: str) -> list[str]:
    """Give the pictures of a folder by their names, or what is named itself."""
    folder = Path(name)
    if not folder.is_dir():
        return [name]
    return [
        str(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in images.EXTENSIONS and path.name[0] != "."
    ]


def _stem(photo: str, styles: Sequence[str]) -> str:
    names = [photo, *(str(parsed(style)[0]) for style in styles)]
    return "-".join(Path(name).stem for name in names)


def _distinct(jobs: list[Job]) -> list[Job]:
    """Refuse two pictures of one name: the second would be taken for the first, or replace it."""
    taken: dict[Path, Job] = {}
    for job in jobs:
        other = taken.setdefault(job.output, job)
        if other is not job:
            raise OptionError(
                f"{other.content!r} and {job.content!r} would both become {str(job.output)!r}; "
                "rename one, or name the outputs in a manifest."
            )
    return jobs


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
    name = output or f"{_stem(content, mixed)}.{extension}"
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
