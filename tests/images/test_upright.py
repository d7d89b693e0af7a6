"""PIL images that were opened with an orientation, and what people then did with them."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import PIL.Image
import pytest
from PIL import ImageOps
from PIL.PngImagePlugin import PngInfo

from brushwork import images

#: A photo of a phone: the sensor's pixels lie on their side, EXIF 6 says so. Red is above.
UPRIGHT = np.zeros((48, 32, 3), np.uint8)
UPRIGHT[:24] = (220, 40, 40)
UPRIGHT[24:] = (40, 40, 220)
STORED = np.rot90(UPRIGHT)
HINT = "was changed after it was opened"


def opened(*, sized: bool, orientation: int = 6) -> PIL.Image.Image:
    """Open such a photo, with or without the size of its pixels in the EXIF data."""
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    if sized:
        exif.get_ifd(0x8769).update({0xA002: 48, 0xA003: 32})
    buffer = io.BytesIO()
    PIL.Image.fromarray(STORED).save(buffer, format="PNG", exif=exif)
    return PIL.Image.open(buffer)


def read(image: PIL.Image.Image) -> tuple[np.ndarray, tuple[str, ...]]:
    found = images.read(image)
    return (found.pixels[0].permute(1, 2, 0) * 255).round().numpy().astype(np.uint8), found.notes


TURNS: list[Callable[[PIL.Image.Image], PIL.Image.Image]] = [
    ImageOps.exif_transpose,
    lambda image: image.rotate(-90, expand=True),
    lambda image: image.transpose(PIL.Image.Transpose.ROTATE_270),
    lambda image: image.convert("RGB").rotate(-90, expand=True),
]


@pytest.mark.parametrize("sized", [False, True])
@pytest.mark.parametrize("turn", TURNS, ids=["exif_transpose", "rotate", "transpose", "convert"])
def test_what_was_turned_by_hand_is_not_turned_again(
    turn: Callable[[PIL.Image.Image], PIL.Image.Image], sized: bool
) -> None:
    turned = turn(opened(sized=sized))
    pixels, notes = read(turned)
    np.testing.assert_array_equal(pixels, UPRIGHT)
    kept = 0x0112 in turned.getexif()
    assert [HINT in note for note in notes] == ([True] if kept else [])


CHANGES: list[Callable[[PIL.Image.Image], PIL.Image.Image]] = [
    lambda image: image,
    lambda image: image.convert("RGB"),
    lambda image: image.copy(),
    lambda image: image.resize((96, 64), PIL.Image.Resampling.NEAREST).resize((48, 32), 0),
]


@pytest.mark.parametrize("change", CHANGES, ids=["opened", "convert", "copy", "resize"])
def test_a_photo_that_still_lies_as_its_camera_says_is_turned(
    change: Callable[[PIL.Image.Image], PIL.Image.Image],
) -> None:
    pixels, notes = read(change(opened(sized=True)))
    np.testing.assert_array_equal(pixels, UPRIGHT)
    assert notes == ()


def test_half_a_turn_by_hand_is_left_alone_and_told() -> None:
    """No shape tells it from the photo as it was stored."""
    pixels, notes = read(opened(sized=True, orientation=3).rotate(180))
    np.testing.assert_array_equal(pixels, STORED[::-1, ::-1])
    assert len(notes) == 1 and HINT in notes[0]


def test_an_orientation_that_was_taken_away_is_gone() -> None:
    image = opened(sized=True)
    image.load()
    del image.getexif()[0x0112]
    pixels, notes = read(image)
    np.testing.assert_array_equal(pixels, STORED)
    assert notes == ()


def test_an_orientation_in_a_text_of_a_png_says_nothing_of_a_pil_image() -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    text = PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n8\n{exif.tobytes().hex()}\n")
    buffer = io.BytesIO()
    PIL.Image.fromarray(UPRIGHT).save(buffer, format="PNG", pnginfo=text)
    image = PIL.Image.open(buffer)
    assert image.getexif()[0x0112] == 6  # Pillow takes it from there
    pixels, notes = read(image)
    np.testing.assert_array_equal(pixels, UPRIGHT)
    assert notes == ()


@pytest.mark.parametrize("change", [lambda image: image, lambda image: image.convert("RGB")])
def test_an_orientation_in_xmp_alone_says_nothing_of_a_pil_image(
    change: Callable[[PIL.Image.Image], PIL.Image.Image],
) -> None:
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", '<x:xmpmeta><a tiff:Orientation="6"/></x:xmpmeta>')
    buffer = io.BytesIO()
    PIL.Image.fromarray(UPRIGHT).save(buffer, format="PNG", pnginfo=text)
    image = change(PIL.Image.open(buffer))
    assert image.getexif()[0x0112] == 6  # Pillow takes it from there
    pixels, notes = read(image)
    np.testing.assert_array_equal(pixels, UPRIGHT)
    assert notes == ()
