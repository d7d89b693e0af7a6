"""Photos, paintings and masks: the built-in ones, and those that people bring."""

from __future__ import annotations

import contextlib
import hashlib
import io
import sqlite3
import time
from pathlib import Path

import PIL.Image

from brushwork import assets, images
from brushwork.assets import BuiltIn
from brushwork.errors import BrushworkError
from brushwork.recipe import Recipe
from brushwork.studio.database import Database, Row, StudioFolder, insert, new_identity
from brushwork.studio.errors import ConflictError, NotFoundError, TooLargeError
from brushwork.system.files import write_atomically

#: The most that is taken: bytes of a file, and pixels in it.
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 100 * 10**6
#: A name is a name, and no letter.
LONGEST_NAME = 120


class Library:
    """Pictures by their identities.

    Parameters
    ----------
    database, folder
        Where they are kept.
    """

    def __init__(self, database: Database, folder: StudioFolder) -> None:
        self._database = database
        self._folder = folder

    def all(self) -> list[Row]:
        """Give every picture, the built-in ones first, then the newest first."""
        brought = self._database.rows("SELECT * FROM pictures ORDER BY created DESC, rowid DESC")
        return [
            *(_describe_built_in(picture) for picture in assets.catalog()),
            *map(_describe_upload, brought),
        ]

    def get(self, identity: str) -> Row:
        """Give one picture.

        Raises
        ------
        NotFoundError
            If there is none of this identity.
        """
        built_in = assets.find(identity)
        if built_in is not None:
            return _describe_built_in(built_in)
        return _describe_upload(self._row(identity))

    def add(self, content: bytes, name: str, role: str) -> Row:
        """Take a picture in; one that is known already is given again.

        It is decoded and stored as PNG: nothing that came with the pixels, no place where a photo
        was taken and no code that hides in a file, is kept. A recipe of brushwork's is.

        Raises
        ------
        PictureError
            If it cannot be read.
        TooLargeError
            If it has too many pixels.
        """
        shown = _clean_name(name)
        sha256 = hashlib.sha256(content).hexdigest()
        known = self._known(sha256, role)
        if known is not None:
            return known
        height, width = images.read_size(content, shown)
        if height * width > MAX_PIXELS:
            raise TooLargeError(
                f"{shown} has {height * width / 1e6:.0f} megapixels, and at most "
                f"{MAX_PIXELS / 1e6:.0f} are taken; scale it down first."
            )
        picture = images.read_bytes(content, shown, shown)
        identity = new_identity()
        image = images.to_pil(picture.pixels, picture.alpha)
        write_atomically(_encode_png(image), self.file(identity))
        write_atomically(make_thumbnail(image), self.thumb(identity))
        row: Row = {
            "id": identity,
            "name": shown,
            "role": role,
            "sha256": sha256,
            "width": image.width,
            "height": image.height,
            "created": time.time(),
            "notes": list(picture.notes),
            "recipe": _read_recipe(content),
        }
        try:
            with self._database.transaction() as connection:
                insert(connection, "pictures", row)
        except sqlite3.IntegrityError:  # the same picture came twice at the same time
            self._remove_files(identity)
            return self._known(sha256, role) or self.add(content, name, role)
        return self.get(identity)

    def remove(self, identity: str) -> None:
        """Take a picture away that somebody brought.

        Raises
        ------
        NotFoundError
            If there is none.
        ConflictError
            If it is built in, or a job needs it.
        """
        if assets.find(identity) is not None:
            raise ConflictError("a built-in picture cannot be deleted.")
        self._row(identity)
        with self._database.transaction() as connection:
            needed = connection.execute(
                "SELECT 1 FROM jobs WHERE state IN ('queued', 'running', 'paused') "
                "AND settings LIKE ?",
                (f'%"{identity}"%',),
            ).fetchone()
            if needed:
                raise ConflictError("a job still needs this picture; cancel that first.")
            connection.execute("DELETE FROM pictures WHERE id = ?", (identity,))
        self._remove_files(identity)

    def file(self, identity: str) -> Path:
        """Name the file of a picture."""
        built_in = assets.find(identity)
        return built_in.path if built_in else self._folder.pictures / f"{identity}.png"

    def thumb(self, identity: str) -> Path:
        """Name the file of its thumbnail; those of built-in pictures are made when needed."""
        return self._folder.pictures / f"{identity}.webp"

    def small(self, identity: str) -> bytes:
        """Give the thumbnail of a picture.

        Raises
        ------
        NotFoundError
            If there is no such picture.
        """
        self.get(identity)
        path = self.thumb(identity)
        if not path.is_file():
            picture = images.read(str(self.file(identity)))
            content = make_thumbnail(images.to_pil(picture.pixels, picture.alpha))
            write_atomically(content, path, overwrite=True)
        return path.read_bytes()

    def origin(self, identity: str) -> tuple[str, str]:
        """Give what a picture was called, and the SHA-256 of the file that it came in."""
        built_in = assets.find(identity)
        if built_in is not None:
            return built_in.name, built_in.sha256
        row = self._row(identity)
        return row["name"], row["sha256"]

    def by_content(self, sha256: str) -> str | None:
        """Give the identity of the picture that came in a file of this SHA-256."""
        built_in = next((one for one in assets.catalog() if one.sha256 == sha256), None)
        if built_in is not None:
            return built_in.name
        row = self._database.row("SELECT id FROM pictures WHERE sha256 = ?", (sha256,))
        return None if row is None else str(row["id"])

    def recipe(self, identity: str) -> Recipe | None:
        """Give the recipe that a picture carried."""
        if assets.find(identity) is not None:
            return None
        found = self._row(identity)["recipe"]
        return None if found is None else Recipe.model_validate(found)

    def _row(self, identity: str) -> Row:
        row = self._database.row("SELECT * FROM pictures WHERE id = ?", (identity,))
        if row is None:
            raise NotFoundError("there is no such picture any more; choose or upload another.")
        return row

    def _known(self, sha256: str, role: str) -> Row | None:
        question = "SELECT * FROM pictures WHERE sha256 = ? AND role = ?"
        row = self._database.row(question, (sha256, role))
        return None if row is None else _describe_upload(row)

    def _remove_files(self, identity: str) -> None:
        for path in (self.file(identity), self.thumb(identity)):
            path.unlink(missing_ok=True)


