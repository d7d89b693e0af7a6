"""Masks, regions, statistics, seamless edges: each with each, whole and in tiles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from brushwork.engine.inputs import MaskBlend, ScaleInputs, StyleImage, locate_regions
from brushwork.engine.objective import Objective
from brushwork.engine.targets import make_objective
from brushwork.errors import ImageError
from brushwork.features import VGGFeatures
from brushwork.losses import STATISTICS
from brushwork.options import Options
from tests.scenes import objective as made_of

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]

TAPS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")


@pytest.fixture
def grey(random_picture: Draw) -> Draw:
    def draw(height: int, width: int, seed: int) -> Tensor:
        return random_picture(height, width, seed=seed)[:, :1]

    return draw


def everything(draw: Draw, grey: Draw, height: int, width: int) -> ScaleInputs:
    """Three paintings in two regions, a mask, and a map of what to keep."""
    return ScaleInputs(
        styles=[
            StyleImage(draw(70, 55, seed=2), region="here"),
            StyleImage(draw(49, 91, seed=3), 3, part=grey(49, 91, 8)),
            StyleImage(draw(64, 64, seed=4), region="here", layers=("conv2_1",)),
        ],
        size=(height, width),
        content=draw(height, width, seed=1),
        regions={"here": grey(height, width, 6)},
        mask=grey(height, width, 5),
        preserve=1 + 7 * grey(height, width, 7),
    )


@pytest.mark.parametrize(("seamless", "height", "width"), [(False, 131, 107), (True, 128, 160)])
@pytest.mark.parametrize("statistics", STATISTICS)
def test_all_controls_together_are_exact_in_tiles(
    tiny_vgg: Build,
    random_picture: Draw,
    grey: Draw,
    statistics: str,
    seamless: bool,
    height: int,
    width: int,
) -> None:
    options = Options(statistics=statistics, seamless=seamless, total_variation=0.1)  # type: ignore[arg-type]
    network, image = tiny_vgg(*TAPS), random_picture(height, width, seed=9)

    def evaluated(side: int | None) -> tuple[dict[str, float], Tensor]:
        scene = everything(random_picture, grey, height, width)
        found = make_objective(network, scene, options, tile_side=side).evaluate(image)
        return found.losses, found.gradient

    (whole, gradient), (parts, pieced) = evaluated(None), evaluated(64)
    assert parts == pytest.approx(whole, rel=1e-9)
    assert float((pieced - gradient).norm() / gradient.norm()) < 1e-9


def test_the_gradient_with_all_controls_is_the_one_that_trying_gives(
    tiny_vgg: Build, random_picture: Draw, grey: Draw
) -> None:
    image = random_picture(64, 80, seed=9)
    scene = everything(random_picture, grey, 64, 80)
    objective = make_objective(tiny_vgg(*TAPS), scene, Options(statistics="covariance"))
    gradient = objective.evaluate(image).gradient
    direction = gradient / gradient.norm()
    ahead, behind = (objective.losses(image + s * 1e-5 * direction)["total"] for s in (1, -1))
    assert (ahead - behind) / 2e-5 == pytest.approx(float(gradient.norm()), rel=1e-6)


def white(height: int, width: int) -> Tensor:
    return torch.ones(1, 1, height, width, dtype=torch.float64)


def test_a_white_mask_and_a_region_of_everything_change_nothing(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    photo, painting = random_picture(48, 64, seed=1), random_picture(40, 40, seed=2)
    image, network = random_picture(48, 64, seed=3), tiny_vgg(*TAPS)
    plain = made_of(network, photo, [painting], [1], Options()).losses(image)
    scene = ScaleInputs(
        [StyleImage(painting, region="all", part=white(40, 40))],
        (48, 64),
        content=photo,
        regions={"all": white(48, 64)},
        mask=white(48, 64),
        preserve=white(48, 64),
    )
    assert make_objective(network, scene, Options()).losses(image) == pytest.approx(plain)


def test_preserving_everything_n_times_is_n_times_the_content_loss(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    photo, image = random_picture(48, 64, seed=1), random_picture(48, 64, seed=3)
    scene = ScaleInputs([StyleImage(photo)], (48, 64), content=photo, preserve=5 * white(48, 64))
    plain = made_of(tiny_vgg(*TAPS), photo, [photo], [1], Options()).losses(image)
    kept = make_objective(tiny_vgg(*TAPS), scene, Options()).losses(image)
    assert kept["content"] == pytest.approx(5 * plain["content"])
    assert kept["style"] == pytest.approx(plain["style"])


def half(height: int, width: int) -> Tensor:
    mask = torch.zeros(1, 1, height, width, dtype=torch.float64)
    mask[..., : width // 2] = 1
    return mask


def masked(tiny_vgg: Build, random_picture: Draw) -> tuple[Objective, ScaleInputs]:
    photo, painting = random_picture(64, 96, seed=1), random_picture(40, 40, seed=2)
    scene = ScaleInputs([StyleImage(painting)], (64, 96), content=photo, mask=half(64, 96))
    return make_objective(tiny_vgg(*TAPS), scene, Options()), scene


def test_outside_the_mask_the_photo_is_shown_and_nothing_is_felt(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    objective, scene = masked(tiny_vgg, random_picture)
    image = random_picture(64, 96, seed=3)
    gradient = objective.evaluate(image).gradient
    assert not gradient[..., 48:].any()
    assert gradient[..., :48].abs().min() > 0
    shown = objective.composite(image)
    assert scene.content is not None
    assert torch.equal(shown[..., 48:], scene.content[..., 48:])
    assert torch.equal(shown[..., :48], image[..., :48])


def test_the_blend_of_a_frame_is_linear_in_the_mask(random_picture: Draw) -> None:
    photo, image = random_picture(20, 20, seed=1), random_picture(20, 20, seed=2)
    frame = MaskBlend(photo, torch.full((1, 1, 20, 20), 0.25, dtype=torch.float64))
    torch.testing.assert_close(frame.forward(image), 0.75 * photo + 0.25 * image)
    torch.testing.assert_close(frame.backward(image), 0.25 * image)


def test_each_region_answers_to_its_own_painting(tiny_vgg: Build, random_picture: Draw) -> None:
    left, right = random_picture(64, 64, seed=1), 0.3 * random_picture(64, 64, seed=2)
    both = torch.cat([left, right], dim=3)
    shallow = Options(style_layers=("conv1_1",))  # deep layers look across the border

    def style_loss(image: Tensor, first: Tensor, second: Tensor) -> float:
        styles = [StyleImage(first, region="left"), StyleImage(second)]
        regions = {"left": half(64, 128)}
        scene = ScaleInputs(styles, (64, 128), content=both, regions=regions)
        return make_objective(tiny_vgg("conv1_1", "conv4_2"), scene, shallow).losses(image)["style"]

    assert style_loss(both, left, right) < 1e-3
    assert style_loss(both, right, left) > 0.3


def test_regions_that_overlap_share_and_the_rest_is_for_the_others() -> None:
    ones = white(4, 4)
    scene = ScaleInputs([], (4, 4), regions={"a": ones, "b": half(4, 4)})
    found = locate_regions(scene, ["a", "b"])
    assert found["a"] is not None and found["b"] is not None
    assert found["a"][0, 0, 0].tolist() == [0.5, 0.5, 1, 1]
    assert found["b"][0, 0, 0].tolist() == [0.5, 0.5, 0, 0]
    left = locate_regions(ScaleInputs([], (4, 4), regions={"b": half(4, 4)}), ["b", None])[None]
    assert left is not None and left[0, 0, 0].tolist() == [0, 0, 1, 1]
    with pytest.raises(ImageError, match="what the other regions leave over is empty"):
        locate_regions(scene, ["a", None])


def test_areas_weigh_regions(tiny_vgg: Build, random_picture: Draw) -> None:
    """A quarter of the picture counts a quarter, whatever its style."""
    image, painting = random_picture(64, 64, seed=1), random_picture(64, 64, seed=2)
    corner = torch.zeros(1, 1, 64, 64, dtype=torch.float64)
    corner[..., :32, :32] = 1
    options = Options(style_layers=("conv1_1",))
    network = tiny_vgg("conv1_1", "conv4_2")
    scene = ScaleInputs(
        [StyleImage(painting, region="corner"), StyleImage(painting)],
        (64, 64),
        content=image,
        regions={"corner": corner},
    )
    found = make_objective(network, scene, options).losses(image)["style"]

    def alone(mask: Tensor) -> float:
        scene = ScaleInputs(
            [StyleImage(painting, region="x")], (64, 64), content=image, regions={"x": mask}
        )
        return make_objective(network, scene, options).losses(image)["style"]

    assert found == pytest.approx(0.25 * alone(corner) + 0.75 * alone(1 - corner))


def test_a_part_of_a_painting_is_like_a_painting_of_that_part(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    left, right = random_picture(64, 64, seed=1), 0.3 * random_picture(64, 64, seed=2)
    options = Options(style_layers=("conv1_1",))
    network, photo = tiny_vgg("conv1_1", "conv4_2"), 0.6 * random_picture(64, 64, seed=3)
    painting = torch.cat([left, right], dim=3)

    def style_loss(style: StyleImage) -> float:
        scene = ScaleInputs([style], (64, 64), content=photo)
        return make_objective(network, scene, options).losses(photo)["style"]

    part = style_loss(StyleImage(painting, part=half(64, 128)))
    assert part == pytest.approx(style_loss(StyleImage(left)), rel=0.05)
    assert part != pytest.approx(style_loss(StyleImage(right)), rel=0.3)


def test_layers_of_a_painting_are_those_it_is_for(tiny_vgg: Build, random_picture: Draw) -> None:
    fine, coarse = random_picture(64, 64, seed=1), random_picture(64, 64, seed=2)
    photo, network = random_picture(64, 64, seed=3), tiny_vgg(*TAPS)
    deep = ("conv3_1", "conv4_1", "conv5_1")

    def losses(*styles: StyleImage) -> dict[str, float]:
        scene = ScaleInputs(styles, (64, 64), content=photo)
        return make_objective(network, scene, Options()).losses(photo)

    both = losses(StyleImage(fine, layers=("conv1_1", "conv2_1")), StyleImage(coarse, layers=deep))
    of_fine, of_coarse = losses(StyleImage(fine)), losses(StyleImage(coarse))
    for layer in TAPS:
        if layer != "conv4_2":
            expected = of_coarse if layer in deep else of_fine
            assert both[f"style.{layer}"] == pytest.approx(expected[f"style.{layer}"])


def test_a_seamless_picture_may_be_rolled(tiny_vgg: Build, random_picture: Draw) -> None:
    painting, image = random_picture(48, 48, seed=2), random_picture(64, 96, seed=3)
    scene = ScaleInputs([StyleImage(painting)], (64, 96))
    objective = make_objective(tiny_vgg(*TAPS), scene, Options(seamless=True))
    here = objective.evaluate(image)
    there = objective.evaluate(image.roll((16, 32), dims=(2, 3)))
    assert there.losses == pytest.approx(here.losses)
    torch.testing.assert_close(there.gradient, here.gradient.roll((16, 32), dims=(2, 3)))
    plain = make_objective(tiny_vgg(*TAPS), scene, Options())
    assert plain.losses(image) != pytest.approx(
        plain.losses(image.roll((16, 32), dims=(2, 3))), rel=1e-6
    )
