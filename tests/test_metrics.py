"""The judge against NumPy, and what it must say of the trivial answers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from torch import Tensor

from brushwork.features import VGGFeatures, Weights
from brushwork.metrics import CONTENT_LAYERS, STYLE_LAYERS, Metrics
from tests.reference import metrics as reference

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]
Reference = Callable[..., dict[str, np.ndarray]]

SIZE = 256  # conv4_3 is then 32 by 32


@pytest.fixture
def network(tiny_vgg: Build) -> VGGFeatures:
    return tiny_vgg(*STYLE_LAYERS, *CONTENT_LAYERS)


def test_both_distances_are_those_of_the_reference(
    network: VGGFeatures, tiny_weights: Weights, random_picture: Draw, reference_maps: Reference
) -> None:
    photo, painting, picture = (random_picture(SIZE, SIZE, seed=seed) for seed in (1, 2, 3))
    painting = 0.6 * painting
    found = Metrics(photo, painting, SIZE, network)(picture)
    of_photo, of_painting, of_picture = (
        reference_maps(tiny_weights, image) for image in (photo, painting, picture)
    )
    style = np.mean(
        [reference.wasserstein(of_picture[layer], of_painting[layer]) for layer in STYLE_LAYERS]
    )
    content = np.mean(
        [
            np.abs(
                reference.self_similarity(reference.pooled(of_picture[layer]))
                - reference.self_similarity(reference.pooled(of_photo[layer]))
            ).mean()
            for layer in CONTENT_LAYERS
        ]
    )
    assert found.style == pytest.approx(style, rel=1e-6)
    assert found.content == pytest.approx(content, rel=1e-6)
    assert min(found) > 0.01


def test_the_trivial_answers_are_perfect_in_one_and_bad_in_the_other(
    network: VGGFeatures, random_picture: Draw
) -> None:
    photo, painting = random_picture(128, 160, seed=1), 0.5 * random_picture(128, 128, seed=2)
    judge = Metrics(photo, painting, 160, network)
    assert judge(photo).content == pytest.approx(0, abs=1e-12)
    assert judge(photo).style > 0.01
    assert 0 <= judge(painting).style < 0.3 * judge(photo).style
    assert judge(painting).content > 0.01


def pool(weights: np.ndarray, step: int) -> np.ndarray:
    height, width = weights.shape
    return weights.reshape(height // step, step, width // step, step).mean(axis=(1, 3))


def test_every_place_counts_by_its_opacity(
    network: VGGFeatures, tiny_weights: Weights, random_picture: Draw, reference_maps: Reference
) -> None:
    photo, painting, picture = (random_picture(SIZE, SIZE, seed=seed) for seed in (1, 2, 3))
    # Opaque blocks of eight pixels: conv4_3 has one place for each.
    seen = (random_picture(SIZE // 8, SIZE // 8, seed=4)[:, :3] > 0.4).double()
    alphas = seen.repeat_interleave(8, 2).repeat_interleave(8, 3)
    of_photo, of_painting, of_picture = alphas.split(1, dim=1)
    metrics = Metrics(
        photo, painting, SIZE, network, content_alpha=of_photo, style_alpha=of_painting
    )
    found = metrics(picture, of_picture)
    maps = [reference_maps(tiny_weights, image) for image in (photo, painting, picture)]
    weights = [alpha[0, 0].numpy() for alpha in (of_photo, of_painting, of_picture)]
    style = [
        reference.wasserstein(
            maps[2][layer],
            maps[1][layer],
            pool(weights[2], SIZE // maps[2][layer].shape[1]),
            pool(weights[1], SIZE // maps[1][layer].shape[1]),
        )
        for layer in STYLE_LAYERS
    ]
    places = [pool(one, 8).ravel() for one in weights]
    both = np.outer(places[0] * places[2], places[0] * places[2]) > 0
    content = []
    for layer in CONTENT_LAYERS:
        # All places of a block are opaque, or none is, so that its mean needs no weights.
        similar = [
            reference.self_similarity(reference.pooled(maps[index][layer]), places[index])
            for index in (0, 2)
        ]
        content.append(np.abs(similar[1] - similar[0])[both].mean())
    assert found.style == pytest.approx(np.mean(style), rel=1e-6)
    assert found.content == pytest.approx(np.mean(content), rel=1e-6)
    assert found.style != pytest.approx(Metrics(photo, painting, SIZE, network)(picture).style)
