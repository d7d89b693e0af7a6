"""Options as they go over the wire: which a page may set, their schema, and the form of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, WithJsonSchema

from brushwork.engine.request import WORDS
from brushwork.engine.resume import FIXED
from brushwork.errors import OptionError
from brushwork.options import PRESETS, Options, Settings, Sources, options_that_affect
from brushwork.options.sources import split_preserve
from brushwork.video.settings import FilmOptions

#: Options that do nothing without a source that the form does not have.
_WITHOUT_SOURCE = ("preserve_weight",)
#: What a film has in seconds, beside its options.
_PART_OF_CLIP = ("start", "end")


def check_offered(options: Mapping[str, Any]) -> None:
    """Refuse options that concern the machine or name its files.

    Raises
    ------
    OptionError
        If there is one.
    """
    for name, value in options.items():
        if name in Settings.names() and not is_offered(name, value):
            raise OptionError(
                f"the option {name!r} cannot be set so here, because it concerns files or the "
                "machine; leave it out, or use the command line."
            )


def is_offered(name: str, value: Any) -> bool:
    """Tell whether a page may set an option or a source so; of a source, only its words."""
    if name in Sources.model_fields:
        word = split_preserve(value)[0] if name == "preserve" and isinstance(value, str) else value
        return word in WORDS.get(name, ())
    return name not in options_that_affect("machine")


def is_offered_for_films(name: str) -> bool:
    """Tell whether a page may set an option of a film so."""
    return name not in (*_PART_OF_CLIP, *options_that_affect("machine", FilmOptions))


def check_offered_for_films(options: Mapping[str, Any]) -> None:
    """Refuse options of a film that concern its file, or are given in seconds beside them.

    Raises
    ------
    OptionError
        If there is one.
    """
    for name in options:
        if name in FilmOptions.model_fields and not is_offered_for_films(name):
            raise OptionError(
                f"the option {name!r} of a film cannot be set so here; leave it out, or use the "
                "command line: brushwork video."
            )


def describe_film_values() -> dict[str, Any]:
    """Give the JSON schema of a film's options by name, all of them optional."""
    return {"type": "object", "properties": _list_film_fields(), "additionalProperties": False}


def _list_film_fields() -> dict[str, Any]:
    known = FilmOptions.model_json_schema()["properties"]
    return {name: one for name, one in known.items() if is_offered_for_films(name)}


def describe_values() -> dict[str, Any]:
    """Give the JSON schema of options by name: those that may be set here, all of them optional."""
    machine = options_that_affect("machine")
    known = Options.model_json_schema()["properties"]
    properties = {name: one for name, one in known.items() if name not in machine}
    for name, words in WORDS.items():
        field = Sources.model_fields[name]
        one = {"type": "string", "description": field.description, "default": field.default}
        properties[name] = {**one, "enum": list(words)} if name != "preserve" else one
    return {"type": "object", "properties": properties, "additionalProperties": False}


#: Options by name, checked by the options model itself, so that errors are in its words.
OptionValues = Annotated[dict[str, Any], WithJsonSchema(describe_values())]
#: The same of a film.
FilmValues = Annotated[dict[str, Any], WithJsonSchema(describe_film_values())]


class OptionField(BaseModel):
    """The JSON schema of one option, and where it stands on the form."""

    model_config = ConfigDict(extra="allow")

    title: str
    description: str
    default: JsonValue
    group: str
    affects: list[str]
    type: Literal["integer", "number", "string", "boolean", "array"] | None = None
    enum: list[str] | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusiveMinimum: float | None = None  # noqa: N815 - JSON schema calls it so
    anyOf: list[dict[str, JsonValue]] | None = None  # noqa: N815


class OptionSchema(BaseModel):
    """The JSON schema of all options of the form."""

    type: Literal["object"] = "object"
    properties: dict[str, OptionField]


class OptionGroup(BaseModel):
    """Options that belong together."""

    title: str
    options: list[str]


class FilmForm(BaseModel):
    """What a page may set of a film besides."""

    options: OptionSchema = Field(alias="schema")
    defaults: FilmValues


class OptionForm(BaseModel):
    """All options that a page may set.

    ``front`` stands open, the other groups are folded; ``fixed`` cannot change while a job is
    painted; ``presets`` are the values that each preset sets; ``film`` is for films alone.
    """

    options: OptionSchema = Field(alias="schema")
    front: list[str]
    groups: list[OptionGroup]
    fixed: list[str]
    presets: dict[str, OptionValues]
    defaults: OptionValues
    film: FilmForm


@functools.cache
def make_form() -> OptionForm:
    """Give the form; the group of an option, and what it affects, come from its own metadata."""
    whole = Options.model_json_schema()
    hidden = (*options_that_affect("machine"), *_WITHOUT_SOURCE)
    offered = {name: one for name, one in whole["properties"].items() if name not in hidden}
    groups: dict[str, list[str]] = {}
    for name, one in offered.items():
        groups.setdefault(one["group"], []).append(name)
    defaults = Options().model_dump(mode="json")
    film = _list_film_fields()
    film_defaults = FilmOptions().model_dump(mode="json")
    return OptionForm.model_validate(
        {
            "schema": {"type": "object", "properties": offered},
            "front": groups.pop("Main"),
            "groups": [{"title": title, "options": names} for title, names in groups.items()],
            "fixed": list(FIXED),
            "presets": {
                preset: {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in values.items()
                    if name in offered
                }
                for preset, values in PRESETS.items()
            },
            "defaults": {name: defaults[name] for name in offered},
            "film": {
                "schema": {"type": "object", "properties": film},
                "defaults": {name: film_defaults[name] for name in film},
            },
        }
    )
