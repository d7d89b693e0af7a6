"""Colours of 16 bits in PNG and TIFF: all their bits arrive, through profiles too.

What must come is a closed form, or what libvips makes of the same file in 16 bits.
"""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import png
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray
from PIL import ImageCms

from brushwork import images
from tests.images.colour_files import CICP_P3, CICP_PQ, CICP_SRGB, cicp, gama, make_chunk, make_png
from tests.images.test_profiles import (
    ADOBE_RGB,
    D50,
    SRGB,
    encoded,
    grey_profile,
    profile,
    rgb_profile,
    xyz,
)

Levels = NDArray[np.uint16]
#: A 4000th: sixteen times finer than 8 bits are. Numbers in a profile have 16 bits, and white does.
TWELVE_BITS = 1 / 4095


def draw(channels: int, height: int = 40, width: int = 48) -> Levels:
    generator = np.random.default_rng(channels)
    return generator.integers(0, 65536, (height, width, channels), dtype=np.uint16)


def write_png(levels: Levels, interlace: bool = False) -> bytes:
    height, width, channels = levels.shape
    writer = png.Writer(
        width,
        height,
        greyscale=channels < 3,
        alpha=channels in (2, 4),
        bitdepth=16,
        interlace=interlace,
    )
    buffer = io.BytesIO()
    writer.write_array(buffer, levels.ravel().tolist())
    return buffer.getvalue()


def write_vips(levels: Levels, ending: str, icc: bytes) -> bytes:
    height, width, channels = levels.shape
    image = pyvips.Image.new_from_memory(levels.tobytes(), width, height, channels, "ushort")
    image = image.copy(interpretation="rgb16" if channels == 3 else "grey16")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", icc)
    content: bytes = image.write_to_buffer(ending)
    return content


def read(content: bytes, long_side: int | None = None) -> images.Image:
    return images.read_bytes(content, "it", "it", long_side=long_side)


def colour_of(content: bytes) -> NDArray[np.float32]:
    found: NDArray[np.float32] = read(content).pixels[0].permute(1, 2, 0).numpy()
    return found


@pytest.mark.parametrize("channels", [2, 3, 4])
@pytest.mark.parametrize("interlace", [False, True])
def test_every_level_of_a_png_arrives(channels: int, interlace: bool) -> None:
    levels = draw(channels)
    levels[..., 3:] |= 1
    found = read(write_png(levels, interlace))
    expected = levels.astype(np.float32) / np.float32(65535)
    colour = 3 if channels > 2 else 1
    if channels == 3:
        assert found.alpha is None
    else:
        assert found.alpha is not None
        np.testing.assert_array_equal(found.alpha[0, 0].numpy(), expected[..., -1])
        expected = np.where(expected[..., -1:] > 0, expected, np.nan)
    seen = found.pixels[0].permute(1, 2, 0).numpy()
    differs = np.abs(seen - np.broadcast_to(expected[..., :colour], seen.shape))
    assert np.nanmax(differs) < 1e-7
    assert found.notes == ()


def test_a_colour_of_16_bits_is_transparent_and_not_its_neighbour() -> None:
    levels = np.full((16, 16, 3), 30000, np.uint16)
    levels[:8, :, 2] += 1  # the same upper eight bits
    key = make_chunk(b"tRNS", np.array([30000] * 3, ">u2").tobytes())
    found = read(make_png(levels, before=[key]))
    assert found.alpha is not None
    assert found.alpha[0, 0].numpy().mean(axis=1).tolist() == [1.0] * 8 + [0.0] * 8


def test_an_orientation_turns_both_halves() -> None:
    levels = draw(3)
    exif = PIL.Image.Exif()
    exif[274] = 6
    content = make_png(levels, before=[make_chunk(b"eXIf", exif.tobytes()[6:])])
    expected = np.rot90(levels, -1) / 65535
    np.testing.assert_allclose(colour_of(content), expected, atol=1e-6)


@pytest.mark.parametrize("ending", [".png", ".tif"])
@pytest.mark.parametrize("gamma", [1.0, 1.8, 2.2])
@pytest.mark.parametrize("primaries", [ADOBE_RGB, SRGB[:, ::-1]], ids=["wide", "swapped"])
def test_a_profile_keeps_the_bits(primaries: np.ndarray, gamma: float, ending: str) -> None:
    levels = draw(3)
    content = write_vips(levels, ending, rgb_profile(primaries, gamma))
    light = (levels / 65535) ** (round(gamma * 256) / 256)
    expected = encoded(light @ primaries.T @ np.linalg.inv(SRGB).T)
    # Where sRGB is steep, near black, the five digits of the published matrix are not enough.
    sure = expected > 0.3
    np.testing.assert_allclose(colour_of(content)[sure], expected[sure], atol=1.5 * TWELVE_BITS)
    assert np.abs(colour_of(content) - expected).mean() < TWELVE_BITS / 2
    by_libvips = pyvips.Image.new_from_buffer(content, "").icc_transform(
        "srgb", embedded=True, intent="relative", black_point_compensation=True, depth=16
    )
    # Little CMS has tables for the curves, which are coarse in the dark.
    sure = expected.min(axis=2) > 0.3
    differs = np.abs(colour_of(content) - by_libvips.numpy() / 65535)[sure]
    assert differs.mean() < TWELVE_BITS


@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_grey_keeps_its_bits_through_its_profile(ending: str) -> None:
    levels = draw(1)
    expected = encoded(levels / 65535)
    content = write_vips(levels, ending, grey_profile(1.0))
    np.testing.assert_allclose(colour_of(content), expected.repeat(3, 2), atol=1e-6)


