"""Judge a finished picture by layers that no run optimises, against the photo and the painting.

``python -m benchmarks.judge PHOTO PAINTING PICTURE [PICTURE ...]`` prints two distances for each
picture, lower is better, and for the two trivial answers: the photo itself and the painting itself.

*Style distance*: the squared Gaussian Wasserstein distance between the feature distributions,
``‖μ - ν‖² + tr(Σ + T - 2 (Σ^½ T Σ^½)^½)`` over the style's own variance ``tr T``, averaged over
``conv1_2``, ``conv2_2``, ``conv3_3`` and ``conv4_3``. It compares what fires and what fires
together, with the mean, at layers between those of the style loss.

*Content distance*: how differently the places of the picture resemble each other. Features of
``conv3_3`` and ``conv4_3`` are centred and pooled to 32×32; the mean absolute difference of their
cosine similarities, pair by pair, ignores colours and strokes and sees shapes (Kolkin, Salavon and
Shakhnarovich 2019, equation 6, without their normalisation by rows).
"""

from __future__ import annotations

import argparse
import statistics

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.features import VGG

STYLE_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_3")
CONTENT_LAYERS = ("conv3_3", "conv4_3")


class Judge:
    """Distances of pictures to one photo and one painting, all seen at one size.

    Parameters
    ----------
    photo, painting
        ``(1, 3, H, W)`` in [0, 1].
    size
        Long side at which the painting is looked at; the pictures are compared at the photo's
        aspect ratio with this long side.
    """

    def __init__(self, photo: Tensor, painting: Tensor, size: int) -> None:
        self._network = VGG({*STYLE_LAYERS, *CONTENT_LAYERS})
        self._size = size
        with torch.no_grad():
            style = self._network(_fitted(painting, size))
            content = self._network(_fitted(photo, size))
        self._style = {layer: _moments(style[layer]) for layer in STYLE_LAYERS}
        self._content = {layer: _self_similarity(content[layer]) for layer in CONTENT_LAYERS}

    def __call__(self, picture: Tensor) -> tuple[float, float]:
        """Give style distance and content distance of ``(1, 3, H, W)``."""
        with torch.no_grad():
            maps = self._network(_fitted(picture, self._size))
        style = [_wasserstein(_moments(maps[layer]), self._style[layer]) for layer in STYLE_LAYERS]
        content = [
            float((_self_similarity(maps[layer]) - self._content[layer]).abs().mean())
            for layer in CONTENT_LAYERS
        ]
        return statistics.fmean(style), statistics.fmean(content)


def _fitted(picture: Tensor, size: int) -> Tensor:
    height, width = picture.shape[2:]
    ratio = size / max(height, width)
    return images.resize(picture, (round(height * ratio), round(width * ratio)))


def _moments(maps: Tensor) -> tuple[Tensor, Tensor]:
    rows = maps[0].flatten(1).double()
    mean = rows.mean(dim=1)
    centred = rows - mean[:, None]
    return mean, centred @ centred.T / rows.shape[1]


def _wasserstein(here: tuple[Tensor, Tensor], there: tuple[Tensor, Tensor]) -> float:
    (mean, covariance), (target_mean, target) = here, there
    root = _square_root(target)
    cross = torch.linalg.eigvalsh(root @ covariance @ root).clamp_min(0).sqrt().sum()
    spread = covariance.trace() + target.trace() - 2 * cross
    return float(((mean - target_mean).square().sum() + spread) / target.trace())


def _square_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp_min(0).sqrt()) @ vectors.T


def _self_similarity(maps: Tensor) -> Tensor:
    pooled = F.adaptive_avg_pool2d(maps, 32)[0].flatten(1)
    directions = F.normalize(pooled - pooled.mean(dim=1, keepdim=True), dim=0)
    return directions.T @ directions


def main() -> None:
    """Print the distances of pictures given on the command line."""
    parser = argparse.ArgumentParser(description="Judge pictures by layers that no run optimises.")
    parser.add_argument("photo")
    parser.add_argument("painting")
    parser.add_argument("pictures", nargs="+", metavar="picture")
    parser.add_argument("--size", type=int, default=512)
    arguments = parser.parse_args()
    photo, painting = (images.read(p).pixels for p in (arguments.photo, arguments.painting))
    judge = Judge(photo, painting, arguments.size)
    print(f"{'picture':40} {'style':>8} {'content':>8}")
    for name in (arguments.photo, arguments.painting, *arguments.pictures):
        style, content = judge(images.read(name).pixels)
        print(f"{name[-40:]:40} {style:8.4f} {content:8.4f}")


if __name__ == "__main__":
    main()
