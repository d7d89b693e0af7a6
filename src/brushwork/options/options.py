"""Every option of a painting, written once: name, default, bounds, help.

The command line's flags and the documentation's table are derived from `Options`; nothing about
an option is typed a second time anywhere.
"""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from brushwork.errors import OptionError
from brushwork.layers import VGG19_LAYERS
from brushwork.options.presets import fill_preset, strip_preset
from brushwork.system.memory import parsed

#: total = style loss + CONTENT_RATIO · content loss, at the middle of the strength dial.
CONTENT_RATIO = 0.035
#: How many decades that ratio moves from one end of the dial to the other.
STRENGTH_DECADES = 3.0
#: How many times more the content loss counts where the photo is preserved, unless it is said.
PRESERVE_WEIGHT = 8.0
#: Torch and the weights alone take so many bytes.
MIN_MEMORY = 500 * 10**6
#: Layer weights above this could add up to more than a float holds.
MAX_WEIGHT = 1e100


class Options(BaseModel):
    """How a picture is painted; immutable, and checked when it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = Field(
        512,
        ge=32,
        le=16384,
        description="Long side of the result in pixels; the photo's aspect ratio is kept.",
    )
    strength: float = Field(
        0.5,
        ge=0,
        le=1,
        description="How much painting and how little photo: 0 keeps the photo, 1 lets go of it.",
    )
    preset: Literal["portrait", "oil", "fine", "poster", "tint", "loose"] | None = Field(
        None,
        description="A set of options to start from; what is given besides it wins.",
    )
    statistics: Literal["gram", "covariance", "wasserstein", "histogram", "neighbours"] = Field(
        "gram",
        description="What is compared with the painting: gram is the paper's; see docs/control.md.",
    )
    color: Literal["style", "content", "palette", "match", "only"] = Field(
        "style",
        description=(
            "Whose colours: style, content (the photo's in their places), palette (the photo's "
            "anywhere), match (the photo is recoloured first), only (recoloured, not painted)."
        ),
    )
    mask: str | None = Field(
        None,
        min_length=1,
        description="Grey picture of what to paint: white is painted, black stays the photo.",
    )
    regions: str | None = Field(
        None,
        min_length=1,
        description="Picture of flat colours for PAINTING@COLOUR: each painting in its own region.",
    )
    preserve: str = Field(
        "none",
        min_length=1,
        description="Keep more of the photo: none, detail (eyes, letters), or a grey picture; :8.",
    )
    seamless: bool = Field(
        False,
        description="Opposite edges fit together, for tiles that are laid side by side.",
    )
    style_scale: float = Field(
        1.0,
        ge=0.1,
        le=4,
        description="Size of the brush strokes: above 1 larger, below 1 finer.",
    )
    effort: float = Field(
        1.0,
        ge=0.25,
        le=4,
        description="Multiplies the steps of every scale: less is faster, more is finer.",
    )
    init: str = Field(
        "content",
        min_length=1,
        description="Picture to start from: content, noise, or a picture file.",
    )
    seed: int = Field(0, ge=0, le=2**63 - 1, description="Seed of the noise that init=noise uses.")
    optimizer: Literal["lbfgs", "adam"] = Field(
        "lbfgs",
        description="How the picture is changed: lbfgs is faster, adam is steadier.",
    )
    content_layers: tuple[str, ...] = Field(
        ("conv4_2",),
        description="Layers that remember the photo, each LAYER or LAYER:WEIGHT.",
    )
    style_layers: tuple[str, ...] = Field(
        ("conv1_1", "conv2_1", "conv3_1", "conv4_1:0.6", "conv5_1:0.2"),
        description="Layers that remember the painting, each LAYER or LAYER:WEIGHT.",
    )
    pooling: Literal["average", "max"] = Field(
        "max",
        description="How the network halves its feature maps between two stacks.",
    )
    total_variation: float = Field(
        0.0,
        ge=0,
        le=1000,
        description="Weight of the total variation loss; above 0 smooths the picture.",
    )
    weights: str | None = Field(
        None,
        min_length=1,
        description="Other VGG-19 or VGG-16 weights: a .safetensors file, or torchvision's .pth.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        description="Digits of the feature maps; auto takes bfloat16 on a CPU that is made for it.",
    )
    memory: str = Field(
        "auto",
        description="Memory that the program may use in all, as in 4GB; auto takes what is free.",
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto",
        description="Where to compute; auto takes a GPU if there is one.",
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_in_the_preset(cls, values: Any) -> Any:
        return fill_preset(values) if isinstance(values, dict) else values

    @field_validator("content_layers", "style_layers")
    @classmethod
    def _name_known_layers(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        layer_weights(items)
        return items

    @field_validator("preserve")
    @classmethod
    def _weigh_what_is_kept(cls, text: str) -> str:
        _split_weight(text)
        return text

    @field_validator("memory")
    @classmethod
    def _name_an_amount(cls, text: str) -> str:
        if text != "auto" and parsed(text) < MIN_MEMORY:
            raise ValueError(f"{text!r} is not enough even to start; use auto, or more than 500MB")
        return text

    @classmethod
    def create(cls, base: Self | None = None, **changes: Any) -> Self:
        """Build options from ``base`` (or the defaults) and changes by name.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of bounds; the message says what is allowed.
        """
        values = base.model_dump(exclude_unset=True) if base else {}
        if "preset" in changes:
            values = strip_preset(values)
        try:
            return cls(**{**values, **changes})
        except ValidationError as error:
            raise OptionError(explain_error(error)) from None

    @classmethod
    def from_toml(cls, file: str | os.PathLike[str]) -> Self:
        """Read options from a TOML file, ``strength = 0.7`` a line; what it leaves out is default.

        Raises
        ------
        OptionError
            If it cannot be read, a name is unknown, or a value is out of bounds.
        """
        try:
            given = tomllib.loads(Path(file).read_text("utf-8"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OptionError(f"the options {str(file)!r} cannot be read ({reason}).") from None
        try:
            return cls.create(
                None, **{name.replace("-", "_"): value for name, value in given.items()}
            )
        except OptionError as error:
            raise OptionError(f"{file}: {error}") from None

    def to_toml(self) -> str:
        """Write what is not a default, for `from_toml`."""
        # What JSON writes of numbers, truths, texts and lists of texts is TOML, too.
        lines = [
            f"{name} = {json.dumps(getattr(self, name), ensure_ascii=False)}\n"
            for name, field in type(self).model_fields.items()
            if name != "preset" and getattr(self, name) not in (field.default, None)
        ]
        return "".join(lines)

    @property
    def content_weight(self) -> float:
        """Weight of the content loss where the style loss weighs 1.

        ``0.035 · 10^(3 · (0.5 - strength))``: 1.1 at strength 0, 0.035 at 0.5, 0.0011 at 1.
        """
        return float(CONTENT_RATIO * 10 ** (STRENGTH_DECADES * (0.5 - self.strength)))

    @property
    def preserved(self) -> tuple[str, float] | None:
        """What says where to keep more of the photo, and how many times more; None for nowhere."""
        return None if self.preserve == "none" else _split_weight(self.preserve)

    @property
    def memory_budget(self) -> int | None:
        """Bytes that the program may use in all; None for what is free."""
        return None if self.memory == "auto" else parsed(self.memory)


def layer_weights(items: tuple[str, ...]) -> dict[str, float]:
    """Read ``("conv1_1", "conv2_1:3")`` as shares that sum to 1: ``{"conv1_1": 0.25, ...}``.

    Raises
    ------
    ValueError
        If an item names no layer of VGG-19, names one twice, or its weight is not above 0.
    """
    weights: dict[str, float] = {}
    for item in items:
        layer, colon, weight = item.partition(":")
        if layer not in VGG19_LAYERS:
            raise ValueError(
                f"there is no layer {layer!r}; the layers are {' '.join(VGG19_LAYERS)}"
            )
        if layer in weights:
            raise ValueError(f"layer {layer} is named twice; name each layer once")
        weights[layer] = _parse_weight(weight, item) if colon else 1.0
    if not weights:
        raise ValueError("no layer is named; name at least one")
    total = sum(weights.values())
    return {layer: weight / total for layer, weight in weights.items()}


def explain_error(error: ValidationError, model: type[BaseModel] = Options) -> str:
    """Say in one sentence an option what was given and what is allowed."""
    return "; ".join(_explain_detail(details, model) for details in error.errors())


def _explain_detail(details: ErrorDetails, model: type[BaseModel]) -> str:
    name = ".".join(str(part) for part in details["loc"][:1])
    if details["type"] == "extra_forbidden":
        return f"there is no option {name!r}; the options are {', '.join(model.model_fields)}"
    reason = details["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{name} was given as {details['input']!r}, but {reason}"


def _split_weight(text: str) -> tuple[str, float]:
    """Read ``detail:4``, or a file with or without a weight; a weight that is not given is 8."""
    source, colon, weight = text.rpartition(":")
    try:
        number = float(weight)
    except ValueError:
        return text, PRESERVE_WEIGHT  # the colon, if there is one, belongs to the name
    if not colon:
        return text, PRESERVE_WEIGHT
    if not source or not 0 < number <= 1000:
        raise ValueError(f"the weight in {text!r} must be above 0 and at most 1000, as in detail:4")
    return source, number


def _parse_weight(weight: str, item: str) -> float:
    try:
        number = float(weight)
    except ValueError:
        number = 0.0
    if not 0 < number <= MAX_WEIGHT:
        raise ValueError(f"the weight in {item!r} must be a number above 0, as in conv2_1:0.5")
    return number


#: Options that decide what the network is.
SEEING = ("content_layers", "style_layers", "pooling", "weights", "precision", "device")
