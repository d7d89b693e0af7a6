"""From the settings of a job to what the library is asked for, and back from a recipe."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from brushwork.api import Stylizer
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import Event
from brushwork.engine.request import measure_need
from brushwork.errors import BrushworkError
from brushwork.images import Image
from brushwork.options import Options, Settings, StyleOptions
from brushwork.planning import pyramid
from brushwork.recipe import Recipe
from brushwork.studio.errors import TooLargeError
from brushwork.studio.library import Library
from brushwork.studio.option_values import check_offered, check_offered_for_films, is_offered
from brushwork.studio.schemas import FilmUse, JobSettings, RestoredSettings, StyleUse
from brushwork.video.checking import check_film
from brushwork.video.settings import FilmOptions

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
    options = get_options(job)
    check_film_options(job)
    for identity in list_images(job):
        library.get(identity)
    height, width = get_extent(job, library)
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
    enough = measure_need(get_options(job))
    changes = dict(job.options)
    if job.mask:
        changes["mask"] = library.read(job.mask, long_side=enough)
    if job.regions:
        changes["regions"] = library.read(job.regions, long_side=enough, flat=True)
    return changes


def get_options(job: JobSettings, **changes: Any) -> Options:
    """Give the options that the settings of a job name, or changes do, all others by default."""
    return Settings.create(None, **{**job.options, **changes}).options


def check_film_options(job: JobSettings) -> None:
    """Refuse options by which the film of a job, if it is one, cannot be made.

    Raises
    ------
    OptionError
        The message says which, and what is allowed.
    """
    use = job.film
    if use is not None:
        film, masked = read_film_options(use), job.mask is not None
        check_film(get_options(job), film, use.strength, len(job.styles), masked=masked)


def read_film_options(use: FilmUse, **more: Any) -> FilmOptions:
    """Give the options of a film, with ``more`` that no page sets.

    Raises
    ------
    OptionError
        If one is not a page's to set, or out of bounds.
    """
    check_offered_for_films(use.options)
    return FilmOptions.create(**use.options, **more)


def read_styles(
    uses: Sequence[StyleUse], library: Library, options: Options
) -> list[tuple[Image, StyleOptions]]:
    """Read the style images of a job by some options, each with how it is used.

    Raises
    ------
    BrushworkError
        If one is not there any more.
    """
    return [
        (
            library.read(use.image, long_side=measure_need(options, use.scale)),
            StyleOptions(weight=use.weight, region=use.region, scale=use.scale),
        )
        for use in uses
    ]


def start_run(
    stylizer: Stylizer, job: JobSettings, library: Library, checkpoint: Autosave | None = None
) -> Generator[Event]:
    """Begin to paint what settings say.

    Raises
    ------
    BrushworkError
        If that will not do.
    """
    options = get_options(job)
    styles = read_styles(job.styles, library, options)
    changes = read_changes(job, library)
    if job.content is None:
        return stylizer.iter_texture(styles, aspect=job.aspect, checkpoint=checkpoint, **changes)
    content = library.read(job.content, long_side=measure_need(options))
    return stylizer.iter_stylize(content, styles, checkpoint=checkpoint, **changes)


def make_name(job: JobSettings, library: Library, subject: str | None = None) -> str:
    """Name what comes of a job; ``subject`` is what it shows, if not its photo."""
    styles = " and ".join(_get_title(use.image, library) for use in job.styles)
    if subject is None and job.content is None:
        return f"Texture of {styles}"
    return f"{subject or _get_title(job.content or '', library)} in {styles}"


def _get_title(identity: str, library: Library) -> str:
    with contextlib.suppress(BrushworkError):
        return library.get(identity).title
    return "a picture"


def list_images(job: JobSettings) -> list[str]:
    """Give the identities of all images that a job needs."""
    named = [job.content, job.mask, job.regions]
    return [name for name in named if name] + [use.image for use in job.styles]


def restore_settings(recipe: Recipe, library: Library) -> tuple[RestoredSettings, list[str]]:
    """Give the settings that a recipe tells, and the names of inputs that are not known here."""
    known = {used.role: library.find_by_content(used.sha256) for used in recipe.inputs}
    missing = [used.name for used in recipe.inputs if known[used.role] is None]
    styles = []
    for number, style in enumerate(recipe.styles, start=1):
        identity = known.get(f"painting {number}")
        if identity is not None:
            options = style.options
            region = options.get("region")
            use = StyleUse(
                image=identity,
                weight=options.get("weight", 1.0),
                scale=options.get("scale", 1.0),
                region=region if region and "." not in region else None,
            )
            styles.append(use)
    settings = RestoredSettings(
        content=known.get("photo"),
        styles=styles,
        options=dict(_list_changed_options(recipe)),
        mask=known.get("mask"),
        regions=known.get("regions"),
        aspect=recipe.aspect,
    )
    return settings, missing


def _list_changed_options(recipe: Recipe) -> Iterator[tuple[str, Any]]:
    """Give the settings of a recipe that are not defaults, and that a page may set."""
    for name, value in recipe.settings().dump().items():
        field = Settings.get_field(name)
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        if value not in (default, None) and is_offered(name, value):
            yield name, value


def get_extent(job: JobSettings, library: Library) -> tuple[int, int]:
    """Give height and width of the photo of a job, or the shape of a texture."""
    if job.content is None:
        return 1000, round(1000 * job.aspect)
    content = library.get(job.content)
    return content.height, content.width
