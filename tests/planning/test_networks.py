"""Steps are shared: the small network goes first, and the large one has the last word."""

from __future__ import annotations

from dataclasses import replace

from brushwork.options import Options
from brushwork.planning.networks import FEWEST_STEPS, share_steps
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


def test_the_large_one_is_the_last_and_takes_fewer() -> None:
    small, large = share_steps(100, ("small", "large"))
    assert (small.network, large.network) == ("small", "large")
    assert FEWEST_STEPS <= large.steps < small.steps <= 100


def test_nobody_takes_too_few() -> None:
    assert [turn.steps for turn in share_steps(1, ("small", "large"))] == [FEWEST_STEPS] * 2


def test_every_scale_of_a_plan_has_its_turns() -> None:
    plan = make_plan(Options(size=512), BOTH)
    found = [(stage.scale.width, stage.network) for stage in plan.stages]
    assert found == [(side, name) for side in (128, 256, 512) for name in ("small", "large")]


def test_a_draft_takes_less_of_everything() -> None:
    draft, usual = (make_plan(Options(size=1024), given) for given in (ALONE, GIVEN))
    assert draft.work < 0.3 * usual.work
    assert draft.memory < 0.6 * usual.memory


def test_a_scale_of_shallow_layers_needs_less_memory() -> None:
    fine = make_plan(Options(size=1024), GIVEN).stages[-1]
    full = make_plan(Options(size=1024, preset="paper"), GIVEN).stages[-1]
    assert fine.memory < full.memory
