"""Gram matrices against numbers made by hand, and what they must and must not notice."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from brushwork.losses import gram_matrix, style_loss
from tests.reference import gradients, losses

# Eight feature maps of 4×4 = 16 positions, written out so that every product can be done by hand.
ONES = [[1, 1, 1, 1]] * 4
TWOS = [[2, 2, 2, 2]] * 4
COLUMN_NUMBER = [[0, 1, 2, 3]] * 4
ROW_NUMBER = [[0] * 4, [1] * 4, [2] * 4, [3] * 4]
TOP_HALF = [[1] * 4, [1] * 4, [0] * 4, [0] * 4]
LEFT_HALF = [[1, 1, 0, 0]] * 4
CHECKERBOARD = [[0, 1, 0, 1], [1, 0, 1, 0]] * 2
TOP_RIGHT_CORNER = [[0, 0, 0, 4], [0] * 4, [0] * 4, [0] * 4]
EIGHT_MAPS = (
    ONES,
    TWOS,
    COLUMN_NUMBER,
    ROW_NUMBER,
    TOP_HALF,
    LEFT_HALF,
    CHECKERBOARD,
    TOP_RIGHT_CORNER,
)

# Each entry is the mean over the 16 positions of one map times another. Against ONES it is a map's
# own mean, so the first row reads 1, 2, (0+1+2+3)/4 twice, one half three times, and 4/16; the
# second row is twice the first. The others in turn:
EIGHT_MAPS_GRAM = [
    [1.00, 2.00, 1.50, 1.50, 0.50, 0.50, 0.50, 0.25],
    [2.00, 4.00, 3.00, 3.00, 1.00, 1.00, 1.00, 0.50],
    # columns: (0+1+4+9)/4 with themselves, 1.5·1.5 with the rows, 1.5/2 in the top half, (0+1)/4
    # in the left half, 2·(1+3)+2·(0+2) = 12 sixteenths on the checkerboard, 3·4/16 in the corner
    [1.50, 3.00, 3.50, 2.25, 0.75, 0.25, 0.75, 0.75],
    # rows: as the columns with the halves exchanged, and the corner lies in row 0
    [1.50, 3.00, 2.25, 3.50, 0.25, 0.75, 0.75, 0.00],
    # halves: a half with itself, a quarter with the other half and with the checkerboard
    [0.50, 1.00, 0.75, 0.25, 0.50, 0.25, 0.25, 0.25],
    [0.50, 1.00, 0.25, 0.75, 0.25, 0.50, 0.25, 0.00],
    # checkerboard: a half with itself; it is 1 in the corner, whose 4 counts as 4/16
    [0.50, 1.00, 0.75, 0.75, 0.25, 0.25, 0.50, 0.25],
    # corner: 4·4/16 with itself
    [0.25, 0.50, 0.75, 0.00, 0.25, 0.00, 0.25, 1.00],
]


def eight_maps(dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor([EIGHT_MAPS], dtype=dtype)


def random_maps(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_eight_maps_of_4_by_4_give_the_8_by_8_matrix_made_by_hand(dtype: torch.dtype) -> None:
    gram = gram_matrix(eight_maps(dtype))
    assert gram.shape == (1, 8, 8)
    assert gram.dtype == dtype
    # Every product and sum is a multiple of 1/4, so there is nothing to round.
    assert gram[0].tolist() == EIGHT_MAPS_GRAM


def test_random_maps_give_the_explicit_sums_of_the_reference() -> None:
    maps = random_maps(1, 5, 6, 7)
    np.testing.assert_allclose(gram_matrix(maps)[0], losses.gram(maps[0].numpy()), rtol=1e-12)


def test_float32_agrees_with_float64() -> None:
    maps = random_maps(2, 5, 6, 7)
    torch.testing.assert_close(
        gram_matrix(maps.float()).double(), gram_matrix(maps), rtol=1e-5, atol=1e-5
    )


def test_channels_last_memory_makes_no_difference() -> None:
    maps = random_maps(2, 5, 6, 7)
    channels_last = maps.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(gram_matrix(channels_last), gram_matrix(maps))


def test_it_is_symmetric() -> None:
    gram = gram_matrix(random_maps(2, 5, 6, 7))
    torch.testing.assert_close(gram, gram.mT)


def test_it_is_positive_semidefinite() -> None:
    # 3 positions and 5 maps: two eigenvalues are 0, up to rounding.
    eigenvalues = torch.linalg.eigvalsh(gram_matrix(random_maps(4, 5, 1, 3)))
    assert eigenvalues.min() > -1e-12
    assert eigenvalues.max() > 0.1


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.permutations(range(16)))
def test_shuffling_the_positions_changes_nothing(order: list[int]) -> None:
    shuffled = eight_maps().flatten(2)[..., order].reshape(1, 8, 4, 4)
    assert gram_matrix(shuffled)[0].tolist() == EIGHT_MAPS_GRAM


def test_shuffling_the_channels_shuffles_rows_and_columns() -> None:
    order = [3, 1, 2, 0, 7, 5, 6, 4]
    gram = gram_matrix(eight_maps()[:, order])
    expected = torch.tensor(EIGHT_MAPS_GRAM, dtype=torch.float64)
    assert torch.equal(gram[0], expected[order][:, order])
    assert not torch.equal(gram[0], expected)


def test_maps_of_another_size_with_the_same_statistics_give_the_same_matrix() -> None:
    twice_as_tall = eight_maps().repeat(1, 1, 2, 1)
    assert gram_matrix(twice_as_tall)[0].tolist() == EIGHT_MAPS_GRAM


def test_the_entries_of_a_batch_do_not_touch_each_other() -> None:
    maps = random_maps(3, 5, 6, 7)
    alone = torch.cat([gram_matrix(maps[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(gram_matrix(maps), alone)


def test_maps_without_batch_are_refused_with_their_shape() -> None:
    message = "features must be (B, C, H, W), but the shape is (8, 4, 4)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        gram_matrix(eight_maps()[0])


def test_the_gradient_is_the_derivative() -> None:
    assert torch.autograd.gradcheck(gram_matrix, random_maps(2, 3, 4, 5).requires_grad_())


def test_the_gradient_of_the_gradient_is_its_derivative() -> None:
    assert torch.autograd.gradgradcheck(gram_matrix, random_maps(2, 3, 4, 5).requires_grad_())


def test_the_gradient_of_a_function_that_is_not_symmetric_is_the_derivative() -> None:
    weights = random_maps(3, 3, seed=1)
    maps = random_maps(1, 3, 4, 5).requires_grad_()
    (gradient,) = torch.autograd.grad((weights * gram_matrix(maps)).sum(), maps)
    by_trying = gradients.gradient(
        lambda point: float((weights.numpy() * losses.gram(point)).sum()),
        maps.detach()[0].numpy(),
    )
    np.testing.assert_allclose(gradient[0], by_trying, atol=1e-8)


def test_style_loss_is_zero_at_the_style_and_positive_elsewhere() -> None:
    gram = gram_matrix(random_maps(1, 3, 4, 5))
    assert style_loss(gram, gram).item() == 0
    assert style_loss(gram_matrix(random_maps(1, 3, 4, 5, seed=1)), gram).item() > 0.01


def test_style_loss_is_one_where_no_map_fires() -> None:
    gram = gram_matrix(random_maps(1, 3, 4, 5))
    assert style_loss(torch.zeros_like(gram), gram).item() == 1


def test_style_loss_of_two_matrices_made_by_hand() -> None:
    gram = torch.tensor([[[3.0, 1.0], [1.0, 2.0]]])
    target = torch.tensor([[[1.0, 1.0], [1.0, 1.0]]])
    # (2² + 0 + 0 + 1²) / (1 + 1 + 1 + 1)
    assert style_loss(gram, target).tolist() == [1.25]


def test_style_loss_agrees_with_the_reference() -> None:
    maps, target = random_maps(1, 4, 5, 6), random_maps(1, 4, 7, 3, seed=1)
    expected = losses.style_loss(losses.gram(maps[0].numpy()), losses.gram(target[0].numpy()))
    assert style_loss(gram_matrix(maps), gram_matrix(target)).item() == pytest.approx(expected)


def test_style_loss_compares_every_picture_of_a_batch_with_one_style() -> None:
    grams = gram_matrix(random_maps(3, 4, 5, 6))
    alone = torch.cat([style_loss(grams[i : i + 1], grams[:1]) for i in range(3)])
    torch.testing.assert_close(style_loss(grams, grams[:1]), alone)


def test_style_loss_does_not_depend_on_the_unit_of_the_features() -> None:
    maps, target = random_maps(1, 4, 5, 6), random_maps(1, 4, 5, 6, seed=1)
    torch.testing.assert_close(
        style_loss(gram_matrix(255 * maps), gram_matrix(255 * target)),
        style_loss(gram_matrix(maps), gram_matrix(target)),
    )


def test_style_loss_refuses_matrices_of_other_layers() -> None:
    message = "shapes do not fit: (1, 3, 3) against a target of (1, 4, 4)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        style_loss(torch.ones(1, 3, 3), torch.ones(1, 4, 4))


def test_the_gradient_of_the_style_loss_is_the_derivative() -> None:
    target = gram_matrix(random_maps(1, 3, 4, 5, seed=1))
    maps = random_maps(1, 3, 4, 5).requires_grad_()
    (gradient,) = torch.autograd.grad(style_loss(gram_matrix(maps), target).sum(), maps)
    by_trying = gradients.gradient(
        lambda point: losses.style_loss(losses.gram(point), target[0].numpy()),
        maps.detach()[0].numpy(),
    )
    np.testing.assert_allclose(gradient[0], by_trying, atol=1e-8)


def test_the_style_loss_passes_the_checks_of_first_and_second_derivatives() -> None:
    target = gram_matrix(random_maps(1, 3, 3, 3, seed=1))
    maps = random_maps(2, 3, 2, 3).requires_grad_()

    def loss(features: Tensor) -> Tensor:
        return style_loss(gram_matrix(features), target)

    assert torch.autograd.gradcheck(loss, maps)
    assert torch.autograd.gradgradcheck(loss, maps)
