"""The whole objective against the NumPy reference: every part, the total, the gradient."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.engine.objective import Objective
from brushwork.features import VGGFeatures, Weights
from brushwork.options import Options
from tests.reference import gradients, losses
from tests.scenes import objective as made_of

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]
Reference = Callable[..., dict[str, np.ndarray]]

OPTIONS = Options(
    content_layers=("conv2_2:1", "conv3_1:3"),
    style_layers=("conv1_1", "conv2_1:2", "conv3_1:5"),
    strength=0.3,
    total_variation=0.25,
)
CONTENT = {"conv2_2": 1, "conv3_1": 3}
STYLE = {"conv1_1": 1, "conv2_1": 2, "conv3_1": 5}
TAPS = ("conv1_1", "conv2_1", "conv2_2", "conv3_1")


@pytest.fixture
def photo(random_picture: Draw) -> Tensor:
    return random_picture(17, 20, seed=1)


@pytest.fixture
def paintings(random_picture: Draw) -> list[Tensor]:
    return [random_picture(24, 18, seed=2), 0.5 * random_picture(16, 22, seed=3)]


@pytest.fixture
def objective(tiny_vgg: Build, photo: Tensor, paintings: list[Tensor]) -> Objective:
    return made_of(tiny_vgg(*TAPS), photo, paintings, [1 / 3, 2 / 3], OPTIONS)


@pytest.fixture
def by_the_paper(
    tiny_weights: Weights, reference_maps: Reference, photo: Tensor, paintings: list[Tensor]
) -> Callable[[np.ndarray], dict[str, float]]:
    """Give every part of the loss, computed by the reference alone."""
    photo_maps = reference_maps(tiny_weights, photo)
    painting_maps = [reference_maps(tiny_weights, painting) for painting in paintings]
    targets = {
        layer: losses.mixed_gram([losses.gram(maps[layer]) for maps in painting_maps], [1, 2])
        for layer in STYLE
    }

    def parts(picture: np.ndarray) -> dict[str, float]:
        maps = reference_maps(tiny_weights, picture)
        by_layer = {
            layer: losses.style_loss(losses.gram(maps[layer]), target)
            for layer, target in targets.items()
        }
        style = losses.weighted_mean(by_layer, STYLE)
        content_by_layer = {
            layer: losses.content_loss(maps[layer], photo_maps[layer]) for layer in CONTENT
        }
        content = losses.weighted_mean(content_by_layer, CONTENT)
        variation = losses.total_variation(picture)
        total = losses.total_loss(
            style,
            content,
            variation,
            content_weight=OPTIONS.content_weight,
            variation_weight=0.25,
        )
        return {
            "total": total,
            "content": content,
            **{f"content.{layer}": loss for layer, loss in content_by_layer.items()},
            "style": style,
            **{f"style.{layer}": loss for layer, loss in by_layer.items()},
            "total_variation": variation,
        }

    return parts


def test_every_part_and_the_total_agree_with_the_reference(
    objective: Objective,
    by_the_paper: Callable[[np.ndarray], dict[str, float]],
    random_picture: Draw,
) -> None:
    picture = random_picture(17, 20)
    expected = by_the_paper(picture[0].numpy())
    assert objective.evaluate(picture).losses == pytest.approx(expected, rel=1e-9)
    assert min(expected.values()) > 0.01  # no part is lost beside the others


def test_the_gradient_is_the_slope_of_the_reference(
    objective: Objective,
    by_the_paper: Callable[[np.ndarray], dict[str, float]],
    random_picture: Draw,
) -> None:
    picture = random_picture(17, 20)
    gradient = objective.evaluate(picture).gradient
    assert gradient.shape == picture.shape
    generator = np.random.default_rng(0)
    pixels = [tuple(generator.integers(picture.shape[1:])) for _ in range(8)]
    by_trying = gradients.slopes(
        lambda point: by_the_paper(point)["total"], picture[0].numpy(), pixels
    )
    assert np.abs(by_trying).min() > 1e-5
    np.testing.assert_allclose([gradient[0][pixel] for pixel in pixels], by_trying, rtol=1e-5)


def test_the_total_of_an_evaluation_is_the_one_among_its_losses(
    objective: Objective, random_picture: Draw
) -> None:
    evaluation = objective.evaluate(random_picture(17, 20))
    assert evaluation.total == evaluation.losses["total"]


def test_evaluating_leaves_the_image_bit_for_bit_as_it_is(
    objective: Objective, random_picture: Draw
) -> None:
    picture = random_picture(17, 20)
    before = picture.clone()
    evaluation = objective.evaluate(picture)
    assert torch.equal(picture, before)
    assert not picture.requires_grad
    assert picture.grad is None
    assert not evaluation.gradient.requires_grad


def test_evaluating_twice_gives_the_same(objective: Objective, random_picture: Draw) -> None:
    picture = random_picture(17, 20)
    first, second = objective.evaluate(picture), objective.evaluate(picture)
    assert first.losses == second.losses
    assert torch.equal(first.gradient, second.gradient)


def test_the_losses_without_a_gradient_are_the_same(
    objective: Objective, random_picture: Draw
) -> None:
    picture = random_picture(17, 20)
    assert objective.losses(picture) == objective.evaluate(picture).losses


def test_the_pictures_it_was_made_of_are_left_as_they_are(
    tiny_vgg: Build, photo: Tensor, paintings: list[Tensor]
) -> None:
    before = [picture.clone() for picture in (photo, *paintings)]
    made_of(tiny_vgg(*TAPS), photo, paintings, [0.5, 0.5], OPTIONS).evaluate(photo)
    for picture, copy in zip((photo, *paintings), before, strict=True):
        assert torch.equal(picture, copy)


def test_total_variation_without_weight_is_not_computed(tiny_vgg: Build, photo: Tensor) -> None:
    options = OPTIONS.model_copy(update={"total_variation": 0.0})
    found = made_of(tiny_vgg(*TAPS), photo, [photo], [1], options).losses(photo)
    assert sorted(found) == [
        "content",
        "content.conv2_2",
        "content.conv3_1",
        "style",
        "style.conv1_1",
        "style.conv2_1",
        "style.conv3_1",
        "total",
    ]


def test_a_photo_painted_in_its_own_style_has_no_loss(tiny_vgg: Build, photo: Tensor) -> None:
    options = OPTIONS.model_copy(update={"total_variation": 0.0})
    evaluation = made_of(tiny_vgg(*TAPS), photo, [photo], [1], options).evaluate(photo)
    assert set(evaluation.losses.values()) == {0.0}
    assert not evaluation.gradient.any()


def test_the_content_loss_is_zero_at_the_photo_and_the_style_loss_at_the_painting(
    tiny_vgg: Build, photo: Tensor, random_picture: Draw
) -> None:
    painting = random_picture(17, 20, seed=4)
    objective = made_of(tiny_vgg(*TAPS), photo, [painting], [1], OPTIONS)
    at_photo, at_painting = objective.losses(photo), objective.losses(painting)
    assert at_photo["content"] == at_painting["style"] == 0
    assert at_photo["style"] > 0.001
    assert at_painting["content"] > 0.1


def test_a_strength_of_zero_weighs_the_content_a_thousand_times_more_than_one(
    tiny_vgg: Build, photo: Tensor, paintings: list[Tensor], random_picture: Draw
) -> None:
    picture = random_picture(17, 20)
    shares = []
    for strength in (0, 1):
        options = OPTIONS.model_copy(update={"strength": strength, "total_variation": 0.0})
        objective = made_of(tiny_vgg(*TAPS), photo, paintings, [0.5, 0.5], options)
        found = objective.losses(picture)
        shares.append((found["total"] - found["style"]) / found["content"])
    assert shares[0] / shares[1] == pytest.approx(1000)


def test_a_picture_of_another_size_than_the_photo_is_refused(
    objective: Objective, random_picture: Draw
) -> None:
    with pytest.raises(ValueError, match="shapes do not fit"):
        objective.evaluate(random_picture(20, 20))
