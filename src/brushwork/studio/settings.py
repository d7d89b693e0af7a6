"""From the settings of a job to what the library is asked for, and back from a recipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from brushwork.engine.request import WORDS
from brushwork.engine.resume import FIXED
from brushwork.errors import OptionError
from brushwork.images import Image
from brushwork.options import Options, Settings, Sources, StyleOptions, options_that_affect
from brushwork.options.sources import split_preserve
from brushwork.planning import pyramid
from brushwork.recipe import Recipe
from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import Library
from brushwork.studio.schemas import JobSettings, StyleUse

#: The most work of one job, in pixels times steps: about an hour and a half on two cores.
MOST_WORK = 2 * 10**9


def check_settings(job: JobSettings, library: Library) -> Options:
    """Refuse settings that cannot become a result, or cost too much; give their options.

    Raises
    ------
    BrushworkError
        If something is wrong with them.
    """
    check_offered(job.options)
    options = Settings.create(None, **job.options).options
    for identity in list_images(job):
        library.get(identity)
    height, width = _get_extent(job, library)
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
    return options


def read_changes(job: JobSettings, library: Library) -> dict[str, Any]:
    """Give the options and sources of a job by name, its mask and its map of regions read.

    Raises
    ------
    BrushworkError
        If an option is not a page's to set, or an image is not there any more.
    """
    check_offered(job.options)
    named = {"mask": job.mask, "regions": job.regions}
    read = {name: library.read(identity) for name, identity in named.items() if identity}
    return {**job.options, **read}


def read_styles(uses: Sequence[StyleUse], library: Library) -> list[tuple[Image, StyleOptions]]:
    """Read the style images of a job, each with how it is used.

    Raises
    ------
    BrushworkError
        If one is not there any more.
    """
    return [
        (
            library.read(use.image),
            StyleOptions(weight=use.weight, region=use.region, scale=use.scale),
        )
        for use in uses
    ]


def list_images(job: JobSettings) -> list[str]:
    """Give the identities of all images that a job needs."""
    named = [job.content, job.mask, job.regions]
    return [name for name in named if name] + [use.image for use in job.styles]


def restore_settings(recipe: Recipe, library: Library) -> tuple[dict[str, Any], list[str]]:
    """Give the settings that a recipe tells, and the names of inputs that are not known here."""
    known = {used.role: library.find_by_content(used.sha256) for used in recipe.inputs}
    missing = [used.name for used in recipe.inputs if known[used.role] is None]
    styles = []
    for number, style in enumerate(recipe.styles, start=1):
        identity = known.get(f"painting {number}")
        if identity is not None:
            options = style.options
            region = options.get("region")
            use = {"image": identity, "weight": options.get("weight", 1.0)}
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


def check_offered(options: Mapping[str, Any]) -> None:
    """Refuse options that concern the machine or name its files.

    Raises
    ------
    OptionError
        If there is one.
    """
    for name, value in options.items():
        if name in Settings.names() and not _is_offered(name, value):
            raise OptionError(
                f"the option {name!r} cannot be set so here, because it concerns files or the "
                "machine; leave it out, or use the command line."
            )


def _is_offered(name: str, value: Any) -> bool:
    """Tell whether a page may set an option or a source so; of a source, only its words."""
    if name in Sources.model_fields:
        word = split_preserve(value)[0] if name == "preserve" and isinstance(value, str) else value
        return word in WORDS.get(name, ())
    return name not in options_that_affect("machine")


def _list_changed_options(recipe: Recipe) -> Iterator[tuple[str, Any]]:
    """Give the settings of a recipe that are not defaults, and that a page may set."""
    for name, value in recipe.settings().dump().items():
        field = Settings.get_field(name)
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        if value not in (default, None) and _is_offered(name, value):
            yield name, value


def _get_extent(job: JobSettings, library: Library) -> tuple[int, int]:
    if job.content is None:
        return 1000, round(1000 * job.aspect)
    content = library.get(job.content)
    return content.height, content.width


#: Options that do nothing without a source that the form does not have.
_WITHOUT_SOURCE = ("preserve_weight",)


def make_form() -> dict[str, Any]:
    """Give the JSON schema of all options that a page may set, in groups, with their defaults.

    The group of an option, and what it affects, come from its own metadata. ``front`` stands
    open, the other groups are folded; ``fixed`` cannot change while a job is painted.
    """
    whole = Options.model_json_schema()
    hidden = (*options_that_affect("machine"), *_WITHOUT_SOURCE)
    offered = {name: one for name, one in whole["properties"].items() if name not in hidden}
    groups: dict[str, list[str]] = {}
    for name, one in offered.items():
        groups.setdefault(one["group"], []).append(name)
    defaults = Options().model_dump(mode="json")
    return {
        "schema": {"type": "object", "properties": offered, "$defs": whole.get("$defs", {})},
        "front": groups.pop("Main"),
        "groups": [{"title": title, "options": names} for title, names in groups.items()],
        "fixed": list(FIXED),
        "defaults": {name: defaults[name] for name in offered},
    }
