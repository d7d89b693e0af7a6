"""The pace: what a few probes say about the seconds of a plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from brushwork.engine import timing as pace
from brushwork.engine.timing import OVERHEAD_FACTOR, TILE_FACTOR, StepTimer
from brushwork.features import VGGFeatures
from brushwork.options import Options
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import Scale

WHOLE = Stage(Scale(100, 200, 30), pairs=30, tile_side=None, tiles=1, seen=20_000, memory=1)
TILED = Stage(Scale(100, 200, 10), pairs=10, tile_side=50, tiles=8, seen=50_000, memory=1)


def test_a_whole_picture_costs_an_evaluation_a_step_and_its_targets() -> None:
    # A step is 0.01 + 20 000 · 1e-6 = 0.03 s; the targets are two forwards of 0.4 · 0.03 s.
    seconds = StepTimer(fixed=0.01, pixel=1e-6, forward=0.4).seconds(Plan((WHOLE,), budget=1))
    assert seconds == pytest.approx(OVERHEAD_FACTOR * (30 * 0.03 + 2 * 0.4 * 0.03))


def test_tiles_are_looked_at_twice_a_step() -> None:
    # All tiles once are 8 · 0.01 + 50 000 · 1e-6 = 0.13 s.
    seconds = StepTimer(fixed=0.01, pixel=1e-6, forward=0.4).seconds(Plan((TILED,), budget=1))
    assert seconds == pytest.approx(
        OVERHEAD_FACTOR * (10 * TILE_FACTOR * 1.4 * 0.13 + 2 * 0.4 * 0.13)
    )


def test_the_pace_is_found_from_two_sizes(
    tiny_vgg: Callable[..., VGGFeatures], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {pace.SMALL: (0.011, 0.005), pace.LARGE: (0.152, 0.0608)}
    monkeypatch.setattr(pace, "_time_probe", lambda *arguments: seconds[arguments[3]])
    found = pace.measure_steps(tiny_vgg("conv1_1"), Options(), torch.device("cpu"))
    per_pixel = 0.141 / (pace.LARGE**2 - pace.SMALL**2)
    assert found.pixel == pytest.approx(per_pixel)
    assert found.fixed == pytest.approx(0.011 - per_pixel * pace.SMALL**2)
    assert found.forward == pytest.approx(0.4)


def test_the_probes_really_run(tiny_vgg: Callable[..., VGGFeatures]) -> None:
    options = Options(content_layers=("conv2_1",), style_layers=("conv1_1",))
    network = tiny_vgg("conv1_1", "conv2_1", dtype=torch.float32)
    plan = pace.add_seconds(Plan((WHOLE,), budget=1), network, options, torch.device("cpu"))
    assert plan.seconds is not None
    assert 0 < plan.seconds < 60
