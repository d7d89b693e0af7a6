"""Grids: what is varied, what is shared, what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork import api, images
from brushwork.batch.grid import iter_grid
from brushwork.engine.events import Finished, StepTaken
from brushwork.engine.inputs import Inputs
from brushwork.engine.request import Request
from brushwork.errors import ImageError, OptionError
from brushwork.features import VGGFeatures
from brushwork.options import Options, Settings
from brushwork.options.grid import CELL_SIZE, Axis, combine, make_axis, parse_axis

SMALL = Settings.create(size=48, effort=0.25)
pytestmark = pytest.mark.usefixtures("tiny_network")


@dataclass
class Counted:
    """What was read, and how often images were prepared and networks built."""

    read: list[Any] = field(default_factory=list)
    prepared: int = 0
    built: int = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    found = Counted()
    read, prepare, build = images.read, Request.prepare, api.build_networks

    def read_counted(source: Any, **how: Any) -> images.Image:
        if not isinstance(source, images.Image):
            found.read.append(source)
        return read(source, **how)

    def prepare_counted(request: Request, device: torch.device) -> Inputs:
        found.prepared += 1
        return prepare(request, device)

    def build_counted(options: Options, device: torch.device) -> VGGFeatures:
        found.built += 1
        return build(options, device)

    monkeypatch.setattr(images, "read", read_counted)
    monkeypatch.setattr(Request, "prepare", prepare_counted)
    monkeypatch.setattr("brushwork.api.build_networks", build_counted)
    return found


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    """Give a mask that leaves the right half as it is."""
    width, height = images.to_pil(images.read("cat").pixels).size
    half = PIL.Image.new("L", (width, height), 0)
    half.paste(255, (0, 0, width // 2, height))
    half.save(tmp_path / "mask.png")
    return tmp_path / "mask.png"


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
    assert [one.options.strength for _, _, one in found] == [0.3, 0.5, 0.7] * 2
    assert [one.options.statistics for _, _, one in found] == ["gram"] * 3 + ["wasserstein"] * 3
    assert {one.options.size for _, _, one in found} == {48}


def test_cells_are_small_unless_a_size_is_given() -> None:
    ((_, _, one),) = combine(Settings.create(), [parse_axis("strength=0.3")])
    assert one.options.size == CELL_SIZE


def test_a_preset_may_be_varied() -> None:
    found = combine(Settings.create(effort=0.25), [parse_axis("preset=oil,tint")])
    assert [one.options.strength for _, _, one in found] == [0.55, 0.35]
    assert {one.options.effort for _, _, one in found} == {0.25}


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


def test_cells_are_drafts_unless_it_is_said_whether() -> None:
    axis = [parse_axis("strength=0.3,0.6")]
    assert [cell.options.draft for _, _, cell in combine(SMALL, axis)] == [True, True]
    told = Settings.create(SMALL, draft=False)
    assert [cell.options.draft for _, _, cell in combine(told, axis)] == [False, False]


def test_cells_that_the_small_network_cannot_do_are_no_drafts() -> None:
    cells = combine(SMALL, [parse_axis("style_layers=conv1_1+conv2_1,conv1_2+conv2_2")])
    assert [cell.options.draft for _, _, cell in cells] == [True, False]


def test_images_are_prepared_and_networks_built_once(counted: Counted) -> None:
    axes = [parse_axis("color=style,match"), parse_axis("strength=0.3,0.7")]
    results = {}
    for cell in iter_grid("cat", "great-wave", SMALL, axes):
        *_, last = cell.events
        assert isinstance(last, Finished)
        results[cell.row, cell.column] = last.result
    assert len(results) == 4 and counted.prepared == 2 and counted.built == 1
    assert sorted(counted.read) == ["cat", "great-wave"]
    assert results[0, 0].losses["content"] < results[0, 1].losses["content"]
    expected = Settings.create(SMALL, color="match", strength=0.7, draft=True)
    assert results[1, 1].options == expected.options


def test_networks_are_shared_only_by_cells_that_have_the_same(counted: Counted) -> None:
    axes = [parse_axis("pooling=max,average"), parse_axis("seed=0,1")]
    for cell in iter_grid("cat", "great-wave", SMALL, axes):
        next(event for event in cell.events if isinstance(event, StepTaken))
        cell.events.close()
    assert counted.built == 2


def test_sources_that_cells_share_are_read_once(mask: Path, counted: Counted) -> None:
    settings = Settings.create(SMALL, mask=str(mask))
    list(iter_grid("cat", "great-wave", settings, [parse_axis("seed=0,1,2")]))
    assert sorted(counted.read) == sorted(["cat", "great-wave", str(mask)])
    assert counted.prepared == 1


def test_sources_may_be_varied(counted: Counted) -> None:
    axis = parse_axis("preserve=none,detail:4")
    assert axis.labels == ("preserve none", "preserve detail:4")
    plain, kept = iter_grid("cat", "great-wave", SMALL, [axis])
    assert (plain.settings.sources.preserve, kept.settings.sources.preserve) == ("none", "detail")
    assert kept.settings.options.preserve_weight == 4
    *_, first = plain.events
    *_, second = kept.events
    assert isinstance(first, Finished) and isinstance(second, Finished)
    assert counted.built == 1 and counted.prepared == 2
    alone = brushwork.stylize("cat", "great-wave", SMALL, preserve="detail:4", draft=True)
    assert second.result.image.tobytes() == alone.image.tobytes()
    assert second.result.options == alone.options
    assert first.result.image.tobytes() != second.result.image.tobytes()


def test_images_in_memory_are_told_apart(counted: Counted) -> None:
    left = np.zeros((192, 256), np.uint8)
    left[50:150, 50:100] = 255
    right = left[:, ::-1].copy()
    assert repr(left) == repr(right), "printed short, two large arrays look the same"
    list(iter_grid("cat", "great-wave", SMALL, [make_axis("mask", [left, right])]))
    assert counted.prepared == 2


def test_unfit_pictures_are_refused_before_the_first_cell() -> None:
    with pytest.raises(ImageError, match="kat"):
        iter_grid("kat", "great-wave", SMALL, [parse_axis("strength=0.3")])
