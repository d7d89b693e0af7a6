"""A recipe names what people brought as they called it, not as the studio stores it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from brushwork.errors import BrushworkError
from brushwork.recipe import Recipe
from brushwork.studio.library import Library


def renamed(recipe: Recipe, library: Library) -> Recipe:
    """Give the recipe with the names, and the SHA-256, of the files that were brought.

    With it the picture can be painted again where these files are.
    """
    names: dict[str, str] = {}
    inputs = []
    for used in recipe.inputs:
        name, sha256 = _origin(used.name, used.sha256, library)
        names[used.name] = name
        inputs.append(used.model_copy(update={"name": name, "sha256": sha256}))
    styles = tuple(
        style.model_copy(update={"name": names.get(style.name, style.name)})
        for style in recipe.styles
    )
    options: dict[str, Any] = {
        key: names.get(value, value) if isinstance(value, str) else value
        for key, value in recipe.options.items()
    }
    content = None if recipe.content is None else names.get(recipe.content, recipe.content)
    return recipe.model_copy(
        update={"content": content, "styles": styles, "options": options, "inputs": tuple(inputs)}
    )


def _origin(name: str, sha256: str, library: Library) -> tuple[str, str]:
    try:
        return library.origin(Path(name).stem)
    except BrushworkError:  # built in, or deleted since
        return name, sha256
