"""``brushwork compare``: distances of any pictures, printed and drawn."""

from __future__ import annotations

import json

import PIL.Image
import pytest


@pytest.fixture
def made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with PIL.Image.open("photo.jpg") as photo:
        photo.resize((80, 60)).save("same.png")
        photo.convert("L").resize((80, 60)).save("grey.png")
        photo.resize((60, 60)).save("square.png")
    return tmp_path


def test_distances_as_json(brushwork, made):
    outcome = brushwork(
        "compare", "photo.jpg", "great-wave", "same.png", "grey.png", "--json", "--size", "80"
    )
    assert outcome.code == 0, outcome.err
    photo, painting, same, grey = json.loads(outcome.out)
    assert photo["content"] == 0 and painting["style"] == pytest.approx(0, abs=1e-9)
    assert same["picture"] == "same"
    assert 0 <= same["content"] < grey["content"]
    assert photo["style"] > 0.1


def test_a_table_and_a_picture(brushwork, made):
    outcome = brushwork(
        "compare", "photo.jpg", "great-wave", "grey.png", "--size", "80", "-o", "sheet.png"
    )
    assert outcome.code == 0, outcome.err
    assert "grey" in outcome.out and "lower is better" in outcome.out
    with PIL.Image.open(made / "sheet.png") as sheet:
        assert sheet.width > 640


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["photo.jpg", "great-wave"], "no picture was given"),
        (["photo.jpg", "great-wave", "square.png"], "aspect ratio"),
        (["photo.jpg", "great-wave", "missing.png"], "missing.png"),
        (["photo.jpg", "great-wave", "same.png", "-o", "same.png"], "--overwrite"),
        (["photo.jpg", "great-wave", "same.png", "--size", "1"], "64"),
    ],
)
def test_what_cannot_be_compared_exits_with_2(brushwork, made, arguments, message):
    outcome = brushwork("compare", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
