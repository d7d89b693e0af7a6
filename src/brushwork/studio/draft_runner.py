"""Paints drafts in the worker, with everything that they need kept warm."""

from __future__ import annotations

import io
import time
from collections import OrderedDict

import PIL.Image

from brushwork import images
from brushwork.api import Stylizer
from brushwork.engine import result as engine
from brushwork.engine.events import Finished, StepTaken
from brushwork.errors import BrushworkError
from brushwork.images import Image
from brushwork.studio.drafts import Drafts
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library, make_thumbnail
from brushwork.studio.settings import start_run
from brushwork.studio.store import DraftRow, Store
from brushwork.system import memory
from brushwork.system.files import write_atomically

#: Steps before the first picture, and seconds from one to the next.
FIRST_STEP, PREVIEW_SECONDS = 6, 0.25
#: Bytes of read images that are kept.
WARM_BYTES = 256 * 2**20
#: Long side of what is drafted once when the worker starts: the first person waits for no loading.
WARM_SIZE = 64


class WarmLibrary(Library):
    """A library that keeps the images that were read last.

    Parameters
    ----------
    store, folder
        As for `Library`.
    """

    def __init__(self, store: Store, folder: StudioFolder) -> None:
        super().__init__(store, folder)
        self._warm: OrderedDict[tuple[str, int | None, bool], Image] = OrderedDict()

    def read(self, identity: str, *, long_side: int | None = None, flat: bool = False) -> Image:
        """Read an image, or give it as it was read before; what is under an identity stays."""
        key = (identity, long_side, flat)
        if key not in self._warm:
            self._warm[key] = super().read(identity, long_side=long_side, flat=flat)
            while len(self._warm) > 1 and self._count_bytes() > WARM_BYTES:
                self._warm.popitem(last=False)
        self._warm.move_to_end(key)
        return self._warm[key]

    def _count_bytes(self) -> int:
        return sum(4 * image.pixels.numel() for image in self._warm.values())


class DraftRunner:
    """Paints the drafts of a studio.

    Parameters
    ----------
    store, folder
        Where everything is kept.
    stylizer
        It keeps the networks.
    """

    def __init__(self, store: Store, folder: StudioFolder, stylizer: Stylizer) -> None:
        self._library = WarmLibrary(store, folder)
        self._drafts = Drafts(store, folder, self._library)
        self._stylizer = stylizer

    def warm_up(self) -> None:
        """Load what drafts need."""
        content, style = self._library.read("cat"), self._library.read("great-wave")
        self._stylizer.stylize(content, style, size=WARM_SIZE, effort=0.25, draft=True)

    def run(self, draft: DraftRow) -> None:
        """Paint a draft until it is done, fails, or is not wanted any more."""
        try:
            with memory.tell_out_of_memory("the draft was painted"):
                self._paint(draft)
        except BrushworkError as error:
            self._drafts.report(draft.id, {"state": "failed", "error": str(error)})

    def _paint(self, draft: DraftRow) -> None:
        due, version = 0.0, draft.preview
        for event in start_run(self._stylizer, draft.settings, self._library):
            if not self._drafts.is_wanted(draft.id):
                return
            if isinstance(event, Finished):
                self._finish(draft, event.result, version + 1)
            ripe = isinstance(event, StepTaken) and (version or event.step >= FIRST_STEP)
            if isinstance(event, StepTaken) and ripe and time.monotonic() >= due:
                version += 1
                self._show(draft, event, version)
                due = time.monotonic() + PREVIEW_SECONDS

    def _show(self, draft: DraftRow, event: StepTaken, version: int) -> None:
        image = event.preview()
        self._write(_encode_jpeg(image), draft, "jpg")
        self._drafts.report(
            draft.id,
            {
                "preview": version,
                "progress": event.progress,
                "width": image.width,
                "height": image.height,
                "seconds": event.seconds,
            },
        )

    def _finish(self, draft: DraftRow, made: engine.Result, version: int) -> None:
        """Write the files of a draft first, then say that it is finished."""
        recipe = None if made.recipe is None else made.recipe.to_json()
        picture = made.image
        for extension, content in (
            ("jpg", _encode_jpeg(picture)),
            ("png", images.encode(picture, self._drafts.get_file("a", "png"), recipe)),
            ("webp", make_thumbnail(picture)),
        ):
            self._write(content, draft, extension)
        self._drafts.report(
            draft.id,
            {
                "state": "finished",
                "progress": 1.0,
                "preview": version,
                "width": picture.width,
                "height": picture.height,
                "seconds": made.seconds,
                "losses": {name: float(loss) for name, loss in made.losses.items()},
                "notes": list(made.notes),
                "recipe": recipe,
            },
        )

    def _write(self, content: bytes, draft: DraftRow, extension: str) -> None:
        """Write a file of a draft; a power cut takes all drafts away, so that none waits for it."""
        target = self._drafts.get_file(draft.id, extension)
        write_atomically(content, target, overwrite=True, durable=False)


def _encode_jpeg(image: PIL.Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, format="JPEG", quality=90, subsampling=0)
    return buffer.getvalue()
