"""Finds subjects in the worker, beside what is painted: a person waits for them."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from brushwork import images
from brushwork.errors import BrushworkError
from brushwork.masks.segmentation import find_subject
from brushwork.masks.shapes import Box
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library
from brushwork.studio.store import Store, SubjectRow
from brushwork.studio.subjects import Subjects
from brushwork.system import memory
from brushwork.system.files import write_atomically

#: Long side of a mask in pixels, as large as the page draws.
MASK_SIZE = 1024


class SubjectFinder:
    """Finds the subjects that a studio is asked for.

    Parameters
    ----------
    store, folder
        Where everything is kept.
    """

    def __init__(self, store: Store, folder: StudioFolder) -> None:
        self._library = Library(store, folder)
        self._subjects = Subjects(store, folder, self._library)

    def find_next(self) -> bool:
        """Find one subject that is waited for; False if there is none."""
        row = self._subjects.claim()
        if row is None:
            return False
        try:
            with memory.tell_out_of_memory("the subject was looked for"):
                mask = _find(self._library.read(row.image, long_side=MASK_SIZE), row)
        except BrushworkError as error:
            self._subjects.report(row.id, {"state": "failed", "error": str(error)})
            return True
        grey = images.to_pil(mask.expand(-1, 3, -1, -1)).getchannel("R")
        content = images.encode(grey, Path("a.png"))
        write_atomically(content, self._subjects.get_file(row.id), overwrite=True)
        self._subjects.report(row.id, {"state": "finished"})
        return True


def _find(image: images.Image, row: SubjectRow) -> Tensor:
    """Give the mask ``(1, 1, H, W)`` of what is in the box of a photo."""
    height, width = image.pixels.shape[2:]
    ratio = min(1.0, MASK_SIZE / max(height, width))
    size = (max(1, round(ratio * height)), max(1, round(ratio * width)))
    pixels = images.resize(image.pixels, size, image.alpha)
    alpha = None if image.alpha is None else images.resize(image.alpha, size)
    left, top, across, down = row.box
    box = Box(left * size[1], top * size[0], across * size[1], down * size[0])
    return find_subject(pixels, box, alpha)
