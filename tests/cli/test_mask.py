"""``brushwork mask``: a grey picture, or one sentence that says why there is none."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest


def levels(path):
    with PIL.Image.open(path) as image:
        assert image.mode == "L"
        return np.asarray(image)


def test_a_box_is_white_and_the_rest_is_black(brushwork, folder):
    outcome = brushwork("mask", "photo.jpg", "--box", "100,50,300,200")
    assert (outcome.code, outcome.err) == (0, "")
    assert "photo-mask.png  1024×768, 7.6 % selected" in outcome.out
    mask = levels(folder / "photo-mask.png")
    assert mask.shape == (768, 1024)
    assert (mask[50:250, 100:400] == 255).all()
    assert mask.sum() == 255 * 300 * 200


def test_selections_add_up_are_inverted_and_are_feathered(brushwork, folder):
    boxes = ("--box", "0,0,10%,100%", "--box", "90%,0,10%,100%", "--ellipse", "40%,40%,20%,20%")
    assert brushwork("mask", "cat", *boxes, "-o", "plain.png").code == 0
    assert brushwork("mask", "cat", *boxes, "--invert", "-o", "rest.png").code == 0
    assert brushwork("mask", "cat", *boxes, "--feather", "9", "-o", "soft.png").code == 0
    plain, rest, soft = (levels(folder / f"{n}.png") for n in ("plain", "rest", "soft"))
    assert (plain[384, [5, 1018, 512]] == 255).all()
    assert plain[100, 512] == 0
    assert (plain.astype(int) + rest == 255).all()
    assert soft.mean() == pytest.approx(plain.mean(), rel=0.005)
    assert len(np.unique(soft)) > 100


def test_a_colour_and_a_subject(brushwork, folder):
    assert brushwork("mask", "cat", "--color", "#b62c53", "-o", "red.png").code == 0
    assert brushwork("mask", "cat", "--subject", "170,90,854,490", "-o", "cat.png").code == 0
    red, cat = levels(folder / "red.png"), levels(folder / "cat.png")
    assert (red[600, 100], cat[600, 100]) == (255, 0)
    assert (red[350, 850], cat[350, 850]) == (0, 255)


def test_the_flags_may_come_before_the_photo(brushwork, folder):
    assert brushwork("mask", "--box", "1,1,9,9", "--box", "20,1,9,9", "cat").code == 0
    assert (levels(folder / "cat-mask.png") == 255).sum() == 2 * 81


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cat"], "nothing was selected; give at least one of --box"),
        (["cat", "--invert"], "nothing was selected"),
        (["cat", "--box", "1,2,3"], "'1,2,3'; allowed are four numbers X,Y,W,H"),
        (["cat", "--subject", "here"], "'here'; allowed are four numbers"),
        (["cat", "--box", "2000,1,3,3"], "'2000,1,3,3' lies outside the photo"),
        (["cat", "--ellipse", "1,1,0,3"], "has no area"),
        (["cat", "--color", "blurple"], "'blurple'; allowed are names"),
        (["cat", "--color", "lime"], "no pixel of the photo has the colour #00ff00"),
        (["cat", "--color", "red", "--tolerance", "2"], "tolerance was given as 2"),
        (["cat", "--box", "1,1,9,9", "--tolerance", "x"], "--tolerance"),
        (["cat", "--box", "1,1,9,9", "--feather", "-1"], "feather was given as -1"),
        (["cat", "--box", "0,0,100%,100%", "--invert"], "nothing of the photo is selected"),
        (["cat", "--subject", "0,0,100%,100%"], "leaves nothing of the photo outside"),
        (["kat", "--box", "1,1,9,9"], "did you mean 'cat'"),
        (["cat", "--box", "1,1,9,9", "-o", "mask.bmp"], ".png"),
        (["--box", "1,1,9,9"], "PHOTO"),
    ],
)
def test_bad_requests_exit_with_2_and_one_sentence(brushwork, folder, arguments, message):
    before = sorted(folder.iterdir())
    outcome = brushwork("mask", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.startswith("brushwork: ")
    assert outcome.err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_an_existing_file_is_replaced_only_when_that_is_asked_for(brushwork, folder, monkeypatch):
    (folder / "cat-mask.png").write_bytes(b"precious")
    with monkeypatch.context() as patch:
        patch.setattr("brushwork.images.read", lambda *_: pytest.fail("work has started"))
        outcome = brushwork("mask", "cat", "--box", "1,1,9,9")
    assert outcome.code == 2
    assert "cat-mask.png' exists; use --overwrite" in outcome.err
    assert (folder / "cat-mask.png").read_bytes() == b"precious"
    assert brushwork("mask", "cat", "--box", "1,1,9,9", "--overwrite").code == 0
    assert levels(folder / "cat-mask.png").max() == 255


def test_help_does_not_load_torch(process):
    script = (
        "import sys\nfrom brushwork.cli import main\n"
        "try:\n    main(['mask', '--help'])\n"
        "finally:\n    assert 'torch' not in sys.modules, 'torch was loaded'\n"
    )
    _, err = process(interpreter=("-c", script)).communicate()
    assert err == ""


def test_what_is_transparent_is_not_selected(brushwork, folder):
    cut = PIL.Image.new("RGBA", (80, 60), (200, 30, 30, 255))
    cut.paste((30, 30, 200, 0), (40, 0, 80, 60))
    cut.save(folder / "cut.png")
    assert brushwork("mask", "cut.png", "--color", "#c81e1e", "-o", "red.png").code == 0
    assert (
        brushwork("mask", "cut.png", "--box", "0,0,20,60", "--invert", "-o", "rest.png").code == 0
    )
    red, rest = levels(folder / "red.png"), levels(folder / "rest.png")
    assert ((red == 255) == (np.arange(80) < 40)).all()
    assert ((rest == 255) == ((np.arange(80) >= 20) & (np.arange(80) < 40))).all()
