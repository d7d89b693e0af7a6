"""Picture files as they come, each made here, with what must be seen in it.

The picture is a small one with a corner of its own colour: red on the left of the upper edge, then
green, and blue below, so that no turn, mirroring or swap of channels leaves it as it is.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import PIL.Image
import png
import tifffile
from numpy.typing import NDArray
from PIL import ImageCms

from tests.images import bmps

WIDTH, HEIGHT = 48, 32


def scene() -> NDArray[np.uint8]:
    """Give the picture upright, (H, W, 3)."""
    levels = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    levels[:16, :24] = (220, 30, 40)
    levels[:16, 24:] = (30, 200, 60)
    levels[16:, :] = (40, 60, 210)
    return levels


@dataclass(frozen=True)
class Case:
    """A file, and what must be seen.

    Attributes
    ----------
    name
        Of the file; the extension need not be the format's.
    content
        The bytes.
    expected
        (H, W, 3) in [0, 1]; None if the file must be refused.
    tolerance
        By how much any number may differ.
    says
        A part of the note, or of the error.
    """

    name: str
    content: bytes
    expected: NDArray[np.float64] | None
    tolerance: float = 1 / 255
    says: str = ""


def cases() -> list[Case]:
    """Make the whole corpus."""
    made = [*_turned(), *_modes(), *_deep(), *_scans(), *_bitmaps(), *_chunks(), *_frames()]
    return [*made, *_profiles(), *_shapes(), *_refused()]


def saved(image: PIL.Image.Image, encoding: str, **how: object) -> bytes:
    """Give what Pillow writes."""
    buffer = io.BytesIO()
    image.save(buffer, format=encoding, **how)
    return buffer.getvalue()


def _upright() -> PIL.Image.Image:
    return PIL.Image.fromarray(scene())


def _expected() -> NDArray[np.float64]:
    return scene() / 255.0


def _grey() -> NDArray[np.float64]:
    """Give the grey of ITU-R BT.601, as every converter has it."""
    grey = scene() @ np.array([0.299, 0.587, 0.114]) / 255
    return np.repeat(grey[..., None], 3, axis=2)


#: How an upright picture is stored for each EXIF orientation, as the standard draws it.
STORED: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
    8: lambda a: np.rot90(a, -1),
}


def _turned() -> list[Case]:
    found = []
    for orientation, stored in STORED.items():
        exif = PIL.Image.Exif()
        exif[0x0112] = orientation
        image = PIL.Image.fromarray(np.ascontiguousarray(stored(scene())))
        for encoding, extension in (("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")):
            how = {"quality": 95, "subsampling": 0} if encoding == "JPEG" else {}
            how |= {"lossless": True} if encoding == "WEBP" else {}
            content = saved(image, encoding, exif=exif, **how)
            near = 12 / 255 if encoding == "JPEG" else 1 / 255
            found.append(Case(f"turned-{orientation}.{extension}", content, _expected(), near))
    return found


def _modes() -> list[Case]:
    palette = _upright().quantize(8, dither=PIL.Image.Dither.NONE)
    see_through = _upright().convert("RGBA")
    see_through.putpixel((0, 0), (0, 0, 0, 0))
    hidden = _expected()
    visible = np.ones((HEIGHT, WIDTH), dtype=bool)
    visible[0, 0] = False
    hidden[0, 0] = hidden[visible].mean(axis=0)
    dark = np.repeat((_grey()[..., :1] >= 0.5).astype(float), 3, axis=2)
    one_bit = PIL.Image.fromarray((dark[..., 0] * 255).astype(np.uint8)).convert("1")
    key = palette.getpixel((0, 0))
    without_red = _expected()
    red = np.zeros((HEIGHT, WIDTH), dtype=bool)
    red[:16, :24] = True
    without_red[red] = without_red[~red].mean(axis=0)
    cmyk = _upright().convert("CMYK")
    return [
        Case("grey.png", saved(_upright().convert("L"), "PNG"), _grey()),
        Case("grey.jpg", saved(_upright().convert("L"), "JPEG", quality=95), _grey(), 6 / 255),
        Case("one-bit.png", saved(one_bit, "PNG"), dark),
        Case("one-bit.tif", saved(one_bit, "TIFF", compression="group4"), dark),
        Case("palette.gif", saved(palette, "GIF"), _expected()),
        Case("palette.png", saved(palette, "PNG"), _expected()),
        Case("palette-clear.png", saved(palette, "PNG", transparency=key), without_red),
        Case("rgba.png", saved(see_through, "PNG"), hidden),
        Case("rgba.webp", saved(see_through, "WEBP", lossless=True), hidden),
        Case("rgba.tif", saved(see_through, "TIFF"), hidden),
        Case("la.png", saved(_upright().convert("LA"), "PNG"), _grey()),
        Case("cmyk.jpg", saved(cmyk, "JPEG", quality=98), _expected(), 0.2, "approximate"),
        Case("cmyk.tif", saved(cmyk, "TIFF"), _expected(), 0.2, "approximate"),
        Case("plain.bmp", saved(_upright(), "BMP"), _expected()),
        Case("plain.ppm", saved(_upright(), "PPM"), _expected()),
        Case("plain.tga", saved(_upright(), "TGA"), _expected()),
        Case("plain.jp2", saved(_upright(), "JPEG2000"), _expected(), 3 / 255),
        Case("plain.avif", saved(_upright(), "AVIF", quality=100), _expected(), 16 / 255),
        Case("really-a-png.jpg", saved(_upright(), "PNG"), _expected()),
        Case("really-a-jpeg.png", saved(_upright(), "JPEG", quality=98), _expected(), 12 / 255),
    ]


def _deep() -> list[Case]:
    levels = np.round(_expected() * 65535).astype(np.uint16)
    grey = np.round(_grey()[..., 0] * 65535).astype(np.uint16)
    tiff_rgb, tiff_grey = io.BytesIO(), io.BytesIO()
    tifffile.imwrite(tiff_rgb, levels, photometric="rgb")
    tifffile.imwrite(tiff_grey, grey, photometric="minisblack")
    return [
        Case("deep.png", _png16(levels, greyscale=False), _expected(), 1e-4),
        Case("deep-grey.png", _png16(grey[..., None], greyscale=True), _grey(), 1e-4),
        Case("deep.tif", tiff_rgb.getvalue(), _expected()),
        Case("deep-grey.tif", tiff_grey.getvalue(), _grey(), 1e-4),
    ]


def _scans() -> list[Case]:
    """Make TIFF as scanners, cameras and laboratories write it."""
    levels = np.round(_expected() * 65535).astype(np.uint16)
    grey = np.round(_grey()[..., 0] * 65535).astype(np.uint16)
    rgb: dict[str, object] = {"photometric": "rgb"}
    few = np.round(_grey()[..., 0] * 4095).astype(np.uint16)
    few[0, 0] = 4095
    expected = _grey()
    expected[0, 0] = 1
    preview = io.BytesIO()
    with tifffile.TiffWriter(preview) as tiff:
        tiff.write(scene()[::2, ::2], photometric="rgb", subfiletype=1)
        tiff.write(scene(), photometric="rgb")
    return [
        Case(
            "planes.tif",
            _tiff(levels.transpose(2, 0, 1), **rgb, planarconfig="separate"),
            _expected(),
        ),
        Case("swapped.tif", _tiff(levels, **rgb, byteorder=">", compression="lzw"), _expected()),
        Case("tiles.tif", _tiff(levels, **rgb, tile=(16, 16), compression="zlib"), _expected()),
        Case("predicted.tif", _tiff(levels, **rgb, compression="zlib", predictor=2), _expected()),
        Case("large-numbers.tif", _tiff(scene(), **rgb, bigtiff=True), _expected()),
        Case("floats.tif", _tiff(_expected().astype(np.float32), **rgb), _expected()),
        Case("half-floats.tif", _tiff(_expected().astype(np.float16), **rgb), _expected()),
        Case("inverted.tif", _tiff(65535 - grey, photometric="miniswhite"), _grey(), 1e-4),
        Case("12-of-16.tif", _tiff(few, photometric="minisblack"), expected, 2e-4, "4095 is white"),
        Case("preview.tif", preview.getvalue(), _expected()),
        Case("complex.tif", _tiff(grey.astype(np.complex64)), None, says="complex numbers"),
    ]


def _tiff(array: NDArray[Any], **how: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, **how)
    return buffer.getvalue()


def _bitmaps() -> list[Case]:
    """Make BMP whose headers Pillow alone does not follow."""
    masked = bmps.Variant("2101010", 32, 108, 3)
    opaque = np.concatenate([_expected(), np.ones((HEIGHT, WIDTH, 1))], axis=2)
    many = bytearray(saved(_upright().quantize(8, dither=PIL.Image.Dither.NONE), "BMP"))
    many[46:50] = (300).to_bytes(4, "little")
    return [
        Case("masks.bmp", bmps.write(masked, opaque), _expected()),
        Case("too-many-colours.bmp", bytes(many), _expected()),
    ]


def _png16(levels: NDArray[np.uint16], *, greyscale: bool) -> bytes:
    buffer = io.BytesIO()
    writer = png.Writer(WIDTH, HEIGHT, greyscale=greyscale, bitdepth=16)
    writer.write_packed(buffer, (row.astype(">u2").tobytes() for row in levels))
    return buffer.getvalue()


def _chunks() -> list[Case]:
    """Make PNG files with chunks that other readers stumble over, or whose colours they miss."""
    plain = saved(_upright(), "PNG")
    start = plain.index(b"IDAT") - 4

    def insert(name: bytes, content: bytes, *, broken: bool = False) -> bytes:
        checksum = png.zlib.crc32(name + content) ^ broken
        chunk = len(content).to_bytes(4, "big") + name + content + checksum.to_bytes(4, "big")
        return plain[:start] + chunk + plain[start:]

    linear = _expected()
    shown = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    text = b"Comment\0\0" + png.zlib.compress(bytes(5_000_000))
    return [
        Case("linear.png", insert(b"gAMA", (100000).to_bytes(4, "big")), shown, 1.5 / 255),
        Case("long-text.png", insert(b"zTXt", text), _expected()),
        Case("checksum.png", insert(b"tIME", bytes(7), broken=True), _expected(), says="its tIME"),
    ]


def _frames() -> list[Case]:
    black = PIL.Image.new("RGB", (WIDTH, HEIGHT))
    white = PIL.Image.new("RGB", (WIDTH, HEIGHT), "white")
    more = {"save_all": True, "append_images": [black, white]}
    pages = "several pages: the first of 3"
    moving = "animated: the first of 3"
    palette = _upright().quantize(8, dither=PIL.Image.Dither.NONE)
    return [
        Case("moving.gif", saved(palette, "GIF", **more), _expected(), says=moving),
        Case("moving.png", saved(_upright(), "PNG", **more), _expected(), says=moving),
        Case(
            "moving.webp",
            saved(_upright(), "WEBP", lossless=True, **more),
            _expected(),
            says=moving,
        ),
        Case("pages.tif", saved(_upright(), "TIFF", **more), _expected(), says=pages),
    ]


#: From linear RGB of each space to XYZ (D50): the standard's primaries, adapted after Bradford.
#: Adobe RGB (1998) and Display P3, both with a D65 white, as Lindbloom and ICC list them.
TO_XYZ = {
    "adobe": (
        [
            [0.60974, 0.20528, 0.14919],
            [0.31111, 0.62567, 0.06322],
            [0.01947, 0.06087, 0.74457],
        ],
        563 / 256,
    ),
    "p3": (
        [
            [0.51512, 0.29198, 0.15710],
            [0.24120, 0.69225, 0.06657],
            [-0.00105, 0.04189, 0.78407],
        ],
        2.2,
    ),
}
SRGB_TO_XYZ = [
    [0.43607, 0.38515, 0.14308],
    [0.22249, 0.71687, 0.06062],
    [0.01392, 0.09708, 0.71410],
]


def _profiles() -> list[Case]:
    found = []
    for space, (matrix, gamma) in TO_XYZ.items():
        # Colours that both spaces can show, so that what is expected needs no clipping.
        levels = (scene() // 4 + 96).astype(np.uint8)
        linear = (levels / 255.0) ** gamma @ np.array(matrix).T @ np.linalg.inv(SRGB_TO_XYZ).T
        low = linear <= 0.0031308
        expected = np.where(low, 12.92 * linear, 1.055 * linear.clip(1e-9) ** (1 / 2.4) - 0.055)
        assert expected.min() > 0 and expected.max() < 1
        image = PIL.Image.fromarray(levels)
        how = {"icc_profile": _profile(np.array(matrix), gamma)}
        found += [
            Case(f"{space}.png", saved(image, "PNG", **how), expected, 3 / 255),
            Case(f"{space}.tif", saved(image, "TIFF", **how), expected, 3 / 255),
            Case(f"{space}.jpg", saved(image, "JPEG", quality=98, **how), expected, 12 / 255),
        ]
    return found


def _profile(matrix: NDArray[np.float64], gamma: float) -> bytes:
    """Write an ICC profile of three primaries and a gamma by hand (ICC.1:2001-04, 6.1 and 6.5)."""

    def fixed(number: float) -> bytes:
        return round(number * 65536).to_bytes(4, "big", signed=True)

    def point(values: NDArray[np.float64]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(float(value)) for value in values)

    curve = (
        b"curv\0\0\0\0" + (1).to_bytes(4, "big") + round(gamma * 256).to_bytes(2, "big") + b"\0\0"
    )
    white = np.array([0.9642, 1.0, 0.8249])
    description = b"desc\0\0\0\0" + (5).to_bytes(4, "big") + b"wide\0" + bytes(79)
    tags = {
        b"desc": description,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": point(white),
        b"rXYZ": point(matrix[:, 0]),
        b"gXYZ": point(matrix[:, 1]),
        b"bXYZ": point(matrix[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, content = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        padded = tag + bytes(-len(tag) % 4)
        table += name + (start + len(content)).to_bytes(4, "big") + len(tag).to_bytes(4, "big")
        content += padded
    size = (start + len(content)).to_bytes(4, "big")
    header = size + bytes(4) + b"\x02\x40\0\0" + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    header += b"".join(fixed(float(value)) for value in white)
    header += bytes(128 - len(header))
    whole = header + len(tags).to_bytes(4, "big") + table + content
    assert ImageCms.ImageCmsProfile(io.BytesIO(whole)).profile.xcolor_space == "RGB "
    return whole


def _shapes() -> list[Case]:
    tall = np.repeat(np.linspace(0, 255, 1000).astype(np.uint8)[:, None], 16, axis=1)
    expected = np.repeat(tall[..., None] / 255.0, 3, axis=2)
    large = PIL.Image.new("RGB", (3000, 2500), (10, 200, 90))
    flat = np.broadcast_to(np.array([10, 200, 90]) / 255, (2500, 3000, 3))
    return [
        Case("tall.png", saved(PIL.Image.fromarray(tall), "PNG"), expected),
        Case("large.png", saved(large, "PNG"), flat),
        Case("x" * 200 + ".png", saved(_upright(), "PNG"), _expected()),
        Case("Kätzchen 猫 \u200f🐈.png", saved(_upright(), "PNG"), _expected()),
    ]


def _refused() -> list[Case]:
    line = PIL.Image.new("L", (1, 1000))
    bomb = bytearray(saved(_upright(), "PNG"))
    # IHDR says 60000 × 60000; a decoder that believed it would ask for eleven gigabytes.
    bomb[16:24] = (60000).to_bytes(4, "big") * 2
    bomb[29:33] = png.zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    lzw = saved(_upright(), "GIF")
    return [
        Case("empty.png", b"", None, says="is empty (0 bytes)"),
        Case("line.png", saved(line, "PNG"), None, says="1 x 1000 pixels; allowed is at least 16"),
        Case("dot.gif", saved(PIL.Image.new("P", (1, 1)), "GIF"), None, says="1 x 1 pixels"),
        Case("bomb.png", bytes(bomb), None, says="has more pixels than"),
        Case("letter.jpg", b"Dear Sir or Madam, " * 200, None, says="is not a picture"),
        Case("header.gif", lzw[:13], None, says=""),
        Case("zeros.tif", bytes(5000), None, says="is not a picture"),
        Case("page.jpg", b"<!DOCTYPE html><html>", None, says="is not a picture but a web page"),
        Case(
            "layers.png", b"8BPS\0\1" + bytes(100), None, says="document (PSD), which is not supp"
        ),
        Case(
            "drawing.png", b'<svg width="9"></svg>', None, says="drawing (SVG), which is not supp"
        ),
        Case("book.jpg", b"%PDF-1.7\n", None, says="a PDF document, which is not supported"),
        Case(
            "video.jpg", b"\0\0\0\x18ftypisom" + bytes(99), None, says="a video, which is not supp"
        ),
    ]
