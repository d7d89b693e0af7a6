"""Every result, until it is thrown away; and the trash, from which it comes back."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

import PIL.Image
import tifffile

from brushwork import assets, images
from brushwork.engine import result as engine
from brushwork.errors import OptionError
from brushwork.recipe import Recipe
from brushwork.studio.errors import ConflictError, NotFoundError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import make_thumbnail
from brushwork.studio.schemas import FilmInfo, Job, Result, ResultList
from brushwork.studio.store import ResultColumns, ResultQuery, Store, new_identity
from brushwork.system.files import write_atomically

#: Words of a search that count.
MAX_WORDS = 8


class PageQuery(TypedDict, total=False):
    """What `ResultQuery` takes besides words."""

    deleted: bool
    starred: bool
    sort: Literal["newest", "oldest", "name"]
    after: str | None
    limit: int | None


@dataclass(frozen=True)
class DownloadQuery:
    """What a file of a result shall hold.

    Attributes
    ----------
    depth
        Bits a channel.
    quality
        Of a JPEG.
    profile
        The ICC profile in it.
    """

    depth: images.Depth = 8
    quality: int = images.QUALITY
    profile: images.Profile = "none"

    def is_stored_as(self, extension: str) -> bool:
        """Tell whether such a file is what the gallery keeps, so that nothing is encoded."""
        return (extension, self.depth, self.profile) == ("png", 8, "none")


@dataclass(frozen=True)
class FilmFiles:
    """What comes of painting a clip.

    Attributes
    ----------
    film, before
        The film, and the same frames of the clip, each shown as long as its own; both MP4.
    poster
        The first frame of the film.
    """

    film: Path
    before: Path
    poster: PIL.Image.Image


class Gallery:
    """Results by their identities.

    Parameters
    ----------
    store, folder
        Where they are kept.
    """

    def __init__(self, store: Store, folder: StudioFolder) -> None:
        self._store = store
        self._folder = folder

    def list_results(self, *, search: str = "", **query: Unpack[PageQuery]) -> ResultList:
        """Give a page of the gallery, or of the trash.

        Parameters
        ----------
        search
            Words, each of which is in the name, a tag, or the title or artist of an image.
        **query
            As in `ResultQuery`.

        Raises
        ------
        NotFoundError
            If the result is gone after which it shall go on.
        """
        if query.get("after") is not None:
            self.get(str(query["after"]))
        words = [(word, _find_titled(word)) for word in search.split()[:MAX_WORDS]]
        wanted = ResultQuery(words=words, **query)
        found, total = self._store.results.list_page(wanted)
        full = wanted.limit is not None and len(found) == wanted.limit
        return ResultList(results=found, total=total, next=found[-1].id if full else None)

    def iter_zip(
        self, results: Sequence[Result], extension: str, how: DownloadQuery
    ) -> Iterator[bytes]:
        """Give the files of several results that `find_download` gave as one ZIP, piece by piece.

        Images pack no smaller. What was removed for good since they were found is left out.
        """
        pieces = _Pieces()
        with zipfile.ZipFile(pieces, "w", zipfile.ZIP_STORED) as archive:
            for number, result in enumerate(results, start=1):
                name = f"{number:03} {result.name.replace('/', '-').replace(chr(92), '-')}"
                with contextlib.suppress(FileNotFoundError):
                    if result.film is not None:
                        archive.write(self.get_film_file(result.id), f"{name}.mp4")
                    elif how.is_stored_as(extension):
                        archive.write(self.get_file(result.id), f"{name}.{extension}")
                    else:
                        content = self.encode(result, extension, how)
                        archive.writestr(f"{name}.{extension}", content)
                yield pieces.take()
        yield pieces.take()

    def get(self, identity: str) -> Result:
        """Give one result.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        result = self._store.results.find(identity)
        if result is None:
            raise NotFoundError("there is no such painting any more; reload the page.")
        return result

    def get_recipe(self, identity: str) -> Recipe:
        """Give the recipe of a result.

        Raises
        ------
        NotFoundError
            If there is no result, or it was kept before it was done.
        """
        self.get(identity)
        recipe = self._store.results.find_recipe(identity)
        if recipe is None and self.get(identity).film is not None:
            raise NotFoundError("a film has no recipe; use its settings.")
        if recipe is None:
            raise NotFoundError("this painting was stopped on its way, and has no recipe.")
        return Recipe.model_validate_json(recipe)

    def write(self, name: str, made: engine.Result, job: Job) -> Result:
        """Write the files of what a job has led to; `Queue.finish` then adds it."""
        losses = {key: float(loss) for key, loss in made.losses.items()}
        result = _make_result(name, made.image, job, made.seconds, losses, list(made.notes))
        recipe = None if made.recipe is None else made.recipe.to_json()
        self._write(result, made.image, recipe)
        deep = images.encode(made.levels, Path("a.tiff"), recipe)
        write_atomically(deep, self.get_deep_file(result.id))
        return result.model_copy(update={"depth": 16})

    def write_unfinished(
        self, name: str, image: PIL.Image.Image, seconds: float, note: str, job: Job
    ) -> Result:
        """Write an image that somebody stopped and wants to keep; otherwise as `write`."""
        result = _make_result(name, image, job, seconds, job.losses, [note])
        self._write(result, image, None)
        return result

    def write_film(
        self, name: str, made: FilmFiles, length: FilmInfo, job: Job, notes: list[str]
    ) -> Result:
        """Take over a film, the part of the clip that it was made from, and its first frame."""
        result = _make_result(name, made.poster, job, job.seconds, {}, notes)
        result = result.model_copy(update={"film": length})
        self._write(result, made.poster, None)
        made.before.replace(self.get_film_file(result.id, "before"))
        made.film.replace(self.get_film_file(result.id))
        return result

    def change(self, identity: str, change: ResultColumns) -> Result:
        """Star a result, name it, or move it to the trash and back.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        self.get(identity)
        with self._store.transaction():
            self._store.results.change(identity, **change)
            result = self.get(identity)
            self._store.events.add("result", None, result)
        return result

    def trash(self, identity: str) -> None:
        """Put a result into the trash."""
        self.change(identity, {"deleted": time.time()})

    def restore(self, identity: str) -> Result:
        """Take a result out of the trash."""
        return self.change(identity, {"deleted": None})

    def empty_trash(self) -> None:
        """Forget what has been in the trash for long."""
        for identity in self._store.results.list_expired():
            self.remove(identity)

    def remove(self, identity: str) -> None:
        """Forget a result for good, with its files."""
        self._store.results.remove(identity)
        self.get_file(identity).unlink(missing_ok=True)
        self.get_thumbnail_file(identity).unlink(missing_ok=True)
        self.get_deep_file(identity).unlink(missing_ok=True)
        for which in ("film", "before"):
            self.get_film_file(identity, which).unlink(missing_ok=True)

    def get_file(self, identity: str) -> Path:
        """Name the file of a result."""
        return self._folder.results / f"{identity}.png"

    def get_thumbnail_file(self, identity: str) -> Path:
        """Name the file of its thumbnail."""
        return self._folder.results / f"{identity}.webp"

    def get_film_file(self, identity: str, which: str = "film") -> Path:
        """Name the file of a film, or of what the clip showed ``before``."""
        ending = "mp4" if which == "film" else f"{which}.mp4"
        return self._folder.results / f"{identity}.{ending}"

    def check_film(self, identity: str) -> Result:
        """Give a result that is a film.

        Raises
        ------
        NotFoundError
            If there is none, or it is an image.
        """
        result = self.get(identity)
        if result.film is None:
            raise NotFoundError("this painting is no film; ask for its file.")
        return result

    def get_deep_file(self, identity: str) -> Path:
        """Name the TIFF of 16 bits a channel of a result that is kept so."""
        return self._folder.results / f"{identity}.tiff"

    def read(self, identity: str, depth: images.Depth) -> PIL.Image.Image | images.Levels:
        """Give a result in 8 or 16 bits a channel.

        Raises
        ------
        NotFoundError
            If there is none.
        ConflictError
            If 16 bits are wanted of one that is kept in 8.
        """
        _check_depth(self.get(identity), depth)
        return self._load(identity, depth)

    def find_download(self, identity: str, extension: str, how: DownloadQuery) -> Result:
        """Give a result that can be given in a format, before the first byte of it is sent.

        Raises
        ------
        NotFoundError
            If there is none.
        ConflictError
            As for `read`.
        OptionError
            If the format cannot hold it.
        """
        result = self.get(identity)
        if how.depth == 16 and extension not in ("png", "tiff"):
            raise OptionError(f"{extension} holds 8 bits a channel; take png or tiff for 16.")
        _check_depth(result, how.depth)
        if extension == "jpg" and self._is_transparent(identity):
            raise OptionError(
                f"{result.name!r} has transparent parts, which JPEG cannot keep; take png, "
                "webp or tiff."
            )
        return result

    def encode(self, result: Result, extension: str, how: DownloadQuery) -> bytes:
        """Give a result that `find_download` gave as such a file, with its recipe in it."""
        image = self._load(result.id, how.depth)
        recipe = self._store.results.find_recipe(result.id)
        place = Path(f"a.{extension}")
        return images.encode(image, place, recipe, quality=how.quality, profile=how.profile)

    def _load(self, identity: str, depth: images.Depth) -> PIL.Image.Image | images.Levels:
        if depth == 16:
            levels: images.Levels = tifffile.imread(self.get_deep_file(identity))
            return levels
        with PIL.Image.open(self.get_file(identity)) as image:
            image.load()
            return image

    def _is_transparent(self, identity: str) -> bool:
        with PIL.Image.open(self.get_file(identity)) as image:
            return image.mode == "RGBA"

    def _write(self, result: Result, image: PIL.Image.Image, recipe: str | None) -> None:
        write_atomically(images.encode(image, Path("a.png"), recipe), self.get_file(result.id))
        write_atomically(make_thumbnail(image), self.get_thumbnail_file(result.id))


def _check_depth(result: Result, depth: images.Depth) -> None:
    if result.depth < depth:
        raise ConflictError(
            f"{result.name!r} is kept in {result.depth} bits a channel, so that {depth} would "
            "hold no more; take 8, or paint it again."
        )


class _Pieces(io.RawIOBase):
    """A file that can only be written, and is read by those who take what came since."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        self._written.append(bytes(content))
        return len(content)

    def take(self) -> bytes:
        """Give what was written since the last time."""
        whole = b"".join(self._written)
        self._written.clear()
        return whole


def _find_titled(word: str) -> list[str]:
    """Give the built-in images whose title or artist has a word."""
    sought = word.casefold()
    return [
        one.name for one in assets.catalog() if sought in f"{one.title} {one.artist}".casefold()
    ]


def _make_result(
    name: str,
    image: PIL.Image.Image,
    job: Job,
    seconds: float,
    losses: dict[str, float],
    notes: list[str],
) -> Result:
    return Result(
        id=new_identity(),
        name=name,
        width=image.width,
        height=image.height,
        created=time.time(),
        seconds=seconds,
        losses=losses,
        settings=job.settings,
        notes=notes,
        job=job.id,
    )
