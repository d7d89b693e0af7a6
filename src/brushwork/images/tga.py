"""TGA: runs that cross rows, and what its alpha says, where Pillow takes it for the contrary."""

from __future__ import annotations

import contextlib
from typing import Any

import PIL.Image
from PIL import ImageChops

_DEPTH_OF_TABLE, _DEPTH, _DESCRIPTOR = 7, 16, 17  # bytes of the header
_KINDS_WITH_RUNS, _RUNS = (9, 10, 11), 8  # of byte 2


def read_header(image: PIL.Image.Image) -> bytes:
    """Read the 18 bytes at the beginning of an open TGA; nothing of any other image."""
    file: Any = getattr(image, "fp", None)
    if image.format != "TGA" or file is None:
        return b""
    with contextlib.suppress(OSError, ValueError):
        place = file.tell()
        file.seek(0)
        header: bytes = file.read(_DESCRIPTOR + 1)
        file.seek(place)
        return header
    return b""


def unroll(content: bytes) -> bytes:
    """Give a TGA of runs without them; the same bytes of any other file.

    Truevision's specification lets no run go beyond its row, which old writers did not heed; Pillow
    refuses such a file.

    Raises
    ------
    EOFError
        If there are fewer pixels than needed.
    """
    if len(content) <= _DESCRIPTOR or content[2] not in _KINDS_WITH_RUNS:
        return content
    width, height = (int.from_bytes(content[place : place + 2], "little") for place in (12, 14))
    size = -(-content[_DEPTH] // 8)
    entries = int.from_bytes(content[5:7], "little") * -(-content[_DEPTH_OF_TABLE] // 8)
    start = _DESCRIPTOR + 1 + content[0] + entries
    head = bytearray(content[:start])
    head[2] -= _RUNS
    return bytes(head) + _decode_runs(content, start, size, width * height * size)


def _decode_runs(content: bytes, place: int, size: int, wanted: int) -> bytes:
    """Decode packets of pixels of ``size`` bytes until so many bytes are there."""
    pixels = bytearray()
    while len(pixels) < wanted:
        if place >= len(content):
            raise EOFError(f"{wanted - len(pixels)} bytes are missing")
        count = (content[place] & 0x7F) + 1
        if content[place] & 0x80:
            pixels += content[place + 1 : place + 1 + size] * count
            place += 1 + size
        else:
            pixels += content[place + 1 : place + 1 + count * size]
            place += 1 + count * size
    return bytes(pixels[:wanted])


def correct_alpha(image: PIL.Image.Image, header: bytes) -> tuple[PIL.Image.Image, tuple[str, ...]]:
    """Give the image with the alpha that its header means, and what to tell of it.

    Many programs write 32 bits with alpha and state that there is none; so alpha is believed
    unless it is 0 everywhere, where it was never filled in. Of pixels with 16 bits the uppermost,
    if the header claims it, says that they are opaque; Pillow has it the other way round.

    Parameters
    ----------
    image
        As Pillow decoded it.
    header
        What `read_header` gave.
    """
    if not header or not image.has_transparency_data:
        return image, ()
    image = image.convert("LA" if image.mode == "LA" else "RGBA")
    alpha = image.getchannel("A")
    if 16 in (header[_DEPTH], header[_DEPTH_OF_TABLE]) and image.mode == "RGBA":
        if header[_DESCRIPTOR] & 0x0F == 0:
            return image.convert("RGB"), ()
        alpha = ImageChops.invert(alpha)
    if alpha.getextrema() == (0, 0):
        return image.convert(image.mode[:-1]), ("its alpha is 0 everywhere and was ignored",)
    image.putalpha(alpha)
    return image, ()
