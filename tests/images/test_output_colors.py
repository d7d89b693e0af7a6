"""Profiles in files that are written: what others read by them is what was meant."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms

from brushwork import images
from tests.images.test_sixteen_bit import opened

#: sRGB's red in Display P3, as CSS Color 4 has it: color(display-p3 0.91749 0.20029 0.13856).
RED_IN_P3 = (0.91749, 0.20029, 0.13856)
COLORS = np.array([(255, 0, 0), (0, 255, 0), (0, 0, 255), (250, 250, 250), (40, 90, 160)], np.uint8)


def make(depth: int, alpha: bool = False) -> PIL.Image.Image | images.Levels:
    pixels = np.broadcast_to(COLORS[None], (4, 5, 3)).copy()
    if alpha:
        pixels = np.dstack([pixels, np.full((4, 5), 77, np.uint8)])
    return PIL.Image.fromarray(pixels) if depth == 8 else pixels.astype(np.uint16) * 257


def read_as_srgb(content: bytes) -> np.ndarray:
    """Give the colours of a file as another program understands its profile: LittleCMS."""
    with PIL.Image.open(io.BytesIO(content)) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        shown = ImageCms.profileToProfile(
            image.convert("RGB"), profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
        return np.asarray(shown)


@pytest.mark.parametrize("profile", ["srgb", "display-p3"])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tiff"])
def test_others_see_the_same_colours(profile: images.Profile, name: str) -> None:
    content = images.encode(make(8), Path(name), "a recipe", quality=100, profile=profile)
    found = read_as_srgb(content)
    away = np.abs(found[2].astype(int) - COLORS)
    assert away.max() <= (6 if name == "a.jpg" else 3)  # 8 bits of P3 have fewer steps of sRGB
    assert images.read_text(content) == "a recipe"


@pytest.mark.parametrize("name", ["a.png", "a.tiff"])
@pytest.mark.parametrize("alpha", [False, True])
def test_sixteen_bits_are_converted_in_sixteen(name: str, alpha: bool, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(images.encode(make(16, alpha), Path(name), "text", profile="display-p3"))
    assert images.read_depth(path) == 16 and images.read_text(path) == "text"
    levels = opened(path)
    assert np.abs(levels[0, 0, :3] / 65535 - RED_IN_P3).max() < 2e-5
    assert (levels[0, 3, :3] == 250 * 257).all()  # grey is the same in both
    assert not alpha or (levels[..., 3] == 77 * 257).all()
    with PIL.Image.open(path) as image:
        assert image.info["icc_profile"][36:40] == b"acsp"


def test_nothing_is_said_where_nothing_is_asked_for() -> None:
    for name in ("a.png", "a.tiff"):
        with PIL.Image.open(io.BytesIO(images.encode(make(16), Path(name)))) as image:
            assert "icc_profile" not in image.info


def test_a_profile_of_srgb_changes_no_number() -> None:
    with PIL.Image.open(io.BytesIO(images.encode(make(8), Path("a.png"), profile="srgb"))) as image:
        assert np.array_equal(np.asarray(image)[0], COLORS)


def test_quality_is_the_jpeg_s() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    image = PIL.Image.fromarray(noise)
    sizes = [len(images.encode(image, Path("a.jpg"), quality=quality)) for quality in (30, 80, 95)]
    assert sizes == sorted(sizes) and sizes[0] < sizes[2] / 2
    assert len(images.encode(image, Path("a.jpg"))) == sizes[2]
