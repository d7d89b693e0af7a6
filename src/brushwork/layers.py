"""VGG's geometry in one place: names, channels, strides, receptive fields of its convolutions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

#: The two networks that an image can be driven by.
NetworkName = Literal["small", "large"]
#: Channels of the convolutions of each of the five stacks.
CHANNELS = (64, 128, 256, 512, 512)
#: Convolutions of each stack.
STACKS = {"VGG-19": (2, 2, 4, 4, 4), "VGG-16": (2, 2, 3, 3, 3)}
#: The small network has the layers of VGG-19 with this part of their channels, …
SMALL_REDUCTION = 4
#: … and was taught what these layers give.
SMALL_TAPS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")


def name_layers(stacks: tuple[int, ...]) -> tuple[str, ...]:
    """Name the convolutions of a network from the image down: ``conv1_1``, ``conv1_2`` and on."""
    return tuple(
        f"conv{stack}_{position}"
        for stack, convolutions in enumerate(stacks, start=1)
        for position in range(1, convolutions + 1)
    )


#: The convolutions of VGG-19 from the image down. A tap is after the ReLU.
VGG19_LAYERS = name_layers(STACKS["VGG-19"])


def get_stack(layer: str) -> int:
    """Give the stack of a layer, from 1."""
    return int(layer[4])


def count_channels(layer: str) -> int:
    """Give how many feature maps a layer has."""
    return CHANNELS[get_stack(layer) - 1]


def stride(layer: str) -> int:
    """Give how many pixels of the image lie between neighbouring positions of a layer."""
    return int(2 ** (get_stack(layer) - 1))


def follows_pooling(layer: str) -> bool:
    """Tell whether the maps are halved before a layer: the first of every stack but the first."""
    return layer.endswith("_1") and layer != "conv1_1"


def reach(taps: Iterable[str]) -> int:
    """Give how many pixels beyond those it belongs to a feature of the deepest tap depends on.

    Followed from the tap up to the image: a 3×3 convolution looks one position further on every
    side, and a 2×2 pooling doubles the distance. That is 70 for ``conv5_1``: 1, twice 1 plus 4,
    twice 6 plus 4, twice 16 plus 2, twice 34 plus 2.
    """
    distance = 0
    for layer in reversed(VGG19_LAYERS[: _find_deepest(taps) + 1]):
        distance += 1
        if follows_pooling(layer):
            distance *= 2
    return distance


def count_multiplications(taps: Iterable[str], reduction: int = 1) -> float:
    """Give what the convolutions up to the deepest tap cost, in multiplications a pixel.

    A 3×3 convolution of C maps to C' takes 9·C·C' a position, and a position stands for stride²
    pixels: 361 thousand in all up to ``conv5_1``, 112 thousand up to ``conv3_1``; with a quarter of
    the channels (``reduction=4``) 23 thousand up to ``conv5_1``.
    """
    total, channels = 0.0, 3
    for layer in VGG19_LAYERS[: _find_deepest(taps) + 1]:
        outputs = count_channels(layer) // reduction
        total += 9 * channels * outputs / stride(layer) ** 2
        channels = outputs
    return total


def grid(taps: Iterable[str]) -> int:
    """Give the stride of the deepest tap; tiles begin at its multiples."""
    return stride(VGG19_LAYERS[_find_deepest(taps)])


def _find_deepest(taps: Iterable[str]) -> int:
    return max(VGG19_LAYERS.index(tap) for tap in taps)
