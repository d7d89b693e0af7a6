"""How a picture was made: everything that is needed to make it again, as plain JSON."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import torch
from pydantic import BaseModel, ConfigDict

from brushwork import assets, images
from brushwork.errors import RecipeError, WeightsError
from brushwork.features.weights import EMBEDDED_SHA256
from brushwork.images import Image, Source, read
from brushwork.options import Options, StyleOptions
from brushwork.system import files
from brushwork.version import __version__

#: Grows when older versions could not read a recipe any more.
FORMAT: Literal[1] = 1
#: What a role of a recipe is now: a file, a picture without one, or None for what is built in.
Found = Path | Image | None
#: A recipe that is longer than this is none.
LONGEST = 200_000


class RecipeInput(BaseModel):
    """A picture that was used: its name as it was given, its size, and what its file held."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str
    name: str
    width: int
    height: int
    sha256: str


class StyleEntry(BaseModel):
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
    styles: tuple[StyleEntry, ...]
    options: dict[str, Any]
    aspect: float = 1.0
    inputs: tuple[RecipeInput, ...]
    weights: str
    brushwork: str
    torch: str
    losses: dict[str, float] = {}
    seconds: float = 0.0
    steered: tuple[str, ...] = ()

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
            Options(**recipe.options)
            for style in recipe.styles:
                StyleOptions(**style.options)
        except (ValueError, TypeError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            raise RecipeError(f"this is no recipe of brushwork's ({reason}).") from None
        return recipe

    def to_json(self) -> str:
        """Write it as one line of JSON, in ASCII."""
        return json.dumps(self.model_dump(mode="json"))

    def painted_with(self, **changes: Any) -> Options:
        """Give its options with changes by name.

        Raises
        ------
        OptionError
            If a change will not do.
        """
        return Options.create(Options(**self.options), **changes)


def make_recipe(
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
            StyleEntry(name=read(source).origin, options=how.model_dump(exclude_defaults=True))
            for source, how in styles
        ),
        options=options.model_dump(mode="json"),
        aspect=aspect,
        inputs=tuple(
            _make_input(role, read(source))
            for role, source in (pictures | _list_named_images(styles, options)).items()
        ),
        weights=_hash_weights(options),
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
    if _hash_weights(options) != recipe.weights:
        notes.append("the weights are others than the picture was made with")
    return notes


def _list_named_images(
    styles: Sequence[tuple[Source, StyleOptions]], options: Options
) -> dict[str, Source]:
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


def _make_input(role: str, picture: Image) -> RecipeInput:
    height, width = picture.pixels.shape[2:]
    sha256 = _hash_image(picture)
    return RecipeInput(role=role, name=picture.origin, width=width, height=height, sha256=sha256)


def _hash_now(used: RecipeInput, found: Found) -> str:
    """Hash an input where it is now, without decoding it."""
    if isinstance(found, Image):
        return _hash_image(found)
    if found is not None:
        return files.hash_file(found)
    built_in = assets.find(used.name)
    assert built_in is not None  # `located` has refused names that are neither
    return files.hash_file(built_in.path)


def _hash_image(picture: Image) -> str:
    """Hash the file, or the pixels of a picture that has none."""
    if picture.path is not None:
        return files.hash_file(picture.path)
    return hashlib.sha256(picture.pixels.numpy().tobytes()).hexdigest()


def _hash_weights(options: Options) -> str:
    if options.weights is None:
        return EMBEDDED_SHA256
    try:
        return files.hash_file(Path(options.weights))
    except OSError as error:
        raise WeightsError(
            f"the weights {options.weights!r} cannot be read ({error.strerror}); give a "
            ".safetensors or .pth file."
        ) from error


def read_recipe(picture: str | os.PathLike[str]) -> Recipe:
    """Read how a picture of brushwork's was made, from its file or a JSON file beside it.

    Raises
    ------
    BrushworkError
        If the file cannot be read, or holds no recipe.
    """
    path = Path(picture)
    if path.suffix.lower() == ".json" and path.is_file():
        return Recipe.from_json(path.read_text("utf-8", errors="replace"))
    text = images.read_text(path)
    if text is None:
        raise RecipeError(
            f"{str(path)!r} carries no recipe: it is not brushwork's, was painted with "
            "--no-recipe, or was saved again by a program that drops such texts."
        )
    return Recipe.from_json(text)


def _keep_names(new: Recipe, old: Recipe) -> Recipe:
    """Call what is the same picture as it was called, not by where it was found."""
    before = {(used.role, used.sha256): used.name for used in old.inputs}
    inputs = tuple(
        used.model_copy(update={"name": before.get((used.role, used.sha256), used.name)})
        for used in new.inputs
    )
    names = {used.role: used.name for used in inputs}
    styles = tuple(
        style.model_copy(update={"name": names[f"painting {number}"]})
        for number, style in enumerate(new.styles, start=1)
    )
    return new.model_copy(
        update={"inputs": inputs, "styles": styles, "content": names.get("photo")}
    )


def _describe_changes(old: Recipe, new: Recipe) -> str:
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


#: Options that name a picture, and its role in the recipe.
_ROLES = {"mask": "mask", "regions": "regions", "init": "start", "preserve": "preserve"}


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


def place_styles(recipe: Recipe, found: Mapping[str, Found]) -> list[tuple[Source, StyleOptions]]:
    """Give the paintings of a recipe, every name replaced by what was found for its role."""
    styles: list[tuple[Source, StyleOptions]] = []
    for number, style in enumerate(recipe.styles, start=1):
        options = StyleOptions(**style.options)
        moved = {
            name: str(place)
            for name in ("part", "region")
            if (place := found.get(f"{name} of painting {number}"))
        }
        source = found.get(f"painting {number}") or style.name
        styles.append((source, options.model_copy(update=moved)))
    return styles


def place_options(recipe: Recipe, found: Mapping[str, Found], *folders: Path) -> dict[str, Any]:
    """Give the options of a recipe that name files, where these are elsewhere now."""
    options = Options(**recipe.options)
    moved: dict[str, Any] = {
        name: str(place) for name, role in _ROLES.items() if (place := found.get(role))
    }
    if "preserve" in moved and options.preserved is not None:
        moved["preserve"] = f"{moved['preserve']}:{options.preserved[1]:g}"
    if options.weights is not None:
        places = [folder / options.weights for folder in folders]
        moved["weights"] = next(
            (str(place) for place in places if place.is_file()), options.weights
        )
    return moved
