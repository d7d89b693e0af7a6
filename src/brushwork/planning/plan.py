"""What a run will need, before it begins: memory, tiles, and how much of its past it may keep.

Predictions are sums of what is held at once while a step is computed. The bytes a pixel were
measured (``python -m benchmarks.prediction`` checks that); everything else follows from shapes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from brushwork.errors import ImageError, MemoryBudgetError
from brushwork.features.tiles import Tile, tiles
from brushwork.layers import (
    NetworkName,
    count_channels,
    count_multiplications,
    stride,
)
from brushwork.options import Options
from brushwork.planning.layers import ScaleLayers, choose_layers
from brushwork.planning.networks import JUDGED_SCALES, Turn, share_steps
from brushwork.planning.pyramid import Scale, plan_scales, style_size
from brushwork.system.memory import format_bytes

#: An image of float32 holds so many bytes a pixel.
IMAGE_BYTES = 12
#: Images that are held while a step is computed, besides the past: the target, its gradient, the
#: trial, the trial's gradient, and one for what is computed between them. Adam has two moments, an
#: average and its best image.
IMAGES_HELD = {"lbfgs": 5, "adam": 7}
#: What the target was before, which is kept for the large network to compare with.
IMAGES_KEPT = {"small": 1, "large": 0}
#: Bytes for each pixel that a network looks at with a gradient: whole, and in tiles, which need
#: copies of what they own, but give back what lies in pieces.
GRADIENT_BYTES = {
    ("large", "float32"): (3600, 4200),
    ("large", "bfloat16"): (2400, 2200),
    ("small", "float32"): (1050, 1250),
    ("small", "bfloat16"): (760, 960),
}
#: An image that is looked at whole, and up to a layer that costs less than this part of what
#: ``conv5_1`` does, needs this part of these bytes: what the last stacks would hold is left out.
SHALLOW_COST, SHALLOW_SHARE = 0.5, 0.78
#: What some statistics need besides, for each of these pixels: copies of features in float32.
STATISTIC_BYTES = {"histogram": 1700, "nearest_neighbor": 4600}
#: The same without a gradient.
FORWARD_BYTES = {
    ("large", "float32"): 2300,
    ("large", "bfloat16"): 1100,
    ("small", "float32"): 700,
    ("small", "bfloat16"): 560,
}
#: The network's weights, laid out for every kernel that is used.
WEIGHT_BYTES = 90 * 10**6
#: Pairs of the past that L-BFGS keeps where memory allows, and may have to do with.
PAIRS = (50, 10, 6, 4, 2, 1)
#: Sides of tiles to choose from; smaller ones would mostly look at their rims. Below the second
#: number they cost more time than a few pairs of the past are worth.
TILE_SIDES: tuple[int | None, ...] = (None, 2048, 1536, 1280, 1024, 768, 640, 512, 384, 256)
COMFORTABLE_SIDE = 512
#: Where no layer sees far, rims are narrow, and small tiles are as fast as any.
SHALLOW_SIDES: tuple[int | None, ...] = (None, 512, 384, 256)
#: Multiplications a pixel where all layers of the paper are compared.
WHOLE_COST = count_multiplications(["conv5_1"])
#: The small network multiplies a sixteenth, but moves a quarter of the bytes and reads out besides.
SMALL_COST = 0.15
#: A plan uses no more than this part of what is allowed: predictions are right to a tenth or so.
USED_SHARE = 0.92
#: What one tile has freed serves the next one, which is as large; it is handed back to the system
#: where the process holds more than this part of what is allowed after all.
KEPT_SHARE = 0.95


@dataclass(frozen=True)
class Stage:
    """The steps that one network takes at one scale, how they are computed, and what that needs.

    Attributes
    ----------
    scale
        Height, width and steps.
    layers
        What is compared.
    network, precision
        Which network compares, and in which precision.
    tile_side
        The pixels that a tile owns on a side, about; None if the image is computed whole.
    pairs
        Steps of the past that L-BFGS keeps.
    tiles, seen
        How many tiles there are, and the pixels that they see together.
    memory
        Bytes that the process will hold at most.
    """

    scale: Scale
    layers: ScaleLayers
    network: NetworkName
    precision: str
    pairs: int
    tile_side: int | None
    tiles: int
    seen: int
    memory: int

    @property
    def work(self) -> float:
        """What it costs: pixels times steps, less where the network is asked for less."""
        return self.scale.steps * self.step_work

    @property
    def step_work(self) -> float:
        """What one step costs."""
        part = self.layers.cost / WHOLE_COST * (SMALL_COST if self.network == "small" else 1)
        return self.scale.height * self.scale.width * part


@dataclass(frozen=True)
class Plan:
    """All stages of a run, the memory it may use, and the seconds that it is expected to take."""

    stages: tuple[Stage, ...]
    budget: int
    seconds: float | None = None

    @property
    def memory(self) -> int:
        """Bytes that the process will hold at most."""
        return max(stage.memory for stage in self.stages)

    @property
    def allowance(self) -> int:
        """Bytes that the process may hold before it hands back what is free inside it."""
        return round(KEPT_SHARE * self.budget)

    @property
    def work(self) -> float:
        """What the run costs, as `Stage.work` counts."""
        return sum(stage.work for stage in self.stages)


@dataclass(frozen=True)
class StyleSize:
    """Height and width of a style image, as it was read, and how it is used.

    ``scale`` is the size of its strokes; ``names_layers`` says that it is for some layers alone.
    """

    height: int
    width: int
    scale: float = 1.0
    names_layers: bool = False


@dataclass(frozen=True)
class PlanInputs:
    """What a plan has to reckon with.

    Attributes
    ----------
    extent
        Height and width of the content image, as it was read.
    styles
        The style images.
    precision
        Of the feature maps: ``"float32"`` or ``"bfloat16"``.
    budget
        Bytes that the process may hold in all.
    held
        Bytes that it holds already: the program, the weights, the images.
    networks
        Those that there are, in the order of their turns.
    """

    extent: tuple[int, int]
    styles: Sequence[StyleSize]
    precision: str
    budget: int
    held: int
    networks: Sequence[NetworkName] = ("large",)


def make_plan(options: Options, given: PlanInputs) -> Plan:
    """Choose tiles and past for every scale, so that the budget suffices.

    Raises
    ------
    ImageError
        If the content image is too narrow for ``options.size``.
    MemoryBudgetError
        If no tiles are small enough; the message names the largest size that would do.
    """
    made = Plan(_make_stages(options, given), given.budget)
    if made.memory <= USED_SHARE * given.budget:
        return made
    largest = _find_largest_size(options, given)
    smaller = f"use a size of at most {largest}, or allow" if largest else "allow"
    raise MemoryBudgetError(
        f"a size of {options.size} needs {format_bytes(made.memory / USED_SHARE)} of memory, but "
        f"{format_bytes(given.budget)} may be used; {smaller} more (--memory)."
    )


def _find_largest_size(options: Options, given: PlanInputs) -> int | None:
    """Search for the largest size that fits, in steps of 64 pixels."""
    low, high = 0, options.size // 64 + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _fits(options.model_copy(update={"size": 64 * middle}), given):
            low = middle
        else:
            high = middle
    return 64 * low or None


def _fits(options: Options, given: PlanInputs) -> bool:
    with contextlib.suppress(ImageError):
        return Plan(_make_stages(options, given), given.budget).memory <= USED_SHARE * given.budget
    return True  # too narrow to be stylized, which is another matter


def _make_stages(options: Options, given: PlanInputs) -> tuple[Stage, ...]:
    planned = plan_scales(
        *given.extent, size=options.size, effort=options.effort, seamless=options.seamless
    )
    in_full = any(style.names_layers for style in given.styles)
    stages = []
    for index, scale in enumerate(planned):
        layers = choose_layers(options, in_full=in_full or index == 0)
        steps = round(layers.step_factor * scale.steps)
        finest = index == len(planned) - 1
        turns = share_steps(
            steps,
            given.networks,
            judged=index < JUDGED_SCALES or finest,
            refined=index == 0 and not finest,
            strength=options.strength,
            long_side=max(scale.size),
        )
        stages += _choose_stages(scale, layers, turns, options, given)
    return tuple(stages)


def _choose_stages(
    scale: Scale,
    layers: ScaleLayers,
    turns: Sequence[Turn],
    options: Options,
    given: PlanInputs,
) -> list[Stage]:
    """Give the turns of a scale the most past that all have room for, and each its tiles.

    They have the same, as it goes from one to the next: to make it smaller it would be there twice.
    """
    pasts = [min(pairs, max(turn.steps for turn in turns)) for pairs in PAIRS]
    if options.optimizer == "adam":
        pasts = [0]
    for pairs in pasts:
        sides = _list_sides(scale, layers, scarce=pairs == pasts[-1])
        stages = [
            _choose_tiles(scale, layers, turn, pairs, sides, options, given) for turn in turns
        ]
        if all(stage.memory <= USED_SHARE * given.budget for stage in stages):
            break
    return stages


def _choose_tiles(
    scale: Scale,
    layers: ScaleLayers,
    turn: Turn,
    pairs: int,
    sides: Sequence[int | None],
    options: Options,
    given: PlanInputs,
) -> Stage:
    """Take the largest tiles that fit; the smallest if none do."""
    part = replace(scale, steps=turn.steps)
    for side in sides:
        stage = _make_stage(part, layers, turn.network, pairs, side, options, given)
        if stage.memory <= USED_SHARE * given.budget:
            break
    return stage


def _list_sides(scale: Scale, layers: ScaleLayers, *, scarce: bool) -> list[int | None]:
    """Give the sides of tiles in the order in which they are tried; whole is always one."""
    known, least = TILE_SIDES, COMFORTABLE_SIDE
    if _is_shallow(layers):
        known, least = SHALLOW_SIDES, 0
    sides = [side for side in known if side is None or side < max(scale.size)]
    return [side for side in sides if scarce or side is None or side >= least]


def _make_stage(
    scale: Scale,
    layers: ScaleLayers,
    network: NetworkName,
    pairs: int,
    side: int | None,
    options: Options,
    given: PlanInputs,
) -> Stage:
    """Add up what one choice of past and tiles needs."""
    precision = given.precision
    cut = tiles(*scale.size, side, layers.names, wraps=options.seamless)
    pixels = scale.height * scale.width
    working = max(
        _find_largest_area(cut)
        * _gradient_bytes(layers, network, precision, options.statistics, tiled=len(cut) > 1),
        _style_bytes(scale, layers, FORWARD_BYTES[network, precision], side, options, given),
    )
    memory = (
        given.held
        + WEIGHT_BYTES
        + pixels * IMAGE_BYTES * (IMAGES_HELD[options.optimizer] + IMAGES_KEPT[network] + 2 * pairs)
        + pixels * sum(_content_bytes(layer, precision) for layer in layers.content)
        + working
    )
    seen = sum(tile.area for tile in cut)
    return Stage(scale, layers, network, precision, pairs, side, len(cut), seen, round(memory))


def _gradient_bytes(
    layers: ScaleLayers, network: NetworkName, precision: str, statistics: str, *, tiled: bool
) -> float:
    """Give the bytes for each pixel that is looked at with a gradient."""
    usual = GRADIENT_BYTES[network, precision][tiled]
    shallow = not tiled and _is_shallow(layers)
    return usual * (SHALLOW_SHARE if shallow else 1) + STATISTIC_BYTES.get(statistics, 0)


def _is_shallow(layers: ScaleLayers) -> bool:
    return layers.cost < SHALLOW_COST * WHOLE_COST


def _find_largest_area(cut: Sequence[Tile]) -> int:
    return max(tile.area for tile in cut)


def _style_bytes(
    scale: Scale,
    layers: ScaleLayers,
    pixel_bytes: int,
    side: int | None,
    options: Options,
    given: PlanInputs,
) -> float:
    """Give what is held while the targets of the largest style image are computed."""
    sizes = [
        style_size(scale, (style.height, style.width), options.style_scale * style.scale)
        for style in given.styles
    ]
    return max(
        IMAGE_BYTES * height * width
        + pixel_bytes * _find_largest_area(tiles(height, width, side, layers.style))
        for height, width in sizes
    )


def _content_bytes(layer: str, precision: str) -> float:
    """Give the bytes a pixel of the content image's representation, which is kept whole."""
    return count_channels(layer) * (2 if precision == "bfloat16" else 4) / stride(layer) ** 2
