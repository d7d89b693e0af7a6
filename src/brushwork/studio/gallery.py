"""Everything that was painted, until it is thrown away; and the bin, from which it comes back."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import PIL.Image

from brushwork import images
from brushwork.engine.result import Result
from brushwork.recipe import Recipe
from brushwork.studio import live as log
from brushwork.studio.database import Database, Row, StudioFolder, insert, new_identity, update
from brushwork.studio.errors import NotFoundError
from brushwork.studio.library import make_thumbnail
from brushwork.system.files import write_atomically

#: Days that the bin keeps a painting.
KEPT_DAYS = 30


class Gallery:
    """Paintings by their identities.

    Parameters
    ----------
    database, folder
        Where they are kept.
    """

    def __init__(self, database: Database, folder: StudioFolder) -> None:
        self._database = database
        self._folder = folder

    def all(self, *, deleted: bool = False) -> list[Row]:
        """Give the paintings that hang, or those in the bin, the newest first."""
        where = "deleted IS NOT NULL" if deleted else "deleted IS NULL AND grid IS NULL"
        rows = self._database.rows(
            f"SELECT * FROM paintings WHERE {where} ORDER BY created DESC, rowid DESC"
        )
        return [describe(row) for row in rows]

    def get(self, identity: str) -> Row:
        """Give one painting.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        return describe(self._row(identity))

    def recipe(self, identity: str) -> Recipe:
        """Give the recipe of a painting.

        Raises
        ------
        NotFoundError
            If there is no painting, or it was kept before it was done.
        """
        recipe = self._row(identity)["recipe"]
        if recipe is None:
            raise NotFoundError("this painting was stopped on its way, and has no recipe.")
        return Recipe.model_validate(recipe)

    def add(
        self, name: str, painting: Result, recipe: Recipe, job: Row
    ) -> tuple[str, dict[str, Any]]:
        """Write a painting that is done; give its identity, and its row to insert."""
        identity = self._write(painting.image, recipe.to_json())
        return identity, {
            **_make_row(identity, name, painting.image, job),
            "seconds": painting.seconds,
            "losses": {key: float(loss) for key, loss in painting.losses.items()},
            "notes": list(painting.notes),
            "recipe": recipe.model_dump(mode="json"),
        }

    def add_unfinished(
        self, name: str, image: PIL.Image.Image, seconds: float, note: str, job: Row
    ) -> tuple[str, dict[str, Any]]:
        """Write a picture that somebody stopped and wants to keep."""
        identity = self._write(image, None)
        more = {"seconds": seconds, "losses": job["losses"], "notes": [note]}
        return identity, {**_make_row(identity, name, image, job), **more}

    def change(self, identity: str, values: dict[str, Any]) -> Row:
        """Star a painting, or name it."""
        self._row(identity)
        with self._database.transaction() as connection:
            if values:
                update(connection, "paintings", identity, values)
            row = describe(self._row(identity))
            log.record(connection, "painting", None, row)
        return row

    def trash(self, identity: str) -> None:
        """Put a painting into the bin."""
        self.change(identity, {"deleted": time.time()})

    def restore(self, identity: str) -> Row:
        """Take a painting out of the bin."""
        return self.change(identity, {"deleted": None})

    def empty_trash(self) -> None:
        """Forget what has been in the bin for long."""
        limit = time.time() - KEPT_DAYS * 86_400
        for row in self._database.rows("SELECT id FROM paintings WHERE deleted < ?", (limit,)):
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM paintings WHERE id = ?", (row["id"],))
            self.file(row["id"]).unlink(missing_ok=True)
            self.thumb(row["id"]).unlink(missing_ok=True)

    def file(self, identity: str) -> Path:
        """Name the file of a painting."""
        return self._folder.paintings / f"{identity}.png"

    def thumb(self, identity: str) -> Path:
        """Name the file of its thumbnail."""
        return self._folder.paintings / f"{identity}.webp"

    def encoded(self, identity: str, extension: str) -> bytes:
        """Give a painting in a format, with its recipe in it.

        Raises
        ------
        OutputError
            If the format cannot hold it.
        """
        self._row(identity)
        if extension == "png":
            return self.file(identity).read_bytes()
        with PIL.Image.open(self.file(identity)) as image:
            image.load()
            return images.encode(
                image, Path(f"a.{extension}"), images.read_text(self.file(identity))
            )

    def _row(self, identity: str) -> Row:
        row = self._database.row("SELECT * FROM paintings WHERE id = ?", (identity,))
        if row is None:
            raise NotFoundError("there is no such painting any more; reload the page.")
        return row

    def _write(self, image: PIL.Image.Image, text: str | None) -> str:
        identity = new_identity()
        write_atomically(images.encode(image, Path("a.png"), text), self.file(identity))
        write_atomically(make_thumbnail(image), self.thumb(identity))
        return identity


def describe(row: Row) -> Row:
    """Give what the page is told of a painting."""
    shown = {key: value for key, value in row.items() if key not in ("recipe", "grid")}
    return {**shown, "starred": bool(row["starred"]), "deleted": row["deleted"] is not None}


def _make_row(identity: str, name: str, image: PIL.Image.Image, job: Row) -> dict[str, Any]:
    return {
        "id": identity,
        "name": name,
        "width": image.width,
        "height": image.height,
        "created": time.time(),
        "settings": job["settings"],
        "job": job["id"],
        "grid": job["grid"],
    }


def add_row(connection: sqlite3.Connection, row: dict[str, Any]) -> None:
    """Put a painting that was written into the gallery."""
    insert(connection, "paintings", row)
    log.record(connection, "painting", row["job"], describe({"starred": 0, "deleted": None, **row}))
