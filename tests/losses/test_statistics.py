"""Every style statistic against NumPy, its slope, and what all of them have in common."""

from __future__ import annotations

import typing

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.losses import STATISTICS, StyleTarget, blend, covariance_loss
from brushwork.losses.histogram import Histogram, transport_cost
from brushwork.losses.wasserstein import Wasserstein
from brushwork.options import Options
from tests.reference import losses, statistics

CHANNELS, HEIGHT, WIDTH = 5, 6, 7


def drawn(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    """Give skewed, correlated, mostly positive features ``(1, C, H, W)``."""
    generator = torch.Generator().manual_seed(seed)
    mixing = torch.randn(CHANNELS, CHANNELS, generator=torch.Generator().manual_seed(99))
    noise = torch.rand(CHANNELS, height * width, generator=generator, dtype=torch.float64)
    mixed = mixing.double() @ noise.square() + 0.5
    return mixed.clamp_min(0).reshape(1, CHANNELS, height, width)


def weights(seed: int = 7, height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, 1, height, width, generator=generator, dtype=torch.float64)


def rows(maps: Tensor) -> np.ndarray:
    return maps[0].flatten(1).T.numpy()


def exemplar_of(maps: Tensor) -> StyleTarget:
    flat = maps[0].flatten(1)
    return StyleTarget(flat.mean(dim=1)[None], (flat @ flat.T / flat.shape[1])[None], flat.T)


def loss_of(name: str, maps: Tensor, style: Tensor, weight: Tensor | None = None) -> Tensor:
    statistic = STATISTICS[name](exemplar_of(style))
    sums = statistic.accumulate(maps, weight)
    count = maps.shape[2] * maps.shape[3] if weight is None else weight.sum()
    return statistic.loss({key: total / count for key, total in sums.items()})


def by_numpy(name: str, maps: Tensor, style: Tensor, weight: Tensor) -> float:
    here, there = rows(maps), rows(style)
    share = (weight / weight.sum()).flatten().numpy()
    even = np.full(len(there), 1 / len(there))
    moments = [statistics.mean(here, share), statistics.covariance(here, share)]
    moments += [statistics.mean(there, even), statistics.covariance(there, even)]
    gram = sum(part * np.outer(row, row) for part, row in zip(share, here, strict=True))
    by_gram = losses.style_loss(gram, losses.gram(style[0].numpy()))
    if name == "gram":
        return by_gram
    if name == "covariance":
        return statistics.covariance_loss(*moments)
    if name == "wasserstein":
        return statistics.wasserstein_loss(*moments)
    return (by_gram + statistics.neighbours_loss(here, share, there)) / 2


def test_the_registry_is_what_the_options_offer() -> None:
    offered = typing.get_args(Options.model_fields["statistics"].annotation)
    assert tuple(STATISTICS) == offered


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["gram", "covariance", "wasserstein", "nearest_neighbor"])
def test_the_loss_is_that_of_the_reference(name: str, weighted: bool) -> None:
    maps, style, weight = drawn(1), drawn(2, 9, 4), weights()
    expected = by_numpy(name, maps, style, weight if weighted else torch.ones_like(weight))
    found = float(loss_of(name, maps, style, weight if weighted else None))
    assert found == pytest.approx(expected, rel=2e-4 if name == "wasserstein" else 1e-9)
    assert expected > 0.01


@pytest.mark.parametrize("name", STATISTICS)
def test_the_painting_itself_has_no_loss_and_silence_has_much(name: str) -> None:
    style = drawn(3)
    assert float(loss_of(name, style, style)) == pytest.approx(0, abs=1e-3)
    assert float(loss_of(name, torch.zeros_like(style), style)) > 0.3


@pytest.mark.parametrize("name", STATISTICS)
def test_shuffling_the_positions_changes_nothing(name: str) -> None:
    maps, style = drawn(1), drawn(2)
    order = torch.randperm(HEIGHT * WIDTH, generator=torch.Generator().manual_seed(0))
    shuffled = maps.flatten(2)[:, :, order].reshape(maps.shape)
    assert float(loss_of(name, shuffled, style)) == pytest.approx(float(loss_of(name, maps, style)))


@pytest.mark.parametrize("name", STATISTICS)
def test_a_position_that_counts_twice_is_like_two_positions(name: str) -> None:
    maps, style = drawn(1, 1, 6), drawn(2)
    twice = torch.ones(1, 1, 1, 6, dtype=torch.float64)
    twice[..., :2] = 2
    repeated = torch.cat([maps, maps[..., :2]], dim=3)
    expected = float(loss_of(name, repeated, style))
    assert float(loss_of(name, maps, style, twice)) == pytest.approx(expected)


