"""TIFF in every layout, against the numbers that were written, tifffile and libvips."""

from __future__ import annotations

import io
import logging
import os
import struct
import sys
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import pyvips
import tifffile
from numpy.typing import NDArray
from PIL import ImageCms

from brushwork import assets, images
from brushwork.errors import ImageError
from tests.images import tiffs
from tests.images.tiffs import DEPTHS, MODELS, Layout

#: float32 holds no more.
EXACT = 2e-6
LAYOUTS = list(tiffs.list_layouts())


def read(content: bytes) -> images.Image:
    return images.read_bytes(content, "scan", "scan.tif")


def colour_of(image: images.Image) -> NDArray[np.float32]:
    return image.pixels[0].permute(1, 2, 0).numpy()


def encode(array: NDArray[Any], **how: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, metadata=None, **how)
    return buffer.getvalue()


def ask_libvips(content: bytes) -> NDArray[np.float64]:
    """Give (H, W, 3) as libvips sees it, in [0, 1]."""
    seen = pyvips.Image.new_from_buffer(content, "").colourspace("srgb").numpy() / 255.0
    seen = seen[..., None] if seen.ndim == 2 else seen
    return np.broadcast_to(seen[..., :3], (*seen.shape[:2], 3))


def photo(height: int = 64, width: int = 80) -> NDArray[np.uint8]:
    with PIL.Image.open(assets.find("cat").path) as cat:  # type: ignore[union-attr]
        return np.asarray(cat.convert("RGB").resize((width, height)))


def check_layout(layout: Layout) -> None:
    written = tiffs.write(layout)
    stored = tifffile.imread(io.BytesIO(written.content))
    stored = np.moveaxis(stored, 0, 2) if layout.separate else stored
    np.testing.assert_array_equal(stored.reshape(written.numbers.shape), written.numbers)
    found = read(written.content)
    assert found.notes == (), layout
    visible = np.ones(written.colour.shape[:2], bool)
    if written.alpha is None:
        assert found.alpha is None, layout
    else:
        assert found.alpha is not None, layout
        visible = written.alpha > 0
        difference = np.abs(found.alpha[0, 0].numpy() - written.alpha)
        assert difference.max() < EXACT, layout
    difference = np.abs(colour_of(found) - written.colour)[visible]
    assert difference.max() < EXACT, layout


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_every_depth_and_model_in_some_layouts(depth: str, model: str) -> None:
    fitting = [one for one in LAYOUTS if (one.depth, one.model) == (depth, model)]
    for layout in fitting[::7]:
        check_layout(layout)


@pytest.mark.slow
@pytest.mark.skipif(
    "BRUSHWORK_ALL_LAYOUTS" not in os.environ, reason="minutes: set BRUSHWORK_ALL_LAYOUTS=1"
)
@pytest.mark.parametrize("depth", DEPTHS)
def test_every_layout(depth: str) -> None:
    for layout in LAYOUTS:
        if layout.depth == depth:
            check_layout(layout)


@pytest.mark.parametrize("model", ["minisblack", "miniswhite", "rgb"])
@pytest.mark.parametrize("compression", ["none", "lzw", "zlib", "packbits"])
@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("tiled", [False, True])
def test_libvips_sees_the_same(model: str, compression: str, separate: bool, tiled: bool) -> None:
    if separate and (model != "rgb" or tiled):
        pytest.skip("one plane is not apart from any other, and libvips reads no tiles apart")
    predictor = 2 if compression in ("lzw", "zlib") else 1
    layout = Layout("u8", model, compression, predictor, separate, ">", tiled)
    content = tiffs.write(layout).content
    np.testing.assert_allclose(colour_of(read(content)), ask_libvips(content), atol=EXACT)


