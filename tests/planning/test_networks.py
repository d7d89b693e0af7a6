"""Steps are shared: the small network goes first, and the large one has the last word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from brushwork.options import Options
from brushwork.planning.networks import FEWEST_STEPS, LEAST_LAST_STEPS, share_steps
from brushwork.planning.plan import PlanInputs, StyleSize, make_plan

GIVEN = PlanInputs((768, 1024), [StyleSize(700, 1000)], "float32", 20 * 10**9, 4 * 10**8)
BOTH = replace(GIVEN, networks=("small", "large"))
ALONE = replace(GIVEN, networks=("small",))


def test_the_large_one_alone_takes_all_steps() -> None:
    (turn,) = share_steps(40, ("large",))
    assert (turn.network, turn.steps) == ("large", 40)


def test_a_draft_takes_fewer() -> None:
    (turn,) = share_steps(100, ("small",))
    assert turn.network == "small" and FEWEST_STEPS < turn.steps < 100
    (refined,) = share_steps(100, ("small",), refined=True)
    assert FEWEST_STEPS < refined.steps < turn.steps


def test_a_draft_saves_most_where_finer_scales_follow() -> None:
    full = make_plan(Options(size=512, early_network="large"), GIVEN)
    draft = make_plan(Options(size=512, draft=True), ALONE)
    parts = [d.scale.steps / f.scale.steps for d, f in zip(draft.stages, full.stages, strict=True)]
    assert parts == pytest.approx([0.25, 0.5, 0.5], abs=0.03)
    (only,) = make_plan(Options(size=128, draft=True), ALONE).stages
    assert only.scale.steps == 2 * draft.stages[0].scale.steps


def test_the_large_one_is_the_last_and_takes_fewer() -> None:
    small, large = share_steps(100, ("small", "large"))
    assert (small.network, large.network) == ("small", "large")
    assert FEWEST_STEPS <= large.steps < small.steps <= 100


def test_nobody_takes_too_few() -> None:
    found = [turn.steps for turn in share_steps(1, ("small", "large"))]
    assert found == [FEWEST_STEPS, LEAST_LAST_STEPS]


@pytest.mark.parametrize(
    ("strength", "steps"), [(0.0, 28), (0.5, 28), (0.65, 42), (0.8, 56), (1.0, 56)]
)
def test_the_large_one_takes_more_where_more_painting_is_asked_for(
    strength: float, steps: int
) -> None:
    small, large = share_steps(100, ("small", "large"), strength=strength)
    assert (small.steps, large.steps) == (100, steps)
    plan = make_plan(Options(size=128, strength=strength), BOTH)
    assert plan.stages[1].scale.steps == round(plan.stages[0].scale.steps * steps / 100)


@pytest.mark.parametrize(
    ("long_side", "steps"), [(128, 17), (512, 17), (1024, 12), (2048, 8), (4096, 6)]
)
def test_the_large_one_takes_fewer_of_a_poster(long_side: int, steps: int) -> None:
    assert share_steps(10, ("small", "large"), long_side=long_side)[1].steps == steps
    plan = make_plan(Options(size=long_side), BOTH)
    assert plan.stages[-1].scale.steps == max(steps, round(0.28 * plan.stages[-2].scale.steps))


def test_the_large_one_judges_the_coarsest_scales_and_the_finest() -> None:
    plan = make_plan(Options(size=1024), BOTH)
    found = [(stage.scale.width, stage.network) for stage in plan.stages]
    assert found == [
        (128, "small"),
        (128, "large"),
        (256, "small"),
        (256, "large"),
        (512, "small"),
        (1024, "small"),
        (1024, "large"),
    ]
    single = make_plan(Options(size=128), BOTH)
    assert [stage.network for stage in single.stages] == ["small", "large"]


def test_a_draft_takes_less_of_everything() -> None:
    draft, usual = (make_plan(Options(size=1024), given) for given in (ALONE, GIVEN))
    assert draft.work < 0.3 * usual.work
    assert draft.memory < 0.6 * usual.memory


def test_a_scale_of_shallow_layers_needs_less_memory() -> None:
    fine = make_plan(Options(size=1024), GIVEN).stages[-1]
    full = make_plan(Options(size=1024, preset="paper"), GIVEN).stages[-1]
    assert fine.memory < full.memory