@pytest.mark.parametrize("name", STATISTICS)
def test_the_slope_is_the_one_that_trying_gives(name: str) -> None:
    maps, style, weight = drawn(1), drawn(2), weights()
    leaf = maps.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss_of(name, leaf, style, weight), leaf)
    direction = gradient / gradient.norm()
    step = 1e-6
    ahead, behind = (loss_of(name, maps + s * step * direction, style, weight) for s in (1, -1))
    by_trying = float(ahead - behind) / (2 * step)
    assert by_trying == pytest.approx(float((gradient * direction).sum()), rel=1e-4)


@pytest.mark.parametrize("name", STATISTICS)
@pytest.mark.parametrize("value", [0.0, 2.0])
def test_a_style_of_one_colour_gives_finite_losses_and_slopes(name: str, value: float) -> None:
    flat = torch.full_like(drawn(1), value)
    leaf = drawn(2).requires_grad_()
    loss = loss_of(name, leaf, flat)
    (gradient,) = torch.autograd.grad(loss, leaf)
    assert bool(loss.isfinite())
    assert bool(gradient.isfinite().all())


@pytest.mark.parametrize("name", STATISTICS)
def test_sums_of_parts_are_the_sum_of_the_whole(name: str) -> None:
    statistic = STATISTICS[name](exemplar_of(drawn(2)))
    maps, weight = drawn(1), weights()
    whole = statistic.accumulate(maps, weight)
    left = statistic.accumulate(maps[..., :3], weight[..., :3])
    right = statistic.accumulate(maps[..., 3:], weight[..., 3:])
    for key, total in whole.items():
        torch.testing.assert_close(left[key] + right[key], total)


def test_one_dimensional_transport_is_that_of_the_northwest_corner() -> None:
    generator = torch.Generator().manual_seed(4)
    here, there = torch.rand(2, 3, 12, generator=generator, dtype=torch.float64)
    here, there = (masses / masses.sum(dim=1, keepdim=True) for masses in (here, there))
    expected = [
        statistics.transport_cost(*pair) for pair in zip(here.numpy(), there.numpy(), strict=True)
    ]
    np.testing.assert_allclose(transport_cost(here, there).numpy(), expected, rtol=1e-9)


def test_moving_a_whole_distribution_costs_the_square_of_the_way() -> None:
    style = drawn(2, 40, 40)
    statistic = Histogram(exemplar_of(style))
    way = 7 * statistic._step[-1]  # whole bins: parts of one cost more than their square
    moved = style + way * statistic._axes[-1].reshape(1, -1, 1, 1)
    count = 1600
    means = {key: total / count for key, total in statistic.accumulate(moved, None).items()}
    costs = transport_cost(means["histograms"][0], statistic._target) * statistic._step[:, 0] ** 2
    assert float(costs[-1]) == pytest.approx(float(way) ** 2)
    assert float(costs[:-1].sum()) == pytest.approx(0, abs=1e-8)


def test_few_axes_of_the_painting_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    maps, style = drawn(1), drawn(2)
    whole = float(loss_of("wasserstein", maps, style))
    monkeypatch.setattr("brushwork.losses.wasserstein.MAX_AXES", 2)
    statistic = Wasserstein(exemplar_of(style))
    assert statistic._root.shape == (CHANNELS, 2)
    assert float(loss_of("wasserstein", maps, style)) > whole


def test_the_covariance_loss_takes_a_batch() -> None:
    first, second = drawn(1), drawn(2)
    style = exemplar_of(drawn(3))
    moments = [exemplar_of(maps) for maps in (first, second)]
    together = covariance_loss(
        torch.cat([m.mean for m in moments]),
        torch.cat([m.products for m in moments]),
        style.mean,
        style.products,
    )
    alone = [
        covariance_loss(m.mean, m.products, style.mean, style.products).item() for m in moments
    ]
    assert together.tolist() == pytest.approx(alone)


def test_a_blend_is_what_a_painting_of_both_would_give() -> None:
    first, second = drawn(1, 2, 8), drawn(2, 6, 8)
    both = exemplar_of(torch.cat([first, second], dim=2))
    mixed = blend([exemplar_of(first), exemplar_of(second)], [1, 3])
    torch.testing.assert_close(mixed.mean, both.mean)
    torch.testing.assert_close(mixed.products, both.products)
    assert len(mixed.sample) == 12 + 36
