"""Every option of a run, written once: name, default, bounds, help, and what it affects.

The command line's flags, the studio's form, the documentation's table and every list of options
that something depends on are derived from `Options`; nothing about an option is typed twice.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ByteSize,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)

from brushwork.errors import OptionError
from brushwork.layers import SMALL_TAPS, VGG19_LAYERS, NetworkName
from brushwork.options.explaining import explain_error
from brushwork.options.presets import (
    FINE_CONTENT_LAYERS,
    FINE_STYLE_LAYERS,
    PRESETS,
    strip_preset,
)

#: total = style loss + CONTENT_RATIO · content loss, at the middle of the strength dial.
CONTENT_RATIO = 0.035
#: How many decades that ratio moves from one end of the dial to the other.
STRENGTH_DECADES = 3.0
#: Torch and the weights alone take so many bytes.
MIN_MEMORY = 500 * 10**6
#: Layer weights above this could add up to more than a float holds.
MAX_WEIGHT = 1e100

#: What an option can affect: the images as they are read and prepared, the network, the scales and
#: the optimiser's state that a resumed run must find as they were, what only a run with a content
#: image has, and the machine that computes.
Affect = Literal["reading", "network", "resume", "content", "machine"]
#: Options that belong together on a form.
Group = Literal["Main", "Brush strokes", "Optimisation", "Network", "Machine", "Film"]


def describe(
    default: Any, description: str, group: Group, affects: Sequence[Affect] = (), **bounds: Any
) -> Any:
    """Declare one option: its default, its help, its group on a form, and what it affects."""
    extra: Any = {"group": group, "affects": list(affects)}
    return Field(default, description=description, json_schema_extra=extra, **bounds)


class Options(BaseModel):
    """How an image is stylized: numbers and choices; immutable, and checked when it is created."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: int = describe(
        512,
        "Long side of the result in pixels; the photo's aspect ratio is kept.",
        "Main",
        ["resume"],
        ge=32,
        le=16384,
    )
    strength: float = describe(
        0.5,
        "How much painting and how little photo: 0 lends the photo its colours and grain, 1 lets "
        "go of the photo.",
        "Main",
        ["content"],
        ge=0,
        le=1,
    )
    draft: bool = describe(
        False,
        "A quick draft, painted by the small network alone: seconds, a little grain.",
        "Main",
        ["network", "resume"],
    )
    preset: Literal["paper", "portrait", "oil", "fine", "poster", "tint", "loose"] | None = (
        describe(None, "A set of options to start from; what is given besides it wins.", "Main")
    )
    statistics: Literal["gram", "covariance", "wasserstein", "histogram", "nearest_neighbor"] = (
        describe(
            "gram",
            "What is compared with the painting: gram is the paper's; see docs/control.md.",
            "Brush strokes",
        )
    )
    color: Literal["style", "content", "palette", "match", "only"] = describe(
        "style",
        "Whose colours: style, content (the photo's in their places), palette (the photo's "
        "anywhere), match (the photo is recoloured first), only (recoloured, not painted).",
        "Main",
        ["reading", "content"],
    )
    preserve_weight: float = describe(
        8.0,
        "How many times more the content loss counts where --preserve says so.",
        "Brush strokes",
        ["reading", "content"],
        gt=0,
        le=1000,
    )
    seamless: bool = describe(
        False,
        "Opposite edges fit together, for tiles that are laid side by side.",
        "Brush strokes",
        ["resume"],
    )
    style_scale: float = describe(
        1.0,
        "Size of the brush strokes: above 1 larger, below 1 finer.",
        "Brush strokes",
        ge=0.1,
        le=4,
    )
    trim_style: bool = describe(
        False,
        "Leave out the black border or white frame that a scan has round a painting.",
        "Brush strokes",
        ["reading"],
    )
    effort: float = describe(
        1.0,
        "Multiplies the steps of every scale: less is faster, more is finer.",
        "Optimisation",
        ["resume"],
        ge=0.25,
        le=4,
    )
    seed: int = describe(
        0,
        "Seed of the noise that init=noise uses.",
        "Optimisation",
        ["resume"],
        ge=0,
        le=2**63 - 1,
    )
    optimizer: Literal["lbfgs", "adam"] = describe(
        "lbfgs",
        "How the image is changed: lbfgs is faster, adam is steadier.",
        "Optimisation",
        ["resume"],
    )
    content_layers: tuple[str, ...] = describe(
        ("conv4_2",),
        "Layers of the content loss, each LAYER or LAYER:WEIGHT.",
        "Network",
        ["network", "content"],
    )
    style_layers: tuple[str, ...] = describe(
        ("conv1_1", "conv2_1", "conv3_1", "conv4_1:0.6", "conv5_1:0.2"),
        "Layers of the style loss, each LAYER or LAYER:WEIGHT.",
        "Network",
        ["network", "reading"],
    )
    fine_content_layers: tuple[str, ...] = describe(
        FINE_CONTENT_LAYERS,
        "Layers of the content loss at all scales but the coarsest; those of --content-layers if "
        "these are given.",
        "Network",
        ["network", "content"],
    )
    fine_style_layers: tuple[str, ...] = describe(
        FINE_STYLE_LAYERS,
        "Layers of the style loss at all scales but the coarsest; those of --style-layers if these "
        "are given.",
        "Network",
        ["network"],
    )
    early_network: Literal["small", "large"] = describe(
        "small",
        "What takes the early steps of each scale: the small network, which was distilled from the "
        "large one, or the large one itself; the last steps are always the large one's.",
        "Network",
        ["network", "resume"],
    )
    pooling: Literal["average", "max"] = describe(
        "max",
        "How the network halves its feature maps between two stacks.",
        "Network",
        ["network"],
    )
    total_variation: float = describe(
        0.0,
        "Weight of the total variation loss; above 0 smooths the result.",
        "Optimisation",
        ge=0,
        le=1000,
    )
    weights: str | None = describe(
        None,
        "Other VGG-19 or VGG-16 weights: a .safetensors file, or torchvision's .pth.",
        "Machine",
        ["network", "machine"],
        min_length=1,
    )
    precision: Literal["auto", "float32", "bfloat16"] = describe(
        "auto",
        "Floating-point precision of the feature maps; auto takes bfloat16 on a CPU made for it.",
        "Network",
        ["network"],
    )
    memory: str = describe(
        "auto",
        "Memory that the program may use in all, as in 4GB; auto takes what is free.",
        "Machine",
        ["machine"],
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = describe(
        "auto",
        "Where to compute; auto takes a GPU if there is one.",
        "Machine",
        ["network", "reading", "machine"],
    )

    _shares: dict[str, dict[str, float]] = PrivateAttr()
    _memory_budget: int | None = PrivateAttr()

    @model_validator(mode="before")
    @classmethod
    def _fill_in_the_preset(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        preset = PRESETS.get(values.get("preset") or "", {})
        filled = {name: value for name, value in preset.items() if name in cls.model_fields}
        return {**follow_coarse(filled), **follow_coarse(unwrap_scalars(values))}

    @field_validator("statistics", mode="before")
    @classmethod
    def _accept_the_old_name(cls, value: Any) -> Any:
        return "nearest_neighbor" if value == "neighbours" else value  # as version 0.1 called it

    @field_validator("weights", mode="before")
    @classmethod
    def _accept_a_path(cls, value: Any) -> Any:
        return os.fspath(value) if isinstance(value, os.PathLike) else value

    @field_validator("memory", mode="before")
    @classmethod
    def _accept_bytes(cls, value: Any) -> Any:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("content_layers", "style_layers", "fine_content_layers", "fine_style_layers")
    @classmethod
    def _name_known_layers(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        layer_weights(items)
        return items

    @field_validator("memory")
    @classmethod
    def _name_an_amount(cls, text: str) -> str:
        if text != "auto" and _parse_bytes(text) < MIN_MEMORY:
            raise ValueError(f"{text!r} is not enough even to start; use auto, or more than 500MB")
        return text

    @model_validator(mode="after")
    def _draw_drafts_with_what_is_known(self) -> Self:
        beyond = self._list_beyond_small()
        if self.draft and beyond:
            raise ValueError(
                "a draft is painted by the small network, which has weights of its own and the "
                f"layers {' '.join(SMALL_TAPS)}, but {' '.join(beyond)} was asked for; leave that "
                "or draft out"
            )
        return self

    def model_post_init(self, _: Any) -> None:
        """Parse once what is given as text."""
        self._shares = {
            "content": layer_weights(self.content_layers),
            "style": layer_weights(self.style_layers),
            "fine content": layer_weights(self.fine_content_layers),
            "fine style": layer_weights(self.fine_style_layers),
        }
        self._memory_budget = None if self.memory == "auto" else _parse_bytes(self.memory)

    @classmethod
    def create(cls, base: Self | None = None, **changes: Any) -> Self:
        """Create options from ``base`` (or the defaults) and changes by name.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of bounds; the message says what is allowed.
        """
        values = base.model_dump(exclude_unset=True) if base else {}
        if "preset" in changes:
            values = strip_preset(values)
        try:
            return cls(**{**values, **follow_coarse(changes)})
        except ValidationError as error:
            raise OptionError(explain_error(error, cls.model_fields)) from None

    def is_default(self, name: str) -> bool:
        """Tell whether an option is as it is where nobody says anything, or merely follows one."""
        value = getattr(self, name)
        coarse = FINE_LAYERS.get(name)
        follows = coarse is not None and value == getattr(self, coarse)
        return bool(follows or value == type(self).model_fields[name].default)

    @property
    def content_weight(self) -> float:
        """Weight of the content loss where the style loss weighs 1.

        ``0.035 · 10^(3 · (0.5 - strength))``: 1.1 at strength 0, 0.035 at 0.5, 0.0011 at 1.
        """
        return float(CONTENT_RATIO * 10 ** (STRENGTH_DECADES * (0.5 - self.strength)))

    @property
    def content_shares(self) -> dict[str, float]:
        """The part of each content layer in the content loss; they sum to 1."""
        return self._shares["content"]

    @property
    def style_shares(self) -> dict[str, float]:
        """The part of each style layer in the style loss; they sum to 1."""
        return self._shares["style"]

    @property
    def fine_content_shares(self) -> dict[str, float]:
        """As `content_shares`, at all scales but the coarsest."""
        return self._shares["fine content"]

    @property
    def fine_style_shares(self) -> dict[str, float]:
        """As `style_shares`, at all scales but the coarsest."""
        return self._shares["fine style"]

    @property
    def layers(self) -> tuple[str, ...]:
        """All layers of content and style loss, at any scale."""
        return tuple(dict.fromkeys(layer for shares in self._shares.values() for layer in shares))

    @property
    def networks(self) -> tuple[NetworkName, ...]:
        """The networks that paint, in their order at each scale.

        The small network knows some layers only, and was taught max pooling with the embedded
        weights; where something else is asked for, the large one does it all.
        """
        if self.draft:
            return ("small",)
        if self.early_network == "large" or self.pooling != "max" or self._list_beyond_small():
            return ("large",)
        return ("small", "large")

    def _list_beyond_small(self) -> list[str]:
        """Name what the small network cannot do."""
        beyond = [layer for layer in self.layers if layer not in SMALL_TAPS]
        return beyond if self.weights is None else ["other weights", *beyond]

    @property
    def memory_budget(self) -> int | None:
        """Bytes that the program may use in all; None for what is free."""
        return self._memory_budget


def options_that_affect(affect: Affect, of: type[BaseModel] = Options) -> tuple[str, ...]:
    """Name the options of a model that affect something, by their own metadata."""
    return tuple(
        name
        for name, field in of.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
        and affect in (field.json_schema_extra["affects"] or ())  # type: ignore[operator]
    )


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


#: Layers of the finer scales, and those that they are like where these alone are named.
FINE_LAYERS = {
    "fine_content_layers": "content_layers",
    "fine_style_layers": "style_layers",
}


def follow_coarse(values: dict[str, Any]) -> dict[str, Any]:
    """Let layers that are named hold for all scales, unless finer ones are named too."""
    named = {
        fine: values[coarse]
        for fine, coarse in FINE_LAYERS.items()
        if coarse in values and fine not in values and _are_layers(values[coarse])
    }
    return {**values, **named}


def _are_layers(items: Any) -> bool:
    """Tell what is right from what is refused under its own name."""
    try:
        return bool(layer_weights(tuple(items)))
    except (ValueError, TypeError, AttributeError):
        return False


def unwrap_scalars(values: dict[str, Any]) -> dict[str, Any]:
    """Turn scalars of NumPy and torch into Python's numbers, without loading either for it."""
    return {name: value.item() if is_scalar(value) else value for name, value in values.items()}


def is_scalar(value: Any) -> bool:
    """Tell a scalar of NumPy or torch, an array of no dimensions included."""
    return type(value).__module__ in ("numpy", "torch") and getattr(value, "shape", None) == ()


def _parse_weight(weight: str, item: str) -> float:
    try:
        number = float(weight)
    except ValueError:
        number = 0.0
    if not 0 < number <= MAX_WEIGHT:
        raise ValueError(f"the weight in {item!r} must be a number above 0, as in conv2_1:0.5")
    return number


def _parse_bytes(text: str) -> int:
    plain = text.strip().replace(" ", "")
    try:
        if not plain.replace(".", "", 1).isalnum():
            raise ValueError("pydantic would read 4,5GB as 4 bytes")
        return int(TypeAdapter(ByteSize).validate_python(plain))
    except ValueError:  # pydantic's own errors are of this kind
        raise ValueError(f"{text!r} is no amount of memory; write it as in 4GB or 800MB") from None
