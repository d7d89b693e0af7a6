"""Every result, until it is thrown away; and the trash, from which it comes back."""

from __future__ import annotations

import time
from pathlib import Path

import PIL.Image

from brushwork import images
from brushwork.engine import result as engine
from brushwork.recipe import Recipe
from brushwork.studio.database import StudioFolder, new_identity
from brushwork.studio.errors import NotFoundError
from brushwork.studio.library import make_thumbnail
from brushwork.studio.schemas import Job, Result
from brushwork.studio.store import ResultColumns, Store
from brushwork.system.files import write_atomically

#: Days that the trash keeps a result.
KEPT_DAYS = 30


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

    def list_results(self, *, deleted: bool = False) -> list[Result]:
        """Give the results of the gallery, or those in the trash, the newest first."""
        return self._store.list_results(deleted=deleted)

    def get(self, identity: str) -> Result:
        """Give one result.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        result = self._store.find_result(identity)
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
        recipe = self._store.find_recipe(identity)
        if recipe is None:
            raise NotFoundError("this painting was stopped on its way, and has no recipe.")
        return Recipe.model_validate_json(recipe)

    def write(self, name: str, made: engine.Result, job: Job) -> Result:
        """Write the files of what a job has led to; `Queue.finish` then adds it."""
        losses = {key: float(loss) for key, loss in made.losses.items()}
        result = _make_result(name, made.image, job, made.seconds, losses, list(made.notes))
        self._write(result, made.image, None if made.recipe is None else made.recipe.to_json())
        return result

    def write_unfinished(
        self, name: str, image: PIL.Image.Image, seconds: float, note: str, job: Job
    ) -> Result:
        """Write an image that somebody stopped and wants to keep; otherwise as `write`."""
        result = _make_result(name, image, job, seconds, job.losses, [note])
        self._write(result, image, None)
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
            self._store.change_result(identity, **change)
            result = self.get(identity)
            self._store.add_event("result", None, result)
        return result

    def trash(self, identity: str) -> None:
        """Put a result into the trash."""
        self.change(identity, {"deleted": time.time()})

    def restore(self, identity: str) -> Result:
        """Take a result out of the trash."""
        return self.change(identity, {"deleted": None})

    def empty_trash(self) -> None:
        """Forget what has been in the trash for long."""
        for identity in self._store.list_expired(time.time() - KEPT_DAYS * 86_400):
            self._store.remove_result(identity)
            self.get_file(identity).unlink(missing_ok=True)
            self.get_thumbnail_file(identity).unlink(missing_ok=True)

    def get_file(self, identity: str) -> Path:
        """Name the file of a result."""
        return self._folder.results / f"{identity}.png"

    def get_thumbnail_file(self, identity: str) -> Path:
        """Name the file of its thumbnail."""
        return self._folder.results / f"{identity}.webp"

    def encode(self, identity: str, extension: str) -> bytes:
        """Give a result in a format, with its recipe in it.

        Raises
        ------
        OutputError
            If the format cannot hold it.
        """
        self.get(identity)
        file = self.get_file(identity)
        with PIL.Image.open(file) as image:
            image.load()
            return images.encode(image, Path(f"a.{extension}"), images.read_text(file))

    def _write(self, result: Result, image: PIL.Image.Image, recipe: str | None) -> None:
        write_atomically(images.encode(image, Path("a.png"), recipe), self.get_file(result.id))
        write_atomically(make_thumbnail(image), self.get_thumbnail_file(result.id))


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
