"""The result of a run: the image, what it took, and how it was made."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import RenderedImage
from brushwork.errors import OutputError
from brushwork.options import Options
from brushwork.recipe import Recipe


@dataclass(frozen=True)
class Result:
    """A finished image.

    Attributes
    ----------
    image
        The image in 8 bits, RGB, or RGBA where the content image has transparency.
    levels
        The same in 16 bits a channel, ``(H, W, 3)`` or ``(H, W, 4)``, from 0 to 65535.
    losses
        The losses of this image by name: total, content, style, style.<layer>.
    seconds
        Wall time from the first read to the last step.
    options
        The options of the run.
    notes
        What the person should know: rescues of the optimiser, oddities of the input images.
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

    def array(self) -> NDArray[np.float32]:
        """Give the image as ``(H, W, 3)``, or ``(H, W, 4)`` with opacity, float32 sRGB in [0, 1].

        The numbers are those of 16 bits: ``levels / 65535``.
        """
        return np.divide(self.levels, 65535, dtype=np.float32)

    def tensor(self) -> Tensor:
        """Give the image as ``(1, 3, H, W)``, or ``(1, 4, H, W)``, float32 sRGB in [0, 1]."""
        return torch.from_numpy(self.array()).permute(2, 0, 1)[None].contiguous()

    def save(
        self,
        path: str | os.PathLike[str] | BinaryIO,
        *,
        overwrite: bool = False,
        recipe: bool = True,
        depth: images.Depth = 8,
        extension: str = ".png",
    ) -> Path | None:
        """Write the image to a file, or into a binary file that is open for writing.

        Parameters
        ----------
        path
            Where to; the extension says the format: .png, .jpg, .webp or .tiff.
        overwrite
            Whether a file that is there may be replaced.
        recipe
            Whether the recipe travels inside the file.
        depth
            Bits a channel; 16 go into .png and .tiff.
        extension
            The format for an open file, which has no extension; with or without its dot.

        Returns
        -------
        Path
            Where it is now; None for an open file.

        Raises
        ------
        OutputError
            If the format is unknown or cannot hold the image or its depth, the file exists and
            ``overwrite`` is false, or it cannot be written. What was there before is untouched.
        """
        text = self.recipe.to_json() if recipe and self.recipe is not None else None
        found = self.at_depth(depth)
        if isinstance(path, str | os.PathLike):
            target = Path(path).expanduser()
            return images.write(found, target, overwrite=overwrite, text=text)
        content = images.encode(found, Path(f"image.{extension.removeprefix('.')}"), text)
        try:
            path.write(content)
        except (AttributeError, TypeError) as error:
            raise OutputError(
                f"the picture cannot be written to a {type(path).__name__}; give a path, or a file "
                "that is open for writing bytes, as io.BytesIO() or open(path, 'wb') are."
            ) from error
        return None

    def _repr_png_(self) -> bytes:
        """Show itself in a notebook."""
        buffer = io.BytesIO()
        self.image.save(buffer, "PNG")
        return buffer.getvalue()

    def at_depth(self, depth: images.Depth) -> PIL.Image.Image | images.Levels:
        """Give the image in 8 or 16 bits a channel."""
        return self.image if depth == 8 else self.levels


def make_result(
    rendered: RenderedImage,
    losses: Mapping[str, float],
    seconds: float,
    options: Options,
    notes: tuple[str, ...],
    recipe: Recipe | None,
) -> Result:
    """Round a finished image, and write into its recipe what came of it."""
    numbers = {name: float(loss) for name, loss in losses.items()}
    if recipe is not None:
        recipe = recipe.model_copy(update={"losses": numbers, "seconds": seconds})
    image, levels = rendered.image(), rendered.levels()
    return Result(image, levels, dict(losses), seconds, options, notes, recipe)
