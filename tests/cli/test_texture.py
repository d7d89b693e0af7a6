"""``brushwork texture`` and colours alone: pictures by other ways than painting a photo."""

from __future__ import annotations

import PIL.Image
import pytest


def test_a_seamless_texture_has_sides_that_are_multiples_of_16(brushwork, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    flags = ["--size", "100", "--effort", "0.25", "--seamless", "--aspect", "2"]
    outcome = brushwork("texture", "great-wave", *flags)
    assert outcome.code == 0, outcome.err
    assert "content" not in outcome.out
    with PIL.Image.open(tmp_path / "great-wave-texture.png") as tile:
        assert tile.size == (96, 48)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no painting"),
        (["great-wave", "--mask", "cat"], "needs a photo"),
        (["great-wave", "--aspect", "99"], "between 0.1 and 10"),
        (["great-wave", "--aspect", "nan"], "between 0.1 and 10"),
    ],
)
def test_textures_that_cannot_be_exit_with_2(brushwork, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("texture", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert not list(tmp_path.glob("*.png"))


def test_colours_alone_are_there_at_once_and_have_no_losses(brushwork, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("stylize", "cat", "great-wave", "--color", "only", "--size", "80")
    assert outcome.code == 0, outcome.err
    assert "style" not in outcome.out
    with PIL.Image.open(tmp_path / "cat-great-wave.png") as picture:
        assert picture.size == (80, 60)


def test_a_mask_keeps_the_photo_outside(brushwork, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mask = PIL.Image.new("L", (80, 60), 0)
    mask.paste(255, (0, 0, 40, 60))
    mask.save("mask.png")
    small = ["--size", "80", "--effort", "0.25"]
    assert brushwork("stylize", "cat", "great-wave", "--mask", "mask.png", *small).code == 0
    assert brushwork("stylize", "cat", "great-wave", *small, "-o", "all.png").code == 0
    with PIL.Image.open("cat-great-wave.png") as masked, PIL.Image.open("all.png") as painted:
        difference = [
            sum(abs(a - b) for a, b in zip(masked.getpixel(at), painted.getpixel(at), strict=True))
            for at in ((60, 30), (70, 10), (75, 50))
        ]
    assert max(difference) > 20
