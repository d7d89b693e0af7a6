"""Following a recipe: where its inputs are now, and what it says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brushwork import assets
from brushwork.errors import RecipeError
from brushwork.images import Source
from brushwork.options import Options, StyleOptions
from brushwork.recipe import Found, Input, Recipe

#: Options that name a picture, and its role in the recipe.
_ROLES = {"mask": "mask", "regions": "regions", "init": "start", "preserve": "preserve"}


def located(used: Input, *folders: Path) -> Path | None:
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


def placed_styles(recipe: Recipe, found: Mapping[str, Found]) -> list[tuple[Source, StyleOptions]]:
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


def placed_options(recipe: Recipe, found: Mapping[str, Found], *folders: Path) -> dict[str, Any]:
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