def test_grey_with_alpha_goes_through_the_profile_of_grey() -> None:
    levels = draw(2)
    levels[..., 1] = 65535
    place = write_png(levels)
    icc = PIL.Image.new("L", (1, 1))
    buffer = io.BytesIO()
    icc.save(buffer, "PNG", icc_profile=grey_profile(1.0))
    start = buffer.getvalue().index(b"iCCP") - 4
    length = int.from_bytes(buffer.getvalue()[start : start + 4], "big") + 12
    content = place[:33] + buffer.getvalue()[start : start + length] + place[33:]
    expected = encoded(levels[..., :1] / 65535).repeat(3, 2)
    np.testing.assert_allclose(colour_of(content), expected, atol=1e-6)


def parametric(kind: int, *numbers: float) -> bytes:
    whole = [round(number * 65536) for number in numbers]
    return b"para\0\0\0\0" + np.array([kind, 0], ">u2").tobytes() + np.array(whole, ">i4").tobytes()


@pytest.mark.parametrize(
    "curve",
    [
        parametric(0, 1.7),
        parametric(1, 2.0, 0.9, 0.1),
        parametric(2, 2.0, 0.8, 0.1, 0.05),
        parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
        parametric(4, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0.0, 0.0),
        parametric(4, 2.0, 0.9, 0.0, 0.5, 0.1, 0.1, 0.06),
        b"curv\0\0\0\0\0\0\0\0",
        b"curv\0\0\0\0\0\0\0\3" + np.array([0, 20000, 65535], ">u2").tobytes(),
        b"curv\0\0\0\0\0\0\0\3" + np.array([6000, 20000, 65535], ">u2").tobytes(),
    ],
)
def test_every_kind_of_curve_is_that_of_little_cms(curve: bytes) -> None:
    tags = {b"wtpt": xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), SRGB.T, strict=True):
        tags |= {name + b"XYZ": xyz(column), name + b"TRC": curve}
    icc = profile(b"mntr", b"RGB ", b"XYZ ", tags)
    ramp = np.arange(256, dtype=np.uint16) * 257
    levels = np.repeat(ramp.reshape(16, 16, 1), 3, axis=2)
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(icc)),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        "RGB",
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOOPTIMIZE,
    )
    shallow = PIL.Image.fromarray((levels >> 8).astype(np.uint8))
    expected = np.asarray(transform.apply(shallow)) / 255
    found = colour_of(write_vips(levels, ".tif", icc))
    assert np.abs(found - expected).max() < 1.5 / 255


def test_a_curve_without_a_base_is_left_to_little_cms() -> None:
    tags = {b"wtpt": xyz(D50)}
    for name, column in zip((b"r", b"g", b"b"), SRGB.T, strict=True):
        tags |= {name + b"XYZ": xyz(column), name + b"TRC": b"para\0\0\0\0\0\1"}
    content = write_vips(draw(3), ".tif", profile(b"mntr", b"RGB ", b"XYZ ", tags))
    assert read(content).notes == ("its colour profile is broken and was ignored",)


def test_gamma_and_code_points_of_a_png_keep_the_bits() -> None:
    levels = draw(3)
    seen = colour_of(make_png(levels, before=[gama(1.0)]))
    np.testing.assert_allclose(seen, encoded(levels / 65535), atol=2 * TWELVE_BITS)
    fine = np.linspace(30000, 31000, 1600).astype(np.uint16).reshape(40, 40, 1).repeat(3, 2)
    for transfer in (CICP_SRGB, CICP_PQ):
        content = make_png(fine, before=[cicp(CICP_P3, transfer)])
        assert len(np.unique(colour_of(content)[..., 0])) > 900  # eight bits have five


@pytest.mark.parametrize("kind", ["png", "tif"])
@pytest.mark.parametrize("channels", [3, 4])
def test_a_large_one_is_reduced_with_its_bits_and_its_opacity(kind: str, channels: int) -> None:
    height, width = 1800, 2400
    across = np.linspace(0, 6000, width).astype(np.uint16)[None, :, None]  # two dozen of 256 levels
    levels = np.broadcast_to(across, (height, width, 3)).copy()
    if channels == 4:
        alpha = np.full((height, width, 1), 65535, np.uint16)
        alpha[:, width // 2 :] = 0
        levels[:, width // 2 :] = 60000  # nobody sees it
        levels = np.concatenate([levels, alpha], axis=2)
    if kind == "png":
        content = make_png(levels)
    else:
        buffer = io.BytesIO()
        extra = ["unassalpha"] if channels == 4 else None
        tifffile.imwrite(buffer, levels, photometric="rgb", extrasamples=extra, compression="zlib")
        content = buffer.getvalue()
    found = read(content, long_side=240)
    assert found.size == (height, width)
    assert found.pixels.shape == (1, 3, 180, 240)
    expected = across[0, :, 0].reshape(240, 10).mean(axis=1) / 65535
    seen = slice(2, 116)  # away from the edge, where the filter sees both sides
    row = found.pixels[0, 1, 90].numpy()
    # Without a profile nothing tells 16 bits that go up to 6000 in a TIFF from 13.
    white = 1.0 if kind == "png" or channels == 4 else row[238] / expected[238]
    np.testing.assert_allclose(row[seen] / white, expected[seen], atol=TWELVE_BITS / 8)


def test_an_image_of_pillow_s_tells_that_it_has_eight() -> None:
    with PIL.Image.open(io.BytesIO(write_png(draw(3)))) as image:
        found = images.read(image)
    assert found.notes == (
        "its 16 bits a channel were read as 8, as Pillow does it; give the file to keep them",
    )
