"""The kernels are measured once, remembered for this machine, and never break anything."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from brushwork.features import kernels
from brushwork.features.kernels import (
    CHANNELS_LAST,
    CONTIGUOUS,
    WINOGRAD,
    Kernel,
    Work,
    list_candidates,
)

SMALL = Work.of(4, 6, 60)


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """Keep what is measured in an empty folder, and forget what this process knows."""
    monkeypatch.setattr(kernels.platformdirs, "user_cache_dir", lambda _: str(tmp_path / "cache"))
    monkeypatch.setattr(kernels, "_adopted_choices", {})
    monkeypatch.setattr(kernels, "_choices", {})
    cached = (kernels.choose_kernel, kernels.is_bfloat16_faster)
    for function in cached:
        function.cache_clear()
    yield tmp_path / "cache"
    for function in cached:
        function.cache_clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[Kernel, float], None]:
    """Say how long each kernel takes, and count how often that is asked."""
    seconds: dict[str, float] = {}

    def times(candidates: list[Kernel], work: Work, dtype: torch.dtype) -> list[float]:
        return [seconds[f"{kernel.name} {dtype}"] for kernel in candidates]

    monkeypatch.setattr(kernels, "_time_kernels", times)
    monkeypatch.setattr(kernels, "list_candidates", lambda dtype: candidates_of[dtype])
    candidates_of = {
        torch.float32: (CONTIGUOUS, CHANNELS_LAST, WINOGRAD),
        torch.bfloat16: (CHANNELS_LAST,),
    }

    def set_time(kernel: Kernel, value: float, dtype: torch.dtype = torch.float32) -> None:
        seconds[f"{kernel.name} {dtype}"] = value
        kernels.choose_kernel.cache_clear()
        kernels.is_bfloat16_faster.cache_clear()

    for kernel in candidates_of[torch.float32]:
        set_time(kernel, 1.0)
    return set_time


@pytest.mark.parametrize("fast", [CONTIGUOUS, CHANNELS_LAST, WINOGRAD])
def test_the_fastest_is_chosen(clock: Callable[..., None], fast: Kernel) -> None:
    clock(fast, 0.5)
    assert kernels.choose_kernel(SMALL, torch.float32) is fast


def test_a_choice_is_remembered_by_the_next_process(clock: Callable[..., None]) -> None:
    clock(WINOGRAD, 0.5)
    kernels.choose_kernel(SMALL, torch.float32)
    clock(CONTIGUOUS, 0.1)  # by now another one would win
    assert kernels.choose_kernel(SMALL, torch.float32) is WINOGRAD


def test_the_file_is_written_whole_and_leaves_nothing_beside_it(
    clock: Callable[..., None], folder: Path
) -> None:
    clock(WINOGRAD, 0.5)
    kernels.choose_kernel(SMALL, torch.float32)
    kernels.choose_kernel(Work.of(4, 6, 200), torch.float32)
    assert [file.name for file in folder.iterdir()] == ["kernels.json"]
    known = json.loads((folder / "kernels.json").read_text(encoding="utf-8"))
    assert len(known[kernels.describe_machine()]) == 2


def test_another_machine_measures_for_itself(
    clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(WINOGRAD, 0.5)
    kernels.choose_kernel(SMALL, torch.float32)
    clock(CONTIGUOUS, 0.1)
    monkeypatch.setattr(kernels, "describe_machine", lambda: "another")
    assert kernels.choose_kernel(SMALL, torch.float32) is CONTIGUOUS


@pytest.mark.parametrize("content", ["", "{", "[]", '{"a": 3}', "\x00\xff", '{"a": {"b": "c"}}'])
def test_a_torn_file_is_written_anew(
    clock: Callable[..., None], folder: Path, content: str
) -> None:
    folder.mkdir()
    (folder / "kernels.json").write_text(content, encoding="latin-1")
    clock(WINOGRAD, 0.5)
    assert kernels.choose_kernel(SMALL, torch.float32) is WINOGRAD
    known = json.loads((folder / "kernels.json").read_text(encoding="utf-8"))
    assert "winograd" in known[kernels.describe_machine()].values()


def test_a_remembered_kernel_that_is_gone_is_not_used(
    clock: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock(WINOGRAD, 0.5)
    kernels.choose_kernel(SMALL, torch.float32)
    kernels.choose_kernel.cache_clear()
    monkeypatch.setattr(kernels, "list_candidates", lambda _: (CONTIGUOUS, CHANNELS_LAST))
    assert kernels.choose_kernel(SMALL, torch.float32) is CHANNELS_LAST


def test_where_nothing_can_be_written_nothing_fails(
    clock: Callable[..., None], folder: Path
) -> None:
    folder.write_text("a file where the folder should be")
    clock(WINOGRAD, 0.5)
    assert kernels.choose_kernel(SMALL, torch.float32) is WINOGRAD


@pytest.mark.parametrize(("seconds", "pays"), [(0.79, True), (0.81, False), (2, False)])
def test_bfloat16_pays_where_it_is_a_quarter_faster(
    clock: Callable[..., None], seconds: float, pays: bool
) -> None:
    clock(CHANNELS_LAST, seconds, torch.bfloat16)
    assert kernels.is_bfloat16_faster() is pays


def test_the_kernels_are_really_timed() -> None:
    choices = list_candidates(torch.float32)
    times = kernels._time_kernels(choices, SMALL, torch.float32)
    assert len(times) == len(choices)
    assert all(0 < seconds < 10 for seconds in times)
    assert kernels.choose_kernel(SMALL, torch.float32) in choices
    assert kernels.choose_kernel(SMALL, torch.bfloat16) is CHANNELS_LAST


@pytest.mark.parametrize(
    ("pixels", "rounded"), [(1, 1), (2, 2), (3, 4), (4096, 4096), (4097, 8192), (10**7, 16384)]
)
def test_sizes_are_rounded_to_powers_of_two(pixels: int, rounded: int) -> None:
    assert Work.of(3, 64, pixels).pixels == rounded


def test_what_another_process_chose_is_adopted(clock: Callable[..., None]) -> None:
    clock(WINOGRAD, 0.5)
    assert kernels.choose_kernel(SMALL, torch.float32) is WINOGRAD
    theirs = dict.fromkeys(kernels.get_choices(), CONTIGUOUS.name)
    assert len(theirs) == 1
    kernels.adopt_choices(theirs)
    assert kernels.choose_kernel(SMALL, torch.float32) is CONTIGUOUS
    assert kernels.get_choices() == theirs
