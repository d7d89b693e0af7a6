"""What is fastest is measured in turns, remembered with its figures, and questioned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from brushwork.features import choices, machine, measuring
from brushwork.features.figures import Figures
from brushwork.features.kernels import CHANNELS_LAST, CONTIGUOUS, WINOGRAD, Kernel, Work
from brushwork.system import remembered

SMALL = Work(4, 6, 64)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Keep what is measured in an empty folder, and forget what this process knows."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("BRUSHWORK_KERNELS", "")
    monkeypatch.setattr(remembered.platformdirs, "user_cache_dir", lambda _: str(cache))
    monkeypatch.setattr(choices, "_adopted_choices", {})
    monkeypatch.setattr(choices, "_choices", {})
    choices.forget_figures()
    yield cache
    choices.forget_figures()


class Clock:
    """Stands in for evaluations: each takes the seconds that a test says."""

    def __init__(self) -> None:
        self.seconds = {
            ("float32", "contiguous"): 1.0,
            ("float32", "channels-last"): 1.5,
            ("float32", "winograd"): 1.2,
            ("bfloat16", "contiguous"): 0.6,
            ("bfloat16", "channels-last"): 0.5,
        }
        #: What the time of the n-th evaluation is multiplied by.
        self.disturbance: Callable[[int], float] = lambda _: 1.0
        self.evaluations = 0
        self.now = 0.0

    def evaluate(
        self, network: object, kernel: Kernel, image: torch.Tensor
    ) -> tuple[measuring.Record, float]:
        precision = network.precision  # type: ignore[attr-defined]
        self.evaluations += 1
        part = image.shape[2] / max(measuring.SIDES)
        taken = part * self.seconds[precision, kernel.name] * self.disturbance(self.evaluations)
        self.now += taken
        dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        work = Work(4, 6, image.shape[2] ** 2)
        return [(work, dtype, 0.8 * taken)], taken


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(measuring, "_evaluate", made.evaluate)
    monkeypatch.setattr(measuring, "_list_precisions", lambda: ["float32", "bfloat16"])
    monkeypatch.setattr(measuring.time, "perf_counter", lambda: made.now)
    kernels = {
        torch.float32: (CONTIGUOUS, CHANNELS_LAST, WINOGRAD),
        torch.bfloat16: (CONTIGUOUS, CHANNELS_LAST),
    }
    for module in (measuring, choices):
        monkeypatch.setattr(module, "list_candidates", kernels.__getitem__)
    return made


def next_process() -> None:
    choices.forget_figures()
    choices._choices.clear()


@pytest.mark.parametrize("fast", [CONTIGUOUS, CHANNELS_LAST, WINOGRAD])
def test_the_fastest_kernel_is_chosen(clock: Clock, fast: Kernel) -> None:
    clock.seconds["float32", fast.name] = 0.5
    assert choices.choose_kernel(SMALL, torch.float32) is fast


@pytest.mark.parametrize("fast", [CONTIGUOUS, CHANNELS_LAST])
def test_bfloat16_has_two_layouts(clock: Clock, fast: Kernel) -> None:
    clock.seconds["bfloat16", fast.name] = 0.1
    assert choices.choose_kernel(SMALL, torch.bfloat16) is fast


def test_all_maps_of_a_network_lie_in_one_layout(clock: Clock) -> None:
    """Turning maps round takes longer than the better kernel of one layer gains."""
    figures = Figures(
        turns=1,
        convolutions={
            "bfloat16 4x6": {"64": {"contiguous": 1.0, "channels-last": 2.0}},
            "float32 4x6": {"64": {"contiguous": 1.0, "channels-last": 2.0, "winograd": 0.5}},
        },
        evaluations={
            "bfloat16": {"contiguous": {"64": 9.0}, "channels-last": {"64": 8.0}},
            "float32": {"contiguous": {"64": 8.0}, "channels-last": {"64": 9.0}},
        },
    )
    remembered.write_remembered(choices.TOPIC, choices.describe_machine(), figures.model_dump())
    assert choices.choose_kernel(SMALL, torch.bfloat16) is CHANNELS_LAST
    assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD


def test_figures_are_remembered_by_the_next_process(clock: Clock, folder: Path) -> None:
    assert choices.choose_kernel(SMALL, torch.float32) is CONTIGUOUS
    before = clock.evaluations
    clock.seconds["float32", "winograd"] = 0.1  # by now another one would win
    next_process()
    assert choices.choose_kernel(SMALL, torch.float32) is CONTIGUOUS
    assert clock.evaluations == before
    assert [file.name for file in folder.iterdir()] == ["figures.json"]
    known = json.loads((folder / "figures.json").read_text("utf-8"))[choices.describe_machine()]
    assert known["convolutions"]["float32 4x6"]["4096"].keys() == {
        "contiguous",
        "channels-last",
        "winograd",
    }


def test_another_machine_measures_for_itself(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    choices.choose_kernel(SMALL, torch.float32)
    clock.seconds["float32", "winograd"] = 0.1
    monkeypatch.setattr(choices, "describe_machine", lambda: "another")
    next_process()
    assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD


@pytest.mark.parametrize(("seconds", "pays"), [(0.78, True), (0.82, False), (2.0, False)])
def test_bfloat16_pays_where_it_is_a_quarter_faster(
    clock: Clock, seconds: float, pays: bool
) -> None:
    clock.seconds["bfloat16", "channels-last"] = clock.seconds["bfloat16", "contiguous"] = seconds
    assert choices.is_bfloat16_faster() is pays


def test_a_choice_that_was_close_is_measured_again_until_it_is_known_well(clock: Clock) -> None:
    clock.seconds["bfloat16", "channels-last"] = clock.seconds["bfloat16", "contiguous"] = 0.78
    turns = []
    for _ in range(8):
        next_process()
        choices.is_bfloat16_faster()
        turns.append(choices.get_figures().turns)
    assert turns[0] < turns[1] <= turns[-1]
    assert turns[-1] == turns[-2] >= choices.ENOUGH_TURNS


def test_layouts_that_were_close_are_measured_again(clock: Clock) -> None:
    """Another program takes the processor whenever bfloat16 is measured with channels last."""
    clock.seconds["bfloat16", "channels-last"] = 0.75
    assert choices.choose_kernel(SMALL, torch.bfloat16) is CONTIGUOUS
    clock.seconds["bfloat16", "channels-last"] = 0.5  # the other program is over
    next_process()
    assert choices.choose_kernel(SMALL, torch.bfloat16) is CHANNELS_LAST


def test_a_layout_that_nobody_takes_is_not_measured_again(clock: Clock) -> None:
    clock.seconds["float32", "channels-last"] = 1.1  # as contiguous, but bfloat16 is taken
    choices.is_bfloat16_faster()
    before = clock.evaluations
    next_process()
    choices.is_bfloat16_faster()
    assert clock.evaluations == before


def test_channels_last_wins_where_it_is_hardly_behind(clock: Clock) -> None:
    clock.seconds["bfloat16", "channels-last"] = 0.64
    assert choices.choose_kernel(SMALL, torch.bfloat16) is CHANNELS_LAST


def test_a_clear_choice_is_not_measured_again(clock: Clock) -> None:
    choices.is_bfloat16_faster()
    before = clock.evaluations
    next_process()
    choices.is_bfloat16_faster()
    assert clock.evaluations == before


def test_measuring_keeps_to_its_budget(clock: Clock) -> None:
    for contender in clock.seconds:
        clock.seconds[contender] = 0.9 if contender[0] == "float32" else 0.7
    choices.is_bfloat16_faster()
    one_turn = sum(4 / 3 * seconds for seconds in clock.seconds.values())
    assert choices.get_figures().turns == 1
    assert clock.now < choices.BUDGET_SECONDS + 2 * one_turn


def test_a_disturbed_clock_chooses_wrongly_and_recovers(clock: Clock) -> None:
    """Another program takes the processor whenever bfloat16 is measured, at first."""
    quick = dict(clock.seconds)
    for kernel in ("contiguous", "channels-last"):
        clock.seconds["bfloat16", kernel] = 0.9
    assert choices.is_bfloat16_faster() is False
    clock.seconds = quick  # the other program is over
    next_process()
    assert choices.is_bfloat16_faster() is True  # it had been close, and was measured again


def test_a_broken_promise_is_told_and_measured_anew(clock: Clock) -> None:
    """The other way about: a run is much slower than what another precision had promised."""
    for kernel in ("contiguous", "channels-last"):
        clock.seconds["bfloat16", kernel] = 0.01  # a clock that stood still
    assert choices.is_bfloat16_faster() is True
    pixels = max(measuring.SIDES) ** 2
    assert choices.question_choice("bfloat16", pixels, 1.0, 1.2) is None
    note = choices.question_choice("bfloat16", pixels, 1.0, 5.0)
    assert note is not None and "float32 had been measured" in note
    for kernel in ("contiguous", "channels-last"):
        clock.seconds["bfloat16", kernel] = 2.5
    next_process()
    assert choices.is_bfloat16_faster() is False


def test_what_is_outdone_when_small_is_not_measured_when_large(clock: Clock) -> None:
    for kernel in ("contiguous", "channels-last"):
        clock.seconds["bfloat16", kernel] = 0.3
    seconds = choices.get_figures().evaluations
    small, large = (str(side**2) for side in measuring.SIDES)
    assert {size for sizes in seconds["float32"].values() for size in sizes} == {small}
    assert {size for sizes in seconds["bfloat16"].values() for size in sizes} == {small, large}
    assert choices.get_figures().predict("float32", 2 * 64**2) == pytest.approx(2 / 3)
    assert choices.is_bfloat16_faster() is True


def test_what_was_outdone_is_measured_once_somebody_asks_for_it(clock: Clock) -> None:
    for kernel in ("contiguous", "channels-last"):
        clock.seconds["bfloat16", kernel] = 0.3
    clock.seconds["float32", "winograd"] = 0.8
    assert choices.is_bfloat16_faster() is True
    assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD
    before = clock.evaluations
    next_process()
    assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD
    assert choices.is_bfloat16_faster() is True
    assert clock.evaluations == before


def test_a_single_turn_that_is_disturbed_does_not_count(clock: Clock) -> None:
    clock.seconds = {contender: seconds / 20 for contender, seconds in clock.seconds.items()}
    clock.disturbance = lambda number: 50.0 if 6 <= number <= 15 else 1.0
    assert choices.is_bfloat16_faster() is True


def test_a_run_is_told_to_choose_as_another_did(clock: Clock) -> None:
    choices.choose_kernel(SMALL, torch.float32)
    choices.is_bfloat16_faster()
    made = choices.get_choices()
    next_process()
    choices.adopt_choices({name: {"yes": "no"}.get(way, "winograd") for name, way in made.items()})
    assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD
    assert choices.is_bfloat16_faster() is False


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"a": 3}', "\x00\xff", '{"MACHINE": {"turns": "many"}}']
)
def test_a_torn_file_is_written_anew(clock: Clock, folder: Path, content: str) -> None:
    folder.mkdir()
    content = content.replace("MACHINE", choices.describe_machine())
    (folder / "figures.json").write_text(content, encoding="latin-1")
    assert choices.choose_kernel(SMALL, torch.float32) is CONTIGUOUS
    known = json.loads((folder / "figures.json").read_text("utf-8"))
    assert known[choices.describe_machine()]["turns"] > 0


def test_a_remembered_kernel_that_is_gone_is_not_used(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.seconds["float32", "winograd"] = 0.1
    choices.choose_kernel(SMALL, torch.float32)
    next_process()
    monkeypatch.setattr(choices, "list_candidates", lambda _: (CONTIGUOUS, CHANNELS_LAST))
    assert choices.choose_kernel(SMALL, torch.float32) is CHANNELS_LAST


def test_where_nothing_can_be_written_nothing_fails(clock: Clock, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    assert choices.choose_kernel(SMALL, torch.float32) is CONTIGUOUS


def test_figures_are_looked_up_by_the_size_that_is_most_alike() -> None:
    figures = Figures(
        convolutions={"float32 4x6": {"64": {"winograd": 1.0}, "4096": {"contiguous": 1.0}}}
    )
    assert figures.find_kernels(Work(4, 6, 200), "float32") == {"winograd": 1.0}
    assert figures.find_kernels(Work(4, 6, 10**6), "float32") == {"contiguous": 1.0}
    assert figures.find_kernels(Work(4, 8, 200), "float32") == {}


def test_seconds_go_along_a_line() -> None:
    figures = Figures(
        evaluations={
            "float32": {
                "contiguous": {"100": 1.0, "300": 5.0},
                "channels-last": {"100": 2.0, "300": 4.0},
            }
        }
    )
    assert figures.predict("float32", 1000) == pytest.approx(11.0)
    assert figures.predict("bfloat16", 1000) is None


def test_only_the_thread_that_measures_is_told_what_to_choose(clock: Clock) -> None:
    chosen = choices.choose_kernel(SMALL, torch.float32)
    with choices.force(lambda *_: WINOGRAD), ThreadPoolExecutor(1) as other:
        assert choices.choose_kernel(SMALL, torch.float32) is WINOGRAD
        assert other.submit(choices.choose_kernel, SMALL, torch.float32).result() is chosen
    assert choices.choose_kernel(SMALL, torch.float32) is chosen


def test_where_the_choice_is_left_to_torch_nothing_is_measured(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRUSHWORK_KERNELS", "plain")
    assert choices.is_bfloat16_faster() is False
    assert choices.describe_choice("float32") == "float32"
    assert clock.evaluations == 0


@pytest.mark.parametrize(
    ("flags", "has"), [("fpu avx512_bf16 sse", True), ("amx_bf16", True), ("fpu avx512f", False)]
)
def test_a_processor_says_whether_it_knows_bfloat16(
    flags: str, has: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.has_bfloat16.cache_clear()
    monkeypatch.setattr(machine, "_read_processor", {"flags": flags}.__getitem__)
    assert machine.has_bfloat16() is has
    machine.has_bfloat16.cache_clear()


@pytest.mark.slow
def test_a_whole_network_is_really_measured() -> None:
    with torch.no_grad():  # as where a target is computed
        figures = measuring.measure(Figures(), budget=0.0)
    assert figures.turns == 1
    # Where bfloat16 is much faster, large images are not evaluated in float32.
    fast = "bfloat16" if "bfloat16" in figures.evaluations else "float32"
    assert set(figures.convolutions[f"{fast} 64x64"]) == {str(side**2) for side in measuring.SIDES}
    seconds = figures.evaluations[fast]["channels-last"]
    assert 0 < seconds[str(64**2)] < seconds[str(192**2)] < 60
    spent = [
        s for kernels in figures.convolutions["float32 64x64"].values() for s in kernels.values()
    ]
    assert all(0 < second < 60 for second in spent)
