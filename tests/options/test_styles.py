"""How a painting is meant, read from one text or given as values."""

from __future__ import annotations

from pathlib import Path

import pytest

from brushwork.errors import OptionError
from brushwork.options import StyleOptions, list_styles, parse_style


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
