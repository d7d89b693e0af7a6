"""Which device each worker sees; the cards are the test's."""

from __future__ import annotations

import os

import pytest

from brushwork.errors import OptionError
from brushwork.studio.devices import THREADS, VISIBLE, WorkerPlan, plan_workers


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch):
    """Have so many graphics cards."""
    monkeypatch.delenv(VISIBLE, raising=False)
    monkeypatch.delenv(THREADS, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)

    def have(count: int) -> None:
        monkeypatch.setattr("torch.cuda.is_available", lambda: count > 0)
        monkeypatch.setattr("torch.cuda.device_count", lambda: count)
        monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)

    return have


def test_one_device_is_left_to_the_worker(cards) -> None:
    for count in (0, 1):
        cards(count)
        assert plan_workers() == [WorkerPlan()]


def test_each_card_has_a_worker_that_sees_no_other(cards, monkeypatch: pytest.MonkeyPatch) -> None:
    cards(3)
    assert plan_workers() == [WorkerPlan(f"cuda:{card}", {VISIBLE: str(card)}) for card in range(3)]
    assert plan_workers(["cuda:2", "cpu"]) == [
        WorkerPlan("cuda:2", {VISIBLE: "2"}),
        WorkerPlan("cpu", {VISIBLE: ""}),
    ]
    monkeypatch.setenv(VISIBLE, "5, GPU-7,6")  # the server itself may use only some
    assert plan_workers(["cuda:1"]) == [WorkerPlan(None, {VISIBLE: "GPU-7"})]


def test_workers_on_the_cpu_share_its_cores(cards, monkeypatch: pytest.MonkeyPatch) -> None:
    cards(0)
    assert plan_workers(["cpu"]) == [WorkerPlan(None, {VISIBLE: ""})]
    assert plan_workers(["cpu"] * 3) == [WorkerPlan("cpu", {VISIBLE: "", THREADS: "2"})] * 3
    monkeypatch.setenv(THREADS, "1")  # somebody has said it otherwise
    assert plan_workers(["cpu"] * 3) == [WorkerPlan("cpu", {VISIBLE: ""})] * 3


@pytest.mark.parametrize("names", [["cuda:1"], ["cuda"], ["CPU"], [""], ["cpu"] * 65])
def test_what_is_not_there_is_refused(cards, names: list[str]) -> None:
    cards(1)
    with pytest.raises(OptionError, match=r"device was given as|at most 64"):
        plan_workers(names)
