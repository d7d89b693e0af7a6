"""Borders of scans: found where they are, to the pixel, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork import assets, images
from brushwork.images.borders import Border


def frame(color: float, sides: tuple[int, int, int, int], noise: float = 0.0) -> Tensor:
    """Put a painting of random colours into a border: top, right, bottom, left."""
    size = (90, 120)
    random = np.random.default_rng(0)
    painting = random.uniform(0, 1, (*size, 3))
    top, right, bottom, left = sides
    paper = np.full((size[0] + top + bottom, size[1] + left + right, 3), color)
    paper = np.clip(paper + random.uniform(-noise, noise, paper.shape), 0, 1)
    paper[top : top + size[0], left : left + size[1]] = painting
    return torch.from_numpy(paper.astype(np.float32)).permute(2, 0, 1)[None].contiguous()


@pytest.mark.parametrize("noise", [0.0, 0.04])
@pytest.mark.parametrize(("color", "name"), [(0.03, "black"), (0.95, "white")])
@pytest.mark.parametrize(
    "sides", [(6, 7, 8, 9), (5, 0, 5, 0), (0, 3, 0, 30), (4, 4, 0, 0), (2, 2, 2, 2)]
)
def test_a_border_is_found_to_the_pixel(
    sides: tuple[int, int, int, int], color: float, name: str, noise: float
) -> None:
    framed = frame(color, sides, noise)
    border = Border.find(framed)
    assert border is not None
    assert (border.color, border.top, border.right, border.bottom, border.left) == (name, *sides)
    painting = frame(color, (0, 0, 0, 0), noise)
    assert torch.equal(border.crop(framed), painting)


def test_what_lies_upon_an_image_is_cropped_at_its_own_size() -> None:
    border = Border("white", 10, 20, 30, 40, (100, 200))
    rows = torch.arange(50.0).reshape(1, 1, 50, 1).expand(1, 1, 50, 200)
    columns = torch.arange(200.0).expand(1, 1, 50, 200)
    assert border.crop(rows)[0, 0, :, 0].tolist() == list(range(5, 35))
    assert border.crop(columns)[0, 0, 0].tolist() == list(range(40, 180))


def test_what_is_transparent_lies_outside_the_border() -> None:
    framed = frame(0.95, (6, 7, 8, 9))
    height, width = framed.shape[2:]
    canvas = torch.full((1, 3, height + 30, width + 50), 0.4)
    canvas[:, :, 10 : 10 + height, 20 : 20 + width] = framed
    alpha = torch.zeros(1, 1, *canvas.shape[2:])
    alpha[:, :, 10 : 10 + height, 20 : 20 + width] = 1
    assert Border.find(canvas) is None
    border = Border.find(canvas, alpha)
    assert border is not None
    assert torch.equal(border.crop(canvas), frame(0.95, (0, 0, 0, 0)))
    alpha[:] = 1
    assert Border.find(canvas, alpha) is None


def gradient() -> Tensor:
    """Give a sky that grows brighter up to white, over a dark ground."""
    return torch.linspace(1, 0, 96).reshape(1, 1, 96, 1).expand(1, 3, 96, 128)


@pytest.mark.parametrize(
    "pixels",
    [
        frame(0.5, (6, 6, 6, 6)),
        frame(0.95, (12, 0, 0, 0)),
        frame(0.03, (1, 1, 1, 1)),
        torch.ones(1, 3, 64, 64),
        torch.zeros(1, 3, 64, 64),
        gradient(),
        frame(0.95, (0, 0, 0, 0)),
    ],
    ids=["grey", "one side", "a line", "white", "black", "sky", "none"],
)
def test_what_is_no_border_is_none(pixels: Tensor) -> None:
    assert Border.find(pixels) is None


@pytest.mark.parametrize("name", [image.name for image in assets.catalog()])
def test_no_built_in_image_has_one(name: str) -> None:
    assert Border.find(images.read(name).pixels) is None
