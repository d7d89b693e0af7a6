"""How a picture was made: everything that is needed to make it again, as plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import torch
from pydantic import BaseModel, ConfigDict

from brushwork import assets, files
from brushwork.errors import RecipeError, WeightsError
from brushwork.features.weights import EMBEDDED_SHA256
from brushwork.images import Picture, Source, read
from brushwork.options import Options, StyleOptions
from brushwork.version import __version__

#: Grows when older versions could not read a recipe any more.
FORMAT: Literal[1] = 1
#: What a role of a recipe is now: a file, a picture without one, or None for what is built in.
Found = Path | Picture | None
#: A recipe that is longer than this is none.
LONGEST = 200_000


class Input(BaseModel):
    """A picture that was used: its name as it was given, its size, and what its file held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    name: str
    width: int
    height: int
    sha256: str


class Ingredient(BaseModel):
    """One painting and how it was used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    options: dict[str, Any]


class Recipe(BaseModel):
    """All that a picture was made from and by.

    Attributes
    ----------
    kind
        ``"stylize"`` or ``"texture"``.
    content, styles
        The photo, None for a texture, and the paintings, by their names.
    options
        Every option by name, those that follow from a preset included.
    aspect
        Width over height of a texture.
    inputs
        Every picture that was read.
    weights
        SHA-256 of the weights.
    brushwork, torch
        Versions.
    losses, seconds
        What came of it.
    steered
        What was changed on the way, one sentence each; the options are those of the end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    kind: Literal["stylize", "texture"]
    content: str | None
    styles: tuple[Ingredient, ...]
    options: dict[str, Any]
    aspect: float = 1.0
    inputs: tuple[Input, ...]
    weights: str
    brushwork: str
    torch: str
    losses: dict[str, float] = {}
    seconds: float = 0.0
    steered: tuple[str, ...] = ()

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Read a recipe.

        Raises
        ------
        RecipeError
            If the text is no recipe, or one of a newer version.
        """
        try:
            if len(text) > LONGEST:
                raise ValueError(f"it is {len(text)} characters long")
            found = json.loads(text)
            if isinstance(found, dict) and found.get("format", FORMAT) != FORMAT:
                raise RecipeError(
                    f"the recipe has the format {found['format']!r}, and this version of brushwork "
                    f"reads {FORMAT}; install a newer one."
                )
            recipe = cls.model_validate(found)
            Options(**recipe.options)
            for style in recipe.styles:
                StyleOptions(**style.options)
        except (ValueError, TypeError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise RecipeError(f"this is no recipe of brushwork's ({reason}).") from None
        return recipe

    def text(self) -> str:
        """Write it as one line of JSON, in ASCII."""
        return json.dumps(self.model_dump(mode="json"))

    def painted_with(self, **changes: Any) -> Options:
        """Give its options with changes by name.

        Raises
        ------
        OptionError
            If a change will not do.
        """
        return Options.made(Options(**self.options), **changes)


def recipe_for(
    content: Source | None,
    styles: Sequence[tuple[Source, StyleOptions]],
    options: Options,
    aspect: float = 1.0,
) -> Recipe:
    """Write down what is about to be painted, and from what.

    Raises
    ------
    BrushworkError
        If a picture cannot be read.
    """
    pictures: dict[str, Source] = {} if content is None else {"photo": content}
    pictures |= {f"painting {number}": source for number, (source, _) in enumerate(styles, start=1)}
    return Recipe(
        kind="texture" if content is None else "stylize",
        content=None if content is None else read(content).origin,
        styles=tuple(
            Ingredient(name=read(source).origin, options=how.model_dump(exclude_defaults=True))
            for source, how in styles
        ),
        options=options.model_dump(mode="json"),
        aspect=aspect,
        inputs=tuple(
            _input(role, read(source))
            for role, source in (pictures | _others(styles, options)).items()
        ),
        weights=_weights(options),
        brushwork=__version__,
        torch=torch.__version__,
    )


def changed(recipe: Recipe, found: Mapping[str, Found], options: Options) -> list[str]:
    """Say of each input whether it is another one now than it was.

    Parameters
    ----------
    recipe
        What was used.
    found
        What each role is now; None for what is built in.
    options
        The options of the recipe, with the weights where they are now.
    """
    notes = [
        f"{used.name} ({used.role}) has changed since the picture was made"
        for used in recipe.inputs
        if _sha256_now(used, found.get(used.role)) != used.sha256
    ]
    if _weights(options) != recipe.weights:
        notes.append("the weights are others than the picture was made with")
    return notes


def _others(styles: Sequence[tuple[Source, StyleOptions]], options: Options) -> dict[str, Source]:
    """Give the pictures that options name."""
    found: dict[str, Source] = {}
    for name in ("mask", "regions"):
        if getattr(options, name) is not None:
            found[name] = getattr(options, name)
    if options.init not in ("content", "noise"):
        found["start"] = options.init
    if options.preserved is not None and options.preserved[0] != "detail":
        found["preserve"] = options.preserved[0]
    for number, (_, how) in enumerate(styles, start=1):
        if how.part is not None:
            found[f"part of painting {number}"] = how.part
        if how.region is not None and options.regions is None:
            found[f"region of painting {number}"] = how.region
    return found


def _input(role: str, picture: Picture) -> Input:
    height, width = picture.pixels.shape[2:]
    sha256 = _sha256(picture)
    return Input(role=role, name=picture.origin, width=width, height=height, sha256=sha256)


def _sha256_now(used: Input, found: Found) -> str:
    """Hash an input where it is now, without decoding it."""
    if isinstance(found, Picture):
        return _sha256(found)
    if found is not None:
        return files.sha256(found)
    built_in = assets.find(used.name)
    assert built_in is not None  # `located` has refused names that are neither
    return files.sha256(built_in.path)


def _sha256(picture: Picture) -> str:
    """Hash the file, or the pixels of a picture that has none."""
    if picture.path is not None:
        return files.sha256(picture.path)
    return hashlib.sha256(picture.pixels.numpy().tobytes()).hexdigest()


def _weights(options: Options) -> str:
    if options.weights is None:
        return EMBEDDED_SHA256
    try:
        return files.sha256(Path(options.weights))
    except OSError as error:
        raise WeightsError(
            f"the weights {options.weights!r} cannot be read ({error.strerror}); give a "
            ".safetensors or .pth file."
        ) from error
