"""Grids: what is varied, what is shared, what is refused."""

from __future__ import annotations

import pytest

from brushwork.batch import grid
from brushwork.batch.grid import Axis, combine, iter_grid, parse_axis
from brushwork.engine.events import Finished
from brushwork.errors import ImageError, OptionError
from brushwork.options import Options

SMALL = Options(size=48, effort=0.25)


def test_an_axis_is_read_with_its_types() -> None:
    assert parse_axis("strength=0.3,0.5") == Axis("strength", (0.3, 0.5))
    assert parse_axis("style-scale = 1 , 2") == Axis("style_scale", (1.0, 2.0))
    assert parse_axis("seamless=true,false") == Axis("seamless", (True, False))
    layers = parse_axis("style_layers=conv1_1+conv2_1:3,conv3_1")
    assert layers.values == (("conv1_1", "conv2_1:3"), ("conv3_1",))
    assert layers.labels == ("style layers conv1_1+conv2_1:3", "style layers conv3_1")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("strength", "varies nothing"),
        ("strength=", "varies nothing"),
        ("strength=0.3,9", "less than or equal to 1"),
        ("strong=1", "there is no option 'strong'; the options are size, strength"),
        ("base=1", "there is no option 'base'"),
        ("size=64,128", "one size"),
    ],
)
def test_what_cannot_be_varied_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint):
        parse_axis(text)


def test_the_last_axis_runs_along_rows() -> None:
    found = combine(
        SMALL, [parse_axis("statistics=gram,wasserstein"), parse_axis("strength=0.3,0.5,0.7")]
    )
    assert [(row, column) for row, column, _ in found] == [
        (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2),
    ]  # fmt: skip
    assert [one.strength for _, _, one in found] == [0.3, 0.5, 0.7] * 2
    assert [one.statistics for _, _, one in found] == ["gram"] * 3 + ["wasserstein"] * 3
    assert {one.size for _, _, one in found} == {48}


def test_cells_are_small_unless_a_size_is_given() -> None:
    ((_, _, one),) = combine(Options(), [parse_axis("strength=0.3")])
    assert one.size == grid.CELL_SIZE


def test_a_preset_may_be_varied() -> None:
    found = combine(Options(effort=0.25), [parse_axis("preset=oil,tint")])
    assert [one.strength for _, _, one in found] == [0.55, 0.35]
    assert {one.effort for _, _, one in found} == {0.25}


@pytest.mark.parametrize(
    ("axes", "complaint"),
    [
        ([], "one option or two"),
        (["strength=1", "effort=1", "seed=1"], "one option or two"),
        (["strength=1", "strength=0"], "two different"),
        (["strength=" + ",".join(["0.5"] * 13), "effort=" + ",".join(["1"] * 5)], "5 × 13|13 × 5"),
        (["color=style,only"], "paints nothing"),
    ],
)
def test_grids_that_make_no_sense_are_refused(axes: list[str], complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint):
        combine(SMALL, [parse_axis(text) for text in axes])


def test_pictures_are_read_and_networks_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, built = [], []
    subject_for, network_for = grid.subject_for, grid.network_for
    monkeypatch.setattr(grid, "subject_for", lambda *a: read.append(a) or subject_for(*a))
    monkeypatch.setattr(grid, "network_for", lambda *a: built.append(a) or network_for(*a))
    axes = [parse_axis("color=style,match"), parse_axis("strength=0.3,0.7")]
    painted = {}
    for cell in iter_grid("cat", "great-wave", SMALL, axes):
        *_, last = cell.events
        assert isinstance(last, Finished)
        painted[cell.row, cell.column] = last.result
    assert len(painted) == 4 and len(read) == 2 and len(built) == 1
    assert painted[0, 0].losses["content"] < painted[0, 1].losses["content"]
    assert painted[1, 1].options == Options.create(SMALL, color="match", strength=0.7)


def test_unfit_pictures_are_refused_before_the_first_cell() -> None:
    with pytest.raises(ImageError, match="kat"):
        iter_grid("kat", "great-wave", SMALL, [parse_axis("strength=0.3")])
