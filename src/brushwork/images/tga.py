"""TGA: what its alpha says, which Pillow takes for the contrary where a pixel has 16 bits."""

from __future__ import annotations

import contextlib
from typing import Any

import PIL.Image
from PIL import ImageChops

_DEPTH_OF_TABLE, _DEPTH, _DESCRIPTOR = 7, 16, 17  # bytes of the header


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
