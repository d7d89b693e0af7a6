"""How an image was made: everything that is needed to make it again, as plain JSON.

`make_recipe` writes one down, `read_recipe` finds one in a file, and what its inputs are now is
looked up by `locate` and compared by `find_changes`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import torch
from pydantic import BaseModel, ConfigDict

from brushwork import assets, images
from brushwork.errors import OptionError, RecipeError, WeightsError
from brushwork.features import EMBEDDED_SHA256, SMALL_SHA256
from brushwork.images import Image
from brushwork.options import Options, Settings, StyleOptions
from brushwork.system.files import hash_file
from brushwork.version import __version__

#: Grows when older versions could not read a recipe any more.
FORMAT: Literal[1] = 1
#: What a role of a recipe is now: a file, an image without one, or None for what is built in.
Found = Path | Image | None
#: A recipe that is longer than this is none.
LONGEST = 200_000


class RecipeInput(BaseModel):
    """An image that was used: its name as it was given, its size, and what its file held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    name: str
    width: int
    height: int
    sha256: str


class StyleEntry(BaseModel):
    """One style image and how it was used."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    options: dict[str, Any]


class Recipe(BaseModel):
    """All that an image was made from and by.

    Attributes
    ----------
    kind
        ``"stylize"`` or ``"texture"``.
    content, styles
        The content image, None for a texture, and the style images, by their names.
    options
        Every setting by name, those that follow from a preset included; sources by their names.
    aspect
        Width over height of a texture.
    inputs
        Every image that was read.
    weights, small_weights
        SHA-256 of the weights of the large and of the small network; empty where one had no part.
    brushwork, torch
        Versions.
    losses, seconds
        What came of it.
    steered
        What was changed on the way, one sentence each; the options are those of the end.
    computed
        In which precision the network was computed, and why; empty if nothing was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    kind: Literal["stylize", "texture"]
    content: str | None
    styles: tuple[StyleEntry, ...]
    options: dict[str, Any]
    aspect: float = 1.0
    inputs: tuple[RecipeInput, ...]
    weights: str
    small_weights: str = ""
    brushwork: str
    torch: str
    losses: dict[str, float] = {}
    seconds: float = 0.0
    steered: tuple[str, ...] = ()
    computed: str = ""

    @classmethod
    def from_json(cls, text: str) -> Self:
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
            recipe.settings()
            for style in recipe.styles:
                StyleOptions(**style.options)
        except (OptionError, ValueError, TypeError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise RecipeError(f"this is no recipe of brushwork's ({reason}).") from None
        return recipe

    def to_json(self) -> str:
        """Write it as one line of JSON, in ASCII."""
        return json.dumps(self.model_dump(mode="json"))

    def settings(self, **changes: Any) -> Settings:
        """Give its options and sources with changes by name.

        Raises
        ------
        OptionError
            If a change will not do.
        """
        # Version 0.1, which does not say which network took the early steps, had one alone.
        options = {"early_network": "large", **self.options}
        return Settings.create(Settings.create(None, **options), **changes)


def make_recipe(
    content: Image | None,
    styles: Sequence[tuple[Image, StyleOptions]],
    options: Options,
    sources: Mapping[str, str | None],
    inputs: Mapping[str, Image],
    aspect: float = 1.0,
) -> Recipe:
    """Write down what is about to be made, and from what.

    Parameters
    ----------
    content, styles
        The images that are stylized and taken the style from.
    options
        How to stylize.
    sources
        The other sources by name, each as it was called, or a word.
    inputs
        Every image that was read, by its role.
    aspect
        Width over height of a texture.

    Raises
    ------
    WeightsError
        If the weights file cannot be read.
    """
    return Recipe(
        kind="texture" if content is None else "stylize",
        content=None if content is None else content.origin,
        styles=tuple(StyleEntry(name=image.origin, options=how.dump()) for image, how in styles),
        options={**options.model_dump(mode="json"), **sources},
        aspect=aspect,
        inputs=tuple(_make_input(role, image) for role, image in inputs.items()),
        weights=_hash_weights(options),
        small_weights=_hash_small_weights(options),
        brushwork=__version__,
        torch=torch.__version__,
    )


def find_changes(recipe: Recipe, found: Mapping[str, Found], options: Options) -> list[str]:
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
        if _hash_now(used, found.get(used.role)) != used.sha256
    ]
    if have_weights_changed(recipe, options):
        notes.append("the weights are others than the picture was made with")
    return notes


