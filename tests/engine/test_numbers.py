"""Pictures without anything in them, and numbers that are none: finite losses, clear errors."""

from __future__ import annotations

import copy
import itertools
import math

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork.engine.events import Finished
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.errors import BrushworkError, ImageError
from brushwork.losses import STATISTICS
from brushwork.options import Options
from tests.scenes import paint

FLAT = {"black": 0.0, "grey": 0.5, "white": 1.0}


@pytest.fixture
def network(tiny_vgg):
    return tiny_vgg(*Options().layers, dtype=torch.float32)


@pytest.fixture
def pictures(random_picture):
    flat = {name: torch.full((1, 3, 48, 64), level) for name, level in FLAT.items()}
    return {**flat, "colourful": random_picture(48, 64, dtype=torch.float32)}


def is_sensible(painting):
    pixels = np.asarray(painting.image)
    assert all(math.isfinite(loss) and loss >= -1e-6 for loss in painting.losses.values())
    assert pixels.shape == (48, 64, 3)
    return pixels


@pytest.mark.parametrize("statistics", STATISTICS)
@pytest.mark.parametrize(
    ("content", "style"), list(itertools.product([*FLAT, "colourful"], repeat=2))
)
def test_pictures_of_one_colour_are_painted(
    network, pictures, statistics, content, style, monkeypatch
):
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 12)
    subject = Inputs(pictures[content], [StyleImage(pictures[style])])
    options = Options(size=64, effort=0.25, statistics=statistics)
    *_, last = paint(subject, network, options)
    assert isinstance(last, Finished)
    is_sensible(last.result)


@pytest.mark.slow
@pytest.mark.parametrize("statistics", STATISTICS)
def test_a_style_of_one_colour_gives_that_colour_with_the_real_weights(statistics, monkeypatch):
    monkeypatch.setattr("brushwork.planning.pyramid.count_steps", lambda *_: 30)
    style = PIL.Image.new("RGB", (64, 48), (200, 40, 40))
    options = {"size": 48, "effort": 0.25, "strength": 1, "statistics": statistics}
    painting = brushwork.stylize("cat", style, **options)
    assert all(math.isfinite(loss) for loss in painting.losses.values())
    red, green, blue = np.asarray(painting.image).reshape(-1, 3).mean(axis=0)
    assert red > green + 20 and red > blue + 20


@pytest.mark.parametrize("statistics", ["gram", "covariance", "wasserstein"])
def test_a_photo_in_its_own_style_stays_what_it_is(network, pictures, statistics):
    photo = pictures["colourful"]
    options = Options(size=64, effort=0.25, statistics=statistics)
    *_, last = paint(Inputs(photo, [StyleImage(photo)]), network, options)
    assert isinstance(last, Finished)
    moved = is_sensible(last.result) / 255 - photo[0].permute(1, 2, 0).numpy()
    assert np.abs(moved).max() < 0.01


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_none_are_refused_in_pictures_and_weights(
    network, pictures, number, tmp_path
):
    grey = np.full((20, 20), 0.5, dtype=np.float32)
    grey[3, 3] = number
    PIL.Image.fromarray(grey).save(tmp_path / "photo.tiff")
    with pytest.raises(ImageError, match="not finite"):
        brushwork.stylize(tmp_path / "photo.tiff", "ejiri", size=48)
    subject = Inputs(pictures["colourful"], [StyleImage(pictures["colourful"])])
    network = copy.deepcopy(network)  # its weights belong to all tests
    for buffer in network.buffers():
        buffer.data.flatten()[0] = number
    with pytest.raises(BrushworkError, match="check the weights"):
        list(paint(subject, network, Options(size=64, effort=0.25)))
