"""What somebody wants painted, with every picture read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import torch

from brushwork.errors import OptionError
from brushwork.images import Picture, Source, read
from brushwork.options import Options, StyleOptions
from brushwork.paintings import StyleSource, listed
from brushwork.preparation import subject_for, texture_subject
from brushwork.recipe import Recipe, recipe_for
from brushwork.subject import Subject

#: Height that stands for the extent of a texture, which has a shape but no size of its own.
EXTENT = 1000
#: A texture is not narrower than this, width over height or height over width.
LEAST_ASPECT = 0.1


@dataclass(frozen=True)
class Request:
    """A photo and paintings, or paintings alone for a texture, and how to paint.

    Attributes
    ----------
    content
        The photo; None for a texture.
    styles
        The paintings and how each is used.
    options
        How to paint.
    aspect
        Width over height of a texture.
    """

    content: Picture | None
    styles: Sequence[tuple[Picture, StyleOptions]]
    options: Options
    aspect: float = 1.0

    @classmethod
    def of(
        cls,
        content: Source | None,
        styles: StyleSource | Sequence[StyleSource],
        options: Options,
        aspect: float = 1.0,
    ) -> Self:
        """Read the pictures.

        Raises
        ------
        BrushworkError
            If one cannot be read, there is no painting, or the aspect ratio is out of bounds.
        """
        if not LEAST_ASPECT <= aspect <= 1 / LEAST_ASPECT:
            raise OptionError(f"aspect was given as {aspect}, but must lie between 0.1 and 10.")
        photo = None if content is None else read(content)
        paintings = [(read(source), how) for source, how in listed(styles)]
        return cls(photo, paintings, options, aspect)

    def subject(self, device: torch.device) -> Subject:
        """Prepare the pictures for painting.

        Raises
        ------
        BrushworkError
            If options do not go together, or a picture that one names cannot be read.
        """
        if self.content is not None:
            return subject_for(self.content, self.styles, self.options, device)
        extent = (EXTENT, max(1, round(EXTENT * self.aspect)))
        return texture_subject(self.styles, self.options, extent, device)

    def recipe(self) -> Recipe:
        """Write down what is wanted."""
        return recipe_for(self.content, self.styles, self.options, self.aspect)

    def without_files(self) -> Mapping[str, Picture]:
        """Give the pictures that could not be read again, by their roles in the recipe."""
        pictures = {f"painting {n}": picture for n, (picture, _) in enumerate(self.styles, start=1)}
        if self.content is not None:
            pictures["photo"] = self.content
        return {role: picture for role, picture in pictures.items() if picture.path is None}
