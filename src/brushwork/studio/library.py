"""Content images, style images and masks: the built-in ones, and those that people bring."""

from __future__ import annotations

import contextlib
import hashlib
import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork import assets, images
from brushwork.assets import BuiltIn
from brushwork.errors import BrushworkError
from brushwork.recipe import Recipe
from brushwork.studio.errors import ConflictError, NotFoundError, TooLargeError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.schemas import ImageInfo
from brushwork.studio.store import ImageRow, Store, new_identity
from brushwork.system import memory
from brushwork.system.files import write_atomically

#: The most that is taken: bytes of a file, and pixels in it.
MAX_BYTES = 64 * 2**20
MAX_PIXELS = 100 * 10**6
#: Bytes a pixel while an image is taken in: decoded, in float32 with alpha, through a profile of 16
#: bits again, and in 8 bits.
PIXEL_BYTES = 40
#: A name is a name, and no letter.
LONGEST_NAME = 120


class Library:
    """Images by their identities.

    Parameters
    ----------
    store, folder
        Where they are kept.
    """

    def __init__(self, store: Store, folder: StudioFolder) -> None:
        self._store = store
        self._folder = folder

    def list_images(self) -> list[ImageInfo]:
        """Give every image, the built-in ones first, then the newest first."""
        return [
            *map(_describe_built_in, assets.catalog()),
            *map(_describe_upload, self._store.images.list_all()),
        ]

    def get(self, identity: str) -> ImageInfo:
        """Give one image.

        Raises
        ------
        NotFoundError
            If there is none of this identity.
        """
        built_in = assets.find(identity)
        if built_in is not None:
            return _describe_built_in(built_in)
        return _describe_upload(self._get_row(identity))

    def read(
        self, identity: str, *, long_side: int | None = None, flat: bool = False
    ) -> images.Image:
        """Read an image, under the name and the file hash by which a person knows it.

        Parameters
        ----------
        identity
            Which image.
        long_side, flat
            As for `brushwork.images.read`.

        Raises
        ------
        BrushworkError
            If there is none, or its file cannot be read.
        """
        built_in = assets.find(identity)
        if built_in is not None:
            found = images.read(built_in.path, long_side=long_side, flat=flat)
            return found.with_origin(built_in.name, built_in.sha256)
        row = self._get_row(identity)
        file = self._get_deep_file(identity) if row.depth > 8 else self.get_file(identity)
        found = images.read(file, long_side=long_side, flat=flat)
        return found.with_origin(row.name, row.sha256)

    def add(self, content: bytes, name: str, role: str) -> ImageInfo:
        """Take an image in; one that is known already is given again.

        It is decoded and stored as PNG, of 16 bits a channel as TIFF, too: nothing that came with
        the pixels, no place where a photo was taken and no code that hides in a file, is kept. A
        recipe of brushwork's is.

        Raises
        ------
        ImageError
            If it cannot be read.
        TooLargeError
            If it has too many pixels, or more than fit into memory now.
        """
        shown = clean_name(name)
        sha256 = hashlib.sha256(content).hexdigest()
        known = self._find_again(sha256, role)
        if known is not None:
            return known
        height, width = images.read_size(content, shown)
        if height * width > MAX_PIXELS:
            raise TooLargeError(
                f"{shown} has {height * width / 1e6:.0f} megapixels, and at most "
                f"{MAX_PIXELS / 1e6:.0f} are taken; scale it down first."
            )
        _check_memory(height * width, shown)
        with memory.tell_out_of_memory(f"{shown} was read"):
            found = images.read_bytes(content, shown, shown)
            recipe, depth = _read_recipe(content), 16 if images.is_deep(content, shown) else 8
            return self._keep(found, shown, role, sha256, recipe=recipe, depth=depth)

    def add_pixels(
        self, pixels: NDArray[np.uint8] | NDArray[np.uint16], name: str, role: str
    ) -> ImageInfo:
        """Take in the pixels of a program, which has no file; known ones are given again.

        Parameters
        ----------
        pixels
            ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)`` of 8 or 16 bits; as many are kept.
        name, role
            As for `add`.

        Raises
        ------
        BrushworkError
            As for `add`.
        """
        shown = clean_name(name)
        _check_memory(pixels.shape[0] * pixels.shape[1], shown)
        with memory.tell_out_of_memory(f"{shown} was read"):
            found = images.read(pixels)
            depth = 8 * pixels.dtype.itemsize
            sha256 = found.hash_pixels()
            return self._find_again(sha256, role) or self._keep(
                found, shown, role, sha256, depth=depth
            )

    def _keep(
        self,
        found: images.Image,
        shown: str,
        role: str,
        sha256: str,
        *,
        recipe: str | None = None,
        depth: int = 8,
    ) -> ImageInfo:
        """Write the files of an image, then add it."""
        identity = new_identity()
        image = images.to_pil(found.pixels, found.alpha)
        with ThreadPoolExecutor(1) as aside:
            # While one waits for the disk, the other is encoded.
            small = aside.submit(self._write_thumbnail, identity, image)
            write_atomically(_encode_png(image), self.get_file(identity))
            small.result()
        if depth > 8:
            levels = images.to_levels(found.pixels, found.alpha)
            write_atomically(images.encode(levels, Path("a.tiff")), self._get_deep_file(identity))
        row = ImageRow(
            id=identity,
            name=shown,
            role=role,
            sha256=sha256,
            width=image.width,
            height=image.height,
            created=time.time(),
            notes=list(found.notes),
            recipe=recipe,
            depth=depth,
            used=time.time(),
        )
        if self._store.images.add(row):
            return _describe_upload(row)
        self._remove_files(identity)  # the same came twice at the same time
        return self._find_again(sha256, role) or self._keep(
            found, shown, role, sha256, recipe=recipe, depth=depth
        )

    def _find_again(self, sha256: str, role: str) -> ImageInfo | None:
        """Give an image that is known; who brings it again wants it, whatever was thrown away."""
        known = self._store.images.find_by_content(sha256, role)
        if known is None:
            return None
        self._store.images.change(known.id, deleted=None, used=time.time())
        return _describe_upload(known)

    def trash(self, identity: str) -> None:
        """Put an image into the trash that somebody brought.

        Raises
        ------
        NotFoundError
            If there is none.
        ConflictError
            If it is built in, or a job needs it.
        """
        if assets.find(identity) is not None:
            raise ConflictError("a built-in picture cannot be deleted.")
        self._get_row(identity)
        with self._store.transaction():
            if self._store.uses.is_needed(identity):
                raise ConflictError("a job still needs this picture; cancel that first.")
            self._store.images.change(identity, deleted=time.time())

    def restore(self, identity: str) -> ImageInfo:
        """Take an image out of the trash.

        Raises
        ------
        NotFoundError
            If it is not there any more.
        """
        row = self._store.images.find(identity)
        if row is None:
            raise NotFoundError("this picture is not in the trash any more; upload it again.")
        self._store.images.change(identity, deleted=None, used=time.time())
        return _describe_upload(row)

    def empty_trash(self) -> None:
        """Forget what has been in the trash for long, and is needed by no job."""
        for identity in self._store.images.list_expired():
            if not self._store.uses.is_needed(identity):
                self._store.images.remove(identity)
                self._remove_files(identity)

    def get_file(self, identity: str) -> Path:
        """Name the file of an image."""
        built_in = assets.find(identity)
        return built_in.path if built_in else self._folder.images / f"{identity}.png"

    def read_thumbnail(self, identity: str) -> bytes:
        """Give the thumbnail of an image; those of built-in images are made when needed.

        Raises
        ------
        NotFoundError
            If there is no such image.
        """
        self.get(identity)
        with contextlib.suppress(FileNotFoundError):
            content = self._get_thumbnail_file(identity).read_bytes()
            if content:  # a power cut may have left it empty
                return content
        image = images.read(self.get_file(identity), long_side=2 * THUMBNAIL_SIZE)
        return self._write_thumbnail(identity, images.to_pil(image.pixels, image.alpha))

    def _write_thumbnail(self, identity: str, image: PIL.Image.Image) -> bytes:
        """Write a thumbnail, which is made again if it is lost, and give it."""
        content = make_thumbnail(image)
        path = self._get_thumbnail_file(identity)
        write_atomically(content, path, overwrite=True, durable=False)
        return content

    def prepare(self) -> None:
        """Make what is asked for first, the thumbnails of the built-in images, if it is not there.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        for one in assets.catalog():
            self.read_thumbnail(one.name)

    def find_by_content(self, sha256: str) -> str | None:
        """Give the identity of the image that came in a file of this SHA-256."""
        built_in = next((one for one in assets.catalog() if one.sha256 == sha256), None)
        if built_in is not None:
            return built_in.name
        row = self._store.images.find_by_content(sha256)
        return None if row is None or row.deleted is not None else row.id

    def get_recipe(self, identity: str) -> Recipe | None:
        """Give the recipe that an image carried."""
        if assets.find(identity) is not None:
            return None
        found = self._get_row(identity).recipe
        return None if found is None else Recipe.model_validate_json(found)

    def _get_row(self, identity: str) -> ImageRow:
        row = self._store.images.find(identity)
        if row is None or row.deleted is not None:
            raise NotFoundError("there is no such picture any more; choose or upload another.")
        return row

    def _get_thumbnail_file(self, identity: str) -> Path:
        return self._folder.images / f"{identity}.webp"

    def _get_deep_file(self, identity: str) -> Path:
        return self._folder.images / f"{identity}.tiff"

    def _remove_files(self, identity: str) -> None:
        for path in (
            self.get_file(identity),
            self._get_thumbnail_file(identity),
            self._get_deep_file(identity),
        ):
            path.unlink(missing_ok=True)


def _check_memory(pixels: int, shown: str) -> None:
    """Refuse an image that could not be decoded in the memory that is free."""
    free = memory.measure_available() - memory.measure_resident()
    if pixels * PIXEL_BYTES > free:
        raise TooLargeError(
            f"{shown} has {pixels / 1e6:.0f} megapixels, for which there is not enough memory now "
            f"({memory.format_bytes(free)} are free); scale it down first, or try again later."
        )


def clean_name(name: str) -> str:
    """Keep the last part of a name, without what nobody can see; it is shown and never opened."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(sign for sign in last if sign.isprintable()).strip()
    return seen[:LONGEST_NAME] or "picture"


