"""Paintings of one colour: where the target starts, and where it ends by the real weights."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork.engine.flat_styles import FLAT_NOTE, start_from_flat_styles
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.losses import STATISTICS

RED, BLUE = (200, 40, 40), (30, 60, 200)


def flat(color: tuple[int, int, int]) -> torch.Tensor:
    return torch.tensor(color).reshape(1, 3, 1, 1).expand(1, 3, 40, 40) / 255


def mean(pixels: torch.Tensor) -> np.ndarray:
    return 255 * pixels.mean(dim=(0, 2, 3)).numpy()


def test_a_photo_starts_in_the_colour_and_with_the_less_of_itself_the_higher_the_strength(
    random_picture,
):
    photo = 0.4 + 0.2 * random_picture(40, 60, dtype=torch.float32)
    inputs = Inputs(photo, [StyleImage(flat((120, 90, 130)))])
    at = {strength: start_from_flat_styles(inputs, strength) for strength in (1, 0.5, 0)}
    for strength, found in at.items():
        assert mean(found.start) == pytest.approx([120, 90, 130], abs=0.5)
        assert FLAT_NOTE in found.notes
        spread = found.start.std(dim=(2, 3)) / photo.std(dim=(2, 3))
        assert spread.numpy() == pytest.approx(1 - strength, abs=0.02)


def test_only_flat_styles_of_a_region_start_so(random_picture):
    photo, painting = (random_picture(40, 60, dtype=torch.float32) for _ in range(2))
    left = torch.zeros(1, 1, 40, 60)
    left[..., :30] = 1
    styles = [StyleImage(flat(RED), region="left"), StyleImage(painting)]
    found = start_from_flat_styles(Inputs(photo, styles, regions={"left": left}), 1)
    assert mean(found.start[..., :30]) == pytest.approx(RED, abs=0.5)
    assert torch.equal(found.start[..., 30:], photo[..., 30:])
    styles = [StyleImage(painting, region="left"), StyleImage(flat(RED))]
    found = start_from_flat_styles(Inputs(photo, styles, regions={"left": left}), 1)
    assert torch.equal(found.start[..., :30], photo[..., :30])
    assert mean(found.start[..., 30:]) == pytest.approx(RED, abs=0.5)


def test_all_else_starts_as_it_did(random_picture):
    photo, painting = (random_picture(40, 60, dtype=torch.float32) for _ in range(2))
    red = StyleImage(flat(RED))
    for inputs in (
        Inputs(photo, [StyleImage(painting)]),
        Inputs(photo, [red, StyleImage(painting)]),
        Inputs(photo, [red], noise=True),
        Inputs(photo, [red], start=painting),
        Inputs(None, [red]),
    ):
        assert start_from_flat_styles(inputs, 1) is inputs


@pytest.mark.trained
@pytest.mark.parametrize(("photo", "color"), [("great-wall", RED), ("cat", BLUE)])
def test_a_style_of_one_colour_gives_that_colour(photo, color, monkeypatch):
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 6)
    style = PIL.Image.new("RGB", (64, 48), color)
    made = brushwork.stylize(photo, style, size=48, strength=1, precision="float32")
    assert np.asarray(made.image).mean(axis=(0, 1)) == pytest.approx(color, abs=3)


@pytest.mark.trained
@pytest.mark.slow
@pytest.mark.parametrize("statistics", [name for name in STATISTICS if name != "gram"])
def test_it_does_with_every_statistic(statistics, monkeypatch):
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 6)
    style = PIL.Image.new("RGB", (64, 48), RED)
    options = {"size": 48, "strength": 1, "statistics": statistics, "precision": "float32"}
    made = brushwork.stylize("great-wall", style, **options)
    assert np.asarray(made.image).mean(axis=(0, 1)) == pytest.approx(RED, abs=8)
