"""How a style image is used: ``great-wave:2@red,scale=2,layers=conv1_1+conv2_1``."""

from __future__ import annotations

import numbers
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from brushwork.errors import OptionError
from brushwork.options.explaining import explain_error
from brushwork.options.options import is_scalar, layer_weights, unwrap_scalars
from brushwork.options.style_text import split_style

if TYPE_CHECKING:
    from brushwork.images import Source

    #: One style image of several: what `images.read` takes, alone or with its weight or options.
    StyleSource: TypeAlias = "Source | tuple[Source, float | Mapping[str, Any] | StyleOptions]"

_HERE = (Path(),)


class StyleOptions(BaseModel):
    """How one style image among several is used; immutable, and checked when it is created."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    weight: float = Field(
        1.0, gt=0, le=1000, description="Its weight in the mixture of its region."
    )
    region: Any = Field(
        None,
        description="Where it is used: a colour of the map of regions, or a grey image.",
    )
    part: Any = Field(
        None,
        description="Grey image of the part of the style image to take the style from, in white.",
    )
    scale: float = Field(
        1.0, ge=0.1, le=4, description="Size of its brush strokes, beside style_scale."
    )
    layers: tuple[str, ...] | None = Field(
        None, description="The style layers it is for, joined by +; all if not given."
    )

    @model_validator(mode="before")
    @classmethod
    def _take_scalars(cls, values: Any) -> Any:
        return unwrap_scalars(values) if isinstance(values, dict) else values

    @field_validator("region", "part")
    @classmethod
    def _name_something(cls, value: Any) -> Any:
        if isinstance(value, str) and not value:
            raise ValueError("String should have at least 1 character")
        return value

    @field_validator("layers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(value.split("+")) if isinstance(value, str) else value

    @field_validator("layers")
    @classmethod
    def _name_known_layers(cls, layers: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if layers is not None:
            layer_weights(layers)
        return layers

    @classmethod
    def create(cls, base: Self | None = None, **changes: Any) -> Self:
        """Create them from ``base`` (or the defaults) and changes by name.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of bounds; the message says what is allowed.
        """
        try:
            return cls(**{**(dict(base) if base else {}), **changes})
        except ValidationError as error:
            raise OptionError(explain_error(error, cls.model_fields)) from None

    def dump(self) -> dict[str, Any]:
        """Give what is not a default, as plain JSON where images are named."""
        values = {name: list(v) if isinstance(v, tuple) else v for name, v in self}
        return {
            name: value
            for name, value in values.items()
            if value is not None and not (name in ("weight", "scale") and value == 1.0)
        }


def list_styles(styles: StyleSource | Sequence[StyleSource]) -> list[tuple[Source, StyleOptions]]:
    """Give every style image with its options; one alone may come without a list.

    Raises
    ------
    OptionError
        If there is none, or its options will not do.
    """
    if isinstance(styles, str) or not isinstance(styles, Sequence) or _is_pair(styles):
        return [parse_style(styles)]  # type: ignore[arg-type]
    if not styles:
        raise OptionError("no painting was given; name at least one.")
    return [parse_style(style) for style in styles]  # type: ignore[arg-type]


def parse_style(style: StyleSource, folders: Sequence[Path] = _HERE) -> tuple[Source, StyleOptions]:
    """Read ``"ejiri:2@sky"``, ``("ejiri", 2)`` or ``("ejiri", {"region": "sky"})``.

    The longest name of a file that is there wins, whatever signs are in it.

    Parameters
    ----------
    style
        One style image.
    folders
        Where names of files are looked up.

    Raises
    ------
    OptionError
        If a setting is unknown or out of bounds.
    """
    source, given = style if isinstance(style, tuple) else (style, StyleOptions())
    options = _make_options(source, given)
    return _parse_text(source, options, folders) if isinstance(source, str) else (source, options)


def _is_pair(styles: Sequence[Any]) -> bool:
    """Tell one style image with its options from two style images."""
    if not isinstance(styles, tuple) or len(styles) != 2:
        return False
    kinds = (numbers.Number, Mapping, StyleOptions)
    return isinstance(styles[1], kinds) or is_scalar(styles[1])


def _make_options(source: Source, given: float | Mapping[str, Any] | StyleOptions) -> StyleOptions:
    if isinstance(given, StyleOptions):
        return given
    if isinstance(given, Mapping):
        return _create_options(source, None, given)
    return _create_options(source, None, {"weight": given})


def _parse_text(
    text: str, options: StyleOptions, folders: Sequence[Path]
) -> tuple[Source, StyleOptions]:
    name, settings = split_style(text, StyleOptions.model_fields, folders)
    found = _create_options(text, None, settings)
    given = {key: getattr(found, key) for key in settings}
    return name, _create_options(text, options, given | {"weight": options.weight * found.weight})


def _create_options(
    source: Source, base: StyleOptions | None, changes: Mapping[str, Any]
) -> StyleOptions:
    try:
        return StyleOptions.create(base, **changes)
    except OptionError as error:
        called = os.fspath(source) if isinstance(source, str | os.PathLike) else "in memory"
        raise OptionError(f"of the style image {called}: {error}") from None
