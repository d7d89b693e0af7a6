"""The network against the NumPy reference: its maps, its gradient, its taps, its refusals."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork import images
from brushwork.errors import WeightsError
from brushwork.features import VGGFeatures, Weights
from brushwork.layers import VGG19_LAYERS
from brushwork.losses import content_loss, gram_matrix, style_loss
from tests.reference import gradients, losses

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]
Reference = Callable[..., dict[str, np.ndarray]]


@pytest.mark.parametrize("pooling", ["max", "average"])
@pytest.mark.parametrize(("height", "width"), [(32, 32), (33, 47), (16, 19)])
@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-10), (torch.float32, 1e-4)])
def test_every_tap_agrees_with_the_reference(
    tiny_vgg: Build,
    tiny_weights: Weights,
    random_picture: Draw,
    reference_maps: Reference,
    pooling: str,
    height: int,
    width: int,
    dtype: torch.dtype,
    tolerance: float,
) -> None:
    picture = random_picture(height, width)
    maps = tiny_vgg(*VGG19_LAYERS, pooling=pooling, dtype=dtype)(picture.to(dtype))
    expected = reference_maps(tiny_weights, picture, pooling)
    assert tuple(maps) == VGG19_LAYERS
    for layer in VGG19_LAYERS:
        assert maps[layer].dtype == dtype
        np.testing.assert_allclose(
            maps[layer][0], expected[layer], rtol=0, atol=tolerance, err_msg=layer
        )


def test_the_pictures_of_a_batch_do_not_touch_each_other(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    network = tiny_vgg("conv3_1")
    pictures = [random_picture(20, 24, seed) for seed in range(3)]
    alone = torch.cat([network(picture)["conv3_1"] for picture in pictures])
    torch.testing.assert_close(network(torch.cat(pictures))["conv3_1"], alone)


def test_only_the_taps_asked_for_are_given(tiny_vgg: Build, random_picture: Draw) -> None:
    network = tiny_vgg("conv3_1", "conv1_2", "conv3_1")
    assert network.taps == ("conv3_1", "conv1_2")
    assert sorted(network(random_picture(16, 16))) == ["conv1_2", "conv3_1"]


def test_a_tap_does_not_depend_on_the_other_taps(tiny_vgg: Build, random_picture: Draw) -> None:
    picture = random_picture(20, 24)
    alone = tiny_vgg("conv2_1")(picture)["conv2_1"]
    assert torch.equal(tiny_vgg("conv1_1", "conv2_1", "conv4_2")(picture)["conv2_1"], alone)


def test_the_network_stops_at_the_deepest_tap(tiny_vgg: Build) -> None:
    assert tuple(tiny_vgg("conv2_1", "conv1_1").convolutions) == VGG19_LAYERS[:3]
    assert tuple(tiny_vgg("conv5_4").convolutions) == VGG19_LAYERS


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_flat_colour_has_the_same_features_up_to_the_border(
    tiny_vgg: Build, dtype: torch.dtype
) -> None:
    colour = torch.tensor([0.8, 0.3, 0.1], dtype=dtype).reshape(1, 3, 1, 1).expand(1, 3, 35, 40)
    maps = tiny_vgg(*VGG19_LAYERS, dtype=dtype)(colour)
    tolerance = {torch.float32: 1e-5, torch.float64: 1e-12}[dtype]
    for layer in VGG19_LAYERS:
        spread = maps[layer].amax(dim=(2, 3)) - maps[layer].amin(dim=(2, 3))
        assert spread.max() <= tolerance, layer


def test_the_weights_need_no_gradient(tiny_vgg: Build, random_picture: Draw) -> None:
    network = tiny_vgg("conv2_1")
    assert list(network.parameters()) == []
    assert not any(buffer.requires_grad for buffer in network.buffers())
    picture = random_picture(16, 16).requires_grad_()
    network(picture)["conv2_1"].sum().backward()
    assert all(buffer.grad is None for buffer in network.buffers())
    assert picture.grad is not None


def test_the_given_weights_are_left_as_they_are(
    tiny_weights: Weights, random_picture: Draw
) -> None:
    before = {layer: kernel.clone() for layer, (kernel, _) in tiny_weights.convolutions.items()}
    network = VGGFeatures(["conv5_4"], weights=tiny_weights).double()
    network(random_picture(16, 16).requires_grad_())["conv5_4"].sum().backward()
    for layer, (kernel, _) in tiny_weights.convolutions.items():
        assert kernel.dtype == torch.float32
        assert torch.equal(kernel, before[layer])


@pytest.mark.parametrize("pooling", ["max", "average"])
def test_the_gradient_of_a_whole_objective_is_the_slope_of_the_reference(
    tiny_vgg: Build,
    tiny_weights: Weights,
    random_picture: Draw,
    reference_maps: Reference,
    pooling: str,
) -> None:
    picture, photo, painting = (random_picture(17, 20, seed) for seed in range(3))
    network = tiny_vgg("conv2_2", "conv3_1", pooling=pooling)
    target, style = network(photo)["conv2_2"], gram_matrix(network(painting)["conv3_1"])
    picture.requires_grad_()
    maps = network(picture)
    loss = content_loss(maps["conv2_2"], target) + style_loss(gram_matrix(maps["conv3_1"]), style)
    (gradient,) = torch.autograd.grad(loss.sum(), picture)

    def by_the_paper(point: np.ndarray) -> float:
        found = reference_maps(tiny_weights, point, pooling)
        return losses.content_loss(found["conv2_2"], target[0].numpy()) + losses.style_loss(
            losses.gram(found["conv3_1"]), style[0].numpy()
        )

    pixels = [(0, 0, 0), (1, 16, 19), (2, 0, 19), (0, 8, 9), (1, 5, 13), (2, 16, 3), (0, 11, 0)]
    by_trying = gradients.slopes(by_the_paper, picture.detach()[0].numpy(), pixels)
    assert np.abs(by_trying).min() > 1e-6
    np.testing.assert_allclose([gradient[0][pixel] for pixel in pixels], by_trying, rtol=1e-5)


def test_an_unknown_tap_is_refused_with_the_layers_there_are(tiny_weights: Weights) -> None:
    message = f"layers asked for: conv6_1, relu3; the weights have {', '.join(VGG19_LAYERS)}."
    with pytest.raises(WeightsError, match=f"^{re.escape(message)}$"):
        VGGFeatures(["conv1_1", "conv6_1", "relu3"], weights=tiny_weights)


def test_no_tap_at_all_is_refused(tiny_weights: Weights) -> None:
    with pytest.raises(WeightsError, match=r"^layers asked for: none; the weights have conv1_1, "):
        VGGFeatures([], weights=tiny_weights)


@pytest.mark.parametrize(
    "shape", [(3, 32, 32), (1, 1, 32, 32), (1, 4, 32, 32), (1, 3, 15, 32), (1, 3, 32, 15)]
)
def test_what_is_no_picture_is_refused_with_its_shape(
    tiny_vgg: Build, shape: tuple[int, ...]
) -> None:
    message = f"image must be (B, 3, H, W) with sides of at least 16, but the shape is {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tiny_vgg("conv1_1")(torch.zeros(shape, dtype=torch.float64))


def test_the_embedded_network_sees_in_the_cat_what_the_reference_sees(
    reference_maps: Reference,
) -> None:
    taps = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")
    cat = images.read("cat").pixels
    top, left = cat.shape[2] // 2 - 32, cat.shape[3] // 2 - 32
    crop = cat[:, :, top : top + 64, left : left + 64]
    network = VGGFeatures(taps)
    convolutions = {
        layer: (convolution.kernel, convolution.bias)
        for layer, convolution in network.convolutions.items()
    }
    scale, offset = network.scale.flatten(), network.offset.flatten()
    expected = reference_maps(Weights(convolutions, scale=scale, offset=offset), crop)
    maps = network(crop)
    for layer in taps:
        size = np.abs(expected[layer]).max()
        assert size > 1, layer
        np.testing.assert_allclose(
            maps[layer][0], expected[layer], rtol=0, atol=1e-3 * size, err_msg=layer
        )
