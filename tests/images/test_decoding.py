"""Formats, frames, orientations, and every way in which a file is damaged."""

from __future__ import annotations

import gc
import io
import os
import random
import struct
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest

from brushwork import images
from brushwork.errors import ImageError
from brushwork.images.decoding import decode_stream, explain_errors

FORMATS = ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "JPEG2000", "PPM", "ICO", "TGA"]

# EXIF 2.3, tag 0x0112: which edge of the upright picture the first row and column lie at.
ORIENTATIONS = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def noise(height: int = 18, width: int = 21) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def read_bytes(content: bytes, folder: Path, name: str = "picture.bin") -> images.Image:
    path = folder / name
    path.write_bytes(content)
    return images.read(path)


def encoded(image: PIL.Image.Image, name: str, **parameters: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format=name, **parameters)
    return buffer.getvalue()


def as_levels(picture: images.Image) -> np.ndarray:
    levels: np.ndarray = np.rint(picture.pixels[0].permute(1, 2, 0).numpy() * 255)
    return levels.astype(np.uint8)


def stored(upright: np.ndarray, orientation: int) -> np.ndarray:
    """Lay a picture down so that ``orientation`` is true of it, pixel by pixel."""
    first_row, first_column = ORIENTATIONS[orientation]
    height, width = upright.shape[:2]
    rows_run_down = first_row in ("top", "bottom")
    shape = (height, width) if rows_run_down else (width, height)
    result = np.zeros((*shape, 3), np.uint8)
    for row in range(shape[0]):
        for column in range(shape[1]):
            y, x = (row, column) if rows_run_down else (column, row)
            if "bottom" in (first_row, first_column):
                y = height - 1 - y
            if "right" in (first_row, first_column):
                x = width - 1 - x
            result[row, column] = upright[y, x]
    return result


def oriented_exif(orientation: int) -> PIL.Image.Exif:
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_read(name: str, tmp_path: Path) -> None:
    image = PIL.Image.new("RGB", (32, 32), (200, 100, 50))
    picture = read_bytes(encoded(image, name), tmp_path)
    assert np.abs(as_levels(picture).astype(int) - (200, 100, 50)).max() <= 3
    assert picture.notes == ()


def test_a_format_that_starts_other_programs_is_refused(tmp_path: Path) -> None:
    content = encoded(PIL.Image.new("RGB", (32, 32)), "EPS")
    with pytest.raises(ImageError, match=r"is a PostScript file \(EPS\), which is not supported"):
        read_bytes(content, tmp_path)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("name", ["PNG", "TIFF", "WEBP"])
def test_a_stored_orientation_is_undone(name: str, orientation: int, tmp_path: Path) -> None:
    upright = noise()
    image = PIL.Image.fromarray(stored(upright, orientation))
    parameters = {"lossless": True} if name == "WEBP" else {}
    content = encoded(image, name, exif=oriented_exif(orientation), **parameters)
    np.testing.assert_array_equal(as_levels(read_bytes(content, tmp_path)), upright)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_an_oriented_photo_is_turned_upright(orientation: int, tmp_path: Path) -> None:
    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:16, :24] = (220, 40, 40)
    upright[16:, 24:] = (40, 40, 220)
    image = PIL.Image.fromarray(stored(upright, orientation))
    content = encoded(image, "JPEG", quality=95, exif=oriented_exif(orientation))
    picture = read_bytes(content, tmp_path)
    assert picture.pixels.shape == (1, 3, 32, 48)
    assert np.abs(as_levels(picture).astype(int) - upright).mean() < 3


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_an_oriented_pil_image_is_turned_upright(orientation: int) -> None:
    upright = noise()
    image = PIL.Image.fromarray(stored(upright, orientation))
    with PIL.Image.open(
        io.BytesIO(encoded(image, "PNG", exif=oriented_exif(orientation)))
    ) as opened:
        np.testing.assert_array_equal(as_levels(images.read(opened)), upright)


@pytest.mark.parametrize("mode", ["I;16", "I", "F", "LA", "RGBA", "CMYK", "P", "1"])
def test_every_mode_can_be_turned(mode: str) -> None:
    image = PIL.Image.new(mode, (20, 30))
    image.format = "TIFF"  # as one that was opened
    image.info["exif"] = oriented_exif(6).tobytes()
    if mode in ("LA", "RGBA"):
        image.putalpha(200)
    assert images.read(image).pixels.shape == (1, 3, 20, 30)


def test_alpha_is_turned_with_the_colour() -> None:
    rgba = np.dstack([noise(), np.full((18, 21), 255, np.uint8)])
    rgba[0, :, 3] = 100
    image = PIL.Image.fromarray(rgba)
    image.format = "PNG"  # as one that was opened
    image.info["exif"] = oriented_exif(3).tobytes()
    alpha = images.read(image).alpha
    assert alpha is not None
    assert alpha[0, 0, :, 0].mul(255).round().tolist() == [255] * 17 + [100]


