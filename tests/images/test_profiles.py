"""Embedded colour profiles, each written here byte by byte, against their closed formulas."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms

from brushwork import images

# The columns of the primaries in the profile connection space (XYZ under D50), as published.
SRGB = np.array(
    [[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]]
)
ADOBE_RGB = np.array(
    [[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]
)
D50 = np.array([0.96420, 1.0, 0.82491])

# Pillow asks for eight bits: half a level of rounding, and one of the fixed-point tables inside.
ONE_LEVEL = 1.5 / 255


def fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def profile(device: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Write an ICC version 2 profile: a header, a table of tags, their contents."""
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    size = start + len(content)
    header = struct.pack(">I4sI4s4s4s", size, b"", 0x02400000, device, space, connection)
    header += struct.pack(">6H4s", 2000, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + fixed(*D50)
    return header.ljust(128, b"\0") + table + content


def curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


def xyz(numbers: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + fixed(*numbers)


def rgb_profile(primaries: np.ndarray, gamma: float) -> bytes:
    tags = {b"wtpt": xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), primaries.T, strict=True):
        tags |= {name + b"XYZ": xyz(column), name + b"TRC": curve(gamma)}
    return profile(b"mntr", b"RGB ", b"XYZ ", tags)


def grey_profile(gamma: float) -> bytes:
    return profile(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": xyz(D50), b"kTRC": curve(gamma)})


def corner_profile(device: bytes, space: bytes, corners: np.ndarray) -> bytes:
    """Write a profile from these Lab bytes at the corners, the first channel varying slowest."""
    channels = len(space.strip())
    identity = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([channels, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += identity * channels + corners.astype(np.uint8).tobytes() + identity * 3
    paper = xyz(np.array([0.80, 0.82, 0.60]))
    return profile(device, space, b"Lab ", {b"wtpt": paper, b"A2B0": table, b"A2B1": table})


def encoded(linear: np.ndarray) -> np.ndarray:
    """Apply the transfer curve of sRGB, IEC 61966-2-1."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def srgb_of_lab(lab: np.ndarray) -> np.ndarray:
    """Follow CIE 1976 Lab under D50 to sRGB; ``lab`` holds L / 100 * 255, a + 128, b + 128."""
    lightness, a, b = lab[..., 0] / 2.55, lab[..., 1] - 128.0, lab[..., 2] - 128.0
    y = (lightness + 16) / 116
    ratios = np.stack([y + a / 500, y, y - b / 200], axis=-1)
    ratios = np.where(ratios > 6 / 29, ratios**3, 3 * (6 / 29) ** 2 * (ratios - 4 / 29))
    return encoded(ratios * D50 @ np.linalg.inv(SRGB).T)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def colour_of(picture: images.Image) -> np.ndarray:
    return picture.pixels[0].permute(1, 2, 0).numpy()


def tagged(image: PIL.Image.Image, embedded: bytes, path: Path) -> images.Image:
    image.save(path, icc_profile=embedded)
    return images.read(path)


@pytest.mark.parametrize("name", ["photo.png", "photo.tif", "photo.webp"])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
def test_a_wide_gamut_is_brought_to_srgb(gamma: float, name: str, tmp_path: Path) -> None:
    levels = noise(16, 20, 3)
    path = tmp_path / name
    embedded = rgb_profile(ADOBE_RGB, gamma)
    PIL.Image.fromarray(levels).save(path, icc_profile=embedded, lossless=True)
    picture = images.read(path)
    light = (levels / 255) ** (round(gamma * 256) / 256)
    expected = encoded(light @ ADOBE_RGB.T @ np.linalg.inv(SRGB).T)
    np.testing.assert_allclose(colour_of(picture), expected, atol=ONE_LEVEL)
    assert np.abs(expected - levels / 255).max() > 0.1
    assert picture.notes == ()


def test_swapped_primaries_swap_the_channels(tmp_path: Path) -> None:
    levels = noise(16, 20, 3)
    picture = tagged(
        PIL.Image.fromarray(levels), rgb_profile(SRGB[:, ::-1], 2.0), tmp_path / "p.png"
    )
    expected = encoded((levels[..., ::-1] / 255) ** 2)
    np.testing.assert_allclose(colour_of(picture), expected, atol=ONE_LEVEL)


def test_srgb_stays_as_it_is(tmp_path: Path) -> None:
    levels = noise(16, 20, 3)
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = tagged(PIL.Image.fromarray(levels), srgb, tmp_path / "p.png")
    np.testing.assert_allclose(colour_of(picture), levels / 255, atol=1.01 / 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_kept_aside(mode: str, tmp_path: Path) -> None:
    levels = noise(16, 20, len(mode))
    levels[..., -1] |= 1
    embedded = rgb_profile(SRGB, 2.0) if mode == "RGBA" else grey_profile(2.0)
    picture = tagged(PIL.Image.fromarray(levels), embedded, tmp_path / "p.png")
    expected = encoded((levels[..., :-1] / 255) ** 2)
    colour = colour_of(picture)[..., : len(mode) - 1]
    np.testing.assert_allclose(colour, expected, atol=ONE_LEVEL)
    assert picture.alpha is not None
    np.testing.assert_array_equal(picture.alpha[0, 0].numpy(), levels[..., -1] / np.float32(255))


def test_a_palette_goes_through_the_profile(tmp_path: Path) -> None:
    image = PIL.Image.new("P", (16, 16), 1)
    image.putpalette([0, 0, 0, 40, 120, 200])
    picture = tagged(image, rgb_profile(SRGB, 2.0), tmp_path / "p.png")
    expected = encoded((np.array([40, 120, 200]) / 255) ** 2)
    np.testing.assert_allclose(colour_of(picture)[0, 0], expected, atol=ONE_LEVEL)


@pytest.mark.parametrize("name", ["grey.png", "grey.tif"])
def test_grey_goes_through_its_profile(name: str, tmp_path: Path) -> None:
    levels = noise(16, 20)
    picture = tagged(PIL.Image.fromarray(levels), grey_profile(1.0), tmp_path / name)
    expected = encoded(levels / 255)[..., None]
    np.testing.assert_allclose(colour_of(picture), np.repeat(expected, 3, 2), atol=ONE_LEVEL)
    assert picture.notes == ()


@pytest.mark.parametrize("name", ["grey.png", "grey.tif"])
def test_deep_shadows_survive_a_grey_profile(name: str, tmp_path: Path) -> None:
    values = np.linspace(0, 400, 320).reshape(16, 20).astype(np.uint16)
    picture = tagged(PIL.Image.fromarray(values), grey_profile(1.0), tmp_path / name)
    expected = encoded(values / 65535)[..., None]
    np.testing.assert_allclose(colour_of(picture), np.repeat(expected, 3, 2), atol=ONE_LEVEL)
    assert len(np.unique(colour_of(picture))) > 15  # eight bits would leave three


def test_deep_grey_without_a_fitting_profile_keeps_its_depth(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 320).reshape(16, 20).astype(np.uint16)
    picture = tagged(PIL.Image.fromarray(values), rgb_profile(SRGB, 2.0), tmp_path / "grey.png")
    expected = values.astype(np.float32) / np.float32(65535)
    np.testing.assert_array_equal(picture.pixels[0, 1].numpy(), expected)
    assert picture.notes == ("its colour profile is for RGB and was ignored",)


def test_grey_that_kept_the_profile_of_its_photo() -> None:
    levels = noise(16, 20)
    image = PIL.Image.fromarray(levels)
    image.info["icc_profile"] = rgb_profile(SRGB, 2.0)
    expected = encoded((levels / 255) ** 2)[..., None]
    colour = colour_of(images.read(image))
    np.testing.assert_allclose(colour, np.repeat(expected, 3, 2), atol=ONE_LEVEL)


@pytest.mark.parametrize("name", ["ink.tif", "ink.jpg"])
def test_ink_goes_through_its_profile(name: str, tmp_path: Path) -> None:
    corners = np.array([[255 - 17 * k, 128 + 3 * (k % 5), 128 - 2 * (k % 7)] for k in range(16)])
    corners[0], corners[15] = (255, 128, 128), (0, 128, 128)
    inks = np.array([[bool(k & bit) * 255 for bit in (8, 4, 2, 1)] for k in range(16)], np.uint8)
    for corner, ink in zip(corners, inks, strict=True):
        image = PIL.Image.new("CMYK", (16, 16), tuple(ink.tolist()))
        picture = tagged(image, corner_profile(b"prtr", b"CMYK", corners), tmp_path / name)
        np.testing.assert_allclose(colour_of(picture)[8, 8], srgb_of_lab(corner), atol=3 / 255)
        assert picture.notes == ()


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (255, 255)])
def test_a_scanner_s_black_and_white_become_black_and_white(level: int, expected: int) -> None:
    corners = np.linspace([60, 128, 128], [255, 128, 128], 8)
    image = PIL.Image.new("RGB", (16, 16), (level,) * 3)
    image.info["icc_profile"] = corner_profile(b"scnr", b"RGB ", corners)
    picture = images.read(image)
    np.testing.assert_allclose(colour_of(picture), expected / 255, atol=ONE_LEVEL)


@pytest.mark.parametrize("how", ["plain", "profile", "another profile"])
def test_lab_is_brought_to_srgb(how: str, tmp_path: Path) -> None:
    levels = noise(16, 20, 3)
    levels[..., 1:] = 108 + levels[..., 1:] // 6  # most of it inside the gamut
    signed = levels ^ np.array([0, 128, 128], np.uint8)  # as TIFF stores a and b
    image = PIL.Image.frombytes("LAB", (20, 16), signed.tobytes())
    embedded = {
        "plain": None,
        "profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
        "another profile": grey_profile(1.0),
    }[how]
    image.save(tmp_path / "p.tif", icc_profile=embedded)
    picture = images.read(tmp_path / "p.tif")
    np.testing.assert_allclose(colour_of(picture), srgb_of_lab(levels), atol=3 / 255)
    assert len(picture.notes) == (how == "another profile")


@pytest.mark.parametrize(
    "embedded",
    [
        b"no profile",
        b"\0" * 500,
        rgb_profile(SRGB, 2.0)[:200],
        profile(b"mntr", b"RGB ", b"XYZ ", {b"wtpt": xyz(D50)}),
    ],
    ids=["words", "zeros", "cut", "empty"],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "I;16", "CMYK", "P"])
def test_a_broken_profile_is_told_and_ignored(mode: str, embedded: bytes) -> None:
    image = PIL.Image.new(mode, (16, 16), (9,) * len(mode) if mode in ("RGB", "RGBA") else 9)
    expected = images.read(image).pixels
    image.info["icc_profile"] = embedded
    picture = images.read(image)
    np.testing.assert_array_equal(picture.pixels.numpy(), expected.numpy())
    assert any("profile" in note and "ignored" in note for note in picture.notes)


def test_a_profile_for_other_colours_is_told_and_ignored() -> None:
    image = PIL.Image.fromarray(noise(16, 20, 3))
    image.info["icc_profile"] = grey_profile(1.0)
    picture = images.read(image)
    np.testing.assert_array_equal(colour_of(picture), noise(16, 20, 3) / np.float32(255))
    assert picture.notes == ("its colour profile is for GRAY and was ignored",)