def have_weights_changed(recipe: Recipe, options: Options) -> bool:
    """Tell whether the weights of some options are others than those of a recipe."""
    now = _hash_weights(options), _hash_small_weights(options)
    return now != (recipe.weights, recipe.small_weights)


def _make_input(role: str, image: Image) -> RecipeInput:
    height, width = image.size
    sha256 = hash_image(image)
    return RecipeInput(role=role, name=image.origin, width=width, height=height, sha256=sha256)


def _hash_now(used: RecipeInput, found: Found) -> str:
    """Hash an input where it is now, without decoding it."""
    if isinstance(found, Image):
        return hash_image(found)
    if found is not None:
        return hash_file(found)
    built_in = assets.find(used.name)
    assert built_in is not None  # `locate` has refused names that are neither
    return hash_file(built_in.path)


def hash_image(image: Image) -> str:
    """Hash the file that an image came from, or the pixels of one that has none."""
    if image.sha256 is not None:
        return image.sha256
    if image.path is not None:
        return hash_file(image.path)
    return image.hash_pixels()


def _hash_small_weights(options: Options) -> str:
    return SMALL_SHA256 if "small" in options.networks else ""


def _hash_weights(options: Options) -> str:
    if "large" not in options.networks:
        return ""
    if options.weights is None:
        return EMBEDDED_SHA256
    try:
        return hash_file(Path(options.weights))
    except OSError as error:
        raise WeightsError(
            f"the weights {options.weights!r} cannot be read ({error.strerror}); give a "
            ".safetensors or .pth file."
        ) from error


def read_recipe(image: str | os.PathLike[str]) -> Recipe:
    """Read how a result was made, from its file or a JSON file beside it.

    Raises
    ------
    BrushworkError
        If the file cannot be read, or holds no recipe.
    """
    path = Path(image).expanduser()
    if path.suffix.lower() == ".json" and path.is_file():
        return Recipe.from_json(path.read_text("utf-8", errors="replace"))
    text = images.read_text(path)
    if text is None:
        raise RecipeError(
            f"{str(path)!r} carries no recipe: it is not brushwork's, was painted with "
            "--no-recipe, or was saved again by a program that drops such texts."
        )
    return Recipe.from_json(text)


def describe_changes(old: Recipe, new: Recipe) -> str:
    """Say what was changed on the way."""
    told = [
        f"{name} {_format_value(new.options[name])}"
        for name in new.options
        if new.options[name] != old.options.get(name)
    ]
    if new.styles != old.styles:
        told.append(
            "paintings "
            + ", ".join(_describe_style(style.name, style.options) for style in new.styles)
        )
    return ", ".join(told) or "nothing"


def _describe_style(name: str, options: Mapping[str, Any]) -> str:
    return " ".join([name, *(f"{key} {_format_value(value)}" for key, value in options.items())])


def _format_value(value: Any) -> str:
    return " ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


def locate(used: RecipeInput, *folders: Path) -> Path | None:
    """Find an input by its name, from the first of the folders that has it; None if built in.

    Raises
    ------
    RecipeError
        If it is not there any more.
    """
    for folder in folders:
        if (folder / used.name).is_file():
            return folder / used.name
    if assets.find(used.name) is not None:
        return None
    places = " nor in ".join(repr(str(folder.absolute())) for folder in folders)
    raise RecipeError(
        f"{used.name!r}, the {used.role} of the recipe, is neither in {places}; "
        f"put it there (SHA-256 {used.sha256[:12]}…, {used.width}×{used.height})."
    )


def locate_weights(recipe: Recipe, *folders: Path) -> dict[str, str]:
    """Give the option that names the weights, where their file is elsewhere now."""
    weights = recipe.settings().options.weights
    if weights is None:
        return {}
    places = [folder / weights for folder in folders]
    return {"weights": next((str(place) for place in places if place.is_file()), weights)}
