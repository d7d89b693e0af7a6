"""In tiles the objective gives the losses and the gradient of the whole picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.targets import extract_content_targets, make_objective
from brushwork.features import VGGFeatures
from brushwork.features.tiles import tiles
from brushwork.optimizers.base import Evaluation
from brushwork.options import Options
from brushwork.system import memory
from tests.scenes import objective as made_of

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]

SHALLOW = Options(
    content_layers=("conv2_2:1", "conv3_1:3"),
    style_layers=("conv1_1", "conv2_1:2", "conv3_1:5"),
    total_variation=0.25,
)
DEEP = Options()

#: Options, height, width, side of the tiles: odd and even, thin, cut along one axis and both.
CASES = [
    (SHALLOW, 71, 83, 32),
    (SHALLOW, 64, 96, 32),
    (SHALLOW, 33, 131, 50),
    (SHALLOW, 75, 150, 4),
    (DEEP, 203, 171, 64),
    (DEEP, 97, 240, 100),
    (DEEP, 256, 128, 16),
]


def both(
    network: VGGFeatures, draw: Draw, options: Options, height: int, width: int, side: int
) -> tuple[Evaluation, Evaluation]:
    """Evaluate the same picture whole and in tiles."""
    dtype = next(network.buffers()).dtype
    image = draw(height, width, seed=9, dtype=dtype)
    pictures = draw(height, width, seed=1, dtype=dtype)
    styles = [draw(70, 55, seed=2, dtype=dtype), draw(49, 91, seed=3, dtype=dtype)]

    def evaluated(tile_side: int | None) -> Evaluation:
        shares = [0.25, 0.75]
        whole = made_of(network, pictures, styles, shares, options, tile_side=tile_side)
        return whole.evaluate(image)

    taps = (*options.style_layers, *options.content_layers)
    assert len(tiles(height, width, side, [tap.partition(":")[0] for tap in taps])) > 1
    return evaluated(None), evaluated(side)


def network_of(tiny_vgg: Build, options: Options, **changes: object) -> VGGFeatures:
    taps = (*options.content_layers, *options.style_layers)
    return tiny_vgg(*(tap.partition(":")[0] for tap in taps), **changes)


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize(("options", "height", "width", "side"), CASES)
def test_losses_and_gradient_are_those_of_the_whole(
    tiny_vgg: Build,
    random_picture: Draw,
    options: Options,
    height: int,
    width: int,
    side: int,
    pooling: str,
) -> None:
    network = network_of(tiny_vgg, options, pooling=pooling)
    whole, parts = both(network, random_picture, options, height, width, side)
    assert parts.losses.keys() == whole.losses.keys()
    for name, loss in whole.losses.items():
        assert parts.losses[name] == pytest.approx(loss, rel=1e-9), name
    scale = float(whole.gradient.abs().max())
    torch.testing.assert_close(parts.gradient, whole.gradient, rtol=1e-9, atol=1e-9 * scale)


@pytest.mark.parametrize(("options", "height", "width", "side"), CASES[::3])
@pytest.mark.parametrize(("kernels", "tolerance"), [("plain", 1e-5), ("", 1e-2)])
def test_in_float32_they_agree_as_far_as_it_can(
    tiny_vgg: Build,
    random_picture: Draw,
    monkeypatch: pytest.MonkeyPatch,
    options: Options,
    height: int,
    width: int,
    side: int,
    kernels: str,
    tolerance: float,
) -> None:
    # Winograd rounds more; where two pixels are nearly alike, pooling may take the other one.
    monkeypatch.setenv("BRUSHWORK_KERNELS", kernels)
    network = network_of(tiny_vgg, options, dtype=torch.float32)
    whole, parts = both(network, random_picture, options, height, width, side)
    for name, loss in whole.losses.items():
        assert parts.losses[name] == pytest.approx(loss, rel=1e-4), name
    error = (parts.gradient - whole.gradient).norm() / whole.gradient.norm()
    assert float(error) < tolerance


@pytest.mark.slow
@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 2e-3), ("bfloat16", 1e-2)])
def test_the_real_network_sees_the_same_in_tiles(
    random_picture: Draw, precision: Literal["float32", "bfloat16"], tolerance: float
) -> None:
    # Up to conv4_1, because processors that are not made for bfloat16 compute it very slowly.
    network = VGGFeatures(["conv1_1", "conv3_2", "conv4_1"], precision=precision)
    photo, style = images.read("cat").pixels, images.read("great-wave").pixels
    photo, style = images.resize(photo, (64, 96)), images.resize(style, (48, 72))
    options = Options(content_layers=("conv3_2",), style_layers=("conv1_1", "conv4_1"))
    image = 0.9 * photo + 0.1 * random_picture(64, 96, dtype=torch.float32)

    def evaluated(side: int | None) -> Evaluation:
        return made_of(network, photo, [style], [1.0], options, tile_side=side).evaluate(image)

    whole, parts = evaluated(None), evaluated(48)
    assert parts.total == pytest.approx(whole.total, rel=1e-3)
    error = (parts.gradient - whole.gradient).norm() / whole.gradient.norm()
    assert float(error) < tolerance


def test_the_borders_of_tiles_do_not_show_in_the_gradient(
    tiny_vgg: Build, random_picture: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRUSHWORK_KERNELS", "plain")
    network = network_of(tiny_vgg, DEEP, dtype=torch.float32)
    whole, parts = both(network, random_picture, DEEP, 256, 256, 64)
    error = (parts.gradient - whole.gradient).abs().sum(dim=(0, 1, 2))
    borders = torch.zeros(256, dtype=torch.bool)
    borders[[63, 64, 127, 128, 191, 192]] = True
    assert float(error[borders].mean()) < 3 * float(error[~borders].mean()) + 1e-9


def test_losses_without_a_gradient_are_the_same_in_tiles(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    network = network_of(tiny_vgg, SHALLOW)
    photo, image = random_picture(61, 83, seed=1), random_picture(61, 83, seed=9)
    objective = made_of(network, photo, [photo], [1.0], SHALLOW, tile_side=16)
    assert objective.losses(image) == pytest.approx(objective.evaluate(image).losses, rel=1e-12)


def test_a_rim_that_is_too_narrow_would_be_noticed(
    tiny_vgg: Build, random_picture: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brushwork.features.tiles.reach", lambda _: 40)
    network = network_of(tiny_vgg, DEEP)
    whole, parts = both(network, random_picture, DEEP, 203, 171, 64)
    error = (parts.gradient - whole.gradient).norm() / whole.gradient.norm()
    assert float(error) > 1e-6


@pytest.mark.parametrize("order", [torch.channels_last, torch.contiguous_format])
@pytest.mark.parametrize("side", [None, 32])
def test_the_content_image_s_maps_lie_as_those_that_are_compared_with_them(
    random_picture: Draw, order: torch.memory_format, side: int | None
) -> None:
    """In another order their difference, and all that follows, takes several times as long."""

    def network(image: Tensor) -> dict[str, Tensor]:
        return {"conv1_1": image.repeat(1, 2, 1, 1).contiguous(memory_format=order)}

    image = random_picture(64, 96, seed=1)
    maps = extract_content_targets(network, image, ["conv1_1"], side=side, taps=["conv1_1"])
    assert maps["conv1_1"].is_contiguous(memory_format=order)
    torch.testing.assert_close(maps["conv1_1"], image.repeat(1, 2, 1, 1))


def test_what_tiles_have_freed_is_kept_up_to_an_allowance(
    tiny_vgg: Build, random_picture: Draw, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = random_picture(64, 96, seed=9)
    inputs = ScaleInputs([StyleImage(random_picture(49, 91, seed=3))], (64, 96), content=image)
    network = network_of(tiny_vgg, DEEP)
    objective = make_objective(network, inputs, DEEP, tile_side=32, allowance=123)
    asked: list[int] = []
    monkeypatch.setattr(memory, "trim", lambda allowance=0: asked.append(allowance))
    objective.evaluate(image)
    # After each of two by three tiles, in both rounds; nothing is kept for what comes between.
    assert asked == [0, *6 * [123], 0, *6 * [123], 0]