@pytest.mark.parametrize("orientation", [0, 9, 4711])
def test_an_orientation_that_means_nothing_is_ignored(orientation: int) -> None:
    image = PIL.Image.fromarray(noise())
    image.info["exif"] = oriented_exif(orientation).tobytes()
    np.testing.assert_array_equal(as_levels(images.read(image)), noise())


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0\xff\xff", b"\0"])
def test_damaged_exif_does_not_cost_the_picture(exif: bytes, tmp_path: Path) -> None:
    content = encoded(PIL.Image.fromarray(noise()), "PNG", exif=exif)
    np.testing.assert_array_equal(as_levels(read_bytes(content, tmp_path)), noise())


def test_damaged_exif_is_told(tmp_path: Path) -> None:
    content = encoded(PIL.Image.fromarray(noise()), "PNG", exif=b"Exif\0\0garbage")
    assert read_bytes(content, tmp_path).notes == ("its EXIF data are damaged and were ignored",)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "PNG"])
def test_the_first_frame_of_an_animation_is_used(name: str, tmp_path: Path) -> None:
    frames = [PIL.Image.new("RGB", (20, 20), (99 * k, 90, 30)) for k in range(3)]
    content = encoded(frames[0], name, save_all=True, append_images=frames[1:])
    picture = read_bytes(content, tmp_path)
    assert picture.notes == ("animated: the first of 3 frames is used",)
    assert np.abs(as_levels(picture).astype(int) - (0, 90, 30)).max() <= 6


def test_the_first_page_of_a_tiff_is_used(tmp_path: Path) -> None:
    pages = [PIL.Image.new("RGB", (20, 20 + k), (60 * k, 90, 30)) for k in range(3)]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    picture = read_bytes(content, tmp_path)
    assert picture.notes == ("several pages: the first of 3 is used",)
    assert (as_levels(picture) == (0, 90, 30)).all()


def test_a_preview_behind_a_photo_is_no_animation(tmp_path: Path) -> None:
    photo = PIL.Image.fromarray(noise())
    content = encoded(photo, "MPO", save_all=True, append_images=[photo.resize((16, 16))])
    picture = read_bytes(content, tmp_path)
    assert picture.pixels.shape == (1, 3, 18, 21)
    assert picture.notes == ()


def test_damage_in_a_later_frame_does_not_cost_the_first(tmp_path: Path) -> None:
    frames = [PIL.Image.new("RGB", (20, 20), (99 * k, 90, 30)) for k in range(3)]
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    for missing in range(1, 70):
        picture = read_bytes(content[:-missing], tmp_path)
        assert (as_levels(picture) == (0, 90, 30)).all()


def tiny(name: str) -> bytes:
    image = PIL.Image.fromarray(noise(16, 16))
    if name == "JPEG":
        return encoded(image, name, quality=20, exif=oriented_exif(6))
    return encoded(image.convert("L"), name)


@pytest.mark.parametrize("name", ["PNG", "JPEG"])
def test_a_file_cut_anywhere_is_a_picture_or_refused(name: str, tmp_path: Path) -> None:
    content = tiny(name)
    refused = 0
    for length in range(len(content)):
        try:
            picture = read_bytes(content[:length], tmp_path)
        except ImageError:
            refused += 1
        else:
            assert picture.pixels.shape == (1, 3, 16, 16)
    # Only the very end, behind the last pixel, can be missing.
    assert refused > 0.9 * len(content)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_a_picture_cut_in_the_middle_is_refused(name: str, tmp_path: Path) -> None:
    content = encoded(PIL.Image.fromarray(noise(64, 64)), name)
    with pytest.raises(ImageError, match=r"picture\.bin' is (cut short|damaged) \(.+\); copy"):
        read_bytes(content[: len(content) // 2], tmp_path)


def test_a_cut_photo_is_told_how_much_is_missing(tmp_path: Path) -> None:
    content = encoded(PIL.Image.fromarray(noise(64, 64)), "JPEG")
    with pytest.raises(ImageError, match=r"cut short \(image file is truncated \(\d+ bytes"):
        read_bytes(content[:-200], tmp_path)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "PPM", "TGA"])
def test_flipped_bytes_give_a_picture_or_are_refused(name: str, tmp_path: Path) -> None:
    content = encoded(PIL.Image.fromarray(noise()), name)
    chance = random.Random(name)
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice([1, 3])):
            damaged[chance.randrange(min(len(damaged), 300))] = chance.choice([0, 127, 128, 255])
        try:
            picture = read_bytes(bytes(damaged), tmp_path)
        except ImageError:
            continue
        assert 0 <= picture.pixels.min() <= picture.pixels.max() <= 1


