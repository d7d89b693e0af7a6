"""Colours mean what browsers make of them: files of one colour, against Chromium's canvas.

The numbers are what `python -m tools.browser_colors` printed with Chromium 156.0.8078.108; where a
closed form is simple, a test has it, too.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL.PngImagePlugin import PngInfo

from brushwork import images
from tests.images.colour_files import (
    CICP_BT2020,
    CICP_HLG,
    CICP_LINEAR,
    CICP_P3,
    CICP_PQ,
    STORED,
    cicp,
    gama,
    make_cases,
    make_flat,
    make_png,
    save,
)

SHOWN = {
    "nothing": (55, 110, 20),
    "gAMA 0.01": (0, 0, 0),
    "gAMA 0.38": (36, 93, 4),
    "gAMA 0.43": (47, 105, 9),
    "gAMA 0.435": (55, 110, 20),
    "gAMA 0.45455": (55, 110, 20),
    "gAMA 0.475": (55, 110, 20),
    "gAMA 0.48": (57, 116, 16),
    "gAMA 0.55556": (71, 129, 26),
    "gAMA 1": (128, 176, 79),
    "gAMA 10": (238, 246, 228),
    "gAMA 0": (55, 110, 20),
    "cHRM BT.709": (55, 110, 20),
    "gAMA 0.45455, cHRM BT.709": (52, 110, 12),
    "cHRM P3": (55, 110, 20),
    "gAMA 0.45455, cHRM P3": (19, 112, 0),
    "cHRM Adobe RGB": (55, 110, 20),
    "gAMA 0.45455, cHRM Adobe RGB": (0, 110, 0),
    "cHRM NTSC": (55, 110, 20),
    "gAMA 0.45455, cHRM NTSC": (0, 108, 0),
    "gAMA 1, cHRM of zeros": (55, 110, 20),
    "sRGB, gAMA 1": (55, 110, 20),
    "cICP, gAMA 1, sRGB": (28, 112, 0),
    "cICP of nothing, gAMA 1": (128, 176, 79),
    "cICP of no primaries, gAMA 1": (128, 176, 79),
    "cICP of limited range, gAMA 1": (128, 176, 79),
    "cICP, iCCP": (28, 112, 0),
    "iCCP, gAMA 0.45455": (128, 176, 79),
    "broken iCCP, gAMA 1": (128, 176, 79),
    "gAMA 1, gAMA 0.5": (128, 176, 79),
    "gAMA 1 behind the pixels": (55, 110, 20),
    "gAMA 1 with a wrong checksum": (55, 110, 20),
    "iCCP with a wrong checksum, gAMA 1": (128, 176, 79),
    "ICC profile with code points of PQ": (187, 187, 187),
    "ICC profile with code points of P3": (28, 112, 0),
    "cICP 1 13": (55, 110, 20),
    "cICP 4 13": (0, 107, 0),
    "cICP 5 13": (51, 110, 23),
    "cICP 6 13": (59, 108, 19),
    "cICP 8 13": (0, 113, 0),
    "cICP 9 13": (0, 115, 0),
    "cICP 10 13": (0, 141, 0),
    "cICP 11 13": (39, 112, 0),
    "cICP 12 13": (28, 112, 0),
    "cICP 22 13": (53, 108, 19),
    "cICP 1 1": (44, 102, 7),
    "cICP 1 4": (52, 110, 12),
    "cICP 1 5": (31, 87, 3),
    "cICP 1 6": (44, 102, 7),
    "cICP 1 7": (73, 125, 38),
    "cICP 1 8": (128, 176, 79),
    "cICP 1 9": (55, 110, 20),
    "cICP 1 10": (55, 110, 20),
    "cICP 1 12": (55, 110, 20),
    "cICP 1 11": (44, 102, 7),
    "cICP 1 14": (44, 102, 7),
    "cICP 1 15": (44, 102, 7),
    "cICP 1 17": (39, 98, 5),
    "cICP 9 16, 20": (1, 1, 1),
    "cICP 9 16, 100": (76, 76, 76),
    "cICP 9 16, 148": (187, 187, 187),
    "cICP 9 16, 170": (229, 229, 229),
    "cICP 9 16, 192": (255, 255, 255),
    "cICP 9 16, 230": (255, 255, 255),
    "cICP 9 16, (120, 80, 40)": (140, 29, 0),
    "cICP 9 16, (40, 120, 80)": (0, 121, 34),
    "cICP 9 16, (140, 60, 130)": (201, 0, 143),
    "cICP 9 16, (200, 150, 100)": (255, 68, 0),
    "cICP 12 16, 20": (1, 1, 1),
    "cICP 12 16, 100": (76, 76, 76),
    "cICP 12 16, 148": (187, 187, 187),
    "cICP 12 16, 170": (229, 229, 229),
    "cICP 12 16, 192": (255, 255, 255),
    "cICP 12 16, 230": (255, 255, 255),
    "cICP 12 16, (120, 80, 40)": (124, 42, 0),
    "cICP 12 16, (40, 120, 80)": (0, 116, 37),
    "cICP 12 16, (140, 60, 130)": (179, 0, 141),
    "cICP 12 16, (200, 150, 100)": (255, 111, 0),
    "cICP 9 18, 20": (5, 5, 5),
    "cICP 9 18, 100": (75, 75, 75),
    "cICP 9 18, 148": (120, 120, 120),
    "cICP 9 18, 170": (150, 150, 150),
    "cICP 9 18, 192": (189, 189, 189),
    "cICP 9 18, 230": (234, 234, 234),
    "cICP 9 18, (120, 80, 40)": (102, 54, 18),
    "cICP 9 18, (40, 120, 80)": (0, 94, 56),
    "cICP 9 18, (140, 60, 130)": (124, 25, 98),
    "cICP 9 18, (200, 150, 100)": (227, 114, 73),
    "PQ up to 50": (255, 255, 255),
    "PQ up to 203": (255, 255, 255),
    "PQ up to 400": (255, 255, 255),
    "PQ up to 4000": (217, 217, 217),
    "grey, nothing": (55, 55, 55),
    "grey, gAMA 1": (128, 128, 128),
    "grey, gAMA 1, cHRM P3": (128, 128, 128),
    "grey, cICP linear": (128, 128, 128),
    "grey, cICP PQ": (21, 21, 21),
    "deep grey, nothing": (55, 55, 55),
    "deep grey, gAMA 1": (128, 128, 128),
    "deep grey, gAMA 1, cHRM P3": (128, 128, 128),
    "deep grey, cICP linear": (128, 128, 128),
    "deep grey, cICP PQ": (21, 21, 21),
    "table of version 4 of two intents, 0": (0, 0, 0),
    "table of version 4 of two intents, 55": (51, 51, 51),
    "table of version 4 of two intents, 255": (255, 255, 255),
    "table of version 4 whose black is grey, 0": (56, 56, 56),
    "table of version 4 whose black is grey, 55": (94, 94, 94),
    "table of version 4 whose black is grey, 255": (255, 255, 255),
    "table of version 4 whose white is grey, 0": (0, 0, 0),
    "table of version 4 whose white is grey, 55": (42, 42, 42),
    "table of version 4 whose white is grey, 255": (194, 194, 194),
    "profile as of an XYB JPEG, (0, 0, 0)": (0, 26, 0),
    "profile as of an XYB JPEG, (128, 128, 128)": (89, 102, 83),
    "profile as of an XYB JPEG, (50, 120, 100)": (0, 124, 56),
    "profile as of an XYB JPEG, (200, 180, 160)": (196, 118, 123),
    "profile as of an XYB JPEG, (20, 60, 200)": (0, 56, 113),
    "profile of version 4": (71, 129, 26),
    "profile in GIF": (55, 110, 20),
    "profile in WebP": (128, 176, 79),
    "AVIF 12 13": (23, 112, 0),
    "AVIF 9 1": (0, 115, 0),
    "AVIF 12 2": (23, 112, 0),
    "AVIF 1 8": (126, 176, 77),
    "AVIF 10 13": (0, 142, 0),
    "AVIF 9 16": (140, 31, 0),
    "AVIF 9 18": (102, 55, 18),
}
CASES = make_cases()


def read(content: bytes) -> images.Image:
    return images.read_bytes(content, "it", "it")


def see(content: bytes) -> np.ndarray:
    colour: np.ndarray = read(content).pixels[0, :, 8, 8].numpy() * 255
    return colour


def encode(light: np.ndarray) -> np.ndarray:
    """Apply the transfer curve of sRGB, IEC 61966-2-1."""
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def test_every_file_has_a_number() -> None:
    assert set(SHOWN) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_colours_are_those_of_the_browser(name: str) -> None:
    np.testing.assert_allclose(see(CASES[name]), SHOWN[name], atol=1.01)


@pytest.mark.parametrize("gamma", [1.0, 1 / 1.8, 0.38])
def test_a_gamma_is_a_power_of_light(gamma: float) -> None:
    expected = encode((np.array(STORED) / 255) ** (1 / gamma))
    np.testing.assert_allclose(
        see(make_png(make_flat(), [gama(gamma)])) / 255, expected, atol=0.004
    )


def test_what_is_known_to_pillow_counts_in_an_image_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "linear.png"
    path.write_bytes(make_png(make_flat(), [gama(1)]))
    with PIL.Image.open(path) as image:
        seen = images.read(image).pixels[0, :, 8, 8].numpy() * 255
    np.testing.assert_allclose(seen, (128, 176, 79), atol=1.01)


def test_deep_grey_keeps_its_shadows() -> None:
    values = np.linspace(0, 400, 256).reshape(16, 16).astype(np.uint16)
    seen = read(make_png(values, [gama(1)])).pixels[0, 0].numpy()
    np.testing.assert_allclose(seen, encode(values / 65535), atol=1.5 / 255)
    assert len(np.unique(seen)) > 15


def test_alpha_stays_what_it_is() -> None:
    found = read(make_png(make_flat((*STORED, 128)), [gama(1)]))
    assert found.alpha is not None
    np.testing.assert_allclose(found.alpha.numpy(), 128 / 255)
    np.testing.assert_allclose(found.pixels[0, :, 8, 8].numpy() * 255, (128, 176, 79), atol=1.01)


def test_white_of_high_dynamic_range_is_half_the_light() -> None:
    # ITU-R BT.2408: white, 203 cd/m², is 58 % of PQ and 75 % of HLG.
    half = 255 * encode(np.array(0.5))
    for transfer, level in ((CICP_PQ, 0.5806), (CICP_HLG, 0.75)):
        values = np.full((16, 16, 3), round(level * 255), np.uint8)
        seen = see(make_png(values, [cicp(CICP_BT2020, transfer)]))
        np.testing.assert_allclose(seen, half, atol=2.5)


def test_high_dynamic_range_is_told() -> None:
    content = make_png(make_flat(), [cicp(CICP_BT2020, CICP_PQ)])
    assert read(content).notes == (
        "high dynamic range: what is brighter than white was drawn below it",
    )
    assert read(make_png(make_flat(), [cicp(CICP_P3, CICP_LINEAR)])).notes == ()


def test_strips_of_high_dynamic_range_fit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).integers(0, 256, (40, 24, 3), np.uint8)
    content = make_png(values, [cicp(CICP_BT2020, CICP_HLG)])
    whole = read(content).pixels.numpy()
    monkeypatch.setattr("brushwork.images.hdr._STRIP", 7 * 24)
    np.testing.assert_array_equal(read(content).pixels.numpy(), whole)


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def test_an_orientation_in_xmp_alone_is_not_applied_to_a_tiff_that_holds_a_jpeg() -> None:
    image = PIL.Image.new("RGB", (20, 30), STORED)
    content = save(image, "TIFF", compression="jpeg", tiffinfo={700: XMP})
    assert read(content).pixels.shape == (1, 3, 30, 20)


@pytest.mark.parametrize("encoding", ["JPEG", "WEBP", "AVIF", "PNG", "TIFF"])
def test_an_orientation_in_xmp_alone_is_not_applied(encoding: str, tmp_path: Path) -> None:
    # Chromium shows all of the first four 20 wide and 30 high; libvips leaves the TIFF so.
    image = PIL.Image.new("RGB", (20, 30), STORED)
    how = {"tiffinfo": {700: XMP}} if encoding == "TIFF" else {"xmp": XMP}
    if encoding == "PNG":
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        how = {"pnginfo": text}
    content = save(image, encoding, **how)
    assert b'Orientation="6"' in content
    assert read(content).pixels.shape == (1, 3, 30, 20)
    if encoding == "TIFF":
        return  # of an image of its own, which Pillow turns while it decodes
    path = tmp_path / "image"
    path.write_bytes(content)
    with PIL.Image.open(path) as given:
        assert images.read(given).pixels.shape == (1, 3, 30, 20)


def test_the_brightest_light_of_an_avif_is_heeded() -> None:
    content = CASES["AVIF 9 16"]
    bright = see(content)
    for peak, moves in ((1000, False), (203, True), (0, False)):
        # A box of the standard, where the descriptions are; nothing reads it but what looks for it.
        box = struct.pack(">I4sHH", 12, b"clli", peak, 0)
        found = see(content + box)
        assert (np.abs(found - bright).max() > 2) == moves
