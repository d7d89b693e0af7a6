"""Every mode of Pillow against the formula of its colour, and every kind of transparency."""

from __future__ import annotations

import colorsys
import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from brushwork import images
from brushwork.errors import ImageError


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def colour_of(source: images.Source) -> np.ndarray:
    return images.read(source).pixels[0].permute(1, 2, 0).numpy()


def alpha_of(source: images.Source) -> np.ndarray:
    alpha = images.read(source).alpha
    assert alpha is not None
    return alpha[0, 0].numpy()


def saved(image: PIL.Image.Image, path: Path, **parameters: Any) -> Path:
    image.save(path, **parameters)
    return path


def grey(values: np.ndarray) -> np.ndarray:
    return np.repeat(values[..., None], 3, axis=2)


def png(
    rows: list[bytes], width: int, depth: int, kind: int, *chunks: tuple[bytes, bytes]
) -> bytes:
    """Write a PNG byte by byte: kind 0 is grey, 2 is RGB; unfiltered rows."""

    def chunk(name: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def test_grey_is_divided_by_255(tmp_path: Path) -> None:
    levels = noise(16, 20)
    expected = grey(levels.astype(np.float32) / np.float32(255))
    image = PIL.Image.fromarray(levels)
    np.testing.assert_array_equal(colour_of(saved(image, tmp_path / "grey.png")), expected)
    np.testing.assert_array_equal(colour_of(image), expected)


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    bits = noise(16, 20) > 127
    image = PIL.Image.fromarray(bits)
    assert image.mode == "1"
    for name in ("bits.png", "bits.tif", "bits.bmp"):
        colour = colour_of(saved(image, tmp_path / name))
        np.testing.assert_array_equal(colour, grey(bits.astype(np.float32)))


@pytest.mark.parametrize("name", ["picture.png", "picture.tif"])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_alpha_is_divided_by_255(mode: str, name: str, tmp_path: Path) -> None:
    levels = noise(16, 20, len(mode))
    levels[..., -1] |= 1  # nothing is hidden
    path = saved(PIL.Image.fromarray(levels), tmp_path / name)
    fractions = levels.astype(np.float32) / np.float32(255)
    expected = grey(fractions[..., 0]) if mode == "LA" else fractions[..., :3]
    np.testing.assert_array_equal(colour_of(path), expected)
    np.testing.assert_array_equal(alpha_of(path), fractions[..., -1])


@pytest.mark.parametrize("straight", ["LA", "RGBA"])
def test_premultiplied_alpha_is_divided_out(straight: str) -> None:
    levels = noise(16, 20, len(straight))
    levels[..., -1] = np.linspace(128, 255, 20, dtype=np.uint8)
    image = PIL.Image.fromarray(levels).convert(straight.replace("A", "a"))
    assert image.mode == straight.replace("A", "a")
    expected = levels[..., :-1].astype(np.float32) / 255
    # Half of the levels are lost in storage at an alpha of one half, and so on.
    np.testing.assert_allclose(colour_of(image)[..., : expected.shape[2]], expected, atol=1.5 / 255)
    np.testing.assert_array_equal(alpha_of(image), levels[..., -1] / np.float32(255))


INDICES = np.indices((16, 20)).sum(axis=0) % 3
PALETTE = np.array([[200, 10, 20], [30, 210, 40], [50, 60, 220]], np.float32) / np.float32(255)


def palette_picture() -> PIL.Image.Image:
    image = PIL.Image.frombytes("P", (20, 16), INDICES.astype(np.uint8).tobytes())
    image.putpalette([200, 10, 20, 30, 210, 40, 50, 60, 220])
    return image


@pytest.mark.parametrize("name", ["picture.png", "picture.gif", "picture.tif", "picture.bmp"])
def test_a_palette_is_looked_up(name: str, tmp_path: Path) -> None:
    picture = images.read(saved(palette_picture(), tmp_path / name))
    np.testing.assert_array_equal(picture.pixels[0].permute(1, 2, 0).numpy(), PALETTE[INDICES])
    assert picture.alpha is None


def test_a_palette_with_an_alpha_for_each_colour(tmp_path: Path) -> None:
    path = saved(palette_picture(), tmp_path / "p.png", transparency=bytes([255, 100, 30]))
    np.testing.assert_array_equal(colour_of(path), PALETTE[INDICES])
    expected = np.array([255, 100, 30], np.float32)[INDICES] / np.float32(255)
    np.testing.assert_array_equal(alpha_of(path), expected)


@pytest.mark.parametrize("name", ["p.png", "p.gif"])
def test_a_palette_with_a_transparent_index(name: str, tmp_path: Path) -> None:
    path = saved(palette_picture(), tmp_path / name, transparency=1)
    np.testing.assert_array_equal(alpha_of(path), (INDICES != 1).astype(np.float32))
    seen = INDICES != 1
    np.testing.assert_array_equal(colour_of(path)[seen], PALETTE[INDICES][seen])


def test_a_palette_beside_alpha() -> None:
    image = palette_picture().convert("PA")
    image.putalpha(PIL.Image.new("L", image.size, 128))
    assert image.mode == "PA"
    np.testing.assert_array_equal(colour_of(image), PALETTE[INDICES])
    assert np.unique(alpha_of(image)).tolist() == [np.float32(128) / np.float32(255)]


def test_a_palette_of_four_channels() -> None:
    image = palette_picture()
    image.putpalette([200, 10, 20, 255, 30, 210, 40, 99, 50, 60, 220, 255], "RGBA")
    np.testing.assert_array_equal(colour_of(image), PALETTE[INDICES])
    expected = np.array([255, 99, 255], np.float32)[INDICES] / np.float32(255)
    np.testing.assert_array_equal(alpha_of(image), expected)


def test_ink_without_a_profile_lets_light_through_twice(tmp_path: Path) -> None:
    levels = noise(16, 20, 4)
    image = PIL.Image.frombytes("CMYK", (20, 16), levels.tobytes())
    picture = images.read(saved(image, tmp_path / "ink.tif"))
    light = 1 - levels.astype(np.float64) / 255
    expected = light[..., :3] * light[..., 3:]
    colour = picture.pixels[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(colour, expected, atol=0.6 / 255)
    assert picture.notes == ("CMYK without a colour profile: its colours are approximate",)


def test_the_inverted_ink_of_adobe_photos(tmp_path: Path) -> None:
    path = saved(PIL.Image.new("CMYK", (32, 32), (0, 128, 255, 51)), tmp_path / "i.jpg", quality=95)
    assert b"Adobe" in path.read_bytes()
    expected = np.array([0.8, 0.8 * (1 - 128 / 255), 0.0])
    np.testing.assert_allclose(colour_of(path)[8, 8], expected, atol=2 / 255)


def test_luma_and_chroma() -> None:
    levels = noise(16, 20, 3)
    image = PIL.Image.frombytes("YCbCr", (20, 16), levels.tobytes())
    luma, blue, red = np.moveaxis(levels.astype(np.float64), 2, 0)
    blue, red = blue - 128, red - 128
    expected = np.stack(
        [luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue], axis=2
    )
    np.testing.assert_allclose(colour_of(image), expected.clip(0, 255) / 255, atol=1.1 / 255)


def test_hue_and_saturation() -> None:
    levels = noise(16, 20, 3)
    image = PIL.Image.frombytes("HSV", (20, 16), levels.tobytes())
    expected = [[colorsys.hsv_to_rgb(*(pixel / 255.0)) for pixel in row] for row in levels]
    np.testing.assert_allclose(colour_of(image), expected, atol=2 / 255)


def test_a_fourth_channel_without_meaning_is_dropped() -> None:
    levels = noise(16, 20, 4)
    image = PIL.Image.frombytes("RGBX", (20, 16), levels.tobytes())
    assert images.read(image).alpha is None
    np.testing.assert_array_equal(colour_of(image), levels[..., :3] / np.float32(255))


def deep_values() -> np.ndarray:
    values = np.random.default_rng(1).integers(0, 65536, (16, 20), dtype=np.uint16)
    values[0, :4] = (0, 1, 65534, 65535)
    return values


DEEP = grey(deep_values().astype(np.float32) / np.float32(65535))


@pytest.mark.parametrize("name", ["deep.png", "deep.tif", "deep.pgm"])
def test_sixteen_bits_are_divided_by_65535(name: str, tmp_path: Path) -> None:
    path = saved(PIL.Image.fromarray(deep_values()), tmp_path / name)
    np.testing.assert_array_equal(colour_of(path), DEEP)


@pytest.mark.parametrize("mode", ["I;16", "I;16L", "I;16B"])
def test_both_byte_orders_are_read(mode: str, tmp_path: Path) -> None:
    order = ">u2" if mode == "I;16B" else "<u2"
    image = PIL.Image.frombytes(mode, (20, 16), deep_values().astype(order).tobytes())
    np.testing.assert_array_equal(colour_of(image), DEEP)
    if mode != "I;16L":
        np.testing.assert_array_equal(colour_of(saved(image, tmp_path / "deep.tif")), DEEP)


def test_whole_numbers_of_32_bits_count_as_16() -> None:
    image = PIL.Image.fromarray(deep_values().astype(np.int32))
    assert image.mode == "I"
    np.testing.assert_array_equal(colour_of(image), DEEP)


@pytest.mark.parametrize(("low", "high"), [(-1, 100), (0, 65536), (-5, 2**31 - 1)])
@pytest.mark.parametrize("in_a_file", [True, False])
def test_whole_numbers_without_a_white_are_stretched(
    low: int, high: int, in_a_file: bool, tmp_path: Path
) -> None:
    values = np.full((16, 16), low, np.int32)
    values[3, 4] = high
    values[5, 6] = low + (high - low) // 4
    image = PIL.Image.fromarray(values)
    source = saved(image, tmp_path / "heights.tif") if in_a_file else image
    expected = (values.astype(np.float64) - low) / (high - low)
    np.testing.assert_allclose(colour_of(source), grey(expected), atol=1e-6)
    note = f"its numbers from {low} to {high} were stretched to black to white"
    assert images.read(source).notes == (note,)


@pytest.mark.parametrize(("high", "white"), [(255, 255), (200, 255), (1000, 1023), (4000, 4095)])
@pytest.mark.parametrize("in_a_file", [True, False])
def test_few_bits_in_a_container_of_32_are_noticed(
    high: int, white: int, in_a_file: bool, tmp_path: Path
) -> None:
    values = np.linspace(0, high, 320).round().astype(np.int32).reshape(16, 20)
    image = PIL.Image.fromarray(values)
    source = saved(image, tmp_path / "few.tif") if in_a_file else image
    np.testing.assert_allclose(colour_of(source), grey(values / white), atol=1e-6)
    note = f"its numbers of 31 bits only go up to {high}: {white} is white"
    assert images.read(source).notes == (note,)


def test_floats_between_0_and_1_are_kept(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random((16, 20), dtype=np.float32)
    path = saved(PIL.Image.fromarray(values), tmp_path / "floats.tif")
    np.testing.assert_array_equal(colour_of(path), grey(values))
    assert images.read(path).notes == ()


@pytest.mark.parametrize(("low", "high"), [(0, 255), (-0.5, 0.5), (0, 1.02), (-3e38, 3e38)])
def test_other_floats_are_stretched(low: float, high: float, tmp_path: Path) -> None:
    fractions = np.linspace(0, 1, 320).reshape(16, 20)
    values = (low + (high - low) * fractions).astype(np.float32)
    path = saved(PIL.Image.fromarray(values), tmp_path / "floats.tif")
    np.testing.assert_allclose(colour_of(path), grey(fractions), atol=1e-6)
    (note,) = images.read(path).notes
    assert note == f"its numbers from {low:g} to {high:g} were stretched to black to white"


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_refused(number: float, tmp_path: Path) -> None:
    values = np.zeros((16, 16), np.float32)
    values[5, 5] = number
    path = saved(PIL.Image.fromarray(values), tmp_path / "floats.tif")
    with pytest.raises(ImageError, match="not finite"):
        images.read(path)


def test_one_number_out_of_range_everywhere_is_refused() -> None:
    with pytest.raises(ImageError, match="holds the number 7 everywhere"):
        images.read(PIL.Image.new("F", (16, 16), 7.0))


def test_sixteen_bits_with_a_transparent_level(tmp_path: Path) -> None:
    values = deep_values()
    values[4:8] = 40000
    rows = [row.astype(">u2").tobytes() for row in values]
    path = tmp_path / "deep.png"
    path.write_bytes(png(rows, 20, 16, 0, (b"tRNS", struct.pack(">H", 40000))))
    expected = (values != 40000).astype(np.float32)
    np.testing.assert_array_equal(alpha_of(path), expected)
    seen = values != 40000
    np.testing.assert_array_equal(colour_of(path)[seen], DEEP[seen])


def test_sixteen_bit_colour_with_a_transparent_colour(tmp_path: Path) -> None:
    values = np.random.default_rng(2).integers(0, 30000, (16, 20, 3), dtype=np.uint16)
    key = (60000, 300, 7)
    values[4:8] = key
    rows = [row.astype(">u2").tobytes() for row in values]
    path = tmp_path / "deep.png"
    path.write_bytes(png(rows, 20, 16, 2, (b"tRNS", struct.pack(">HHH", *key))))
    expected = np.ones((16, 20), np.float32)
    expected[4:8] = 0
    np.testing.assert_array_equal(alpha_of(path), expected)
    np.testing.assert_allclose(colour_of(path)[:4], values[:4] / 65535, atol=1 / 255)


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_transparent_level_of_few_bits(depth: int, tmp_path: Path) -> None:
    levels = np.arange(16 * 16).reshape(16, 16) % 2**depth
    bits = (levels[..., None] >> np.arange(depth)[::-1]) & 1
    rows = [np.packbits(row).tobytes() for row in bits.reshape(16, -1)]
    key = 2**depth - 1
    path = tmp_path / "few.png"
    path.write_bytes(png(rows, 16, depth, 0, (b"tRNS", struct.pack(">H", key))))
    np.testing.assert_array_equal(alpha_of(path), (levels != key).astype(np.float32))
    seen = levels != key
    expected = grey(levels / np.float32(key)).astype(np.float32)
    np.testing.assert_allclose(colour_of(path)[seen], expected[seen], atol=1e-6)


def test_a_transparent_colour(tmp_path: Path) -> None:
    levels = noise(16, 20, 3)
    levels[2:5] = (9, 8, 7)
    path = saved(PIL.Image.fromarray(levels), tmp_path / "key.png", transparency=(9, 8, 7))
    expected = np.ones((16, 20), np.float32)
    expected[2:5] = 0
    np.testing.assert_array_equal(alpha_of(path), expected)


def test_one_matching_channel_is_not_the_transparent_colour(tmp_path: Path) -> None:
    image = PIL.Image.new("RGB", (16, 16), (9, 0, 0))
    path = saved(image, tmp_path / "key.png", transparency=(9, 8, 7))
    assert images.read(path).alpha is None


@pytest.mark.parametrize("key", [b"\0\1", (1, 2), "red", None, 70000, -1, (1.5, 2.5, 3.5)])
@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "CMYK", "1"])
def test_a_transparent_colour_without_sense_is_ignored(mode: str, key: object) -> None:
    image = PIL.Image.new(mode, (16, 16))
    image.info["transparency"] = key
    assert images.read(image).alpha is None


def test_a_colour_picture_of_sixteen_bits_is_read(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 65536, (16, 20, 3), dtype=np.uint16)
    path = tmp_path / "deep.png"
    path.write_bytes(png([row.astype(">u2").tobytes() for row in values], 20, 16, 2))
    np.testing.assert_allclose(colour_of(path), values / 65535, atol=1 / 255)


def test_a_picture_from_memory_needs_no_file() -> None:
    buffer = io.BytesIO()
    PIL.Image.fromarray(noise(16, 20, 3)).save(buffer, format="PNG")
    with PIL.Image.open(buffer) as image:
        np.testing.assert_array_equal(colour_of(image), noise(16, 20, 3) / np.float32(255))
