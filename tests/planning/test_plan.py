"""Plans: the most past and the largest tiles that fit, and a clear no where nothing does."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from brushwork.errors import ImageError, MemoryBudgetError
from brushwork.options import Options
from brushwork.planning.layers import FINE_STEPS
from brushwork.planning.plan import PAIRS, PlanInputs, StyleSize, make_plan
from brushwork.planning.pyramid import plan_scales

PLENTY = PlanInputs(
    extent=(768, 1024),
    styles=[StyleSize(600, 800)],
    precision="bfloat16",
    budget=10**12,
    held=400 * 10**6,
)


def limited(budget: float) -> PlanInputs:
    return replace(PLENTY, budget=round(budget))


def test_with_plenty_every_scale_is_whole_and_keeps_its_past() -> None:
    plan = make_plan(Options(size=2048), PLENTY)
    scales = plan_scales(768, 1024, size=2048)
    assert [stage.scale.size for stage in plan.stages] == [scale.size for scale in scales]
    steps = [scales[0].steps, *(max(10, round(FINE_STEPS * scale.steps)) for scale in scales[1:])]
    assert [stage.scale.steps for stage in plan.stages] == steps
    for stage in plan.stages:
        assert stage.tile_side is None
        assert stage.tiles == 1
        assert stage.seen == stage.scale.height * stage.scale.width
        assert stage.pairs == min(PAIRS[0], stage.scale.steps)


@pytest.mark.parametrize("budget", [1.6e9, 2e9, 3e9, 6e9, 12e9])
def test_a_plan_keeps_to_its_budget(budget: float) -> None:
    plan = make_plan(Options(size=2048), limited(budget))
    assert plan.memory <= budget
    assert plan.budget == budget


def test_less_memory_means_tiles_and_never_more_past() -> None:
    stages = [make_plan(Options(size=4096), limited(b)).stages[-1] for b in (2.9e9, 4e9, 8e9, 1e11)]
    assert [stage.tile_side is None for stage in stages] == [False, False, False, True]
    assert [stage.pairs for stage in stages] == sorted(stage.pairs for stage in stages)
    assert stages[0].seen > stages[-1].seen


def test_what_tiles_have_freed_is_handed_back_before_the_budget_is_reached() -> None:
    plan = make_plan(Options(size=4096), limited(4e9))
    assert plan.memory < plan.allowance < 4e9


def test_the_poster_of_the_promise_fits() -> None:
    assert make_plan(Options(size=4096), limited(4e9)).memory <= 4e9
    assert make_plan(Options(size=8192), limited(8e9)).memory <= 8e9


def test_what_cannot_fit_is_refused_with_the_largest_size_that_would() -> None:
    with pytest.raises(MemoryBudgetError, match="a size of 8192 needs") as caught:
        make_plan(Options(size=8192), limited(2e9))
    found = re.search(r"at most (\d+)", str(caught.value))
    assert found
    largest = int(found[1])
    assert make_plan(Options(size=largest), limited(2e9)).memory <= 2e9
    with pytest.raises(MemoryBudgetError):
        make_plan(Options(size=largest + 64), limited(2e9))


def test_where_nothing_fits_no_size_is_named() -> None:
    with pytest.raises(MemoryBudgetError, match=r"may be used; allow more \(--memory\)\.$"):
        make_plan(Options(size=512), limited(4.2e8))


def test_a_photo_that_is_too_narrow_is_refused_as_ever() -> None:
    with pytest.raises(ImageError):
        make_plan(Options(size=64), replace(PLENTY, extent=(10, 1000)))


@pytest.mark.parametrize(
    ("change", "given"),
    [
        ({"style_scale": 4.0}, {}),
        ({"optimizer": "lbfgs"}, {"precision": "float32"}),
        ({"content_layers": ("conv1_1",)}, {}),
        ({"statistics": "histogram"}, {}),
        ({}, {"held": 10**9}),
        ({"style_scale": 3.0}, {"styles": [StyleSize(600, 800), StyleSize(800, 800)]}),
    ],
)
def test_what_takes_more_memory_is_reckoned_with(change: dict, given: dict) -> None:
    usual = make_plan(Options(size=1024), PLENTY).memory
    assert make_plan(Options(size=1024, **change), replace(PLENTY, **given)).memory > usual


def test_adam_keeps_no_past() -> None:
    plan = make_plan(Options(size=1024, optimizer="adam"), PLENTY)
    assert {stage.pairs for stage in plan.stages} == {0}