@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("more", [{}, {"tile": True}, {"bigtiff": True}, {"pyramid": True}])
@pytest.mark.parametrize("compression", ["jpeg", "ccittfax4", "lzw", "packbits"])
def test_what_libvips_writes(compression: str, more: dict[str, bool], grey: bool) -> None:
    image = pyvips.Image.new_from_array(photo())
    image = image.colourspace("b-w") if grey or compression == "ccittfax4" else image
    bits = {"bitdepth": 1} if compression == "ccittfax4" else {}
    content = image.tiffsave_buffer(compression=compression, **more, **bits)
    found = read(content)
    np.testing.assert_allclose(colour_of(found), ask_libvips(content), atol=EXACT)
    assert found.notes == ()  # the smaller images of a pyramid are no pages


@pytest.mark.parametrize("depth", [1, 8])
@pytest.mark.parametrize("compression", ["none", "packbits", "jpeg", "ccittfax4"])
def test_white_is_zero_by_libvips(compression: str, depth: int) -> None:
    if (compression == "jpeg" and depth == 1) or (compression == "ccittfax4" and depth == 8):
        pytest.skip("no such file")
    image = pyvips.Image.new_from_array(photo()).colourspace("b-w")
    content = image.tiffsave_buffer(compression=compression, miniswhite=True, bitdepth=depth)
    np.testing.assert_allclose(colour_of(read(content)), ask_libvips(content), atol=EXACT)
    grey = image.numpy()
    expected = (grey > 127).mean() if depth == 1 else grey.mean() / 255
    assert colour_of(read(content)).mean() == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("subsampling", [(1, 1), (2, 1), (2, 2)])
@pytest.mark.parametrize("how", [{}, {"planarconfig": "separate"}])
def test_photos_inside(subsampling: tuple[int, int], how: dict[str, str]) -> None:
    array = np.moveaxis(photo(), 2, 0) if how else photo()
    how = how or {"subsampling": subsampling}  # type: ignore[dict-item]
    content = encode(array, photometric="rgb", compression="jpeg", **how)
    np.testing.assert_allclose(colour_of(read(content)), ask_libvips(content), atol=EXACT)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("table", ["doubled", "zeros", "bytes"])
def test_a_colour_table(bits: int, table: str) -> None:
    colours = np.random.default_rng(bits).integers(0, 256, (3, 2**bits), dtype=np.uint16)
    colours[0, 0] = 255
    factor = {"doubled": 257, "zeros": 256, "bytes": 1}[table]
    indices = np.random.default_rng(1).integers(0, 2**bits, (18, 24), dtype=np.uint8)
    packed = iter([tiffs.pack(indices, bits)])
    content = encode(
        packed,  # type: ignore[arg-type]
        shape=indices.shape,
        dtype=np.uint8,
        bitspersample=bits,
        photometric="palette",
        colormap=np.zeros((3, 256), np.uint16),
    )
    content = replace_table(content, colours * factor)
    expected = np.moveaxis(colours[:, indices], 0, 2) / 255
    np.testing.assert_allclose(colour_of(read(content)), expected, atol=EXACT)


def test_a_pixel_beyond_the_colour_table_is_damage() -> None:
    indices = np.full((18, 24), 200, np.uint8)
    how = {"photometric": "palette", "colormap": np.full((3, 256), 999, np.uint16)}
    content = encode(indices, **how)
    short = replace_table(content, np.full((3, 100), 999))
    with pytest.raises(ImageError, match="the colour 200 of a table of 100"):
        read(short)


def replace_table(content: bytes, table: NDArray[Any]) -> bytes:
    """Put in a table of as many colours as there are."""
    buffer = io.BytesIO(content)
    with tifffile.TiffFile(buffer) as tiff:
        tag = tiff.pages.first.tags["ColorMap"]
        tag.overwrite(tuple(int(number) for number in table.ravel()), erase=False)
    return buffer.getvalue()


