"""L-BFGS on functions with known minima, in the open, at the walls of the box, over a cliff."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from brushwork.optimizers import LBFGS, Evaluate, lbfgs
from brushwork.optimizers.base import Evaluation
from tests.optimizers.functions import (
    PIXELS,
    SHAPE,
    Counted,
    behind_a_wall,
    bowl,
    curvature,
    evaluation,
    grey,
    plane,
    random_between,
)


def totals_of(optimizer: LBFGS, steps: int) -> list[float]:
    return [optimizer.step().total for _ in range(steps)]


def steps_until_stalled(optimizer: LBFGS, limit: int = 400) -> int:
    for step in range(1, limit + 1):
        optimizer.step()
        if optimizer.stalled:
            return step
    raise AssertionError(f"not stalled after {limit} steps")


def never_rises(totals: list[float]) -> bool:
    return all(after <= before for before, after in itertools.pairwise(totals))


def test_it_reaches_the_minimum_of_a_bowl() -> None:
    lowest = random_between(0.2, 0.8)
    optimizer = LBFGS(bowl(curvature(100), lowest), grey())
    assert never_rises(totals_of(optimizer, 80))
    torch.testing.assert_close(optimizer.best, lowest, rtol=0, atol=1e-6)


def test_it_is_far_ahead_of_gradient_descent_in_a_narrow_valley() -> None:
    lowest, steps = random_between(0.2, 0.8), 150
    evaluate = bowl(curvature(10_000), lowest)
    optimizer = LBFGS(evaluate, grey())
    total = totals_of(optimizer, steps)[-1]
    image = grey()
    for _ in range(steps):
        image = image - evaluate(image).gradient / 10_000  # the longest step that is always safe
    assert total < evaluate(image).total / 1000


def test_it_follows_a_bent_valley() -> None:
    # Rosenbrock's function of pairs of pixels, moved so that its minimum is at (0.5, 0.5).
    def evaluate(image: Tensor) -> Evaluation:
        leaf = image.clone().requires_grad_()
        x, y = 2 * leaf[..., 0::2], 2 * leaf[..., 1::2]
        total = (100 * (y - x**2) ** 2 + (1 - x) ** 2).sum()
        (gradient,) = torch.autograd.grad(total, leaf)
        return evaluation(total.detach(), gradient)

    optimizer = LBFGS(evaluate, random_between(0, 1))
    assert never_rises(totals_of(optimizer, 200))
    torch.testing.assert_close(optimizer.best, grey(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_it_reaches_the_minimum_on_the_walls_of_the_box(seed: int) -> None:
    # By Kuhn and Tucker: pixels at 0 where the gradient is positive, at 1 where it is negative,
    # inside where it is 0. So choose those, and put the bottom of the bowl where they follow.
    matrix = curvature(100, seed)
    expected, gradient = random_between(0.2, 0.8, seed).flatten(), torch.zeros(PIXELS).double()
    expected[:12], gradient[:12] = 0, 1.5
    expected[12:24], gradient[12:24] = 1, -1.5
    bottom = expected - torch.linalg.solve(matrix, gradient)
    assert bottom.min() < 0
    assert bottom.max() > 1
    optimizer = LBFGS(bowl(matrix, bottom.reshape(SHAPE)), grey())
    for _ in range(120):
        optimizer.step()
    found = optimizer.best.flatten()
    assert not found[:12].any()
    assert torch.equal(found[12:24], torch.ones(12).double())
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
    assert optimizer.notes == []  # arriving is no accident


def test_it_never_leaves_the_box() -> None:
    evaluate = Counted(bowl(curvature(100), random_between(-1, 2)))
    optimizer = LBFGS(evaluate, grey())
    totals_of(optimizer, 60)
    for image in evaluate.images:
        assert 0 <= image.min() <= image.max() <= 1


def test_a_pixel_on_the_wall_is_let_go_when_its_gradient_turns() -> None:
    lowest = random_between(0.2, 0.8)
    optimizer = LBFGS(bowl(curvature(10), lowest), grey(0))
    totals_of(optimizer, 60)
    torch.testing.assert_close(optimizer.best, lowest, rtol=0, atol=1e-6)


def test_every_step_evaluates_exactly_once() -> None:
    evaluate = Counted(behind_a_wall(bowl(curvature(10), grey(0.9)), 0.7, math.inf))
    optimizer = LBFGS(evaluate, grey())
    for step in range(1, 61):
        optimizer.step()
        assert evaluate.calls == step


def test_the_first_step_only_looks_and_the_second_moves_modestly() -> None:
    start = random_between(0.4, 0.6)
    optimizer = LBFGS(bowl(curvature(10), grey(0.1)), start)
    optimizer.step()
    assert optimizer.best is start
    optimizer.step()
    move = (optimizer.best - start).square().mean().sqrt()
    assert move.item() == pytest.approx(lbfgs.FIRST_MOVE)


@pytest.mark.parametrize("beyond", [math.inf, math.nan, 1e12, -math.inf])
def test_a_step_gives_the_evaluation_of_the_best_picture(beyond: float) -> None:
    evaluate = behind_a_wall(bowl(curvature(10), grey(0.9)), 0.7, beyond)
    optimizer = LBFGS(evaluate, grey())
    assert optimizer.losses is None
    for _ in range(60):
        found = optimizer.step()
        expected = evaluate(optimizer.best)
        assert found.total == expected.total
        assert optimizer.losses == expected.losses
        assert torch.equal(found.gradient, expected.gradient)


@pytest.mark.parametrize("beyond", [math.inf, math.nan, 1e12, -math.inf])
def test_a_loss_that_goes_over_a_cliff_is_rolled_back_and_told(beyond: float) -> None:
    # Downhill lies the cliff: everything beyond 0.7 is lost, and the bottom is at 0.9.
    optimizer = LBFGS(behind_a_wall(bowl(curvature(10), grey(0.9)), 0.7, beyond), grey())
    totals = totals_of(optimizer, 60)
    assert never_rises(totals)
    assert totals[-1] < totals[0] / 2
    assert optimizer.best.max() <= 0.7
    assert optimizer.notes
    assert optimizer.notes[0].startswith("a step would have taken the loss from ")
    assert f" to {beyond:.4g}; it was rolled back" in optimizer.notes[0]


def test_a_step_that_is_too_long_is_tried_shorter() -> None:
    # The first move would be 0.02; the cliff is at 0.515 and the bottom before it.
    optimizer = LBFGS(
        behind_a_wall(bowl(torch.eye(PIXELS).double(), grey(0.512)), 0.515, 1e12), grey()
    )
    assert never_rises(totals_of(optimizer, 20))
    torch.testing.assert_close(optimizer.best, grey(0.512), rtol=0, atol=1e-9)
    assert optimizer.notes == []


def test_a_smooth_run_has_no_notes() -> None:
    optimizer = LBFGS(bowl(curvature(100), random_between(0.2, 0.8)), grey())
    totals_of(optimizer, 60)
    assert optimizer.notes == []
    assert not optimizer.stalled


def test_the_best_picture_is_not_changed_by_later_steps() -> None:
    start = grey()
    optimizer = LBFGS(behind_a_wall(bowl(curvature(10), grey(0.9)), 0.7, math.inf), start)
    pictures = [(start, start.clone())]
    for _ in range(40):
        optimizer.step()
        pictures.append((optimizer.best, optimizer.best.clone()))
    for picture, copy in pictures:
        assert torch.equal(picture, copy)


def test_it_stalls_where_no_step_helps() -> None:
    # The gradient lies: the picture is the best there is.
    def evaluate(image: Tensor) -> Evaluation:
        return evaluation((image - 0.5).square().sum(), torch.ones_like(image))

    optimizer = LBFGS(evaluate, grey())
    assert steps_until_stalled(optimizer) <= 20
    assert torch.equal(optimizer.best, grey())


@pytest.mark.parametrize(
    "evaluate",
    [
        lambda image: evaluation(1.0, torch.zeros_like(image)),
        lambda image: evaluation(1.0, torch.ones_like(image)),
    ],
    ids=["without a slope", "with a slope that lies"],
)
def test_it_stalls_where_the_loss_is_the_same_everywhere(evaluate: Evaluate) -> None:
    assert steps_until_stalled(LBFGS(evaluate, grey())) <= 20


def test_it_stalls_in_the_corner_that_is_the_minimum() -> None:
    slope = torch.ones(SHAPE, dtype=torch.float64)
    slope[0, 1] = -1
    optimizer = LBFGS(plane(slope), grey())
    steps_until_stalled(optimizer)
    assert torch.equal(optimizer.best, (slope < 0).double())
    assert optimizer.notes == []


def test_it_stalls_at_the_bottom_without_calling_that_a_rescue() -> None:
    lowest = random_between(0.2, 0.8)
    optimizer = LBFGS(bowl(curvature(10), lowest), grey())
    steps_until_stalled(optimizer)
    torch.testing.assert_close(optimizer.best, lowest, rtol=0, atol=1e-6)
    assert optimizer.notes == []


def test_a_gradient_that_is_not_finite_does_not_reach_the_picture() -> None:
    # The loss stays finite here, and only its slope breaks beyond 0.6.
    inside = bowl(curvature(10), grey(0.9))

    def evaluate(image: Tensor) -> Evaluation:
        found = inside(image)
        broken = image.max() > 0.6
        return evaluation(
            found.total, torch.full_like(image, math.nan) if broken else found.gradient
        )

    optimizer = LBFGS(evaluate, grey())
    for _ in range(40):
        optimizer.step()
        assert optimizer.best.isfinite().all()


def test_it_works_in_float32() -> None:
    lowest = random_between(0.2, 0.8).float()
    optimizer = LBFGS(bowl(curvature(100).float(), lowest), grey().float())
    totals_of(optimizer, 80)
    assert optimizer.best.dtype == torch.float32
    torch.testing.assert_close(optimizer.best, lowest, rtol=0, atol=1e-3)


def test_at_another_size_it_starts_afresh_from_the_best_picture() -> None:
    evaluate = Counted(bowl(curvature(10), grey(0.4)))
    small = LBFGS(evaluate, grey())
    totals_of(small, 30)
    larger = Counted(lambda image: evaluation(image.sum(), torch.ones_like(image)))
    optimizer = small.enlarge(larger, (8, 6))
    assert isinstance(optimizer, LBFGS)
    assert optimizer.notes == []
    optimizer.step()
    torch.testing.assert_close(
        optimizer.best, torch.full((1, 3, 8, 6), 0.4, dtype=torch.float64), rtol=0, atol=1e-6
    )
    before = optimizer.best
    optimizer.step()  # nothing is known of the curvature any more
    torch.testing.assert_close(before - optimizer.best, torch.full_like(before, lbfgs.FIRST_MOVE))
    assert (evaluate.calls, larger.calls) == (30, 2)


@pytest.mark.parametrize("pairs", [2, 5])
def test_it_keeps_no_more_of_its_past_than_it_may_and_still_gets_there(pairs: int) -> None:
    optimizer = LBFGS(bowl(curvature(30.0), grey(0.4)), random_between(0.2, 0.8), pairs)
    for _ in range(60):
        optimizer.step()
        assert len(optimizer._curvature) <= pairs
    assert optimizer.step().total < 1e-6
    assert optimizer.enlarge(optimizer.evaluate, (8, 8), pairs=1).pairs == 1


@pytest.mark.parametrize("pairs", [50, 12])
def test_another_objective_at_the_same_size_keeps_what_is_known_of_the_curvature(
    pairs: int,
) -> None:
    steep = curvature(100)
    knowing = LBFGS(bowl(steep, grey(0.4)), random_between(0.2, 0.8))
    totals_of(knowing, 8)
    moved = bowl(steep, grey(0.45))
    knowing = knowing.enlarge(moved, grey().shape[2:], pairs)
    ignorant = LBFGS(moved, knowing.image, pairs)
    assert totals_of(knowing, 4)[-1] < 0.8 * totals_of(ignorant, 4)[-1]
    assert len(knowing._curvature) <= pairs


def test_what_is_evaluated_already_is_not_evaluated_again() -> None:
    evaluate = Counted(bowl(curvature(10), grey(0.4)))
    start = random_between(0.2, 0.8)
    usual, told = LBFGS(evaluate, start), LBFGS(evaluate, start)
    told.start_from(evaluate(start))
    told.step()
    usual.step()
    usual.step()
    assert torch.equal(told.image, usual.image)
    assert not torch.equal(told.image, start)
    assert evaluate.calls == 1 + 1 + 2
