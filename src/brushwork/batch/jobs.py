"""The jobs of a batch: from names, from a manifest, or from folders into which images come."""

from __future__ import annotations

import csv
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brushwork import images
from brushwork.errors import OptionError
from brushwork.options import Settings, parse_style, split_mixture
from brushwork.system.files import name_output

#: Joins the layers of a loss in a manifest.
LAYER_SEPARATOR = "+"
#: So many files are named in a sentence, the rest is counted.
FEW = 3
_NOT_READ = "a picture by its name, in a format that is not read; save it as PNG or JPEG."
_NAME_RAW = "a raw photo, which a folder is not searched for; name it to have it painted."


@dataclass(frozen=True)
class Job:
    """One result to make: names of content and style images, settings, and where it goes."""

    content: str
    styles: tuple[str, ...]
    settings: Settings
    output: Path


def make_jobs(
    contents: Sequence[str],
    styles: Sequence[str],
    settings: Settings,
    folder: Path,
    extension: str,
) -> list[Job]:
    """Make a job for every content image by every style: ``folder/PHOTO-PAINTING.extension``.

    Parameters
    ----------
    contents
        Image files, and folders of them.
    styles
        Style images; ``great-wave+ejiri:2`` mixes several in one result.

    Raises
    ------
    OptionError
        If there is no content image, no style, or two results would have one name.
    """
    if not styles:
        raise OptionError("no painting was given; name at least one (--style).")
    if any(Path(name).is_dir() and Path(name).resolve() == folder.resolve() for name in contents):
        raise OptionError(
            f"{str(folder)!r} holds the photos, and next time its pictures would be taken for "
            "photos; name another folder for them (--output)."
        )
    found = [name for content in contents for name in list_images(content)]
    if not found:
        left_out = list_left_out(contents)
        others = f" {join_few(left_out)}: {explain_left_out(left_out[0])}" if left_out else ""
        raise OptionError(
            f"there is no photo to paint; name pictures, or a folder that holds some.{others}"
        )
    made = [
        Job(content, mixed, settings, folder / f"{name_result(content, mixed)}.{extension}")
        for content in found
        for mixed in map(split_mixture, styles)
    ]
    return check_distinct(made)


def list_images(name: str) -> list[str]:
    """List the images of a folder by their names, or what is named itself."""
    if not Path(name).is_dir():
        return [name]
    return _list_files(name, images.EXTENSIONS)


def list_left_out(contents: Sequence[str]) -> list[str]:
    """List the files of folders that hold images by their names, in formats that are not read."""
    others = set(images.IMAGE_EXTENSIONS) - set(images.EXTENSIONS)
    folders = [name for name in contents if Path(name).is_dir()]
    return [file for folder in folders for file in _list_files(folder, others)]


def explain_left_out(file: str) -> str:
    """Say why a file of a folder is left out, and what to do with it."""
    return _NAME_RAW if Path(file).suffix.lower() in images.RAW_EXTENSIONS else _NOT_READ


def join_few(files: Sequence[str]) -> str:
    """Name some files, and count the rest."""
    more = f" and {len(files) - FEW} more" if len(files) > FEW else ""
    return ", ".join(files[:FEW]) + more


def _list_files(folder: str, extensions: Collection[str]) -> list[str]:
    return [
        str(path)
        for path in sorted(Path(folder).iterdir())
        if path.is_file() and path.suffix.lower() in extensions and path.name[0] != "."
    ]


def name_result(content: str, styles: Sequence[str]) -> str:
    """Name a result after its content and style images."""
    return name_output(content, *(str(parse_style(style)[0]) for style in styles))


def check_distinct(jobs: list[Job]) -> list[Job]:
    """Refuse two results of one name: the second would be taken for the first, or replace it."""
    taken: dict[Path, Job] = {}
    for job in jobs:
        other = taken.setdefault(job.output, job)
        if other is not job:
            raise OptionError(
                f"{other.content!r} and {job.content!r} would both become {str(job.output)!r}; "
                "rename one, or name the outputs in a manifest."
            )
    return jobs


def read_manifest(manifest: Path, settings: Settings, folder: Path, extension: str) -> list[Job]:
    """Read a manifest: CSV with a header, or JSON lines.

    The fields of a job are ``content``, ``styles`` (joined by ``+``, or a JSON list),
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
    for number, fields in _read_lines(manifest, text):
        try:
            made.append(_make_job(fields, settings, manifest.parent, folder, extension))
        except (OptionError, TypeError, AttributeError) as error:
            raise OptionError(f"{manifest}, line {number}: {error}") from None
    if not made:
        raise OptionError(f"the manifest {str(manifest)!r} names no picture.")
    return check_distinct(made)


def _read_lines(manifest: Path, text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each line that names a job, with its number."""
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


