"""Pixels as Krita holds them, and PNG files of them."""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from dataclasses import dataclass

#: Kinds of pixels in a PNG.
GREY, COLOR = 0, 6


@dataclass(frozen=True)
class Pixels:
    """An image in sRGB: blue, green, red and opacity of each pixel, of 8 or 16 bits, by rows."""

    width: int
    height: int
    depth: int
    levels: bytes


def encode(image: Pixels) -> bytes:
    """Give a PNG of all the bits."""
    channels = array("B" if image.depth == 8 else "H", image.levels)
    channels[0::4], channels[2::4] = channels[2::4], channels[0::4]
    if sys.byteorder == "little":
        channels.byteswap()
    return encode_levels(image.width, image.height, image.depth, COLOR, channels.tobytes())


def encode_levels(width: int, height: int, depth: int, kind: int, levels: bytes) -> bytes:
    """Give a PNG of channels that are in its order."""
    stride = len(levels) // height
    rows = b"".join(b"\0" + levels[at : at + stride] for at in range(0, len(levels), stride))
    chunks = (
        b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0),
        b"sRGB\0",
        b"IDAT" + zlib.compress(rows, 1),
        b"IEND",
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


def hide_outside(image: Pixels, mask: bytes) -> Pixels:
    """Make transparent what is not selected at all; what is, even by half, stays as it is.

    Below the half of a soft edge there is the photo already; it would come twice otherwise.
    """
    levels, size = bytearray(image.levels), image.depth // 8
    selected = int.from_bytes(mask.translate(bytes(1) + b"\xff" * 255), "big")
    for place in range(3 * size, 4 * size):
        opacity = int.from_bytes(levels[place :: 4 * size], "big") & selected
        levels[place :: 4 * size] = opacity.to_bytes(len(mask), "big")
    return Pixels(image.width, image.height, image.depth, bytes(levels))
