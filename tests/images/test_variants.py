"""BMP, TGA and GIF as they come, against the numbers that were written, and against Chromium."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray

from brushwork import images
from brushwork.errors import ImageError
from tests.images import bmps, tgas
from tests.images.canvas import CHROMIUM, Show, open_canvas

HEIGHT, WIDTH = 17, 19
drawing = np.random.default_rng(0).integers(1, 4, (16, 20), dtype=np.uint8)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def show() -> Iterator[Show]:
    pytest.importorskip("playwright")
    with open_canvas() as shown:
        yield shown


def read(content: bytes) -> images.Image:
    return images.read_bytes(content, "file", "file")


def join(image: images.Image) -> NDArray[np.float32]:
    """Give (H, W, 4) in [0, 1]."""
    colour = image.pixels[0].permute(1, 2, 0).numpy()
    alpha = np.ones(colour.shape[:2]) if image.alpha is None else image.alpha[0, 0].numpy()
    return np.dstack([colour, alpha])


def random_parts() -> NDArray[np.float64]:
    parts = np.random.default_rng(1).random((HEIGHT, WIDTH, 4))
    parts[..., 3] = parts[..., 3] * 0.5 + 0.5
    return parts


# --- BMP


@pytest.mark.parametrize("variant", bmps.list_variants(), ids=str)
def test_every_bmp(variant: bmps.Variant) -> None:
    parts = random_parts()
    expected = np.ones_like(parts)
    masks = bmps.MASKS[variant.masks]
    # Alpha counts where the header names a mask for it.
    filled = variant.compression != 0 and masks[3] != 0 and not variant.clear
    for channel in range(4 if filled else 3):
        white = masks[channel] >> ((masks[channel] & -masks[channel]).bit_length() - 1)
        expected[..., channel] = np.rint(parts[..., channel] * white) / white
    found = read(bmps.write(variant, parts))
    visible = expected[..., 3] > 0
    np.testing.assert_allclose(join(found)[visible], expected[visible], atol=1e-6)
    notes = ("its alpha is 0 everywhere and was ignored",) if variant.clear else ()
    assert found.notes == notes


@pytest.mark.parametrize("name", bmps.MASKS)
@pytest.mark.slow
@needs_chromium
def test_chromium_shows_the_same_bmp(name: str, show: Show) -> None:
    for variant in bmps.list_variants():
        if variant.masks == name and not variant.clear:
            content = bmps.write(variant, random_parts())
            seen = show(content, "image/bmp") / 255
            # A canvas keeps colour times alpha, in 8 bits.
            near = 0.012 if bmps.MASKS[name][3] else 0.004
            visible = seen[..., 3] > 0
            np.testing.assert_allclose(join(read(content))[visible], seen[visible], atol=near)


@pytest.mark.parametrize("bits", [1, 4, 8, 24])
def test_other_bmps_are_left_to_pillow(bits: int) -> None:
    levels = np.random.default_rng(0).integers(0, 2 if bits == 1 else 256, (HEIGHT, WIDTH, 3))
    image = PIL.Image.fromarray((levels * (255 if bits == 1 else 1)).astype(np.uint8))
    image = {1: image.convert("1"), 4: image.quantize(16), 8: image.quantize(200), 24: image}[bits]
    buffer = io.BytesIO()
    image.save(buffer, "BMP")
    expected = np.asarray(image.convert("RGB")) / 255
    np.testing.assert_allclose(join(read(buffer.getvalue()))[..., :3], expected, atol=1e-6)


def test_a_cut_bmp_is_cut_short() -> None:
    content = bmps.write(bmps.Variant("8888", 32, 124, 3), random_parts())
    with pytest.raises(ImageError, match=r"file is cut short \(76 bytes are missing\)"):
        read(content[:-76])


def test_a_mask_with_gaps_is_damage() -> None:
    content = bytearray(bmps.write(bmps.Variant("x888", 32, 40, 3), random_parts()))
    content[54:58] = struct.pack("<I", 0xF0F000)
    with pytest.raises(ImageError, match=r"damaged .the mask 0xf0f000 has gaps"):
        read(bytes(content))


# --- TGA


@pytest.mark.parametrize("variant", tgas.list_variants(), ids=str)
def test_every_tga(variant: tgas.Variant) -> None:
    levels = np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
    levels[..., 3] |= 1
    levels[3:6, 4:9] = levels[3, 4]  # to be written as runs
    content, expected = tgas.write(variant, levels)
    found = read(content)
    visible = expected[..., 3] > 0
    # Pillow widens 5 bits to 8 before we see them.
    near = 0.005 if "16" in variant.kind else 1e-6
    np.testing.assert_allclose(join(found)[visible], expected[visible], atol=near)
    np.testing.assert_allclose(join(found)[..., 3], expected[..., 3], atol=1e-6)


@pytest.mark.parametrize("packet", [b"\xff", b"\x7f"], ids=["run", "pixels"])
def test_a_packet_of_a_tga_may_cross_rows(packet: bytes) -> None:
    head = struct.pack("<BBBHHBHHHHBB", 0, 0, 11, 0, 0, 0, 0, 0, 20, 16, 8, 0x20)
    levels = np.arange(320, dtype=np.uint8).reshape(16, 20)
    if packet == b"\xff":
        levels.flat[:128] = 7
        body = packet + b"\x07"
    else:
        body = packet + levels.tobytes()[:128]
    body += b"\x7f" + levels.tobytes()[128:256] + b"\x3f" + levels.tobytes()[256:]
    np.testing.assert_array_equal(join(read(head + body))[..., 0], levels / np.float32(255))
    with pytest.raises(ImageError, match=r"cut short \(\d+ bytes are missing\)"):
        read(head + body[:-30])


def test_alpha_of_a_tga_that_was_never_filled_in_is_told() -> None:
    content, _ = tgas.write(tgas.Variant("rgbx32"), np.full((HEIGHT, WIDTH, 4), 90, np.uint8))
    assert read(content).notes == ("its alpha is 0 everywhere and was ignored",)


# --- GIF


def small_first_frame(left: int, top: int, key: int | None = None) -> bytes:
    """Write a GIF of 40×30 whose first frame is 20×16, blue being the colour of index 0."""
    image = PIL.Image.frombytes("P", (20, 16), drawing.tobytes())
    image.putpalette([0, 0, 255, 200, 30, 40, 30, 200, 60, 250, 250, 250])
    buffer = io.BytesIO()
    second = PIL.Image.new("P", (20, 16), 1)
    second.putpalette(image.getpalette() or [])
    how = {} if key is None else {"transparency": key}
    image.save(buffer, "GIF", save_all=True, append_images=[second], optimize=False, **how)
    content = bytearray(buffer.getvalue())
    content[6:10] = struct.pack("<HH", 40, 30)
    place = content.index(b"," + struct.pack("<HHHH", 0, 0, 20, 16))
    content[place + 1 : place + 5] = struct.pack("<HH", left, top)
    return bytes(content)


@pytest.mark.parametrize(("left", "top"), [(0, 0), (7, 5), (20, 14)])
@pytest.mark.parametrize("key", [None, 2])
def test_round_a_small_first_frame_there_is_nothing(left: int, top: int, key: int | None) -> None:
    found = read(small_first_frame(left, top, key))
    assert found.pixels.shape == (1, 3, 30, 40)
    seen = join(found)
    alpha = np.zeros((30, 40))
    alpha[top : top + 16, left : left + 20] = 1 if key is None else drawing != key
    np.testing.assert_array_equal(seen[..., 3], alpha)
    palette = np.array([[0, 0, 255], [200, 30, 40], [30, 200, 60], [250, 250, 250]]) / 255
    inside = seen[top : top + 16, left : left + 20, :3]
    drawn = np.ones((16, 20), bool) if key is None else drawing != key
    np.testing.assert_allclose(inside[drawn], palette[drawing][drawn], atol=1e-6)
    assert found.notes == ("animated: the first of 2 frames is used",)


@pytest.mark.parametrize("key", [None, 2])
@pytest.mark.slow
@needs_chromium
def test_chromium_shows_nothing_there_either(key: int | None, show: Show) -> None:
    content = small_first_frame(7, 5, key)
    seen = show(content, "image/gif") / 255
    ours = join(read(content))
    np.testing.assert_array_equal(ours[..., 3], seen[..., 3])
    visible = seen[..., 3] > 0
    np.testing.assert_allclose(ours[visible], seen[visible], atol=1e-6)


def test_an_open_gif_is_read_like_its_file() -> None:
    content = small_first_frame(7, 5)
    with PIL.Image.open(io.BytesIO(content)) as image:
        np.testing.assert_array_equal(join(images.read(image)), join(read(content)))