def test_bits_from_the_other_end() -> None:
    bits = np.random.default_rng(0).integers(0, 2, (18, 24), dtype=np.uint8)
    stored = iter([tiffs.pack(bits, 1)])
    how = {"shape": bits.shape, "dtype": bool, "photometric": "minisblack"}
    content = bytearray(encode(stored, **how))  # type: ignore[arg-type]
    with tifffile.TiffFile(io.BytesIO(content)) as tiff:
        page = tiff.pages.first
        start, count = page.dataoffsets[0], page.databytecounts[0]
    turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in content[start : start + count])
    content[start : start + count] = turned
    with_tag = add_tag(bytes(content), 266, 2)
    assert np.array_equal(tifffile.imread(io.BytesIO(with_tag)), bits)
    np.testing.assert_array_equal(colour_of(read(with_tag))[..., 0], bits)


def add_tag(content: bytes, code: int, value: int) -> bytes:
    """Put the name of a SHORT in place of a tag that nobody needs, the resolution's unit."""
    place = content.index(struct.pack("<HHI", 296, 3, 1))
    return content[:place] + struct.pack("<HHII", code, 3, 1, value) + content[place + 12 :]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["ours", "jpeg"])
def test_orientation(orientation: int, kind: str) -> None:
    levels = photo(48, 64)
    how = {"compression": "jpeg"} if kind == "jpeg" else {}
    content = encode(levels, photometric="rgb", extratags=[(274, 3, 1, orientation, True)], **how)
    turned = pyvips.Image.new_from_buffer(content, "").autorot().numpy() / 255.0
    np.testing.assert_allclose(colour_of(read(content)), turned, atol=EXACT)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lab(dtype: type[np.unsignedinteger]) -> None:
    rgb = PIL.Image.fromarray(photo())
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    made = ImageCms.profileToProfile(rgb, srgb, lab, outputMode="LAB")
    assert made is not None
    buffer = io.BytesIO()
    made.save(buffer, "TIFF")
    content = buffer.getvalue()
    if dtype == np.uint16:
        # Pillow writes a* and b* as the standard has them: signed.
        stored = tifffile.imread(io.BytesIO(content))
        deep = np.dstack([stored[..., :1] * np.uint16(257), stored[..., 1:].astype(np.uint16) << 8])
        content = encode(deep, photometric="cielab")
    np.testing.assert_allclose(colour_of(read(content)), photo() / 255, atol=3 / 255)


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_ink(dtype: type[np.unsignedinteger], separate: bool) -> None:
    ink = np.random.default_rng(0).random((20, 24, 4))
    white = np.iinfo(dtype).max
    levels = np.rint(ink * white).astype(dtype)
    array = np.moveaxis(levels, 2, 0) if separate else levels
    how = {"planarconfig": "separate"} if separate else {}
    found = read(encode(array, photometric="separated", **how))
    expected = (1 - ink[..., :3]) * (1 - ink[..., 3:])
    np.testing.assert_allclose(colour_of(found), expected, atol=1.6 / 255)
    assert found.notes == ("CMYK without a colour profile: its colours are approximate",)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_luma_and_chroma(compression: str | None) -> None:
    buffer = io.BytesIO()
    how = {"compression": "tiff_adobe_deflate"} if compression else {}
    PIL.Image.fromarray(photo()).convert("YCbCr").save(buffer, "TIFF", **how)
    np.testing.assert_allclose(colour_of(read(buffer.getvalue())), photo() / 255, atol=4 / 255)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_luma_of_other_primaries(compression: str | None) -> None:
    """By TIFF 6.0, section 21; Pillow takes what is not compressed for BT.601 always."""
    luma = (2126, 10000, 7152, 10000, 722, 10000)
    how = {"photometric": "ycbcr", "subsampling": (1, 1), "compression": compression}
    content = encode(photo(), extratags=[(529, 5, 3, luma, True)], **how)
    y, cb, cr = np.moveaxis(photo() / 255.0, 2, 0)
    cb, cr = cb - 128 / 255, cr - 128 / 255
    red, blue = y + 1.5748 * cr, y + 1.8556 * cb
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    expected = np.stack([red, green, blue], axis=2).clip(0, 1)
    np.testing.assert_allclose(colour_of(read(content)), expected, atol=0.6 / 255)