def _clean_name(name: str) -> str:
    """Keep the last part of a name, without what nobody can see; it is shown and never opened."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign for sign in last if sign.isprintable()).strip()
    return seen[:LONGEST_NAME] or "picture"


def _encode_png(image: PIL.Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)  # people wait for it; disks are large
    return buffer.getvalue()


def _read_recipe(content: bytes) -> object:
    with contextlib.suppress(BrushworkError):
        text = images.read_text(content)
        return None if text is None else Recipe.from_json(text).model_dump(mode="json")
    return None


def _describe_built_in(picture: BuiltIn) -> Row:
    """Tell of a built-in picture; a photo is called what it shows, a painting by its title."""
    shows = picture.name.replace("-", " ").capitalize()
    return {
        "id": picture.name,
        "name": picture.name,
        "role": picture.role,
        "title": picture.title if picture.role == "style" else shows,
        "artist": picture.artist,
        "year": picture.year,
        "width": picture.width,
        "height": picture.height,
        "builtin": True,
        "created": 0.0,
        "notes": [],
    }


def _describe_upload(row: Row) -> Row:
    names = ("id", "name", "role", "width", "height", "created", "notes")
    about = {"title": Path(row["name"]).stem, "artist": "", "year": None, "builtin": False}
    return {name: row[name] for name in names} | about


#: Long side of a thumbnail in pixels.
SIDE = 480


def make_thumbnail(image: PIL.Image.Image) -> bytes:
    """Give a small WebP of a picture."""
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((SIDE, SIDE), PIL.Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="WEBP", quality=86)
    return buffer.getvalue()
