"""Adam by hand: its first steps, its averaged iterate, its moments at the next size, its rescue."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from brushwork.optimizers import Adam, Evaluate
from brushwork.optimizers.adam import LEARNING_RATE
from brushwork.optimizers.base import Evaluation
from tests.optimizers.functions import (
    SHAPE,
    Counted,
    bowl,
    curvature,
    evaluation,
    grey,
    plane,
    random_between,
)


def slopes(seed: int = 0) -> Tensor:
    """Give slopes of both signs and of sizes that differ a hundred thousand times."""
    return random_between(-1, 1, seed).sign() * 10 ** random_between(-5, 0, seed + 1)


def told(*totals: float, slope: float = 1.0) -> Counted:
    """Let the loss be these totals, call by call, with the same slope everywhere."""
    remaining = iter(totals)
    return Counted(lambda image: evaluation(next(remaining), torch.full_like(image, slope)))


def test_the_first_step_moves_every_pixel_by_the_learning_rate_against_its_slope() -> None:
    slope = slopes()
    optimizer = Adam(plane(slope), grey())
    optimizer.step()
    torch.testing.assert_close(optimizer.image, grey() - LEARNING_RATE * slope.sign())


def test_a_pixel_without_slope_stays() -> None:
    slope = slopes()
    slope[0, 1] = 0
    optimizer = Adam(plane(slope), grey())
    for _ in range(3):
        optimizer.step()
    assert torch.equal(optimizer.image[0, 1], grey()[0, 1])


@pytest.mark.parametrize("slope", [1e-6, 1e-18, 1e-25])
def test_a_slope_whose_square_is_too_small_for_float32_moves_no_pixel_too_far(slope: float) -> None:
    optimizer = Adam(told(1.0, slope=slope), grey().float())
    optimizer.step()
    assert (optimizer.image - grey()).abs().max() <= LEARNING_RATE * 1.001


def test_the_best_picture_is_the_start_before_the_first_step() -> None:
    start = grey()
    assert Adam(plane(slopes()), start).best is start


def test_the_best_picture_is_the_averaged_iterate() -> None:
    # Under one slope every step has the same length: 0.5 less 1, 2 and 3 learning rates. The
    # average weighs them 0.9², 0.9 and 1, and divides by the sum of these weights.
    optimizer = Adam(told(3.0, 2.0, 1.0), grey())
    for _ in range(3):
        optimizer.step()
    rates = (0.9**2 * 1 + 0.9 * 2 + 3) / (0.9**2 + 0.9 + 1)
    torch.testing.assert_close(optimizer.best, grey(0.5 - LEARNING_RATE * rates))
    torch.testing.assert_close(optimizer.image, grey(0.5 - LEARNING_RATE * 3))
    assert optimizer.losses is None  # no step has looked at the average


def test_the_second_step_by_hand() -> None:
    # Slopes 1 and then -2. The mean is 0.9·0.1·1 - 0.1·2 = -0.11 over 1 - 0.9² = 0.19, and the
    # mean square is 0.99·0.01·1 + 0.01·4 = 0.0499 over 1 - 0.99² = 0.0199.
    signs = iter([1.0, -2.0])
    optimizer = Adam(lambda image: evaluation(1.0, torch.full_like(image, next(signs))), grey())
    optimizer.step()
    optimizer.step()
    second = LEARNING_RATE * (0.11 / 0.19) / math.sqrt(0.0499 / 0.0199)
    torch.testing.assert_close(optimizer.image, grey(0.5 - LEARNING_RATE + second))


def test_it_reaches_the_minimum_of_a_bowl() -> None:
    lowest = random_between(0.3, 0.7)
    optimizer = Adam(bowl(curvature(10), lowest), grey())
    for _ in range(300):
        optimizer.step()
    torch.testing.assert_close(optimizer.best, lowest, rtol=0, atol=0.01)


def test_it_never_leaves_the_box() -> None:
    lowest = random_between(-1, 2)
    evaluate = Counted(bowl(torch.eye(lowest.numel()).double(), lowest))
    optimizer = Adam(evaluate, grey())
    for _ in range(200):
        optimizer.step()
        assert optimizer.best.min() >= -1e-12
        assert optimizer.best.max() <= 1 + 1e-12
    for image in evaluate.images:
        assert 0 <= image.min() <= image.max() <= 1
    torch.testing.assert_close(optimizer.best, lowest.clamp(0, 1), rtol=0, atol=0.01)


def test_every_step_evaluates_exactly_once() -> None:
    evaluate = told(4.0, 1.0, 9.0, 2.0, 1.0, math.nan, 1.0)
    optimizer = Adam(evaluate, grey())
    for step in range(1, 8):
        optimizer.step()
        assert evaluate.calls == step


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        (6.1, "6.1"),
        (1e30, "1e+30"),
        (math.inf, "a value that is not finite"),
        (math.nan, "a value that is not finite"),
    ],
)
def test_a_loss_that_explodes_is_rolled_back_with_half_the_rate_and_told(
    lost: float, words: str
) -> None:
    evaluate = told(3.0, 2.0, 2.5, lost, 2.0, 1.9)
    optimizer = Adam(evaluate, grey())
    for _ in range(3):
        optimizer.step()
    found = optimizer.step()
    # The second picture had the lowest loss.
    assert found.total == 2.0
    assert torch.equal(optimizer.image, evaluate.images[1])
    assert torch.equal(optimizer.best, evaluate.images[1])
    assert optimizer.notes == [
        f"the loss rose from 2 to {words}; "
        "the best picture was restored and the learning rate halved."
    ]
    # From there it goes on as if it had just begun, more carefully.
    optimizer.step()
    torch.testing.assert_close(optimizer.image, evaluate.images[1] - LEARNING_RATE / 2)
    torch.testing.assert_close(optimizer.best, optimizer.image)


def test_a_loss_that_rises_less_than_three_times_is_no_accident() -> None:
    optimizer = Adam(told(2.0, 5.9, 6.0), grey())
    for _ in range(3):
        optimizer.step()
    assert optimizer.notes == []
    torch.testing.assert_close(optimizer.image, grey(0.5 - 3 * LEARNING_RATE))


def test_every_accident_halves_the_rate_again() -> None:
    evaluate = told(1.0, 9.0, 1.0, 9.0, 1.0)
    optimizer = Adam(evaluate, grey())
    for _ in range(5):
        optimizer.step()
    assert len(optimizer.notes) == 2
    torch.testing.assert_close(optimizer.image, grey(0.5 - LEARNING_RATE / 4))


def test_a_gradient_that_is_not_finite_is_repaired_by_the_next_step() -> None:
    gradients = iter([1.0, math.nan, 1.0])
    inside = bowl(curvature(10), grey(0.2))

    def evaluate(image: Tensor) -> Evaluation:
        return evaluation(inside(image).total, torch.full_like(image, next(gradients)))

    optimizer = Adam(evaluate, grey())
    for _ in range(3):
        optimizer.step()
    assert optimizer.best.isfinite().all()


def test_the_best_picture_is_not_changed_by_later_steps() -> None:
    start = grey()
    optimizer = Adam(told(*[3.0, 2.0, 1.0, 9.0] * 3), start)
    pictures = [(start, start.clone())]
    for _ in range(12):
        optimizer.step()
        pictures.append((optimizer.best, optimizer.best.clone()))
    for picture, copy in pictures:
        assert torch.equal(picture, copy)


def mean_of(sign: float) -> Evaluate:
    """Give the mean of all pixels (or its negative), whose slope shrinks as the picture grows."""
    return lambda image: evaluation(2.0, torch.full_like(image, sign / image.numel()))


def test_at_another_size_it_starts_from_the_averaged_iterate() -> None:
    optimizer = Adam(mean_of(1), grey())
    for _ in range(3):
        optimizer.step()
    larger = optimizer.enlarge(mean_of(1), (8, 6))
    expected = torch.full((1, 3, 8, 6), optimizer.best.mean().item(), dtype=torch.float64)
    torch.testing.assert_close(larger.best, expected, rtol=0, atol=1e-6)
    assert larger.notes == []


def test_at_another_size_the_moments_shrink_with_the_slopes() -> None:
    # The slope of a mean is a quarter as large on four times the pixels. With moments divided by
    # 4 and 16 a step is as long as ever.
    optimizer = Adam(mean_of(1), grey())
    for _ in range(3):
        optimizer.step()
    larger = optimizer.enlarge(mean_of(1), (8, 8))
    start = larger.best
    larger.step()
    torch.testing.assert_close(larger.image, start - LEARNING_RATE, rtol=0, atol=1e-9)


def test_at_another_size_the_moments_are_remembered() -> None:
    # The slope turns round, but three steps the other way are not forgotten at once: the mean is
    # (0.9·(1 - 0.9³) - 0.1) / (1 - 0.9⁴), and the mean square has not changed.
    optimizer = Adam(mean_of(1), grey())
    for _ in range(3):
        optimizer.step()
    larger = optimizer.enlarge(mean_of(-1), (8, 8))
    start = larger.best
    larger.step()
    mean = (0.9 * (1 - 0.9**3) - 0.1) / (1 - 0.9**4)
    torch.testing.assert_close(larger.image, start - LEARNING_RATE * mean, rtol=0, atol=1e-9)


def test_at_another_size_every_pixel_keeps_its_own_moments() -> None:
    slope = torch.ones(SHAPE, dtype=torch.float64)
    slope[..., 2:] = -1
    optimizer = Adam(plane(slope), grey())
    for _ in range(3):
        optimizer.step()
    larger = optimizer.enlarge(told(2.0, slope=0.0), (8, 8))
    start = larger.best
    larger.step()
    move = larger.image - start
    assert (move[..., :3] < 0).all()
    assert (move[..., 5:] > 0).all()


def test_a_halved_rate_stays_halved_at_another_size() -> None:
    optimizer = Adam(told(1.0, 9.0, 1.0), grey())
    for _ in range(3):
        optimizer.step()
    larger = optimizer.enlarge(told(1.0, slope=0.25), (8, 8))
    start = larger.best
    larger.step()
    torch.testing.assert_close(larger.image, start - LEARNING_RATE / 2, rtol=0, atol=1e-9)
