"""Tiles: every pixel is owned once, and what a tile sees is what its features depend on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from brushwork.features import VGGFeatures
from brushwork.features.tiles import tiles
from brushwork.layers import VGG19_LAYERS, grid, reach, stride

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]


@pytest.mark.parametrize(
    ("layer", "pixels"),
    [("conv1_1", 1), ("conv1_2", 2), ("conv2_1", 4), ("conv3_1", 10), ("conv4_2", 38)],
)
def test_the_reach_is_the_published_receptive_field(layer: str, pixels: int) -> None:
    # Receptive fields of VGG-19: 3, 5, 10, 24 and 84 pixels, which is stride + 2 · reach.
    assert reach([layer]) == pixels


@pytest.mark.parametrize("layer", ["conv2_1", "conv3_2", "conv4_2", "conv5_1"])
def test_a_feature_depends_on_the_pixels_in_reach_and_no_others(
    tiny_vgg: Build, random_picture: Draw, layer: str
) -> None:
    network = tiny_vgg(layer, pooling="average")
    for convolution in network.convolutions.values():
        convolution.kernel = convolution.kernel.abs()  # nothing cancels, nothing is cut off
    step, side = stride(layer), 2 * reach([layer]) + 5 * stride(layer)
    picture = random_picture(side, side).requires_grad_()
    position = side // step // 2
    feature = network(picture)[layer][0, :, position, position].sum()
    (gradient,) = torch.autograd.grad(feature, picture)
    felt = gradient.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    assert int(felt.min()) == position * step - reach([layer])
    assert int(felt.max()) == position * step + step - 1 + reach([layer])


def test_the_deepest_tap_decides() -> None:
    assert reach(["conv1_1", "conv4_2", "conv2_1"]) == reach(["conv4_2"])
    assert grid(["conv1_1", "conv4_2", "conv2_1"]) == 8


@settings(deadline=None, max_examples=60)
@given(
    height=st.integers(16, 400),
    width=st.integers(16, 400),
    side=st.one_of(st.none(), st.integers(16, 300)),
    tap=st.sampled_from(VGG19_LAYERS),
)
def test_every_pixel_and_every_position_is_owned_once(
    height: int, width: int, side: int | None, tap: str
) -> None:
    for layer in {"conv1_1", tap}:
        owned = torch.zeros(height // stride(layer), width // stride(layer))
        for tile in tiles(height, width, side, ["conv1_1", tap]):
            place = tile.place(owned, layer)
            place += 1
            seen = torch.empty(
                1,
                1,
                (tile.rows.last - tile.rows.first) // stride(layer),
                (tile.columns.last - tile.columns.first) // stride(layer),
            )
            assert tile.own(seen, layer).shape[2:] == place.shape
        assert bool((owned == 1).all())


def test_without_a_side_the_picture_stays_whole() -> None:
    (tile,) = tiles(123, 77, None, ["conv5_1"])
    assert tile.area == 123 * 77


def test_a_tile_sees_its_rim_up_to_the_edge_of_the_picture() -> None:
    first, *others, last = tiles(1000, 640, 200, ["conv5_1"])
    assert (first.rows.first, first.rows.stop) == (0, 192)
    assert (last.rows.start, last.rows.last, last.columns.last) == (800, 1000, 640)
    for tile in (first, *others, last):
        for axis in (tile.rows, tile.columns):
            assert axis.first == 0 or axis.first <= axis.start - reach(["conv5_1"])
            assert axis.last == axis.length or axis.last >= axis.stop + reach(["conv5_1"])


@pytest.mark.parametrize("order", [torch.contiguous_format, torch.channels_last])
def test_what_a_tile_owns_lies_in_memory_as_its_maps_do_and_so_does_its_gradient(
    random_picture: Draw, order: torch.memory_format
) -> None:
    # Else each layer below would put numbers into another order, for half of a tile's time.
    _, middle, _ = tiles(60, 180, 60, ["conv2_1"])
    picture = random_picture(60, middle.columns.last - middle.columns.first)
    leaf = picture.repeat(1, 2, 1, 1).contiguous(memory_format=order).requires_grad_()
    maps = 1 * leaf
    orders: list[bool] = []
    maps.register_hook(lambda found: orders.append(found.is_contiguous(memory_format=order)))
    owned = middle.own(maps, "conv1_1")
    left, right = (place - middle.columns.first for place in (60, 120))
    assert torch.equal(owned, maps[..., left:right])
    assert owned.is_contiguous(memory_format=order)
    part = random_picture(60, 60).repeat(1, 2, 1, 1)
    (gradient,) = torch.autograd.grad((owned * part).sum(), leaf)
    assert orders == [True]
    assert torch.equal(gradient[..., left:right], part)
    assert not gradient[..., :left].any()
    assert not gradient[..., right:].any()


@settings(deadline=None, max_examples=60)
@given(
    height=st.integers(16, 400),
    width=st.integers(16, 400),
    side=st.integers(16, 300),
    tap=st.sampled_from(VGG19_LAYERS),
    wraps=st.booleans(),
)
def test_all_tiles_of_a_picture_see_equally_much(
    height: int, width: int, side: int, tap: str, wraps: bool
) -> None:
    # What one has freed then serves the next as it is.
    if wraps:  # as the sides of seamless pictures are
        height, width = (16 * -(-length // 16) for length in (height, width))
    cut = tiles(height, width, side, [tap], wraps=wraps)
    for axes in ([tile.rows for tile in cut], [tile.columns for tile in cut]):
        assert len({axis.last - axis.first for axis in axes}) == 1
        for axis in axes:
            assert axis.first % grid([tap]) == 0
            assert wraps or (axis.first >= 0 and axis.last <= axis.length)
            assert axis.first <= axis.start
            assert axis.stop <= axis.last
