"""BMP of 16 and 32 bits a pixel, in which masks say where the colours are, and maybe alpha.

Pillow knows a dozen masks and reads alpha for some of them. Palettes, 24 bits and run lengths are
left to it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork.images.decoding import check_size
from brushwork.images.modes import ColorAndAlpha

_FILE_HEADER = 14
_INFO_HEADER = 40  # the least that knows masks, which stand behind it
_MASKS_INSIDE = 56  # from here on the header holds all four
_PLAIN, _BITFIELDS, _ALPHA_BITFIELDS = 0, 3, 6
_USUAL_MASKS = {16: (0x7C00, 0x3E0, 0x1F, 0), 32: (0xFF0000, 0xFF00, 0xFF, 0)}


@dataclass(frozen=True)
class _Header:
    """What the header says of the pixels."""

    start: int
    width: int
    height: int
    upside_down: bool
    bits: int
    masks: tuple[int, ...]


def is_masked_bmp(start: bytes) -> bool:
    """Tell by the first 34 bytes of a file."""
    if start[:2] != b"BM" or len(start) < 34:
        return False
    (size,) = struct.unpack_from("<I", start, _FILE_HEADER)
    bits, compression = struct.unpack_from("<HI", start, _FILE_HEADER + 14)
    return (
        size >= _INFO_HEADER
        and bits in _USUAL_MASKS
        and compression in (_PLAIN, _BITFIELDS, _ALPHA_BITFIELDS)
    )


def separate_bmp(file: BinaryIO, shown: str) -> ColorAndAlpha:
    """Read colour and alpha; call it within `explain_errors`.

    Alpha that is 0 everywhere was never filled in, and is left out with a note.

    Raises
    ------
    ImageError
        If it is too small.
    EOFError
        If there are fewer bytes than needed.
    """
    header = _read_header(file)
    check_size(header.width, header.height, shown)
    limit = PIL.Image.MAX_IMAGE_PIXELS
    if limit is not None and header.width * header.height > 2 * limit:
        raise PIL.Image.DecompressionBombError
    pixels = _read_pixels(file, header)
    colour = np.stack([_pick(pixels, mask) for mask in header.masks[:3]])
    alpha = _pick(pixels, header.masks[3]) if header.masks[3] else None
    if alpha is not None and not alpha.any():
        return ColorAndAlpha(colour, None, ("its alpha is 0 everywhere and was ignored",))
    return ColorAndAlpha(colour, alpha, ())


def _read_header(file: BinaryIO) -> _Header:
    file.seek(10)
    start, size, width, height, _, bits, compression = struct.unpack("<IIiiHHI", file.read(24))
    masks = _USUAL_MASKS[bits]
    if compression != _PLAIN:
        file.seek(_FILE_HEADER + _INFO_HEADER)
        with_alpha = size >= _MASKS_INSIDE or compression == _ALPHA_BITFIELDS
        count = 4 if with_alpha else 3
        masks = (*struct.unpack(f"<{count}I", file.read(4 * count)), 0)[:4]
    if width <= 0 or height == 0:
        raise ValueError(f"its size is {width} x {height}")
    return _Header(start, width, abs(height), height > 0, bits, masks)


def _read_pixels(file: BinaryIO, header: _Header) -> NDArray[np.unsignedinteger]:
    """Give (H, W) of whole pixels, from the top; rows end at four bytes."""
    row = -(-header.width * header.bits // 32) * 4
    file.seek(header.start)
    content = file.read(row * header.height)
    if len(content) < row * header.height:
        raise EOFError(f"{row * header.height - len(content)} bytes are missing")
    lines = np.frombuffer(content, np.uint8).reshape(header.height, row)
    pixels = lines.view(f"<u{header.bits // 8}")[:, : header.width]
    return pixels[::-1] if header.upside_down else pixels


def _pick(pixels: NDArray[np.unsignedinteger], mask: int) -> NDArray[np.float32]:
    """Give what a mask selects, in [0, 1]; a colour without a mask is black."""
    if mask == 0:
        return np.zeros(pixels.shape, np.float32)
    shift = (mask & -mask).bit_length() - 1
    white = mask >> shift
    if white & (white + 1):
        raise ValueError(f"the mask {mask:#x} has gaps")
    parts: NDArray[np.float32] = np.divide((pixels & mask) >> shift, white, dtype=np.float32)
    return parts
