"""From the settings of a job to what the library paints, and back from a recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brushwork.errors import BrushworkError, OptionError
from brushwork.options import Options, StyleOptions
from brushwork.planning import pyramid
from brushwork.recipe import Recipe
from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import Library
from brushwork.studio.schemas import Settings, StyleUse

#: Options that a page sets in other ways, because they name files, or that are not a page's to set.
NOT_OFFERED = ("mask", "regions", "weights", "memory", "device", "init", "preserve")
#: The most work of one job, in pixels times steps: about an hour and a half on two cores.
MOST_WORK = 2 * 10**9
#: A painting for the library: its file or name, and how it is used.
Style = tuple[str, StyleOptions]


def make_options(settings: Settings, library: Library) -> Options:
    """Check the options of a job, and give them with the files that its masks are in.

    Raises
    ------
    OptionError
        If one is unknown, out of bounds, or not a page's to set.
    """
    given = dict(settings.options)
    for name in given:
        _check_offered(name, given[name])
    for name, identity in (("mask", settings.mask), ("regions", settings.regions)):
        if identity is not None:
            given[name] = locate_source(identity, library)
    return Options.create(None, **given)


def make_styles(uses: list[StyleUse], library: Library) -> list[Style]:
    """Give the paintings of a job.

    Raises
    ------
    NotFoundError
        If one is not there any more.
    """
    return [
        (
            locate_source(use.picture, library),
            StyleOptions(weight=use.weight, region=use.region, scale=use.scale),
        )
        for use in uses
    ]


def locate_source(identity: str, library: Library) -> str:
    """Give what the library reads a picture by: a built-in name, or the name of its file.

    The worker paints in the folder of pictures, so that no path gets into a recipe.

    Raises
    ------
    NotFoundError
        If there is no such picture.
    """
    picture = library.get(identity)
    return identity if picture["builtin"] else library.file(identity).name


def check_settings(settings: Settings, library: Library) -> None:
    """Refuse settings that cannot become a painting, or cost too much.

    Raises
    ------
    BrushworkError
        If something is wrong with them.
    """
    options = make_options(settings, library)
    make_styles(settings.styles, library)
    height, width = _get_extent(settings, library)
    work = sum(
        scale.work
        for scale in pyramid.plan_scales(
            height, width, size=options.size, effort=options.effort, seamless=options.seamless
        )
    )
    if work > MOST_WORK:
        raise TooLargeError(
            f"a size of {options.size} with an effort of {options.effort:g} would take hours, and "
            "everybody else's jobs wait; choose less of either, or use the command line."
        )


def make_settings(recipe: Recipe, library: Library) -> tuple[dict[str, Any], list[str]]:
    """Give the settings that a recipe tells, and the names of inputs that are not known here."""
    known = {used.role: library.by_content(used.sha256) for used in recipe.inputs}
    missing = [used.name for used in recipe.inputs if known[used.role] is None]
    styles = []
    for number, style in enumerate(recipe.styles, start=1):
        identity = known.get(f"painting {number}")
        if identity is not None:
            options = style.options
            region = options.get("region")
            use = {"picture": identity, "weight": options.get("weight", 1.0)}
            use |= {"scale": options.get("scale", 1.0)}
            use |= {"region": region if region and "." not in region else None}
            styles.append(use)
    settings = {
        "content": known.get("photo"),
        "styles": styles,
        "options": dict(_list_changed_options(recipe)),
        "mask": known.get("mask"),
        "regions": known.get("regions"),
        "aspect": recipe.aspect,
    }
    return settings, missing


def list_images(settings: Settings) -> list[str]:
    """Give the identities of all pictures that a job needs."""
    named = [settings.content, settings.mask, settings.regions]
    return [name for name in named if name] + [use.picture for use in settings.styles]


def _list_changed_options(recipe: Recipe) -> Iterator[tuple[str, Any]]:
    """Give the options of a recipe that are not defaults, and that a page may set."""
    for name, value in recipe.options.items():
        field = Options.model_fields.get(name)
        if field is None:
            continue
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        if value not in (default, None) and _is_offered(name, value):
            yield name, value


def _is_offered(name: str, value: Any) -> bool:
    """Tell whether a page may set an option so: nothing that names a file of this machine."""
    if name == "init":
        return value in ("content", "noise")
    if name == "preserve":
        return str(value).split(":")[0] in ("none", "detail")
    return name not in NOT_OFFERED


def _check_offered(name: str, value: Any) -> None:
    if name in Options.model_fields and not _is_offered(name, value):
        raise OptionError(
            f"the option {name!r} cannot be set so here, because it concerns files or the machine; "
            "leave it out, or use the command line."
        )


def _get_extent(settings: Settings, library: Library) -> tuple[int, int]:
    if settings.content is None:
        return 1000, round(1000 * settings.aspect)
    photo = library.get(settings.content)
    return photo["height"], photo["width"]


def make_absolute(name: str, folder: Path) -> str:
    """Give the path of a file that is named from the folder of pictures; others as they are."""
    return str(folder / name) if (folder / name).is_file() else name


#: What stands open; everything else is folded.
FRONT = ("strength", "size", "color", "preset")
#: Options that belong together, each under a heading.
GROUPS = (
    ("Brush", ("style_scale", "statistics", "seamless")),
    ("Care", ("effort", "optimizer", "seed", "total_variation")),
    ("Network", ("content_layers", "style_layers", "pooling", "precision")),
)


def make_form() -> dict[str, Any]:
    """Give the JSON schema of all options that a page may set, in groups, with their defaults."""
    whole = Options.model_json_schema()
    offered = {
        name: field for name, field in whole["properties"].items() if name not in NOT_OFFERED
    }
    grouped = {name for _, names in GROUPS for name in names} | set(FRONT)
    rest = [name for name in offered if name not in grouped]
    groups = [*GROUPS, ("More", tuple(rest))] if rest else GROUPS
    return {
        "schema": {"type": "object", "properties": offered, "$defs": whole.get("$defs", {})},
        "front": list(FRONT),
        "groups": [
            {"title": title, "options": [name for name in names if name in offered]}
            for title, names in groups
        ],
        "defaults": {
            name: value
            for name, value in Options().model_dump(mode="json").items()
            if name in offered
        },
    }


def rename_inputs(recipe: Recipe, library: Library) -> Recipe:
    """Give the recipe with the names, and the SHA-256, of the files that were brought.

    With it the picture can be painted again where these files are.
    """
    names: dict[str, str] = {}
    inputs = []
    for used in recipe.inputs:
        name, sha256 = _get_origin(used.name, used.sha256, library)
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


def _get_origin(name: str, sha256: str, library: Library) -> tuple[str, str]:
    try:
        return library.origin(Path(name).stem)
    except BrushworkError:  # built in, or deleted since
        return name, sha256