# --- which number is white


@pytest.mark.parametrize(("high", "white"), [(4095, 4095), (3000, 4095), (1000, 1023), (250, 255)])
@pytest.mark.parametrize("channels", [1, 3])
def test_fewer_bits_in_a_container_of_16(high: int, white: int, channels: int) -> None:
    shape = (20, 24) if channels == 1 else (20, 24, 3)
    numbers = np.linspace(0, high, int(np.prod(shape))).round().astype(np.uint16).reshape(shape)
    found = read(encode(numbers, photometric="rgb" if channels == 3 else "minisblack"))
    expected = numbers / white if channels == 3 else (numbers / white)[..., None]
    np.testing.assert_allclose(colour_of(found), np.broadcast_to(expected, (20, 24, 3)), atol=EXACT)
    assert found.notes == (f"its numbers of 16 bits only go up to {high}: {white} is white",)


@pytest.mark.parametrize("tag", [281, 341])
def test_a_white_that_the_file_states(tag: int) -> None:
    numbers = np.linspace(0, 1100, 480).astype(np.uint16).reshape(20, 24)
    for stated, white in ((16383, 16383), (4095, 4095)):
        found = read(
            encode(numbers, photometric="minisblack", extratags=[(tag, 3, 1, stated, True)])
        )
        np.testing.assert_allclose(colour_of(found)[..., 0], numbers / white, atol=EXACT)
        assert found.notes == (f"the file says that its white is {stated}",)


def test_a_largest_number_that_is_no_white_is_not_believed() -> None:
    numbers = np.linspace(0, 30000, 480).astype(np.uint16).reshape(20, 24)
    for stated in (30000, 4095):  # what occurs, what is exceeded
        found = read(
            encode(numbers, photometric="minisblack", extratags=[(281, 3, 1, stated, True)])
        )
        np.testing.assert_allclose(colour_of(found)[..., 0], numbers / 65535, atol=EXACT)
        assert found.notes == ()


def test_opaque_alpha_says_how_far_the_numbers_go() -> None:
    numbers = np.full((20, 24, 4), 65535, np.uint16)
    numbers[..., :3] = 900  # a dark image, and no image of ten bits
    found = read(encode(numbers, photometric="rgb", extrasamples=["unassalpha"]))
    np.testing.assert_allclose(colour_of(found), 900 / 65535, atol=EXACT)
    assert found.notes == ()


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32])
def test_signed_numbers_are_stretched(dtype: type[np.signedinteger]) -> None:
    numbers = np.linspace(-100, 120, 480).round().astype(dtype).reshape(20, 24)
    found = read(encode(numbers, photometric="minisblack"))
    expected = (numbers.astype(np.float64) + 100) / 220
    np.testing.assert_allclose(colour_of(found)[..., 0], expected, atol=EXACT)
    assert found.notes == ("its numbers from -100 to 120 were stretched to black to white",)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_colours_in_floats_beyond_1_are_stretched_together(dtype: type[np.floating]) -> None:
    numbers = np.random.default_rng(0).random((20, 24, 3)).astype(dtype) * dtype(200)
    numbers[0, 0], numbers[0, 1] = 0, 255
    found = read(encode(numbers, photometric="rgb"))
    np.testing.assert_allclose(colour_of(found), numbers.astype(np.float64) / 255, atol=EXACT)
    assert found.notes == ("its numbers from 0 to 255 were stretched to black to white",)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(number: float) -> None:
    numbers = np.full((20, 24, 3), number, np.float64)
    with pytest.raises(ImageError, match="not finite"):
        read(encode(numbers, photometric="rgb"))


# --- which page is the image


