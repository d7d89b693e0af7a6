"""What a person names becomes the images of a run, or a sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

import PIL.Image
import pytest
import torch

from brushwork import images
from brushwork.engine.inputs import Inputs
from brushwork.engine.recolor import recolor
from brushwork.engine.request import Request
from brushwork.errors import BrushworkError
from brushwork.images import color
from brushwork.options import Settings
from brushwork.planning.pyramid import Scale

CPU = torch.device("cpu")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    left = PIL.Image.new("L", (400, 300), 0)
    left.paste(255, (0, 0, 200, 300))
    left.save("left.png")
    PIL.Image.new("L", (300, 300), 128).save("square.png")
    PIL.Image.new("L", (400, 300), 0).save("black.png")
    flag = PIL.Image.new("RGB", (400, 300), "red")
    flag.paste((0, 0, 255), (200, 0, 400, 300))
    flag.save("flag.png")
    return tmp_path


def subject(*styles: str, **changes: object) -> Inputs:
    settings = Settings.create(**changes)
    return Request.read("cat", styles or ("great-wave",), settings).prepare(CPU)


def texture(**changes: object) -> Inputs:
    return Request.read(None, ["ejiri"], Settings.create(**changes)).prepare(CPU)


def test_everything_is_read(files: Path) -> None:
    found = subject(
        "great-wave:2@red,scale=2",
        "ejiri@left.png,part=left.png",
        "cafe-terrace,layers=conv1_1",
        regions="flag.png",
        mask="left.png",
        preserve="left.png:4",
    )
    wave, ejiri, cafe = found.styles
    assert (wave.weight, wave.region, wave.scale) == (2, "red", 2)
    assert ejiri.part is not None and cafe.layers == ("conv1_1",)
    assert set(found.regions) == {"red", "left.png"}
    assert float(found.regions["red"].mean()) == 0.5
    assert found.mask is not None and found.preserve is not None
    assert {float(value) for value in found.preserve.unique()} == {1.0, 4.0}


def test_a_weight_below_one_keeps_less(files: Path) -> None:
    found = subject(preserve="left.png:0.25").preserve
    assert found is not None
    assert {float(value) for value in found.unique()} == {0.25, 1.0}


def test_details_are_found_in_the_photo() -> None:
    found = subject(preserve="detail").preserve
    assert found is not None
    assert float(found.min()) >= 1 and float(found.max()) == 8


@pytest.mark.parametrize(
    ("styles", "changes", "complaint"),
    [
        (("ejiri@red",), {}, "there is no map of regions"),
        (("ejiri",), {"regions": "flag.png"}, "no painting is for one of its colours"),
        (("ejiri@green",), {"regions": "flag.png"}, "has no green"),
        (("ejiri@nowhere.png",), {}, "nowhere.png"),
        (("ejiri@square.png",), {}, "is 300×300, but the photo is"),
        (("ejiri",), {"mask": "square.png"}, "the mask is 300×300"),
        (("ejiri",), {"mask": "missing.png"}, "missing.png"),
        (("ejiri",), {"preserve": "square.png"}, "the map of what to preserve is 300×300"),
        (("ejiri,part=black.png",), {}, "the part of ejiri is black"),
        (("ejiri,layers=conv1_2",), {}, "not among the style layers"),
    ],
)
def test_what_does_not_go_together_is_told(
    files: Path, styles: tuple[str, ...], changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(BrushworkError, match=complaint):
        subject(*styles, **changes)


def test_match_gives_the_photo_the_palette_of_the_painting() -> None:
    plain, matched = subject().content, subject(color="match").content
    assert plain is not None and matched is not None
    wave = color.to_oklab(images.read("great-wave").pixels).mean(dim=(2, 3))
    assert (color.to_oklab(matched).mean(dim=(2, 3)) - wave).abs().max() < 0.03
    assert (color.to_oklab(plain).mean(dim=(2, 3)) - wave).abs().max() > 0.05


def test_palette_gives_the_painting_the_palette_of_the_photo() -> None:
    found = subject(color="palette")
    assert found.content is not None
    photo = color.to_oklab(found.content).mean(dim=(2, 3))
    painting = color.to_oklab(found.styles[0].pixels).mean(dim=(2, 3))
    assert (photo - painting).abs().max() < 0.02
    assert torch.equal(found.content, images.read("cat").pixels)


def test_content_paints_in_grey_and_shows_the_colours_of_the_photo() -> None:
    found = subject(color="content")
    for picture in (found.content, found.styles[0].pixels):
        assert picture is not None
        assert (picture.amax(dim=1) - picture.amin(dim=1)).max() < 1e-4
    assert found.content is not None
    shown = images.read(found.render(found.content).image()).pixels
    assert (shown - images.read("cat").pixels).abs().mean() < 0.01


def test_only_mixes_palettes_by_weight_and_leaves_what_is_masked(files: Path) -> None:
    photo = images.read("cat").pixels
    size = (photo.shape[2], photo.shape[3])
    found = recolor(subject("great-wave", mask="left.png"), size)
    half = photo.shape[3] // 2
    assert torch.equal(found[..., half + 4 :], photo[..., half + 4 :])
    assert not torch.equal(found[..., : half - 4], photo[..., : half - 4])
    one, two, both = (
        recolor(subject(*names), (96, 128)).mean(dim=(0, 2, 3))
        for names in (("great-wave",), ("cafe-terrace",), ("great-wave", "cafe-terrace:3"))
    )
    assert 0 < float((both - two).norm()) < 0.5 * float((both - one).norm())


def test_match_shows_the_photo_as_it_is_outside_the_mask(files: Path) -> None:
    found = subject(color="match", mask="left.png")
    scale = Scale(48, 64, steps=1)
    frame = found.at_scale(scale, 1.0).mask_blend
    assert frame is not None
    photo = images.resize(images.read("cat").pixels, (48, 64))
    assert torch.equal(frame.forward(torch.zeros(1, 3, 48, 64))[..., 40:], photo[..., 40:])


def test_colours_alone_have_no_regions(files: Path) -> None:
    with pytest.raises(BrushworkError, match="use color=match"):
        recolor(subject("great-wave@red", regions="flag.png", color="only"), (96, 128))


def test_a_texture_may_start_from_a_picture(files: Path) -> None:
    found = texture(init="square.png")
    first = found.make_initial_image(Scale(32, 32, steps=1), seed=0)
    assert float(first.min()) == pytest.approx(128 / 255)
    with pytest.raises(BrushworkError, match="crop it"):
        texture(init="left.png")


@pytest.mark.parametrize(
    "changes",
    [
        {"color": "match"},
        {"mask": "left.png"},
        {"preserve": "detail"},
        {"preserve_weight": 3},
        {"strength": 0.7},
        {"content_layers": ("conv3_1",)},
    ],
)
def test_a_texture_refuses_what_needs_a_photo(files: Path, changes: dict[str, object]) -> None:
    with pytest.raises(BrushworkError, match="needs a photo"):
        texture(**changes)
