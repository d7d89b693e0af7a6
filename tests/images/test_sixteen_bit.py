"""Pictures of 16 bits a channel: every level survives, in files that others open."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import PIL.Image
import png
import pytest
import tifffile
import torch

from brushwork import images
from brushwork.errors import OutputError

NAMES = ["deep.png", "deep.tif", "deep.TIFF"]


def ramp(channels: int) -> np.ndarray:
    """Give levels of which every one is another, from 0 to 65535."""
    count = 64 * 1024 * channels
    return np.linspace(0, 65535, count).round().astype(np.uint16).reshape(64, 1024, channels)


def opened(path: Path) -> np.ndarray:
    """Read a file by a program that is not Pillow."""
    if path.suffix == ".png":
        width, height, rows, about = png.Reader(bytes=path.read_bytes()).read()
        assert about["bitdepth"] == 16
        return np.vstack([np.asarray(row) for row in rows]).reshape(height, width, -1)
    return tifffile.imread(path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("text", [None, "a recipe of some length " * 100])
def test_every_level_is_kept(name: str, channels: int, text: str | None, tmp_path: Path) -> None:
    path = tmp_path / name
    assert images.write(ramp(channels), path, text=text) == path
    assert np.array_equal(opened(path), ramp(channels))
    assert images.read_text(path) == text
    assert images.read_depth(path) == 16
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channels", [3, 4])
def test_it_is_a_picture_for_everybody(name: str, channels: int, tmp_path: Path) -> None:
    levels = ramp(channels)
    levels[..., 3:] |= 1  # not quite transparent: what is hidden is painted over when it is read
    images.write(levels, tmp_path / name)
    found = images.read(tmp_path / name)
    expected = torch.from_numpy(levels.astype(np.float32) / 65535).permute(2, 0, 1)
    seen = expected[3] >= 1 / 255 if channels == 4 else torch.ones(64, 1024, dtype=torch.bool)
    assert (found.pixels[0] - expected[:3])[:, seen].abs().max() < 1 / 255
    assert (found.alpha is None) == (channels == 3)
    if found.alpha is not None:
        assert (found.alpha[0, 0] - expected[3]).abs().max() < 1 / 255


def test_numbers_are_rounded_to_the_nearest_of_65536_levels_and_clamped() -> None:
    exact = np.arange(65536, dtype=np.float64) / 65535
    numbers = (
        torch.from_numpy(exact.astype(np.float32)).reshape(1, 1, 256, 256).expand(1, 3, -1, -1)
    )
    levels = images.to_levels(numbers)
    assert np.array_equal(levels[..., 1].ravel(), np.arange(65536))
    beyond = torch.tensor([-0.5, 0.0, 0.25 / 65535, 0.75 / 65535, 1.0, 7.0]).reshape(1, 1, 1, 6)
    levels = images.to_levels(beyond.expand(1, 3, -1, -1), beyond)
    assert levels.shape == (1, 6, 4)
    assert (levels == np.array([0, 0, 0, 1, 65535, 65535])[None, :, None]).all()


@pytest.mark.parametrize("name", ["deep.jpg", "deep.webp", "deep.JPEG"])
def test_formats_of_8_bits_refuse_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot hold 16 bits.*Use .*deep\.tiff"):
        images.write(ramp(3), tmp_path / name)
    with pytest.raises(OutputError, match="cannot hold 16 bits"):
        images.check_output(tmp_path / name, depth=16)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", ["png", "tif", "jpg", "webp", "gif"])
def test_pictures_of_8_bits_have_a_depth_of_8(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"plain.{extension}"
    PIL.Image.new("RGB", (20, 20), "red").save(path)
    assert images.read_depth(path) == 8


def test_a_png_carries_one_header_and_one_end(tmp_path: Path) -> None:
    images.write(ramp(3), tmp_path / "deep.png", text="{}")
    content = (tmp_path / "deep.png").read_bytes()
    names = [name for name, _ in png.Reader(io.BytesIO(content)).chunks()]
    assert names[:2] == [b"IHDR", b"iTXt"]
    assert names[-1] == b"IEND" and names.count(b"IEND") == names.count(b"IHDR") == 1
