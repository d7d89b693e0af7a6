"""Maps of regions and of details: what becomes of colours and of structure."""

from __future__ import annotations

from pathlib import Path

import PIL.Image
import pytest
import torch
from PIL import ImageDraw

from brushwork.errors import OptionError
from brushwork.masks import regions


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """Red on the left, blue on the right, a green dot, blurred by JPEG."""
    image = PIL.Image.new("RGB", (64, 48), (250, 10, 5))
    draw = ImageDraw.Draw(image)
    draw.rectangle((32, 0, 63, 47), fill=(5, 0, 250))
    draw.rectangle((8, 8, 23, 23), fill=(0, 255, 0))
    path = tmp_path / "flag.jpg"
    image.save(path, quality=60)
    return path


def test_colours_of_a_map_become_masks(flag: Path) -> None:
    found = regions.read_regions(str(flag), ["red", "#0000ff"])
    assert float(found["#0000ff"].sum()) == pytest.approx(32 * 48, rel=0.03)
    # The green dot is nobody's, although red is the nearest of those asked for.
    assert float(found["red"].sum()) == pytest.approx(32 * 48 - 256, rel=0.05)
    assert float(found["red"][..., 12:20, 12:20].sum()) == 0


@pytest.mark.parametrize(
    ("names", "complaint"),
    [(["yellow"], "has no yellow"), (["reddish"], "neither a colour nor a picture")],
)
def test_colours_that_are_not_there_are_refused(
    flag: Path, names: list[str], complaint: str
) -> None:
    with pytest.raises(OptionError, match=complaint):
        regions.read_regions(str(flag), names)


def test_detail_is_where_the_small_things_are() -> None:
    photo = torch.full((1, 3, 200, 300), 0.5)
    photo[..., 90:110, 140:160] = (torch.arange(20) // 3 % 2).float()
    photo[..., :, 280:] = 0.0  # one long edge
    found = regions.detect_detail(photo)
    assert found.shape == (1, 1, 200, 300)
    assert float(found[..., 92:108, 142:158].min()) > 0.5
    assert float(found[..., :60, :200].max()) < 0.01
    assert 0 <= float(found.min()) <= float(found.max()) <= 1


def test_a_flat_photo_has_no_detail() -> None:
    assert float(regions.detect_detail(torch.full((1, 3, 64, 64), 0.3)).max()) < 0.01
