"""How a painting is meant, read from one text or given as values."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from brushwork.errors import OptionError
from brushwork.options import StyleOptions, list_styles, parse_style, split_mixture


@pytest.mark.parametrize(
    ("text", "name", "options"),
    [
        ("ejiri", "ejiri", {}),
        ("ejiri:2.5", "ejiri", {"weight": 2.5}),
        ("ejiri@red", "ejiri", {"region": "red"}),
        ("ejiri:2@#ff8000", "ejiri", {"weight": 2, "region": "#ff8000"}),
        ("ejiri@sky.png,scale=2", "ejiri", {"region": "sky.png", "scale": 2}),
        (
            "a.jpg:3,layers=conv1_1+conv2_1,part=b.png",
            "a.jpg",
            {"weight": 3, "layers": ("conv1_1", "conv2_1"), "part": "b.png"},
        ),
        ("C:/painting.jpg", "C:/painting.jpg", {}),
        ("C:/painting.jpg:0.5", "C:/painting.jpg", {"weight": 0.5}),
        ("one,two.jpg", "one,two.jpg", {}),
    ],
)
def test_a_text_says_painting_weight_region_and_more(
    text: str, name: str, options: dict[str, object]
) -> None:
    assert parse_style(text) == (name, StyleOptions(**options))  # type: ignore[arg-type]


def test_values_say_the_same() -> None:
    wanted = StyleOptions(weight=2, region="red")
    assert parse_style(("ejiri", 2)) == ("ejiri", StyleOptions(weight=2))
    assert parse_style(("ejiri", {"weight": 2, "region": "red"})) == ("ejiri", wanted)
    assert parse_style(("ejiri", wanted)) == ("ejiri", wanted)
    assert parse_style(("ejiri:3", {"weight": 2, "region": "red"})) == (
        "ejiri",
        StyleOptions(weight=6, region="red"),
    )


@pytest.mark.parametrize("name", ["12:30", "me@home", "a,scale=2"])
def test_a_file_is_taken_as_it_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).touch()
    assert parse_style(name) == (name, StyleOptions())


GVFS = "gvfs/smb-share:server=nas,share=photos"


@pytest.mark.parametrize(
    ("files", "text", "name", "options"),
    [
        (["logo@2x.png"], "logo@2x.png:2", "logo@2x.png", {"weight": 2}),
        (["logo@2x.png"], "logo@2x.png@red,scale=2", "logo@2x.png", {"region": "red", "scale": 2}),
        (["logo@2x.png", "logo"], "logo@2x.png", "logo@2x.png", {}),
        (["logo"], "logo@2x.png", "logo", {"region": "2x.png"}),
        ([f"{GVFS}/a.jpg"], f"{GVFS}/a.jpg:2", f"{GVFS}/a.jpg", {"weight": 2}),
        (
            [f"{GVFS}/a.jpg", f"{GVFS}/b.png"],
            f"{GVFS}/a.jpg:0.5@{GVFS}/b.png,part={GVFS}/b.png,scale=2",
            f"{GVFS}/a.jpg",
            {"weight": 0.5, "region": f"{GVFS}/b.png", "part": f"{GVFS}/b.png", "scale": 2},
        ),
        (["C:\\art\\a.jpg"], "C:\\art\\a.jpg:2", "C:\\art\\a.jpg", {"weight": 2}),
        (["a:2", "a"], "a:2:3", "a:2", {"weight": 3}),
        (["a,scale=2.png"], "a,scale=2.png,scale=3", "a,scale=2.png", {"scale": 3}),
        (["sky@2x.png"], "ejiri@sky@2x.png:3", "ejiri", {"region": "sky@2x.png", "weight": 3}),
    ],
)
def test_the_longest_file_that_is_there_wins_then_come_the_settings(
    files: list[str],
    text: str,
    name: str,
    options: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    assert parse_style(text) == (name, StyleOptions(**options))  # type: ignore[arg-type]


def test_a_file_of_the_home_folder_is_there_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "a@2x.png").touch()
    assert parse_style("~/a@2x.png:2") == ("~/a@2x.png", StyleOptions(weight=2))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("logo@2x.png:2", "logo@2x.png"),
        (f"{GVFS}/a.jpg", f"{GVFS}/a.jpg"),
        (f"{GVFS}/a.jpg:2,scale=2", f"{GVFS}/a.jpg"),
        ("C:\\art\\a.jpg:2", "C:\\art\\a.jpg"),
        ("https://example.com:80/a@b,scale=2.jpg:2", "https://example.com:80/a@b,scale=2.jpg:2"),
    ],
)
def test_of_a_file_that_is_missing_the_whole_name_is_named(text: str, name: str) -> None:
    assert parse_style(text)[0] == name


@pytest.mark.parametrize(
    ("text", "styles"),
    [
        ("great-wave+ejiri:2", ("great-wave", "ejiri:2")),
        ("a+b.jpg:2+ejiri", ("a+b.jpg:2", "ejiri")),
        (
            "ejiri,layers=conv1_1+conv2_1+great-wave",
            ("ejiri,layers=conv1_1+conv2_1", "great-wave"),
        ),
    ],
)
def test_mixed_styles_are_separated_where_no_name_goes_on(
    text: str, styles: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a+b.jpg").touch()
    assert split_mixture(text) == styles


@pytest.mark.parametrize(
    "weight",
    [np.float32(2), np.int64(2), np.array(2.0), torch.tensor(2), Fraction(2), Decimal(2)],
    ids=lambda weight: type(weight).__name__,
)
def test_a_weight_is_a_number_of_any_type(weight: Any) -> None:
    expected = [("ejiri", StyleOptions(weight=2))]
    assert list_styles(("ejiri", weight)) == list_styles([("ejiri", weight)]) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ejiri:0", "greater than 0"),
        ("ejiri:-1", "greater than 0"),
        ("ejiri:nan", "weight"),
        ("ejiri,scale=9", "less than or equal to 4"),
        ("ejiri,size=3", "there is no option 'size'; the options are weight, region, part"),
        ("ejiri,layers=conv9_1", "there is no layer 'conv9_1'"),
        ("ejiri@", "region"),
        ("ejiri:heavy", "weight was given as 'heavy'"),
    ],
)
def test_what_will_not_do_is_told_with_the_painting(text: str, complaint: str) -> None:
    with pytest.raises(OptionError, match=complaint) as refused:
        parse_style(text)
    assert text in str(refused.value)


def test_one_painting_needs_no_list_and_none_is_refused() -> None:
    assert list_styles("ejiri") == list_styles(["ejiri"]) == [("ejiri", StyleOptions())]
    assert list_styles(("ejiri", 2)) == [("ejiri", StyleOptions(weight=2))]
    assert [name for name, _ in list_styles(("ejiri", "great-wave"))] == ["ejiri", "great-wave"]
    with pytest.raises(OptionError, match="no painting"):
        list_styles([])
