"""The pictures of a batch, from names of photos and paintings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from brushwork import images
from brushwork.errors import OptionError
from brushwork.options import Options
from brushwork.paintings import parsed

#: Joins the paintings of one picture, where several are mixed.
MIXED = "+"


@dataclass(frozen=True)
class Job:
    """One picture to paint: names of photo and paintings, options, and where it goes."""

    content: str
    styles: tuple[str, ...]
    options: Options
    output: Path


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
    found = [name for photo in photos for name in photos_in(photo)]
    if not found:
        raise OptionError("there is no photo to paint; name pictures, or a folder that holds some.")
    made = [
        Job(photo, mixed, options, folder / f"{stem(photo, mixed)}.{extension}")
        for photo in found
        for mixed in (tuple(style.split(MIXED)) for style in styles)
    ]
    return distinct(made)


def photos_in(name: str) -> list[str]:
    """Give the pictures of a folder by their names, or what is named itself."""
    folder = Path(name)
    if not folder.is_dir():
        return [name]
    return [
        str(path)
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in images.EXTENSIONS and path.name[0] != "."
    ]


def stem(photo: str, styles: Sequence[str]) -> str:
    """Name a picture after its photo and its paintings."""
    names = [photo, *(str(parsed(style)[0]) for style in styles)]
    return "-".join(Path(name).stem for name in names)


def distinct(jobs: list[Job]) -> list[Job]:
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
