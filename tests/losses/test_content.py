"""The content loss: positions matter, the target's energy is the unit."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.losses import content_loss
from tests.reference import gradients, losses


def random_maps(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def test_it_is_zero_at_the_photo_and_positive_elsewhere() -> None:
    maps = random_maps(1, 3, 4, 5)
    assert content_loss(maps, maps).item() == 0
    assert content_loss(random_maps(1, 3, 4, 5, seed=1), maps).item() > 0.1


def test_it_is_one_where_no_map_fires() -> None:
    maps = random_maps(1, 3, 4, 5)
    assert content_loss(torch.zeros_like(maps), maps).item() == 1


def test_a_loss_made_by_hand() -> None:
    maps = torch.tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]])
    target = torch.tensor([[[[1.0, 0.0]], [[0.0, 2.0]]]])
    # (0² + 2² + 3² + 2²) / (1² + 0 + 0 + 2²)
    torch.testing.assert_close(content_loss(maps, target), torch.tensor([17 / 5]))


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 1e-12)])
def test_it_agrees_with_the_reference(dtype: torch.dtype, tolerance: float) -> None:
    maps, target = random_maps(1, 3, 4, 5), random_maps(1, 3, 4, 5, seed=1)
    expected = losses.content_loss(maps[0].numpy(), target[0].numpy())
    loss = content_loss(maps.to(dtype), target.to(dtype))
    assert loss.dtype == dtype
    assert loss.item() == pytest.approx(expected, rel=tolerance)


def test_channels_last_memory_makes_no_difference() -> None:
    maps, target = random_maps(2, 3, 4, 5), random_maps(1, 3, 4, 5, seed=1)
    channels_last = maps.contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(content_loss(channels_last, target), content_loss(maps, target))


def test_moving_the_features_is_noticed() -> None:
    maps = random_maps(1, 3, 4, 5)
    assert content_loss(maps.roll(1, dims=3), maps).item() > 0.1


def test_every_picture_of_a_batch_is_compared_with_one_photo() -> None:
    maps, target = random_maps(3, 3, 4, 5), random_maps(1, 3, 4, 5, seed=1)
    alone = torch.cat([content_loss(maps[i : i + 1], target) for i in range(3)])
    torch.testing.assert_close(content_loss(maps, target), alone)


def test_a_photo_that_the_layer_does_not_see_gives_a_finite_loss() -> None:
    maps = random_maps(1, 3, 4, 5, dtype=torch.float32)
    assert content_loss(maps, torch.zeros_like(maps)).isfinite().all()


def test_features_of_another_size_are_refused() -> None:
    message = "shapes do not fit: (1, 3, 4, 5) against a target of (1, 3, 4, 6)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        content_loss(torch.ones(1, 3, 4, 5), torch.ones(1, 3, 4, 6))


def test_the_gradient_is_the_derivative() -> None:
    target = random_maps(1, 3, 4, 5, seed=1)
    maps = random_maps(1, 3, 4, 5).requires_grad_()
    (gradient,) = torch.autograd.grad(content_loss(maps, target).sum(), maps)
    by_trying = gradients.gradient(
        lambda point: losses.content_loss(point, target[0].numpy()), maps.detach()[0].numpy()
    )
    np.testing.assert_allclose(gradient[0], by_trying, atol=1e-8)


def test_it_passes_the_checks_of_first_and_second_derivatives() -> None:
    target = random_maps(1, 3, 2, 2, seed=1)
    maps = random_maps(2, 3, 2, 2).requires_grad_()

    def loss(features: Tensor) -> Tensor:
        return content_loss(features, target)

    assert torch.autograd.gradcheck(loss, maps)
    assert torch.autograd.gradgradcheck(loss, maps)
