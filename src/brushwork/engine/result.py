"""The result of a run: the picture, what it took, and how it was made."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import PIL.Image

from brushwork import images
from brushwork.options import Options
from brushwork.recipe import Recipe


@dataclass(frozen=True)
class Result:
    """A finished picture.

    Attributes
    ----------
    image
        The picture, RGB, or RGBA where the photo has transparency.
    levels
        The same in 16 bits a channel, ``(H, W, 3)`` or ``(H, W, 4)``, from 0 to 65535.
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
    levels: images.Levels = field(repr=False, compare=False)
    losses: dict[str, float]
    seconds: float
    options: Options
    notes: tuple[str, ...] = ()
    recipe: Recipe | None = None

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        overwrite: bool = False,
        recipe: bool = True,
        depth: images.Depth = 8,
    ) -> Path:
        """Write the picture; the extension says the format: .png, .jpg, .webp or .tiff.

        The recipe travels inside the file, unless ``recipe`` is false. A depth of 16 bits a channel
        goes into .png and .tiff.

        Raises
        ------
        OutputError
            If the format is unknown or cannot hold the picture or its depth, the file exists and
            ``overwrite`` is false, or it cannot be written. What was there before is untouched.
        """
        text = self.recipe.to_json() if recipe and self.recipe is not None else None
        return images.write(self.at_depth(depth), path, overwrite=overwrite, text=text)

    def at_depth(self, depth: images.Depth) -> PIL.Image.Image | images.Levels:
        """Give the picture in 8 or 16 bits a channel."""
        return self.image if depth == 8 else self.levels
