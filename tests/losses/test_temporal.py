"""The temporal loss against NumPy, by hand, and in tiles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from brushwork.engine.objective import Objective
from brushwork.features import VGGFeatures
from brushwork.losses import ContentLoss, TemporalLoss, temporal_loss
from tests.conftest import as_float64
from tests.reference import losses


def test_it_is_the_sum_of_the_paper(random_picture: Callable[..., Tensor]) -> None:
    frame, warped = random_picture(5, 7, seed=1), random_picture(5, 7, seed=2)
    weights = random_picture(5, 7, seed=3)[:, :1]
    found = temporal_loss(frame, warped, weights)
    arrays = [as_float64(one[0]) for one in (frame, warped)]
    expected = losses.temporal(*arrays, as_float64(weights[0, 0]))
    assert found.tolist() == pytest.approx([expected], rel=1e-12)


def test_what_the_frame_before_did_not_see_counts_nowhere() -> None:
    frame, warped = torch.zeros(1, 3, 2, 2), torch.zeros(1, 3, 2, 2)
    weights = torch.tensor([[1.0, 0.0], [1.0, 1.0]])[None, None]
    warped[..., 0, 1] = 1.0  # hidden
    assert temporal_loss(frame, warped, weights).tolist() == [0]
    warped[..., 0, 0] = 0.5  # seen: 3 · 0.25 of 12 numbers
    assert temporal_loss(frame, warped, weights).tolist() == [0.0625]


def test_sizes_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        temporal_loss(torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 5), torch.zeros(1, 1, 4, 4))


def test_in_tiles_it_has_the_gradient_of_the_whole(
    tiny_vgg: Callable[..., VGGFeatures], random_picture: Callable[..., Tensor]
) -> None:
    network = tiny_vgg("conv2_1")
    content, frame = random_picture(96, 80, seed=1), random_picture(96, 80, seed=2)
    weights = random_picture(96, 80, seed=3)[:, :1]
    term = ContentLoss(network(content), {"conv2_1": 1.0}) + 30.0 * TemporalLoss(content, weights)
    whole = Objective(network, term, (96, 80)).evaluate(frame)
    tiled = Objective(network, term, (96, 80), tile_side=32).evaluate(frame)
    assert tiled.losses == pytest.approx(whole.losses, rel=1e-10)
    torch.testing.assert_close(tiled.gradient, whole.gradient, rtol=1e-8, atol=1e-12)
