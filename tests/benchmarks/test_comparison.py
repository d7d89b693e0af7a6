"""The comparison measures a process alone, and reads the time to an equal judge off rightly."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

from benchmarks.contenders import CONTENDERS, Job
from benchmarks.measure import run
from benchmarks.report import contact_sheet, markdown
from benchmarks.scores import Score, Scorer
from brushwork import assets


def row(
    wall: float, style: float, content: float, recorded: tuple[Any, ...] = ()
) -> dict[str, Any]:
    return {
        "wall": wall,
        "cpu": 2 * wall,
        "peak": 10**9,
        "score": {"style": style, "content": content, "objective": 0.1},
        "recorded": [
            {"step": step, "wall": at, "score": {"style": s, "content": c, "objective": 0.1}}
            for step, at, s, c in recorded
        ],
    }


def test_a_process_is_measured_alone(tmp_path: Path) -> None:
    work = "x = bytearray(200_000_000)\nfor i in range(3_000_000): pass\nprint('done')"
    big = run([sys.executable, "-c", work], tmp_path / "log")
    small = run([sys.executable, "-c", "pass"], tmp_path / "log2")
    assert (tmp_path / "log").read_text() == "done\n"
    assert big.peak - small.peak > 150_000_000
    assert 0 < small.cpu < big.cpu
    assert 0 < small.wall < big.wall


def test_a_process_that_fails_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="failed with 3:\nalas"):
        run([sys.executable, "-c", "print('alas'); raise SystemExit(3)"], tmp_path / "log")


def test_the_time_to_an_equal_judge_is_the_first_that_is_no_worse_in_either() -> None:
    steps = (
        (50, 20.0, 0.09, 0.1),
        (100, 40.0, 0.07, 0.3),
        (150, 60.0, 0.07, 0.2),
        (200, 80.0, 0, 0),
    )
    rows = {"brushwork": row(10, 0.07, 0.2), "slow": row(100, 0.05, 0.1, steps)}
    assert "as good in both after step 150, 6.0 times as long." in markdown("a:b", 64, rows)


@pytest.mark.parametrize(
    ("style", "content", "said"),
    [
        (0.08, 0.3, "- brushwork and slow: no worse in either distance, and the other took 10.0"),
        (0.05, 0.3, "- brushwork and slow: each is ahead in one distance; the other took 10.0"),
        (0.05, 0.1, "the other is no worse in either distance, in 10.0 times the time."),
    ],
)
def test_the_ends_are_compared_in_both_distances(style: float, content: float, said: str) -> None:
    rows = {"brushwork": row(10, 0.07, 0.2), "slow": row(100, style, content)}
    assert said in markdown("a:b", 64, rows)


def test_every_run_of_ours_is_set_against_the_others() -> None:
    rows = {name: row(10, 0.07, 0.2) for name in ("brushwork", "brushwork 0.6", "x", "y")}
    lines = [line for line in markdown("a:b", 64, rows).splitlines() if line.startswith("- ")]
    assert len(lines) == 4


def test_the_anchors_have_a_distance_of_zero_where_they_must() -> None:
    photo, painting = (assets.find(name) for name in ("cat", "great-wave"))
    assert photo
    assert painting
    scorer = Scorer(photo.path, painting.path, 64)
    assert scorer(photo.path).content == pytest.approx(0, abs=1e-6)
    assert scorer(painting.path).style < 0.2 < 1 < scorer(photo.path).style


def test_no_worse_means_in_neither_distance() -> None:
    goal = Score(0.07, 0.2, 0.1)
    assert Score(0.07, 0.2, 9).no_worse_than(goal)
    assert not Score(0.06, 0.21, 0).no_worse_than(goal)
    assert not Score(0.08, 0.19, 0).no_worse_than(goal)


@pytest.mark.parametrize("name", CONTENDERS)
def test_every_command_names_pictures_size_and_output(name: str, tmp_path: Path) -> None:
    job = Job(Path("photo.jpg"), Path("painting.jpg"), 96, tmp_path / "o.png", tmp_path / "steps")
    command = CONTENDERS[name].command(job)
    assert {"photo.jpg", "painting.jpg", "96", str(tmp_path / "o.png")} <= set(command)


def test_the_contact_sheet_has_a_tile_for_everything(tmp_path: Path) -> None:
    rows = {"output = photo": {"score": {}}, "one": row(1, 0.1, 0.2), "two": row(2, 0.1, 0.2)}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        PIL.Image.new("RGB", (64, 48), "red").save(tmp_path / name / "picture.png")
    photo = tmp_path / "one" / "picture.png"
    sheet = contact_sheet(photo, photo, tmp_path, rows)
    reds = [count for count, colour in sheet.getcolors(10**6) or [] if colour == (255, 0, 0)]
    assert reds == [4 * 64 * 48]
