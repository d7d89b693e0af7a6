"""Squared error over the target's energy: its scale, its batch, its silence, its refusals."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from brushwork.losses.energy import CHANNELS_AT_ONCE, energy, relative_squared_error


def test_it_is_the_squared_error_over_the_energy_of_the_target() -> None:
    value = torch.tensor([[1.0, 5.0]])
    target = torch.tensor([[3.0, 4.0]])
    # ((1 - 3)² + (5 - 4)²) / (3² + 4²)
    torch.testing.assert_close(relative_squared_error(value, target), torch.tensor([5 / 25]))


def test_one_target_serves_the_whole_batch() -> None:
    value = torch.tensor([[3.0, 4.0], [0.0, 0.0], [3.0, 9.0]])
    target = torch.tensor([[3.0, 4.0]])
    torch.testing.assert_close(
        relative_squared_error(value, target), torch.tensor([0.0, 1.0, 25 / 25])
    )


def test_a_batch_of_targets_is_compared_entry_by_entry() -> None:
    value = torch.tensor([[1.0], [1.0]])
    target = torch.tensor([[1.0], [2.0]])
    torch.testing.assert_close(relative_squared_error(value, target), torch.tensor([0.0, 0.25]))


@pytest.mark.parametrize("shape", [(3, 40), (2, 40, 5, 7), (1, 40, 40), (2, 1)])
def test_the_energy_is_that_of_all_channels(shape: tuple[int, ...]) -> None:
    target = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    expected = np.square(target.numpy()).reshape(shape[0], -1).sum(axis=1)
    np.testing.assert_allclose(energy(target).numpy(), expected, rtol=1e-12)


def test_only_some_channels_are_held_squared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    # All of those of a poster would not fit beside it.
    squared: list[int] = []
    square = torch.Tensor.square

    def watch(values: torch.Tensor) -> torch.Tensor:
        squared.append(values.numel())
        return square(values)

    monkeypatch.setattr(torch.Tensor, "square", watch)
    energy(torch.ones(1, 5 * CHANNELS_AT_ONCE, 3, 4, dtype=torch.bfloat16))
    assert max(squared) == CHANNELS_AT_ONCE * 3 * 4
    assert sum(squared) == 5 * CHANNELS_AT_ONCE * 3 * 4


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_silent_target_gives_zero_for_silence_and_a_finite_number_otherwise(
    dtype: torch.dtype,
) -> None:
    silence = torch.zeros(1, 4, dtype=dtype)
    assert relative_squared_error(silence, silence).item() == 0
    loss = relative_squared_error(silence + 1, silence)
    assert loss.dtype == dtype
    # Four ones over the machine epsilon of the dtype.
    assert loss.item() == 4 / torch.finfo(dtype).eps


def test_the_gradient_at_a_silent_target_is_zero() -> None:
    value = torch.zeros(1, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(relative_squared_error(value, torch.zeros(1, 4)).sum(), value)
    assert gradient.tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("value", "target"),
    [((1, 4), (1, 5)), ((1, 4), (1, 4, 1)), ((3, 4), (2, 4)), ((1, 4), (2, 4)), ((2, 1), (2, 4))],
)
def test_shapes_that_do_not_fit_are_refused_with_both_shapes(
    value: tuple[int, ...], target: tuple[int, ...]
) -> None:
    message = f"shapes do not fit: {value} against a target of {target}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        relative_squared_error(torch.ones(value), torch.ones(target))
