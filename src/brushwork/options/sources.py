"""The images that a run may take besides content and style: each is named like an option."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from brushwork.errors import OptionError
from brushwork.options.explaining import explain_error
from brushwork.system.names import find_longest_file


class Sources(BaseModel):
    """Images besides content and styles: a path, a built-in name, or an image in memory each.

    Attributes
    ----------
    mask
        What is stylized, in white; None for all.
    regions
        A map of flat colours, for styles that have a region; None if there is none.
    preserve
        Where to keep more of the content image: ``"none"``, ``"detail"``, or a grey image.
    init
        What the target starts as: ``"content"``, ``"noise"``, or an image.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    mask: Any = Field(
        None,
        description="Grey image of what to paint: white is painted, black stays the photo.",
        json_schema_extra={"role": "mask"},
    )
    regions: Any = Field(
        None,
        description="Image of flat colours for PAINTING@COLOUR: each painting in its own region.",
        json_schema_extra={"role": "regions"},
    )
    preserve: Any = Field(
        "none",
        description="Keep more of the photo: none, detail (eyes, letters), or a grey image; :8.",
        json_schema_extra={"role": "preserve"},
    )
    init: Any = Field(
        "content",
        description="Image to start from: content, noise, or an image file.",
        json_schema_extra={"role": "start"},
    )

    @field_validator("mask", "regions", "preserve", "init")
    @classmethod
    def _name_something(cls, value: Any) -> Any:
        if isinstance(value, str) and not value:
            raise ValueError("String should have at least 1 character")
        return value

    @classmethod
    def create(cls, **names: Any) -> Sources:
        """Check sources by name.

        Raises
        ------
        OptionError
            If one is an empty name.
        """
        try:
            return cls(**names)
        except ValidationError as error:
            raise OptionError(explain_error(error, cls.model_fields)) from None


def get_role(name: str) -> str:
    """Give the role that a source has in a recipe."""
    extra = Sources.model_fields[name].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["role"])


def split_preserve(text: str) -> tuple[str, float | None]:
    """Read ``detail:4``, or a file with or without a weight; None where no weight is given.

    Raises
    ------
    OptionError
        If the weight is out of bounds.
    """
    if find_longest_file(text, ":") == text:
        return text, None
    source, colon, weight = text.rpartition(":")
    try:
        number = float(weight)
    except ValueError:
        return text, None  # the colon, if there is one, belongs to the name
    if not colon:
        return text, None
    if not source or not 0 < number <= 1000:
        raise OptionError(
            f"preserve was given as {text!r}, but the weight in {text!r} must be above 0 and at "
            "most 1000, as in detail:4"
        )
    return source, number