def _make_job(
    fields: dict[str, Any], settings: Settings, beside: Path, folder: Path, extension: str
) -> Job:
    changes = {**fields, **fields.get("options", {})}
    changes.pop("options", None)
    content, styles = changes.pop("content", None), changes.pop("styles", None)
    output = changes.pop("output", None)
    if not content or not styles:
        raise OptionError("content and styles must be given.")
    mixed = split_mixture(styles, [beside, Path()]) if isinstance(styles, str) else tuple(styles)
    layers = {"content_layers", "style_layers"} & set(changes)
    changes |= {name: _split_layers(changes[name]) for name in layers}
    placed = _locate(content, beside)
    name = output or f"{name_result(content, mixed)}.{extension}"
    return Job(
        placed,
        tuple(_locate(style, beside) for style in mixed),
        Settings.create(settings, **changes),
        folder / name,
    )


def _locate(name: str, beside: Path) -> str:
    """Look a name up in the folder of the manifest; what is not there may be elsewhere."""
    source, _ = parse_style(name, [beside, Path()])
    file = str(source)
    there = (beside / file).is_file() and not Path(file).is_absolute()
    return name.replace(file, str(beside / file), 1) if there else name


def _split_layers(value: Any) -> Any:
    return tuple(value.split(LAYER_SEPARATOR)) if isinstance(value, str) else value


#: What tells that a file is the one that was seen before: its path, size and time of change.
_Mark = tuple[str, int, int]


class JobSource(ABC):
    """Gives jobs, as long as there may be more."""

    @property
    @abstractmethod
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""

    @abstractmethod
    def take_new(self) -> list[Job]:
        """Give the jobs that have come since the last time."""

    @abstractmethod
    def take_left_out(self) -> list[str]:
        """Give the files that have come since the last time, and hold images that are not read."""


class JobList(JobSource):
    """Jobs that are all known.

    Parameters
    ----------
    jobs
        The jobs.
    left_out
        Files beside them that hold images which are not read.
    """

    def __init__(self, jobs: Sequence[Job], left_out: Sequence[str] = ()) -> None:
        self._jobs = list(jobs)
        self._left_out = list(left_out)

    @property
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""
        return not self._jobs

    def take_new(self) -> list[Job]:
        """Give the jobs that have come since the last time."""
        jobs, self._jobs = self._jobs, []
        return jobs

    def take_left_out(self) -> list[str]:
        """Give the files beside them, once."""
        left_out, self._left_out = self._left_out, []
        return left_out


class WatchedFolders(JobSource):
    """Images that lie in folders, and those that come into them later.

    An image is taken when two looks in a row find it unchanged: one that is still being copied is
    left alone. One that changes afterwards is an image that has come.

    Parameters
    ----------
    folders, styles, settings, output, extension
        As for `make_jobs`.

    Raises
    ------
    OptionError
        If one of them is no folder, or `make_jobs` would refuse.
    """

    def __init__(
        self,
        folders: Sequence[str],
        styles: Sequence[str],
        settings: Settings,
        output: Path,
        extension: str,
    ) -> None:
        for folder in folders:
            if not Path(folder).is_dir():
                raise OptionError(
                    f"{folder!r} is no folder, and only folders can be watched; leave it, or "
                    "--watch, out."
                )
        if not folders:
            raise OptionError("there is no folder to watch; name at least one.")
        self._folders = folders
        self._make_jobs: Callable[[str], list[Job]] = lambda content: make_jobs(
            [content], styles, settings, output, extension
        )
        self._seen: set[_Mark] = set()
        self._taken: set[_Mark] = set()
        self._left_out: set[str] = set()
        if not styles or any(Path(folder).resolve() == output.resolve() for folder in folders):
            make_jobs(folders, styles, settings, output, extension)  # it says why this will not do

    @property
    def has_ended(self) -> bool:
        """Whether no more jobs will come."""
        return False

    def take_new(self) -> list[Job]:
        """Give the jobs that have come since the last time."""
        marks = [mark for folder in self._folders for mark in _list_marks(folder)]
        settled = [mark for mark in marks if mark in self._seen and mark not in self._taken]
        self._seen = set(marks)
        self._taken.update(settled)
        return [job for path, _, _ in settled for job in self._make_jobs(path)]

    def take_left_out(self) -> list[str]:
        """Give the files that have come since the last time, and hold images that are not read."""
        new = [file for file in list_left_out(self._folders) if file not in self._left_out]
        self._left_out.update(new)
        return new


def _list_marks(folder: str) -> list[_Mark]:
    """Look at the images of a folder; one that goes away meanwhile is not there."""
    found = []
    for name in list_images(folder):
        try:
            state = Path(name).stat()
        except OSError:
            continue
        found.append((name, state.st_size, state.st_mtime_ns))
    return found
