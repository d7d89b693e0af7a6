"""``brushwork recipe`` and ``rerun``: a picture tells how it was made, and is made again."""

from __future__ import annotations

import json

import PIL.Image
import pytest

SMALL = ["--size", "48", "--effort", "0.25"]


@pytest.fixture
def picture(brushwork, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("stylize", "photo.jpg", "great-wave:2", *SMALL, "-o", "out.jpg")
    assert outcome.code == 0, outcome.err
    return tmp_path / "out.jpg"


def test_the_recipe_is_shown(brushwork, picture):
    outcome = brushwork("recipe", "out.jpg")
    words = " ".join(outcome.out.split())
    assert outcome.code == 0
    for part in ("photo photo.jpg", "painting 1: weight 2.0", "size 48", "loss: style", "torch"):
        assert part in words
    fields = json.loads(brushwork("recipe", "out.jpg", "--json").out)
    assert fields["content"] == "photo.jpg"


def test_it_is_painted_again_and_larger(brushwork, picture):
    outcome = brushwork("rerun", "out.jpg", "--size", "64")
    assert outcome.code == 0, outcome.err
    with PIL.Image.open("out-again.png") as again:
        assert max(again.size) == 64


def test_a_sidecar_is_a_recipe_too(brushwork, picture):
    assert brushwork("demo", *SMALL, "-o", "a.png", "--sidecar", "--no-recipe").code == 0
    assert brushwork("recipe", "a.png").code == 2
    assert "great-wave" in brushwork("recipe", "a.png.json").out
    outcome = brushwork("demo", *SMALL, "-o", "b.png", "--sidecar")
    assert outcome.code == 0
    outcome = brushwork("rerun", "b.png.json", "-o", "c.png")
    assert outcome.code == 0, outcome.err


def test_a_sidecar_is_not_replaced_unless_asked(brushwork, picture):
    (picture.parent / "d.png.json").write_text("mine")
    outcome = brushwork("demo", *SMALL, "-o", "d.png", "--sidecar")
    assert outcome.code == 2
    assert "--overwrite" in outcome.err
    assert not (picture.parent / "d.png").exists()


@pytest.mark.parametrize("command", ["recipe", "rerun"])
@pytest.mark.parametrize(
    ("file", "message"), [("photo.jpg", "carries no recipe"), ("missing.png", "missing.png")]
)
def test_what_has_no_recipe_exits_with_2(brushwork, picture, command, file, message):
    outcome = brushwork(command, file)
    assert outcome.code == 2
    assert message in outcome.err
