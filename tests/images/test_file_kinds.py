"""What a file is, whatever its name: not supported, damaged and no image are three sentences."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import PIL.Image
import pytest
import tifffile

from brushwork import images
from brushwork.errors import ImageError
from brushwork.images.file_kinds import Reader, recognise
from tests.corpus import STORED, scene
from tests.images.colour_files import save
from tests.images.raw_photos import make_dng

DATA = Path(__file__).parent.parent / "data"
PREVIEW = np.full((20, 30, 3), 99, np.uint8)
FLAT = PIL.Image.new("RGB", (32, 32), (200, 100, 50))


def make_container(*brands: bytes) -> bytes:
    """Begin a file as MP4, HEIC and their relatives begin: its main brand, then the others."""
    size = (16 + 4 * (len(brands) - 1)).to_bytes(4, "big")
    return size + b"ftyp" + brands[0] + bytes(4) + b"".join(brands[1:]) + bytes(100)


#: The first bytes of files, as the specifications of their formats have them.
UNSUPPORTED = {
    "a Photoshop document (PSD)": b"8BPS\0\1" + bytes(100),
    "a GIMP document (XCF)": b"gimp xcf v011\0" + bytes(100),
    "a vector drawing (SVG)": b'<?xml version="1.0"?>\n<!-- by hand -->\n<svg width="9">',
    "a PDF document": b"%PDF-1.7\n",
    "a PostScript file (EPS)": save(FLAT, "EPS"),
    "an OpenEXR file": b"\x76\x2f\x31\x01\x02\0\0\0" + bytes(100),
    "a Radiance HDR file": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
    "a JPEG XR file": b"II\xbc\x01" + bytes(100),
    "a DirectDraw texture (DDS)": save(FLAT, "DDS"),
    "an icon of macOS (ICNS)": b"icns" + bytes(100),
    "a DjVu document": b"AT&TFORM" + bytes(100),
    "a FITS file": b"SIMPLE  =                    T",
    "a video": make_container(b"isom", b"iso2", b"avc1", b"mp41"),
}
FOREIGN = {
    "a web page (HTML)": b"\xef\xbb\xbf<!-- saved -->\n<!DOCTYPE html><html><body>404",
    "a ZIP archive or a document of that form": b"PK\x03\x04" + bytes(100),
    "a compressed file (gzip)": b"\x1f\x8b\x08" + bytes(100),
    "a Git LFS pointer (git lfs pull)": b"version https://git-lfs.github.com/spec/v1\noid sha256:4",
}


def refuse(content: bytes, folder: Path, name: str = "photo.png") -> str:
    path = folder / name
    path.write_bytes(content)
    with pytest.raises(ImageError) as caught:
        images.read(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert message.startswith(f"{str(path)!r} ")
    return message.removeprefix(f"{str(path)!r} ")


@pytest.mark.parametrize("what", UNSUPPORTED)
def test_what_is_whole_but_not_read_is_named(what: str, tmp_path: Path) -> None:
    message = refuse(UNSUPPORTED[what], tmp_path)
    assert message.startswith(f"is {what}, which is not supported; ")
    assert " as PNG" in message
    assert "damaged" not in message


@pytest.mark.parametrize("what", FOREIGN)
def test_what_is_no_image_is_named(what: str, tmp_path: Path) -> None:
    message = refuse(FOREIGN[what], tmp_path)
    assert message.startswith(f"is not a picture but {what}; give a PNG")
    assert "damaged" not in message and "supported" not in message


@pytest.mark.parametrize("content", [b"Dear diary,\n" * 50, b"BMW and other cars\n" * 9, bytes(99)])
def test_of_what_nobody_knows_no_more_is_said_than_is_true(content: bytes, tmp_path: Path) -> None:
    expected = "is not a picture, or its first bytes are damaged; give a PNG"
    assert refuse(content, tmp_path).startswith(expected)


@pytest.mark.parametrize("encoding", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "JPEG2000"])
def test_a_known_beginning_makes_the_rest_damaged(encoding: str, tmp_path: Path) -> None:
    message = refuse(save(FLAT, encoding)[:18] + b"nothing of the kind" * 20, tmp_path)
    assert message.startswith(("is damaged (", "is cut short ("))
    assert message.endswith("; copy, download or export it again.")
    assert "not a picture" not in message


def test_a_rare_kind_is_not_damaged(tmp_path: Path) -> None:
    bmp = bytearray(save(FLAT, "BMP"))
    bmp[28:30] = (2).to_bytes(2, "little")  # bits of a pixel: a kind that Windows CE had
    message = refuse(bytes(bmp), tmp_path)
    assert message == (
        "is a file of a rare kind (Unsupported BMP pixel depth (2)), which is not supported; save "
        "it as PNG or JPEG first."
    )
    jpeg = bytearray(save(FLAT, "JPEG"))
    jpeg[jpeg.index(b"\xff\xc0") + 4] = 12  # bits of a sample, as medical images have it
    assert "(cannot handle 12-bit layers), which is not supported" in refuse(bytes(jpeg), tmp_path)
    tiff = bytearray(save(FLAT, "TIFF"))
    tiff[tiff.index(b"\x06\x01\x03\x00") + 8] = 77  # a photometric interpretation nobody has
    assert "the colour model 77, which is not supported" in refuse(bytes(tiff), tmp_path)


@pytest.mark.parametrize("name", ["photo.png", "photo.txt", "photo"])
def test_the_name_says_nothing(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes((DATA / "turned.heic").read_bytes())
    assert images.read(path).pixels.shape == (1, 3, 64, 96)
    assert "a PDF document" in refuse(b"%PDF-1.7\n", tmp_path, name)


def test_bytes_are_recognised_as_files_are() -> None:
    with pytest.raises(ImageError, match=r"^standard input is a Photoshop document \(PSD\), which"):
        images.read_bytes(UNSUPPORTED["a Photoshop document (PSD)"], "standard input", "-")
    with pytest.raises(ImageError, match=r"^upload is not a picture but a web page"):
        images.read_size(FOREIGN["a web page (HTML)"], "upload")
    assert images.read_size((DATA / "turned.heic").read_bytes(), "upload") == (64, 96)


# HEIC. The files were written by libheif 1.23.6 with x265, from `tests.corpus.scene` (twice as
# large, stored for orientation 6) and from flat colours.


def test_a_heic_photo_is_read_upright() -> None:
    found = images.read(DATA / "turned.heic")
    expected = scene().repeat(2, axis=0).repeat(2, axis=1) / 255
    seen = found.pixels[0].permute(1, 2, 0).numpy()
    assert np.quantile(np.abs(seen - expected), 0.9) <= 4 / 255
    assert found.notes == ()


def test_the_code_points_of_a_heic_photo_count() -> None:
    # (55, 110, 20) of Display P3, which Chromium shows so in PNG (`test_browser_colors`).
    seen = images.read(DATA / "display-p3.heic").pixels[0, :, 30, 30].numpy() * 255
    np.testing.assert_allclose(seen, (28, 112, 0), atol=4)


def test_of_several_heic_images_the_main_one_is_used() -> None:
    found = images.read(DATA / "two-images.heic")
    np.testing.assert_allclose(found.pixels[0, :, 30, 30].numpy() * 255, (30, 30, 200), atol=4)
    assert found.notes == ("several images: the main one of 2 is used",)


def test_a_damaged_heic_photo_is_damaged(tmp_path: Path) -> None:
    content = (DATA / "turned.heic").read_bytes()
    for length in (40, len(content) // 2, len(content) - 20):
        message = refuse(content[:length], tmp_path)
        assert message.startswith(("is damaged (", "is cut short (")), message


def test_a_heic_photo_that_ends_its_decoder_is_damaged_and_nothing_else_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os; os.abort()")
    monkeypatch.setattr("brushwork.images.heic._CHILD", child)
    message = refuse((DATA / "turned.heic").read_bytes(), tmp_path)
    assert message.startswith("is damaged (its decoder broke off)")


def test_a_heic_photo_without_room_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text("""print('{"error": "MemoryError"}')""")
    monkeypatch.setattr("brushwork.images.heic._CHILD", child)
    assert "memory" in refuse((DATA / "turned.heic").read_bytes(), tmp_path)


def test_reading_heic_changes_nothing_for_other_programs_in_the_process() -> None:
    before = set(PIL.Image.OPEN)
    images.read(DATA / "turned.heic")
    assert set(PIL.Image.OPEN) == before
    with pytest.raises(PIL.UnidentifiedImageError):
        PIL.Image.open(DATA / "turned.heic")


@pytest.mark.parametrize(
    ("brands", "what"),
    [
        ((b"heic", b"mif1", b"heic"), "HEIC"),
        ((b"mif1", b"miaf", b"heic"), "HEIC"),
        ((b"mif1", b"avif"), "AVIF"),
        ((b"avis", b"msf1"), "AVIF"),
        ((b"crx ", b"isom"), "CR3"),
        ((b"qt  ",), "video"),
        ((b"M4V ", b"mp42"), "video"),
    ],
)
def test_brands_tell_containers_apart(brands: tuple[bytes, ...], what: str) -> None:
    file = io.BytesIO(make_container(*brands))
    kind = recognise(file)
    assert kind is not None and what in kind.what
    assert file.tell() == 0


# What the extra `formats` reads.


def test_without_its_reader_a_kind_is_told_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("pi_heif", "pillow_jxl.JpegXLImagePlugin", "rawpy"):
        monkeypatch.setitem(sys.modules, library, None)
    dng = make_dng(np.full((32, 32, 3), 0.5))
    jxl = b"\x00\x00\x00\x0cJXL \r\n\x87\n" + bytes(50)
    for content, what, install in (
        (dng, "a raw photo (DNG, NEF, ARW or the like)", "'brushwork[formats]'"),
        (b"FUJIFILMCCD-RAW 0201", "a raw photo (Fujifilm RAF)", "'brushwork[formats]'"),
        (jxl, "a JPEG XL file", "'brushwork[formats]'"),
        (b"\xff\x0a" + bytes(50), "a JPEG XL file", "'brushwork[formats]'"),
        (make_container(b"heic"), "a HEIC photo", "pi-heif"),
    ):
        message = refuse(content, tmp_path)
        assert message == (
            f"is {what}, which is not supported; pip install {install} reads it; or save it as PNG "
            "or JPEG first."
        )


@pytest.mark.parametrize("says_dng", [True, False])
@pytest.mark.parametrize("preview", [None, PREVIEW])
@pytest.mark.parametrize("order", ["<", ">"])
def test_raw_photos_are_told_from_tiff(
    order: str, preview: np.ndarray | None, says_dng: bool
) -> None:
    content = make_dng(np.full((32, 32, 3), 0.5), preview, says_dng=says_dng, order=order)
    kind = recognise(io.BytesIO(content))
    assert kind is not None and kind.reader is Reader.RAW


def test_a_dng_file_is_raw_whatever_is_in_it() -> None:
    buffer = io.BytesIO()
    tags = [(50706, "B", 4, (1, 4, 0, 0), True)]
    tifffile.imwrite(buffer, PREVIEW, photometric="rgb", extratags=tags)
    buffer.seek(0)
    kind = recognise(buffer)
    assert kind is not None and kind.reader is Reader.RAW


def test_other_tiff_files_are_no_raw_photos() -> None:
    for how in ({"photometric": "rgb"}, {"photometric": "rgb", "bigtiff": True}):
        buffer = io.BytesIO()
        tifffile.imwrite(buffer, PREVIEW, **how)
        buffer.seek(0)
        kind = recognise(buffer)
        assert kind is not None and kind.encoding == "TIFF"


@pytest.mark.parametrize("preview", [None, PREVIEW])
def test_a_raw_photo_is_developed_and_its_preview_left_alone(preview: np.ndarray | None) -> None:
    pytest.importorskip("rawpy", reason="the extra `formats` is not installed")
    light = np.full((64, 96, 3), 0.5)
    light[:, :48] = (0.2, 0.05, 0.1)
    found = images.read_bytes(make_dng(light, preview), "it", "it")
    assert found.pixels.shape == (1, 3, 64, 96)
    # LibRaw makes the brightest light white; the rest keeps its proportions, through sRGB's curve.
    expected = 1.055 * (light[32, 20] / 0.5) ** (1 / 2.4) - 0.055
    np.testing.assert_allclose(found.pixels[0, :, 32, 20].numpy(), expected, atol=0.01)
    np.testing.assert_allclose(found.pixels[0, :, 32, 80].numpy(), 1, atol=0.01)
    assert found.notes == ("a raw photo: it was developed with the white balance of the camera",)


def test_a_damaged_raw_photo_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="the extra `formats` is not installed")
    message = refuse(b"FUJIFILMCCD-RAW 0201" + bytes(300), tmp_path)
    assert message.startswith(
        ("is damaged (", "is a raw photo (Fujifilm RAF) of an unknown camera")
    )


def test_kinds_of_jpeg_that_are_not_read_are_named(tmp_path: Path) -> None:
    levels = scene()
    for content, what in (
        (imagecodecs.jpegls_encode(levels), "a JPEG-LS file"),
        (
            b"\xff\xd8\xff\xff\xde\x00\x04\x00\x00\xff\xc5\x00\x0b" + bytes(40),
            "a hierarchical JPEG",
        ),
    ):
        message = refuse(content, tmp_path)
        assert message == f"is {what}, which is not supported; save it as PNG or JPEG first."


def test_a_lossless_jpeg_is_read_exactly(tmp_path: Path) -> None:
    levels, file = scene(), tmp_path / "scene.jpg"
    for encoded, shown in (
        (imagecodecs.jpeg8_encode(levels, lossless=True), levels),
        (imagecodecs.ljpeg_encode(levels[..., 0]), levels[..., :1].repeat(3, axis=2)),
    ):
        file.write_bytes(encoded)
        found = images.read(file).pixels[0].permute(1, 2, 0).numpy()
        np.testing.assert_array_equal(np.rint(255 * found), shown)


@pytest.mark.parametrize("orientation", [1, 6])
def test_jpeg_xl_is_read(orientation: int, tmp_path: Path) -> None:
    pytest.importorskip("pillow_jxl", reason="the extra `formats` is not installed")
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    image = PIL.Image.fromarray(np.ascontiguousarray(STORED[orientation](scene())))
    jpeg = tmp_path / "photo.jpg"
    image.save(jpeg, quality=95, subsampling=0, exif=exif)
    with PIL.Image.open(jpeg) as photo:
        photo.save(tmp_path / "photo.jxl", lossless_jpeg=True)
    # Whatever Exif says of it, a JPEG XL that was no JPEG lies as it is (ISO/IEC 18181-2, annex A).
    image.save(tmp_path / "plain.jxl", lossless=True, exif=exif.tobytes())
    seen = images.read(tmp_path / "photo.jxl").pixels[0].permute(1, 2, 0).numpy()
    assert np.quantile(np.abs(seen - scene() / 255), 0.9) <= 12 / 255
    seen = images.read(tmp_path / "plain.jxl").pixels[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(seen, STORED[orientation](scene()) / 255, atol=0.5 / 255)


# PIL images.


def close_after_with(path: Path) -> PIL.Image.Image:
    with PIL.Image.open(path) as image:
        return image


def close_itself(path: Path) -> PIL.Image.Image:
    image = PIL.Image.open(path)
    image.load()
    image.close()
    return image


def close_its_file(path: Path) -> PIL.Image.Image:
    with path.open("rb") as file:
        return PIL.Image.open(file)


@pytest.mark.parametrize("close", [close_after_with, close_itself, close_its_file])
@pytest.mark.parametrize("encoding", ["PNG", "JPEG", "TIFF", "GIF", "BMP"])
def test_a_closed_pil_image_is_neither_damaged_nor_a_mystery(
    encoding: str, close: Callable[[Path], PIL.Image.Image], tmp_path: Path
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(save(FLAT, encoding))
    with pytest.raises(ImageError) as caught:
        images.read(close(path))
    assert str(caught.value).startswith("the given PIL image is closed; give it within its `with`")


def test_an_image_that_was_decoded_in_time_is_read(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(save(FLAT, "PNG"))
    with PIL.Image.open(path) as image:
        image.load()
    assert images.read(image).pixels.shape == (1, 3, 32, 32)