def write_pages(*pages: tuple[NDArray[Any], dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as tiff:
        for array, how in pages:
            tiff.write(array, metadata=None, **how)
    return buffer.getvalue()


THUMBNAIL = (photo(16, 20), {"photometric": "rgb", "subfiletype": 1})
FULL = (photo(), {"photometric": "rgb", "subfiletype": 0})
MOSAIC = (photo()[..., 0].astype(np.uint16), {"photometric": "cfa", "subfiletype": 0})
CFA = [(33421, 3, 2, (2, 2), True), (33422, 1, 4, bytes([0, 1, 1, 2]), True)]
MOSAIC[1]["extratags"] = CFA


def test_a_preview_before_the_image_is_passed_over() -> None:
    content = write_pages(THUMBNAIL, FULL)
    found = read(content)
    np.testing.assert_allclose(colour_of(found), photo() / 255, atol=EXACT)
    assert found.notes == ()
    assert images.read_size(content, "scan") == (64, 80)


def test_a_preview_before_a_photo_in_jpeg_is_passed_over() -> None:
    jpeg = (FULL[0], {**FULL[1], "compression": "jpeg"})
    alone = read(write_pages(jpeg))
    found = read(write_pages(THUMBNAIL, jpeg))
    np.testing.assert_array_equal(colour_of(found), colour_of(alone))


@pytest.mark.parametrize("compression", [None, "jpeg"])
def test_an_image_below_its_preview_is_found(compression: str | None) -> None:
    full = (FULL[0], {**FULL[1], "compression": compression})
    content = write_pages((THUMBNAIL[0], {**THUMBNAIL[1], "subifds": 1}), full)
    np.testing.assert_allclose(
        colour_of(read(content)), colour_of(read(write_pages(full))), atol=EXACT
    )
    assert images.read_size(content, "scan") == (64, 80)


@pytest.mark.parametrize("large_preview", [False, True])
def test_raw_data_below_a_preview_are_a_raw_photo(
    large_preview: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    preview = [(photo(), {"photometric": "rgb", "subfiletype": 1})] if large_preview else []
    subs = {"subifds": 1 + large_preview}
    content = write_pages((THUMBNAIL[0], {**THUMBNAIL[1], **subs}), *preview, MOSAIC)
    with pytest.raises(ImageError, match=r"scan is a raw photo .*, which is not supported; pip"):
        read(content)
    with pytest.raises(ImageError, match="is a raw photo"):
        images.read_size(content, "scan")


@pytest.mark.parametrize("large_preview", [False, True])
def test_raw_data_are_refused_and_no_preview_is_enlarged(large_preview: bool) -> None:
    preview = [(photo(), {"photometric": "rgb", "subfiletype": 1})] if large_preview else []
    content = write_pages(THUMBNAIL, *preview, MOSAIC)
    with pytest.raises(ImageError, match=r"scan holds the raw data of a camera.*Develop it"):
        read(content)
    with pytest.raises(ImageError, match="raw data of a camera"):
        images.read_size(content, "scan")


def test_a_raw_file_by_canon_is_refused() -> None:
    content = bytearray(write_pages(FULL))
    content[8:8] = b"CR\2\0"
    with pytest.raises(ImageError, match="raw data of a camera"):
        read(bytes(content))


def test_smaller_copies_and_masks_are_no_pages() -> None:
    mask = (np.ones((64, 80), bool), {"photometric": "minisblack", "subfiletype": 4})
    found = read(write_pages(FULL, THUMBNAIL, mask))
    np.testing.assert_allclose(colour_of(found), photo() / 255, atol=EXACT)
    assert found.notes == ()
    assert read(write_pages(FULL, THUMBNAIL, FULL)).notes == (
        "several pages: the first of 2 is used",
    )


def test_nothing_but_previews_is_told() -> None:
    found = read(write_pages(THUMBNAIL, (photo(24, 30), THUMBNAIL[1])))
    assert found.pixels.shape == (1, 3, 24, 30)
    assert found.notes == ("it is marked as the preview of an image that is not in the file",)


# --- what is refused, and why


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"compression": "jpeg2000"}, "the compression JPEG2000"),
        ({"compression": "webp"}, "the compression WEBP"),
        ({"compression": "jpegxl"}, "the compression JPEGXL"),
        ({"compression": "lerc"}, "the compression LERC"),
    ],
)
def test_what_is_not_read_is_named(how: dict[str, Any], why: str) -> None:
    with pytest.raises(ImageError, match=f"scan is a TIFF with {why}, which is not supported"):
        read(encode(photo(), photometric="rgb", **how))


