"""The result of a run: the picture, what it took, and how it was made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import PIL.Image

from brushwork import images
from brushwork.options import Options
from brushwork.recipe import Recipe


@dataclass(frozen=True)
class Painting:
    """A finished picture.

    Attributes
    ----------
    image
        The picture, RGB, or RGBA where the photo has transparency.
    losses
        The losses of this picture by name: total, content, style, style.<layer>.
    seconds
        Wall time from the first read to the last step.
    options
        The options it was painted with.
    notes
        What the person should know: rescues of the optimiser, oddities of the input pictures.
    recipe
        How to make it again.
    """

    image: PIL.Image.Image
    losses: dict[str, float]
    seconds: float
    options: Options
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None

    def save(
        self, path: str | os.PathLike[str], *, overwrite: bool = False, recipe: bool = True
    ) -> Path:
        """Write the picture; the extension says the format: .png, .jpg, .webp or .tiff.

        The recipe travels inside the file, unless ``recipe`` is false.

        Raises
        ------
        OutputError
            If the format is unknown or cannot hold the picture, the file exists and ``overwrite``
            is false, or it cannot be written. What was there before is then untouched.
        """
        text = self.recipe.text() if recipe and self.recipe is not None else None
        return images.write(self.image, path, overwrite=overwrite, text=text)