def _encode_png(image: PIL.Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="PNG", compress_level=1)  # people wait for it; disks are large
    return buffer.getvalue()


def _read_recipe(content: bytes) -> str | None:
    """Give the recipe that a file carries, as JSON."""
    with contextlib.suppress(BrushworkError):
        text = images.read_text(content)
        return None if text is None else Recipe.from_json(text).to_json()
    return None


def _describe_built_in(image: BuiltIn) -> ImageInfo:
    """Describe a built-in image; a photo is called what it shows, a painting by its title."""
    return ImageInfo(
        id=image.name,
        name=image.name,
        role=image.role,
        title=image.title if image.role == "style" else image.name.replace("-", " ").capitalize(),
        artist=image.artist,
        year=image.year,
        width=image.width,
        height=image.height,
        builtin=True,
        created=0.0,
        notes=[],
    )


def _describe_upload(row: ImageRow) -> ImageInfo:
    stored = row.model_dump(exclude={"sha256", "recipe", "used", "deleted"})
    return ImageInfo(**stored, title=Path(row.name).stem, artist="", year=None, builtin=False)


#: Long side of a thumbnail in pixels.
THUMBNAIL_SIZE = 480


def make_thumbnail(image: PIL.Image.Image) -> bytes:
    """Give a small WebP of an image."""
    whole = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small = images.shrink(whole, THUMBNAIL_SIZE)
    buffer = io.BytesIO()
    small.save(buffer, format="WEBP", quality=86)
    return buffer.getvalue()
