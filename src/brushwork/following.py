"""Following a recipe: where its inputs are now, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brushwork import assets
from brushwork.errors import RecipeError
from brushwork.images import Source
from brushwork.options import Options, StyleOptions
from brushwork.recipe import Input, Recipe

#: Options that name a picture.
_FILES = ("mask", "regions", "init", "preserve")


def located(used: Input, folder: Path) -> Path | None:
    """Find an input by its name, from here or from ``folder``; None if it is built in.

    Raises
    ------
    RecipeError
        If it is not there any more.
    """
    for path in (Path(used.name), folder / used.name):
        if path.is_file():
            return path
    if assets.find(used.name) is not None:
        return None
    raise RecipeError(
        f"{used.name!r}, the {used.role} of the recipe, is neither here nor in {str(folder)!r}; "
        f"put it there (SHA-256 {used.sha256[:12]}…, {used.width}×{used.height})."
    )


def placed_styles(
    recipe: Recipe, found: Mapping[str, Path | None]
) -> list[tuple[Source, StyleOptions]]:
    """Give the paintings of a recipe, every name replaced by where its file is now."""
    styles: list[tuple[Source, StyleOptions]] = []
    for style in recipe.styles:
        options = StyleOptions(**style.options)
        moved = {
            name: str(found[value])
            for name in ("part", "region")
            if found.get(value := getattr(options, name) or "")
        }
        styles.append((found.get(style.name) or style.name, options.model_copy(update=moved)))
    return styles


def placed_options(recipe: Recipe, found: Mapping[str, Path | None]) -> dict[str, Any]:
    """Give the options of a recipe that name pictures, where these are elsewhere now."""
    options = Options(**recipe.options)
    moved: dict[str, Any] = {}
    for name in _FILES:
        value = getattr(options, name)
        if name == "preserve" and options.preserved is not None:
            source, weight = options.preserved
            if found.get(source):
                moved[name] = f"{found[source]}:{weight:g}"
        elif found.get(value or ""):
            moved[name] = str(found[value])
    return moved
