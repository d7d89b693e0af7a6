"""The curvature of all pairs at once is that of the two-loop recursion, pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.optimizers.inverse_hessian import InverseHessian
from tests.optimizers.functions import SHAPE, curvature, random_between
from tests.reference.lbfgs import times_inverse_hessian


def pairs_of_a_bowl(count: int, dtype: torch.dtype = torch.float64) -> list[tuple[Tensor, Tensor]]:
    """Give steps in random directions, and what they do to the gradient of one bowl."""
    matrix = curvature(50.0)
    moves = [random_between(-1, 1, seed) for seed in range(count)]
    changes = [(matrix @ move.flatten()).reshape(SHAPE) for move in moves]
    return [(m.to(dtype), c.to(dtype)) for m, c in zip(moves, changes, strict=True)]


def by_the_book(vector: Tensor, pairs: list[tuple[Tensor, Tensor]]) -> np.ndarray:
    flat = [(m.double().flatten().numpy(), c.double().flatten().numpy()) for m, c in pairs]
    return times_inverse_hessian(vector.double().flatten().numpy(), flat).reshape(SHAPE)


@pytest.mark.parametrize("count", [1, 2, 5, 6, 7, 13])
def test_it_is_the_two_loop_recursion_of_the_last_pairs(count: int) -> None:
    remembered, pairs = InverseHessian(6), pairs_of_a_bowl(count)
    for move, change in pairs:
        remembered.add(move, change)
    vector = random_between(-1, 1, seed=99)
    assert len(remembered) == min(count, 6)
    expected = by_the_book(vector, pairs[-6:])
    np.testing.assert_allclose(remembered.multiply(vector), expected, rtol=1e-9, atol=1e-12)


def test_in_float32_it_is_right_to_float32() -> None:
    remembered, pairs = InverseHessian(10), pairs_of_a_bowl(10, torch.float32)
    for move, change in pairs:
        remembered.add(move, change)
    vector = random_between(-1, 1, seed=99).float()
    found, expected = remembered.multiply(vector), by_the_book(vector, pairs)
    assert found.dtype == torch.float32
    assert np.linalg.norm(found.numpy() - expected) < 1e-4 * np.linalg.norm(expected)


def test_the_newest_pair_is_fulfilled_exactly() -> None:
    # The secant equation: H maps the last change of the gradient to the last step.
    remembered, pairs = InverseHessian(4), pairs_of_a_bowl(9)
    for move, change in pairs:
        remembered.add(move, change)
    torch.testing.assert_close(remembered.multiply(pairs[-1][1]), pairs[-1][0])


def test_after_clearing_it_begins_anew() -> None:
    remembered, pairs = InverseHessian(4), pairs_of_a_bowl(7)
    for move, change in pairs:
        remembered.add(move, change)
    remembered.clear()
    assert len(remembered) == 0
    remembered.add(*pairs[0])
    vector = random_between(-1, 1, seed=99)
    np.testing.assert_allclose(remembered.multiply(vector), by_the_book(vector, pairs[:1]))


def test_what_it_is_given_is_left_as_it_is() -> None:
    remembered, (move, change) = InverseHessian(2), pairs_of_a_bowl(1)[0]
    vector = random_between(-1, 1, seed=99)
    before = [tensor.clone() for tensor in (move, change, vector)]
    remembered.add(move, change)
    result = remembered.multiply(vector)
    move.zero_()
    torch.testing.assert_close(remembered.multiply(vector), result)
    assert torch.equal(change, before[1])
    assert torch.equal(vector, before[2])