@pytest.mark.parametrize(
    ("array", "how", "why"),
    [
        (np.zeros((20, 24), np.complex64), {}, "complex numbers"),
        (np.zeros((20, 24), np.uint64), {}, "whole numbers of 64 bits"),
        (np.zeros((20, 24, 3), np.float32), {"photometric": "cielab"}, "no brightness"),
        (np.zeros((20, 24, 3), np.uint8), {"photometric": "itulab"}, "the colour model 10"),
    ],
)
def test_numbers_that_are_not_read_are_named(
    array: NDArray[Any], how: dict[str, Any], why: str
) -> None:
    with pytest.raises(ImageError, match=f"{why}, which is not supported; export it"):
        read(encode(array, **({"photometric": "minisblack"} | how)))


@pytest.mark.parametrize("compression", [None, "zlib", "lzw", "packbits", "zstd", "lzma", "jpeg"])
@pytest.mark.parametrize("tiled", [False, True])
def test_a_cut_file_is_damaged_or_cut_short(compression: str | None, tiled: bool) -> None:
    how: dict[str, Any] = {"tile": (16, 16)} if tiled else {"rowsperstrip": 8}
    content = encode(photo(), photometric="rgb", compression=compression, **how)
    for part in (0.3, 0.6, 0.95):
        with pytest.raises(ImageError, match=r"scan is (cut short|damaged) \(.+\); copy"):
            read(content[: int(part * len(content))])


def test_a_strip_that_was_never_written_is_missed() -> None:
    content = encode(photo(), photometric="rgb", rowsperstrip=16)
    buffer = io.BytesIO(content)
    with tifffile.TiffFile(buffer) as tiff:
        tag = tiff.pages.first.tags["StripOffsets"]
        tag.overwrite((*tag.value[:2], 0, *tag.value[3:]))
    with pytest.raises(ImageError, match=r"cut short .strip or tile 2 was never written"):
        read(buffer.getvalue())


def test_too_many_pixels_are_refused_before_memory_is_asked_for() -> None:
    content = bytearray(encode(np.zeros((16, 16), np.uint8)))
    buffer = io.BytesIO(content)
    with tifffile.TiffFile(buffer) as tiff:
        for name in ("ImageWidth", "ImageLength"):
            tiff.pages.first.tags[name].overwrite(60000)
    with pytest.raises(ImageError, match="has more pixels than the"):
        read(buffer.getvalue())


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    content = encode(photo(), photometric="rgb")
    for cut in (9, 20, 100, len(content) - 30):
        with pytest.raises(ImageError):
            read(content[:cut])
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("tifffile").propagate  # who listens may hear it


@pytest.mark.parametrize("filled", [True, False])
def test_a_fourth_channel_without_a_name_is_opacity_where_it_was_filled_in(filled: bool) -> None:
    levels = np.dstack([photo(), np.full((64, 80), 0, np.uint8)])
    levels[:, 40:, 3] = 128 if filled else 0
    content = bytearray(encode(levels, photometric="rgb", extrasamples=["unassalpha"]))
    # The tag 338 becomes one that nobody knows.
    place = content.index(struct.pack("<HHI", 338, 3, 1))
    content[place : place + 2] = struct.pack("<H", 65000)
    found = read(bytes(content))
    if not filled:
        assert found.alpha is None
        return
    opacity = pyvips.Image.new_from_buffer(bytes(content), "").numpy()[..., 3]
    assert found.alpha is not None
    np.testing.assert_allclose(found.alpha[0, 0].numpy() * 255, opacity, atol=0.5)
    assert any("fourth channel" in note for note in found.notes)
