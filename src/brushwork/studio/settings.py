"""From the settings of a job to what the library paints, and back from a recipe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brushwork import pyramid
from brushwork.errors import OptionError
from brushwork.options import Options, StyleOptions
from brushwork.recipe import Recipe
from brushwork.studio.faults import TooLargeError
from brushwork.studio.library import Library
from brushwork.studio.models import Settings, StyleUse

#: Options that a page sets in other ways, because they name files, or that are not a page's to set.
NOT_OFFERED = ("mask", "regions", "weights", "memory", "device", "init", "preserve")
#: The most work of one job, in pixels times steps: about an hour and a half on two cores.
MOST_WORK = 2 * 10**9

#: A painting for the library: its file or name, and how it is used.
Style = tuple[str, StyleOptions]


def options_of(settings: Settings, library: Library) -> Options:
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
            given[name] = source(identity, library)
    return Options.made(None, **given)


def styles_of(uses: list[StyleUse], library: Library) -> list[Style]:
    """Give the paintings of a job.

    Raises
    ------
    NotFoundError
        If one is not there any more.
    """
    return [
        (
            source(use.picture, library),
            StyleOptions(weight=use.weight, region=use.region, scale=use.scale),
        )
        for use in uses
    ]


def source(identity: str, library: Library) -> str:
    """Give what the library reads a picture by: a built-in name, or the name of its file.

    The worker paints in the folder of pictures, so that no path gets into a recipe.

    Raises
    ------
    NotFoundError
        If there is no such picture.
    """
    picture = library.get(identity)
    return identity if picture["builtin"] else library.file(identity).name


def check(settings: Settings, library: Library) -> None:
    """Refuse settings that cannot become a painting, or cost too much.

    Raises
    ------
    BrushworkError
        If something is wrong with them.
    """
    options = options_of(settings, library)
    styles_of(settings.styles, library)
    height, width = _extent(settings, library)
    work = sum(
        scale.work
        for scale in pyramid.scales(
            height, width, size=options.size, effort=options.effort, seamless=options.seamless
        )
    )
    if work > MOST_WORK:
        raise TooLargeError(
            f"a size of {options.size} with an effort of {options.effort:g} would take hours, and "
            "everybody else's jobs wait; choose less of either, or use the command line."
        )


def from_recipe(recipe: Recipe, library: Library) -> tuple[dict[str, Any], list[str]]:
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
        "options": dict(_worth_telling(recipe)),
        "mask": known.get("mask"),
        "regions": known.get("regions"),
        "aspect": recipe.aspect,
    }
    return settings, missing


def used(settings: Settings) -> list[str]:
    """Give the identities of all pictures that a job needs."""
    named = [settings.content, settings.mask, settings.regions]
    return [name for name in named if name] + [use.picture for use in settings.styles]


def _worth_telling(recipe: Recipe) -> Iterator[tuple[str, Any]]:
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


def _extent(settings: Settings, library: Library) -> tuple[int, int]:
    if settings.content is None:
        return 1000, round(1000 * settings.aspect)
    photo = library.get(settings.content)
    return photo["height"], photo["width"]


def absolute(name: str, folder: Path) -> str:
    """Give the path of a file that is named from the folder of pictures; others as they are."""
    return str(folder / name) if (folder / name).is_file() else name