@pytest.mark.parametrize(
    "error",
    [
        SyntaxError("broken"),
        ValueError("broken"),
        struct.error("broken"),
        EOFError(),
        OverflowError("broken"),
        IndexError("broken"),
        KeyError("broken"),
        ZeroDivisionError("broken"),
        MemoryError(),
        RuntimeError("broken"),
        OSError("broken"),
        OSError(5, "Input/output error"),
    ],
    ids=repr,
)
def test_whatever_a_decoder_raises_is_a_picture_error(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    content = encoded(PIL.Image.fromarray(noise()), "PNG")
    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", fail)
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", fail)
    with pytest.raises(ImageError, match=r"picture\.bin' (is|does|cannot) .+") as caught:
        read_bytes(content, tmp_path)
    assert caught.value.__cause__ is error
    assert "()" not in str(caught.value)


def test_a_picture_that_does_not_fit_into_memory_is_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    content = encoded(PIL.Image.fromarray(noise()), "PNG")
    monkeypatch.setattr(PIL.Image.Image, "copy", fail)
    with pytest.raises(ImageError, match="does not fit into memory"):
        read_bytes(content, tmp_path)


def test_ctrl_c_is_let_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    content = encoded(PIL.Image.fromarray(noise()), "PNG")
    monkeypatch.setattr(PIL.Image.Image, "copy", interrupt)
    with pytest.raises(KeyboardInterrupt):
        read_bytes(content, tmp_path)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def test_a_decompression_bomb_is_refused(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b""))
    limit = 2 * (PIL.Image.MAX_IMAGE_PIXELS or 0)
    with pytest.raises(ImageError, match=f"more pixels than the {limit} that are allowed"):
        read_bytes(content, tmp_path)


def test_a_large_picture_is_read_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = encoded(PIL.Image.fromarray(noise()), "PNG")
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 18 * 21 - 1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        np.testing.assert_array_equal(as_levels(read_bytes(content, tmp_path)), noise())
    assert caught == []


def test_nothing_global_is_changed(tmp_path: Path) -> None:
    def state() -> tuple[object, ...]:
        return (
            PIL.Image.MAX_IMAGE_PIXELS,
            PIL.ImageFile.LOAD_TRUNCATED_IMAGES,
            list(warnings.filters),
        )

    before = state()
    read_bytes(encoded(PIL.Image.fromarray(noise()), "PNG"), tmp_path)
    with pytest.raises(ImageError):
        read_bytes(b"no picture", tmp_path)
    assert state() == before


def test_threads_that_read_at_once_leave_the_warning_filters_alone(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    PIL.Image.fromarray(noise()).save(path)
    before = list(warnings.filters)

    def read_often() -> None:
        for _ in range(20):
            images.read(path)

    threads = [threading.Thread(target=read_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before


def test_threads_decode_at_once_and_in_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = encoded(PIL.Image.fromarray(noise()), "PNG")
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 18 * 21 - 1)  # of which Pillow warns
    both_read = threading.Barrier(2)

    class Meeting(io.BytesIO):
        """A file that is read on only when another thread is in the middle of its own."""

        met = False

        def read(self, size: int | None = -1) -> bytes:
            if not self.met and self.tell() > 1:
                self.met = True
                both_read.wait(timeout=20)
            return super().read(size)

    def decode() -> PIL.Image.Image:
        with explain_errors("it"):
            return decode_stream(Meeting(content), "it").image

    before = list(warnings.filters)
    with ThreadPoolExecutor() as pool:
        decoded = [pool.submit(decode) for _ in range(2)]
        for image in decoded:
            np.testing.assert_array_equal(np.asarray(image.result()), noise())
    assert list(warnings.filters) == before


def test_a_filter_that_someone_else_sets_meanwhile_stays() -> None:
    with warnings.catch_warnings():
        before = list(warnings.filters)
        with explain_errors("it"):
            warnings.simplefilter("ignore", ImportWarning)
        theirs = ("ignore", None, ImportWarning, None, 0)
        assert list(warnings.filters) == [theirs, *(one for one in before if one != theirs)]


def written_anew(exif: bytes) -> bytes:
    read = PIL.Image.Exif()
    read.load(exif)
    return read.tobytes()


def test_an_orientation_counts_although_the_exif_data_are_damaged_further_on() -> None:
    upright = noise()
    image = PIL.Image.fromarray(stored(upright, 6))
    image.format = "PNG"  # as one that was opened
    exif = oriented_exif(6)
    exif[0x011A] = 72.0
    damaged = exif.tobytes().replace(b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x01")  # no rational
    with pytest.raises(TypeError):
        written_anew(damaged)
    image.info["exif"] = damaged
    np.testing.assert_array_equal(as_levels(images.read(image)), upright)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files cannot be counted")
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP"])
def test_no_file_is_left_open(name: str, tmp_path: Path) -> None:
    def open_files() -> int:
        gc.collect()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the folder of this very call

    frames = [PIL.Image.fromarray(noise(32, 32)), PIL.Image.fromarray(noise(32, 32)[::-1])]
    several = {} if name in ("JPEG", "BMP") else {"save_all": True, "append_images": frames[1:]}
    content = encoded(frames[0], name, **several)
    read_bytes(content, tmp_path)
    before = open_files()
    gc.disable()
    try:
        read_bytes(content, tmp_path)
        for length in (0, 5, 60, len(content) // 3):
            with pytest.raises(ImageError):
                read_bytes(content[:length], tmp_path)
        assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208
    finally:
        gc.enable()
    assert open_files() == before
