"""A small network is distilled from the tiny one: it comes closer, is written, and goes on."""

from __future__ import annotations

import csv
import itertools
import random
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import safetensors.torch
import torch

from brushwork.features import VGGFeatures, Weights
from brushwork.layers import SMALL_TAPS
from training import distill, report, samples
from training.initial import build_initial_weights, choose_channels
from training.replay import Replay
from training.student import Student, project

SIDES = ((32, 2),)


@pytest.fixture
def folder(tmp_path: Path, tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Learn from the built-in pictures alone, in small, by a clock that no other program slows."""
    ticks = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: next(ticks) / 40)
    monkeypatch.setattr(distill, "time", clock)
    monkeypatch.setattr(distill, "load_weights", lambda: tiny_weights)
    monkeypatch.setattr(distill, "BATCHES", SIDES)
    monkeypatch.setattr(distill, "VALIDATE_SECONDS", 0.5)
    monkeypatch.setattr(distill, "HELD_OUT", 2)
    monkeypatch.setattr(samples, "KEPT_SIDE", 96)
    monkeypatch.setattr(samples, "LONG_SIDES", (48, 64))
    monkeypatch.setattr("training.iterates.KEPT_STEPS", (2,))
    (tmp_path / "pictures").mkdir()
    return tmp_path


def read_log(folder: Path) -> list[dict[str, str]]:
    with (folder / "small.log.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_it_learns_is_written_and_goes_on(folder: Path) -> None:
    output = folder / "small.safetensors"
    first = distill.Distillation(folder / "pictures", output, 4.0)
    first.run()
    rows = read_log(folder)
    assert min(float(row["mean"]) for row in rows) < float(rows[0]["mean"])
    assert (folder / "small.log.svg").read_text().startswith("<svg xmlns=")
    written = safetensors.torch.load_file(output)
    assert written["conv1_1.weight"].shape == (1, 3, 3, 3)
    assert written["conv3_1.readout"].shape == (2, 2)
    again = distill.Distillation(folder / "pictures", output, 5.0)
    again.run()
    assert again._progress.batches > first._progress.batches
    assert read_log(folder)[: len(rows)] == rows
    best = min(float(row["mean"]) for row in read_log(folder))
    (folder / "small.log.csv").rename(folder / "first.log.csv")
    (folder / "small.state.pt").unlink()
    distill.Distillation(folder / "pictures", output, 0.0, start=output).run()
    assert float(read_log(folder)[0]["mean"]) == pytest.approx(best, rel=0.01)


def test_the_student_is_what_the_package_computes(tiny_weights: Weights) -> None:
    torch.manual_seed(0)
    weights, _ = build_initial_weights(tiny_weights, [torch.rand(1, 3, 48, 48) for _ in range(3)])
    image = torch.rand(1, 3, 64, 48)
    network = VGGFeatures(SMALL_TAPS, weights=Student(weights).weights())
    for tap, maps in Student(weights)(image).items():
        torch.testing.assert_close(network(image)[tap], maps, rtol=1e-4, atol=1e-5)


def test_projections_keep_the_distances_of_what_they_span() -> None:
    torch.manual_seed(0)
    basis = torch.linalg.qr(torch.randn(8, 2, dtype=torch.float64)).Q
    inside = (basis @ torch.randn(2, 30, dtype=torch.float64)).reshape(1, 8, 5, 6)
    assert float(project(inside, basis).norm()) == pytest.approx(float(inside.norm()))


def test_channels_are_chosen_that_explain_the_others() -> None:
    torch.manual_seed(0)
    first, second = torch.randn(2, 500, dtype=torch.float64)
    rows = torch.stack([first, 3 * first, second, first + 0.01 * second])
    chosen = choose_channels(rows @ rows.T, 2)
    assert chosen[0] == 1 and chosen[1] in (2, 3)


def test_energy_that_is_hardly_there_does_not_blow_an_error_up() -> None:
    target = torch.stack([torch.ones(2, 4, 4), torch.full((2, 4, 4), 1e-6)])
    loss = distill.measure_loss({"a": target + 0.01}, {"a": target})
    assert float(loss) < 0.01


def test_old_batches_are_learnt_from_again() -> None:
    replay = Replay(2, random.Random(0))
    for number in range(3):
        replay.keep(torch.full((1, 3, 2, 2), float(number)), {"conv1_1": torch.ones(1, 1, 2, 2)})
    drawn = [replay.draw() for _ in range(20)]
    assert {float(batch.mean()) for batch, _ in drawn} == {1.0, 2.0}  # the oldest made room
    assert all(maps["conv1_1"].dtype == torch.float32 for _, maps in drawn)


def test_a_report_tells_errors_and_correlations(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folder / "small.safetensors"
    distillation = distill.Distillation(folder / "pictures", output, 1.0)
    distillation.run()
    learnt = distillation._student.weights()
    monkeypatch.setattr(report, "load_small_weights", lambda: learnt)
    monkeypatch.setattr(report, "load_weights", distill.load_weights)
    monkeypatch.setattr(report, "HELD_OUT", 2)
    monkeypatch.setattr(report, "SIDE", 48)
    monkeypatch.setattr(report, "STEPS", (1, 3, 6))
    monkeypatch.setattr(
        "sys.argv", ["report", str(folder / "pictures"), str(folder / "small.state.pt")]
    )
    report.main()
    said = capsys.readouterr().out
    assert said.count("| `conv") == len(SMALL_TAPS)
    style = re.search(r"style loss: correlation (\d\.\d+)", said)
    assert style and float(style[1]) > 0.5
