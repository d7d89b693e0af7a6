"""Figures of matplotlib are images like others."""

from __future__ import annotations

import numpy as np
import pytest

import brushwork
from brushwork import images

pyplot = pytest.importorskip("matplotlib.figure", reason="pip install matplotlib")


def make_figure(**options: object):
    """Make a figure of 64×48 pixels whose left half is a pure red, drawn without any axis."""
    figure = pyplot.Figure(figsize=(3.2, 2.4), dpi=20, **options)
    axes = figure.add_axes((0, 0, 0.5, 1))
    axes.set_axis_off()
    axes.imshow([[[1.0, 0.0, 0.0]]], aspect="auto")
    return figure


def test_a_figure_is_drawn_at_its_own_size_in_its_own_colours() -> None:
    image = images.read(make_figure(facecolor="#0080ff"))
    assert image.size == (48, 64) and image.alpha is None
    colours = image.pixels[0].permute(1, 2, 0).numpy() * 255
    assert (colours[4:-4, 4:28] == [255, 0, 0]).all()
    assert np.allclose(colours[4:-4, 36:-4], [0, 128, 255])


def test_what_a_figure_does_not_cover_is_transparent() -> None:
    image = images.read(make_figure(facecolor="none"))
    assert image.alpha is not None
    assert (image.alpha[..., 4:28] == 1).all() and (image.alpha[..., 36:] == 0).all()


def test_figures_are_photo_painting_and_mask(tiny_network: None) -> None:
    photo, mask = make_figure(facecolor="white"), make_figure(facecolor="black")
    result = brushwork.stylize(photo, [(photo, 2.0), "cat"], mask=mask, size=64, effort=0.25)
    assert result.array().shape == (48, 64, 3)
    assert (result.array()[8:-8, 40:-8] > 0.99).all()
    assert np.ptp(result.array()[8:-8, 8:24]) > 0
