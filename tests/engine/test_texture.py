"""Textures by the real weights: they look like the painting, and seamless ones have no seam."""

from __future__ import annotations

import functools

import pytest
from torch import Tensor

import brushwork
from brushwork import images
from brushwork.errors import OptionError


@functools.cache
def synthesize(**changes: object) -> Tensor:
    made = brushwork.texture("ejiri", size=64, effort=0.25, **changes)
    return images.read(made.image).pixels


def seam(tile: Tensor) -> float:
    """Give how much more neighbours differ across the border of a wall of tiles than within a tile.

    Every other step between neighbours lies where one pixel was before the tile was enlarged, and
    is smaller than those between two; the border is one of the latter, and is compared with them.
    """
    ratios = []
    for axis in (2, 3):
        steps = (tile - tile.roll(1, axis)).abs().mean(dim=[d for d in range(4) if d != axis])
        ratios.append(float(steps[0] / steps[2::2].mean()))
    return max(ratios)


@pytest.mark.slow
def test_the_border_of_a_seamless_tile_is_like_its_inside() -> None:
    assert seam(synthesize(seamless=True)) < 1.4
    assert seam(synthesize()) > 1.6


@pytest.mark.slow
@pytest.mark.parametrize("painting", ["great-wave", "church-at-auvers"])
def test_enlarging_leaves_no_seam(painting: str) -> None:
    made = brushwork.texture(painting, size=192, draft=True, seamless=True)
    assert seam(images.read(made.image).pixels) < 1.2


@pytest.mark.slow
def test_a_texture_has_the_colours_of_its_painting() -> None:
    painting = images.read("ejiri").pixels
    found = synthesize()
    assert found.shape == (1, 3, 64, 64)
    assert float((found.mean(dim=(2, 3)) - painting.mean(dim=(2, 3))).abs().max()) < 0.1


def test_the_seed_decides(tiny_network: None) -> None:
    def synthesize(seed: int) -> bytes:
        return brushwork.texture("ejiri", size=48, effort=0.25, seed=seed).image.tobytes()

    assert synthesize(0) == synthesize(0) != synthesize(1)


@pytest.mark.parametrize("aspect", [0.0, 0.05, 20.0, float("nan"), float("inf")])
def test_shapes_that_are_too_narrow_are_refused(aspect: float) -> None:
    with pytest.raises(OptionError, match=r"between 0\.1 and 10"):
        brushwork.iter_texture("ejiri", aspect=aspect)
