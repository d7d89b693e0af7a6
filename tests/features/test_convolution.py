"""The fast convolutions give what the plain one and the NumPy reference give, gradient included."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.features import kernels
from brushwork.features.convolution import ConvolutionReLU
from tests.reference import vgg

# Winograd's transforms round more than the plain sums do; values here are around 1.
TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}

SHAPES = [(1, 16, 8, 8), (1, 16, 17, 23), (2, 16, 9, 14), (1, 16, 1, 1), (1, 16, 2, 5)]

Force = Callable[[str], None]


@pytest.fixture
def force(monkeypatch: pytest.MonkeyPatch) -> Force:
    """Take the named path for every shape from now on."""

    def take(path: str) -> None:
        if path == "winograd" and not kernels.has_winograd():
            pytest.skip("this build of torch has no NNPACK")
        monkeypatch.setenv("BRUSHWORK_KERNELS", "plain" if path == "plain" else "")
        monkeypatch.setattr(
            "brushwork.features.convolution.choose_kernel", lambda *_: kernels.KERNELS.get(path)
        )

    return take


def layer(inputs: int = 16, outputs: int = 24) -> ConvolutionReLU:
    generator = torch.Generator().manual_seed(0)
    kernel = torch.randn(outputs, inputs, 3, 3, generator=generator) / (9 * inputs) ** 0.5
    return ConvolutionReLU(kernel, torch.randn(outputs, generator=generator) / 4)


def random_maps(*shape: int, seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def value_and_gradient(convolution: ConvolutionReLU, maps: Tensor) -> tuple[Tensor, Tensor]:
    """Give the output, and the gradient of the sum of its squares."""
    maps = maps.clone().requires_grad_()
    output = convolution(maps)
    (gradient,) = torch.autograd.grad(output.square().sum(), maps)
    return output.detach(), gradient


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous", "plain"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_path_agrees_with_the_reference(
    force: Force, path: str, shape: tuple[int, ...]
) -> None:
    force(path)
    convolution, maps = layer(), random_maps(*shape)
    kernel, bias = (buffer.double().numpy() for buffer in (convolution.kernel, convolution.bias))
    with torch.no_grad():
        output = convolution(maps)
    assert output.shape == (shape[0], 24, *shape[2:])
    for entry, picture in zip(output, maps.double().numpy(), strict=True):
        expected = vgg.relu(vgg.convolve(vgg.pad(picture, "repeat"), kernel, bias))
        np.testing.assert_allclose(entry, expected, **TOLERANCE)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_fast_paths_agree_with_the_plain_one_in_value_and_gradient(
    force: Force, path: str, shape: tuple[int, ...]
) -> None:
    convolution, maps = layer(), random_maps(*shape)
    force("plain")
    expected = value_and_gradient(convolution, maps)
    force(path)
    torch.testing.assert_close(value_and_gradient(convolution, maps), expected, **TOLERANCE)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_three_colours_to_read_are_no_special_case(force: Force, path: str) -> None:
    convolution, maps = layer(inputs=3), random_maps(1, 3, 17, 23)
    force("plain")
    expected = value_and_gradient(convolution, maps)
    force(path)
    torch.testing.assert_close(value_and_gradient(convolution, maps), expected, **TOLERANCE)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_maps_in_any_memory_order_give_the_same(force: Force, path: str) -> None:
    convolution, maps = layer(), random_maps(2, 16, 9, 14)
    force(path)
    expected = value_and_gradient(convolution, maps)
    channels_last = maps.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(value_and_gradient(convolution, channels_last), expected)
    transposed = maps.mT.contiguous().mT
    torch.testing.assert_close(value_and_gradient(convolution, transposed), expected)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_the_gradient_of_a_sum_is_right_although_it_is_one_number_seen_everywhere(
    force: Force, path: str
) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14).requires_grad_()
    force("plain")
    (expected,) = torch.autograd.grad(convolution(maps).sum(), maps)
    force(path)
    (gradient,) = torch.autograd.grad(convolution(maps).sum(), maps)
    torch.testing.assert_close(gradient, expected, **TOLERANCE)


def test_two_layers_in_a_row_pass_the_gradient_through(force: Force) -> None:
    first, second, maps = layer(16, 24), layer(24, 16), random_maps(1, 16, 9, 14)
    force("plain")
    expected = value_and_gradient(torch.nn.Sequential(first, second), maps)  # type: ignore[arg-type]
    for path in ("channels-last", "contiguous", "winograd"):
        force(path)
        found = value_and_gradient(torch.nn.Sequential(first, second), maps)  # type: ignore[arg-type]
        torch.testing.assert_close(found, expected, **TOLERANCE)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous", "plain"])
def test_the_maps_themselves_are_left_as_they_are(force: Force, path: str) -> None:
    force(path)
    maps = random_maps(1, 16, 9, 14)
    before = maps.clone()
    value_and_gradient(layer(), maps)
    with torch.no_grad():
        layer()(maps)
    assert torch.equal(maps, before)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous", "plain"])
def test_the_same_maps_give_the_same_bits_every_time(force: Force, path: str) -> None:
    force(path)
    convolution, maps = layer(), random_maps(1, 16, 17, 23)
    first, second = (value_and_gradient(convolution, maps) for _ in range(2))
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])


def test_the_plain_path_and_other_dtypes_never_choose_a_kernel(
    monkeypatch: pytest.MonkeyPatch, force: Force
) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14)
    force("plain")
    monkeypatch.setattr("brushwork.features.convolution.choose_kernel", None)
    value_and_gradient(convolution, maps)
    monkeypatch.setenv("BRUSHWORK_KERNELS", "")
    value_and_gradient(convolution.double(), maps.double())


@pytest.mark.parametrize("path", ["channels-last", "plain"])
def test_bfloat16_is_right_to_its_three_digits(force: Force, path: str) -> None:
    convolution, maps = layer(), random_maps(1, 16, 17, 23)
    force("plain")
    expected = value_and_gradient(convolution, maps)
    force(path)
    found = value_and_gradient(convolution, maps.bfloat16())
    for exact, rounded in zip(expected, found, strict=True):
        assert rounded.dtype == torch.bfloat16
        assert float((rounded.float() - exact).norm() / exact.norm()) < 0.01


def refuse(*_: object) -> Tensor:
    raise RuntimeError("NNPACK is not initialised")


@pytest.mark.parametrize("breakage", ["not available", "removed", "fails"])
def test_an_nnpack_that_is_missing_or_fails_is_not_used(
    monkeypatch: pytest.MonkeyPatch, breakage: str
) -> None:
    if breakage == "not available":
        monkeypatch.setattr(torch.backends.nnpack, "is_available", lambda: False)
    elif breakage == "removed":
        monkeypatch.delattr(torch, "_nnpack_spatial_convolution")
    else:
        monkeypatch.setattr(torch, "_nnpack_spatial_convolution", refuse)
    assert kernels.has_winograd.__wrapped__() is False


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_to_float64_and_back_keeps_the_results_right(force: Force, path: str) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14)
    force(path)
    expected = value_and_gradient(convolution, maps)
    in_double = value_and_gradient(convolution.double(), maps.double())
    assert in_double[0].dtype == in_double[1].dtype == torch.float64
    torch.testing.assert_close(tuple(tensor.float() for tensor in in_double), expected, **TOLERANCE)
    torch.testing.assert_close(value_and_gradient(convolution.float(), maps), expected)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_a_kernel_that_was_rounded_on_the_way_is_the_one_that_is_used(
    force: Force, path: str
) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14)
    force(path)
    before = value_and_gradient(convolution, maps)
    convolution.bfloat16().float()
    found = value_and_gradient(convolution, maps)
    assert not torch.allclose(found[1], before[1], rtol=1e-4, atol=1e-4)
    force("plain")
    torch.testing.assert_close(found, value_and_gradient(convolution, maps), **TOLERANCE)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_a_copy_computes_the_same(force: Force, path: str) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14)
    force(path)
    expected = value_and_gradient(convolution, maps)
    torch.testing.assert_close(value_and_gradient(copy.deepcopy(convolution), maps), expected)


@pytest.mark.parametrize("path", ["winograd", "channels-last", "contiguous"])
def test_loaded_numbers_are_those_that_are_used(force: Force, path: str) -> None:
    convolution, maps = layer(), random_maps(1, 16, 9, 14)
    force(path)
    value_and_gradient(convolution, maps)
    other = {name: 2 * value for name, value in layer().state_dict().items()}
    convolution.load_state_dict(other)
    found = value_and_gradient(convolution, maps)
    force("plain")
    torch.testing.assert_close(found, value_and_gradient(convolution, maps), **TOLERANCE)


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="oneDNN is not in this torch")
def test_kernels_are_laid_out_in_blocks_where_that_is_known() -> None:
    """Else every call would do it again; a renamed function of torch would not be noticed."""
    assert kernels.CHANNELS_LAST.lay_out(torch.ones(16, 16, 3, 3)).is_mkldnn
    assert not kernels.CONTIGUOUS.lay_out(torch.ones(16, 16, 3, 3)).is_mkldnn


def test_a_torch_that_cannot_lay_out_in_blocks_computes_the_same(
    force: Force, monkeypatch: pytest.MonkeyPatch
) -> None:
    force("channels-last")
    maps = random_maps(1, 16, 9, 14)
    expected = value_and_gradient(layer(), maps)
    monkeypatch.setattr(kernels, "can_pack", lambda _: False)
    torch.testing.assert_close(value_and_gradient(layer(), maps), expected)


def test_blocks_are_not_trusted_where_the_numbers_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = kernels.can_pack.__wrapped__  # what it has answered before stays as it is
    assert ask(torch.float32) == torch.backends.mkldnn.is_available()
    monkeypatch.setattr(kernels, "_pack", lambda kernel: kernel + 1)
    assert not ask(torch.float32)
    monkeypatch.setattr(kernels, "_pack", lambda _: torch.ops.mkldnn.renamed())
    assert not ask(torch.float32)
