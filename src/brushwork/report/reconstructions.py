"""What the network sees in an image, and what its content and style representation hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.objective import Objective
from brushwork.engine.targets import extract_content_targets, make_objective
from brushwork.features import VGGFeatures, load_small_weights
from brushwork.layers import NetworkName, reach, stride
from brushwork.losses import ContentLoss, gram_matrix
from brushwork.optimizers import LBFGS
from brushwork.options import Options
from brushwork.planning.networks import Turn, share_steps

#: Patches beyond the pixels that a feature depends on would show what it never saw.
LARGEST_PATCH = 64


@dataclass(frozen=True)
class Reconstruction:
    """An image optimised from noise by one representation alone, and how near it came."""

    pixels: Tensor
    loss: float


def extract_features(image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    """Give the feature maps of ``(1, 3, H, W)`` at some layers, in float32."""
    with torch.no_grad():
        maps: dict[str, Tensor] = VGGFeatures(layers)(image)
    return maps


def choose_unlike(maps: Tensor, count: int) -> list[int]:
    """Choose feature maps that fire strongly, yet each elsewhere than those chosen before it.

    How alike two maps are is what their Gram matrix says: G[i, j] over the root of G[i, i] G[j, j].
    """
    matrix = gram_matrix(maps)[0]
    energy = matrix.diagonal()
    cosine = matrix / (energy.outer(energy).sqrt() + 1e-12)
    cosine[:, energy < energy.median()] = 2.0  # the fainter half is never the least alike
    chosen = [int(energy.argmax())]
    while len(chosen) < min(count, len(matrix)):
        chosen.append(int(cosine[chosen].amax(dim=0).argmin()))
    return chosen


def find_strongest_pairs(gram: Tensor, count: int) -> list[tuple[int, int]]:
    """Give pairs of different maps that fire together most, no map twice.

    By ``G[i, j]² / √(G[i, i] G[j, j])``: how strongly, times how regularly.

    Parameters
    ----------
    gram
        ``(C, C)``.
    count
        How many pairs to give, fewer if there are not so many maps.
    """
    energy = gram.diagonal().clamp_min(1e-12)
    score = gram.square() / energy.outer(energy).sqrt()
    score = score.triu(diagonal=1)
    pairs: list[tuple[int, int]] = []
    for place in score.flatten().argsort(descending=True).tolist():
        first, second = divmod(place, len(gram))
        if first < second and not {first, second} & {index for pair in pairs for index in pair}:
            pairs.append((first, second))
        if len(pairs) == count:
            break
    return pairs


def cut_exciting_patches(image: Tensor, both: Tensor, layer: str, count: int) -> list[Tensor]:
    """Cut out the patches of an image where two maps fire together most, none twice.

    Parameters
    ----------
    image
        ``(1, 3, H, W)``.
    both
        ``(h, w)``: the product of both maps.
    layer
        Where the maps come from, which says what they look at.
    count
        How many patches to cut.
    """
    side = min(LARGEST_PATCH, 2 * reach([layer]) + stride(layer), *image.shape[2:])
    side = max(side, 12)
    left = both.clone()
    patches = []
    for _ in range(count):
        row, column = divmod(int(left.argmax()), left.shape[1])
        top = _place_patch(row, layer, side, image.shape[2])
        start = _place_patch(column, layer, side, image.shape[3])
        patches.append(image[..., top : top + side, start : start + side])
        away = max(1, side // stride(layer))
        left[max(0, row - away) : row + away + 1, max(0, column - away) : column + away + 1] = -1
    return patches


def reconstruct_content(
    image: Tensor, layer: str, steps: int, networks: Sequence[NetworkName] = ("large",)
) -> Reconstruction:
    """Reconstruct an image from noise, with the content loss of one layer as the only guide.

    Steps are shared by the networks as those of a scale are.
    """

    def make(network: VGGFeatures) -> Objective:
        maps = extract_content_targets(network, image, [layer], taps=[layer])
        size = (image.shape[2], image.shape[3])
        return Objective(network, ContentLoss(maps, {layer: 1.0}), size)

    return _reconstruct(make, image, [layer], share_steps(steps, networks))


def reconstruct_style(
    image: Tensor, layers: Sequence[str], steps: int, networks: Sequence[NetworkName] = ("large",)
) -> Reconstruction:
    """Optimise a texture from noise, with the style loss of some layers as the only guide.

    Steps are shared by the networks as those of a scale are.
    """

    def make(network: VGGFeatures) -> Objective:
        inputs = ScaleInputs([StyleImage(image)], (image.shape[2], image.shape[3]))
        return make_objective(network, inputs, Options(style_layers=tuple(layers)))

    return _reconstruct(make, image, layers, share_steps(steps, networks))


def _reconstruct(
    make: Callable[[VGGFeatures], Objective],
    like: Tensor,
    layers: Sequence[str],
    turns: Sequence[Turn],
) -> Reconstruction:
    """Start from grey with a little noise, and lower the loss."""
    noise = torch.rand(like.shape, generator=torch.Generator().manual_seed(0))
    image = 0.45 + 0.1 * noise
    for turn in turns:
        weights = load_small_weights() if turn.network == "small" else None
        objective = make(VGGFeatures(layers, weights=weights))
        optimizer = LBFGS(objective.evaluate, image)
        for _ in range(turn.steps):
            evaluation = optimizer.step()
        image = optimizer.best
    return Reconstruction(image, evaluation.total)


def _place_patch(position: int, layer: str, side: int, length: int) -> int:
    """Say where a patch of this side begins that has a position in its middle."""
    middle = position * stride(layer) + stride(layer) // 2
    return min(max(0, middle - side // 2), length - side)


def enlarge_patch(patch: Tensor, side: int) -> Tensor:
    """Show the pixels of a patch as squares."""
    return F.interpolate(patch, (side, side), mode="nearest")
