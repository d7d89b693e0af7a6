"""The pace: what a few probes say about the seconds of a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from brushwork.engine import timing as pace
from brushwork.engine.timing import OVERHEAD_FACTOR, Progress, StepTimer
from brushwork.features import VGGFeatures
from brushwork.options import Options
from brushwork.planning.layers import choose_layers
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import Scale

LAYERS = choose_layers(Options(), in_full=True)
WHOLE = Stage(
    Scale(100, 200, 30),
    LAYERS,
    "large",
    "float32",
    pairs=30,
    tile_side=None,
    tiles=1,
    seen=20_000,
    memory=1,
)
TILED = Stage(
    Scale(100, 200, 10),
    LAYERS,
    "large",
    "float32",
    pairs=10,
    tile_side=50,
    tiles=8,
    seen=50_000,
    memory=1,
)


def test_a_whole_picture_costs_an_evaluation_a_step_and_its_targets() -> None:
    # A step is 0.01 + 20 000 · 1e-6 = 0.03 s; the targets are two forwards of 0.4 · 0.03 s.
    seconds = StepTimer(fixed=0.01, pixel=1e-6, forward=0.4).seconds(WHOLE)
    assert seconds == pytest.approx(OVERHEAD_FACTOR * (30 * 0.03 + 2 * 0.4 * 0.03))


def test_tiles_are_looked_at_twice_a_step() -> None:
    # All tiles once are 8 · 0.01 + 50 000 · 1e-6 = 0.13 s.
    seconds = StepTimer(fixed=0.01, pixel=1e-6, forward=0.4).seconds(TILED)
    assert seconds == pytest.approx(OVERHEAD_FACTOR * (10 * 1.4 * 0.13 + 2 * 0.4 * 0.13))


def test_the_pace_is_found_from_two_sizes(
    tiny_vgg: Callable[..., VGGFeatures], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = {pace.SMALL: (0.05, 0.02), pace.LARGE: (0.152, 0.0608)}
    monkeypatch.setattr(pace, "_time_probe", lambda *arguments: seconds[arguments[4]])
    found = pace.measure_steps(tiny_vgg("conv1_1"), Options(), LAYERS, torch.device("cpu"))
    per_pixel = 0.102 / (pace.LARGE**2 - pace.SMALL**2)
    assert found.pixel == pytest.approx(per_pixel)
    assert found.fixed == pytest.approx(0.05 - per_pixel * pace.SMALL**2)
    assert found.forward == pytest.approx(0.4)


def test_the_probes_really_run(tiny_vgg: Callable[..., VGGFeatures]) -> None:
    networks = {"large": tiny_vgg(*Options().layers, dtype=torch.float32)}
    plan = pace.add_seconds(Plan((WHOLE,), budget=1), networks, Options(), torch.device("cpu"))
    assert plan.seconds is not None
    assert 0 < plan.seconds < 60


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(tmp_path))
    return tmp_path


def test_what_was_measured_is_kept(
    tiny_vgg: Callable[..., VGGFeatures], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    networks = {"large": tiny_vgg(*Options().layers, dtype=torch.float32)}
    asked = []

    def measure(*_: object) -> StepTimer:
        asked.append(1)
        return StepTimer(fixed=0.01, pixel=1e-6, forward=0.4)

    monkeypatch.setattr(pace, "measure_steps", measure)
    plan = Plan((WHOLE, TILED), budget=1)
    cpu = torch.device("cpu")
    first = pace.add_seconds(plan, networks, Options(), cpu)
    assert pace.add_seconds(plan, networks, Options(), cpu) == first
    assert len(asked) == 1
    pace.add_seconds(plan, networks, Options(statistics="wasserstein"), cpu)
    assert len(asked) == 2
    (folder / "paces.json").write_text("{")
    pace.add_seconds(plan, networks, Options(), cpu)
    assert len(asked) == 3
    pace.question_plan(first, 1.2 * (first.seconds or 0))
    pace.add_seconds(plan, networks, Options(), cpu)
    assert len(asked) == 3  # about as long as planned
    pace.question_plan(first, 1.4 * (first.seconds or 0))
    pace.add_seconds(plan, networks, Options(), cpu)
    assert len(asked) == 4


@pytest.mark.parametrize("step", [0.1, 0.3, 1 / 3, 1.1])
def test_many_steps_are_the_whole_to_the_last_bit(step: float) -> None:
    progress = Progress(step * 390, started=0.0)
    parts = []
    for _ in range(390):
        progress.advance(step)
        parts.append(progress.part)
    assert parts == sorted(parts) and parts[-1] == 1.0
    assert progress.remaining == 0.0
