"""Large images come at the size that is enough: the same picture, known as what was given."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest
import tifffile
import torch

from brushwork import images
from brushwork.engine.request import Request
from brushwork.options import Settings
from brushwork.planning.pyramid import fit_size
from brushwork.recipe import hash_image
from tests.images.colour_files import make_png

WIDTH, HEIGHT = 2400, 1800  # just above four million pixels


def draw_ramp(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Draw three ramps whose value at any place is known: ``(H, W, 3)`` in [0, 1]."""
    across, down = (np.arange(side) + 0.5 for side in (width, height))
    red = np.broadcast_to(across / width, (height, width))
    green = np.broadcast_to(down[:, None] / height, (height, width))
    return np.stack([red, green, (red + green) / 2], axis=2).astype(np.float32)


@pytest.fixture(scope="module")
def ramp() -> np.ndarray:
    return draw_ramp()


@pytest.fixture(scope="module")
def levels(ramp: np.ndarray) -> np.ndarray:
    return np.rint(255 * ramp).astype(np.uint8)


def give(kind: str, ramp: np.ndarray, levels: np.ndarray, folder: Path) -> Any:
    opaque = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    match kind:
        case "RGB":
            return PIL.Image.fromarray(levels)
        case "RGBA":
            half = opaque.copy()
            half[:, WIDTH // 2 :] = 128
            return PIL.Image.fromarray(np.dstack([levels, half]))
        case "array":
            return ramp
        case "tensor":
            return torch.from_numpy(ramp).permute(2, 0, 1)
        case "file" | "jpg":
            path = folder / f"ramp.{'png' if kind == 'file' else 'jpg'}"
            PIL.Image.fromarray(levels).save(path)
            return path
        case "Image":
            return images.read(ramp)
        case "key":  # a colour that is transparent
            image = PIL.Image.fromarray(levels)
            image.info["transparency"] = (1, 2, 3)
            return image
    raise ValueError(kind)


@pytest.mark.parametrize("kind", ["RGB", "RGBA", "array", "tensor", "file", "jpg", "Image", "key"])
def test_a_large_image_is_the_same_picture_in_fewer_pixels(
    kind: str, ramp: np.ndarray, levels: np.ndarray, tmp_path: Path
) -> None:
    found = images.read(give(kind, ramp, levels, tmp_path), long_side=200)
    assert found.pixels.shape == (1, 3, 150, 200)
    assert found.size == (HEIGHT, WIDTH)
    expected = draw_ramp(200, 150)[2:-2, 2:-2].transpose(2, 0, 1)
    error = 4 / 255 if kind == "jpg" else 2 / 255  # its own
    np.testing.assert_allclose(found.pixels[0, :, 2:-2, 2:-2], expected, atol=error)
    if kind == "RGBA":
        assert found.alpha is not None
        np.testing.assert_allclose(found.alpha[0, 0, :, :98], 1, atol=1e-6)
        np.testing.assert_allclose(found.alpha[0, 0, :, 102:], 128 / 255, atol=1 / 255)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_large_jpeg_is_decoded_in_fewer_pixels(
    levels: np.ndarray, orientation: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []
    load = PIL.ImageFile.ImageFile.load

    def spy(image: PIL.ImageFile.ImageFile) -> object:
        decoded.append(image.size)
        return load(image)

    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    PIL.Image.fromarray(levels).save(tmp_path / "a.jpg", exif=exif)
    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", spy)
    found = images.read(tmp_path / "a.jpg", long_side=500)
    assert decoded[0] == (WIDTH // 4, HEIGHT // 4)
    assert found.size == ((HEIGHT, WIDTH) if orientation == 1 else (WIDTH, HEIGHT))
    expected = draw_ramp(500, 375)
    expected = expected if orientation == 1 else np.rot90(expected, -1)
    seen = found.pixels[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(seen[4:-4, 4:-4], expected[4:-4, 4:-4], atol=5 / 255)


@pytest.mark.parametrize("long_side", [None, WIDTH, 4000])
def test_what_is_needed_is_kept(levels: np.ndarray, long_side: int | None) -> None:
    found = images.read(PIL.Image.fromarray(levels), long_side=long_side)
    np.testing.assert_array_equal(found.pixels[0, 0].mul(255).round(), levels[..., 0])
    assert found.full_size is None


def test_an_image_that_is_not_large_keeps_every_bit(levels: np.ndarray) -> None:
    part = PIL.Image.fromarray(levels[:1700])  # 4.08 million
    assert torch.equal(images.read(part, long_side=64).pixels, images.read(part).pixels)


def test_it_is_known_by_what_was_given(ramp: np.ndarray) -> None:
    found = images.read(ramp, long_side=100)
    planes = np.ascontiguousarray(ramp.transpose(2, 0, 1))
    assert hash_image(found) == hashlib.sha256(planes.tobytes()).hexdigest()
    request = Request.read(ramp, "great-wave", Settings.create(None, size=64))
    (photo, _) = request.recipe().inputs
    assert (photo.width, photo.height) == (WIDTH, HEIGHT)


def test_the_result_has_the_shape_of_the_photo_that_was_given() -> None:
    photo = np.zeros((1601, 2999, 3), np.uint8)
    for size in range(64, 90):
        request = Request.read(photo, "great-wave", Settings.create(None, size=size))
        inputs = request.prepare(torch.device("cpu"))
        assert inputs.content is not None and max(inputs.content.shape) == 2 * size
        assert fit_size(*inputs.extent, size) == fit_size(1601, 2999, size)


@pytest.mark.parametrize("kind", ["png", "jpg", "table.png", "deep.png", "tif", "array", "Image"])
def test_flat_colours_are_left_out_and_never_mixed(kind: str, tmp_path: Path) -> None:
    levels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    levels[:, : WIDTH // 2, 0] = levels[:, WIDTH // 2 :, 2] = 255
    levels[: HEIGHT // 2] = levels[: HEIGHT // 2, ::-1]
    deep = levels.astype(np.uint16) * 257
    path, source = tmp_path / f"map.{kind}", None
    match kind:
        case "deep.png":
            path.write_bytes(make_png(deep))
        case "tif":
            tifffile.imwrite(path, deep, photometric="rgb")
        case "table.png":
            PIL.Image.fromarray(levels).quantize(4).save(path)
        case "array":
            source = levels
        case "Image":
            source = images.read(levels)
        case _:
            PIL.Image.fromarray(levels).save(path)
    found = images.read(path if source is None else source, long_side=201, flat=True)
    assert found.size == (HEIGHT, WIDTH)
    height, width = found.pixels.shape[2:]
    assert (height, width) == (151, 201)
    red, blue = found.pixels[0, 0], found.pixels[0, 2]
    near = 0.02 if kind == "jpg" else 1e-6
    mixed = ((red > near) & (red < 1 - near)) | ((blue > near) & (blue < 1 - near))
    # A JPEG has mixed them at the border itself.
    assert int(mixed.sum()) <= (2 * (height + width) if kind == "jpg" else 0)
    assert float(red[10:60, 110:190].min()) > 0.98 and float(blue[90:140, 110:190].min()) > 0.98
    assert float(red.mean()) == pytest.approx(0.5, abs=0.01)
