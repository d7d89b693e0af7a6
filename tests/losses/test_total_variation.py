"""Total variation of pictures whose answer is known: boards, ramps, flat colours, single pixels."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.losses import total_variation
from tests.reference import gradients, losses


def checkerboard(height: int, width: int) -> Tensor:
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    return ((rows + columns) % 2).double().expand(1, 3, height, width)


def ramp(height: int, width: int, down: float, across: float) -> Tensor:
    rows, columns = torch.arange(height)[:, None], torch.arange(width)
    return (down * rows + across * columns).double().expand(1, 3, height, width)


def random_pictures(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(("height", "width"), [(2, 2), (8, 8), (5, 9)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_checkerboard_has_exactly_two(height: int, width: int, dtype: torch.dtype) -> None:
    # Every neighbour differs by 1, so both means are 1.
    variation = total_variation(checkerboard(height, width).to(dtype))
    assert variation.dtype == dtype
    assert variation.tolist() == [2]


def test_a_flat_colour_has_none() -> None:
    colour = torch.tensor([0.2, 0.5, 0.9]).reshape(1, 3, 1, 1).expand(1, 3, 7, 9)
    assert total_variation(colour).tolist() == [0]


def test_a_ramp_has_the_sum_of_its_squared_slopes() -> None:
    # 0.5² for every vertical pair, 0.25² for every horizontal one, whatever the size.
    assert total_variation(ramp(5, 9, down=0.5, across=0.25)).tolist() == [0.3125]
    assert total_variation(ramp(40, 3, down=0.5, across=0.25)).tolist() == [0.3125]


def test_one_bright_pixel_counts_once_for_each_of_its_neighbours() -> None:
    picture = torch.zeros(1, 1, 3, 4)
    picture[0, 0, 1, 1] = 1
    # 2 of the 3·3 horizontal pairs and 2 of the 2·4 vertical ones.
    torch.testing.assert_close(total_variation(picture), torch.tensor([2 / 9 + 2 / 8]))


def test_it_is_the_mean_over_the_colours() -> None:
    picture = torch.zeros(1, 3, 4, 4, dtype=torch.float64)
    picture[:, :1] = checkerboard(4, 4)[:, :1]
    torch.testing.assert_close(total_variation(picture), torch.tensor([2 / 3], dtype=torch.float64))


def test_the_pictures_of_a_batch_do_not_touch_each_other() -> None:
    batch = torch.cat([checkerboard(4, 6), ramp(4, 6, down=0.5, across=0.25)])
    assert total_variation(batch).tolist() == [2, 0.3125]


def test_channels_last_memory_makes_no_difference() -> None:
    pictures = random_pictures(2, 3, 5, 6)
    channels_last = pictures.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(total_variation(channels_last), total_variation(pictures))


def test_it_agrees_with_the_reference() -> None:
    picture = random_pictures(1, 3, 5, 6)
    expected = losses.total_variation(picture[0].numpy())
    assert total_variation(picture).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shape", [(3, 4, 4), (1, 1, 3, 4, 4), (1, 3, 1, 4), (1, 3, 4, 1)])
def test_what_has_no_neighbours_is_refused_with_its_shape(shape: tuple[int, ...]) -> None:
    message = f"image must be (B, C, H, W), at least 2 by 2, but the shape is {shape}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        total_variation(torch.zeros(shape))


def test_the_gradient_is_the_derivative() -> None:
    picture = random_pictures(1, 3, 4, 5).requires_grad_()
    (gradient,) = torch.autograd.grad(total_variation(picture).sum(), picture)
    by_trying = gradients.gradient(losses.total_variation, picture.detach()[0].numpy())
    np.testing.assert_allclose(gradient[0], by_trying, atol=1e-8)


def test_it_passes_the_checks_of_first_and_second_derivatives() -> None:
    pictures = random_pictures(2, 2, 3, 3).requires_grad_()
    assert torch.autograd.gradcheck(total_variation, pictures)
    assert torch.autograd.gradgradcheck(total_variation, pictures)


def test_hidden_pixels_count_nowhere() -> None:
    whole, weights = random_pictures(1, 3, 12, 20), torch.zeros(1, 1, 12, 20, dtype=torch.float64)
    weights[..., 3:9, 5:16] = 1
    expected = total_variation(whole[..., 3:9, 5:16])
    torch.testing.assert_close(total_variation(whole, weights), expected)


def test_weights_are_those_of_pairs() -> None:
    picture, weights = random_pictures(1, 3, 5, 7), random_pictures(1, 1, 5, 7, seed=1)
    pixels, counts = picture[0].numpy(), weights[0, 0].numpy()
    expected = 0.0
    for axis in (0, 1):
        squares = (np.diff(pixels, axis=axis + 1) ** 2).mean(axis=0)
        one, other = (np.delete(counts, end, axis=axis) for end in (0, -1))
        expected += np.average(squares, weights=one * other)
    torch.testing.assert_close(
        total_variation(picture, weights), torch.tensor([expected], dtype=torch.float64)
    )
