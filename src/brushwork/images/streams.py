"""Which decoder reads an open file: our own where Pillow's is not to be believed, else Pillow's."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO

from brushwork.images.bmp import is_masked_bmp, separate_bmp
from brushwork.images.decoding import (
    DecodedImage,
    decode_stream,
    explain_errors,
    read_stream_size,
)
from brushwork.images.deep_png import has_sixteen_bits, is_deep_png, separate_deep_png
from brushwork.images.file_kinds import recognise
from brushwork.images.modes import ColorAndAlpha, separate_alpha
from brushwork.images.reducing import reduce_decoded
from brushwork.images.tiff import read_tiff_bits, read_tiff_size, separate_tiff

# How many bytes tell a BMP with masks, and a PNG of 16 bits.
_START = 34


def separate_stream(
    file: BinaryIO, shown: str, long_side: int | None = None, *, flat: bool = False
) -> ColorAndAlpha:
    """Give colour and alpha of the first frame of what an open file holds, within `explain_errors`.

    A large image is reduced to ``long_side`` before it becomes colours, where that can be: its
    pixels are mixed, or left out if its colours are flat.

    Raises
    ------
    ImageError
        If it is empty, too small, or not supported.
    """
    if _is_tiff(file):
        return separate_tiff(file, shown, long_side, flat=flat)
    start = file.read(_START)
    file.seek(0)
    if is_masked_bmp(start):
        return separate_bmp(file, shown)
    if is_deep_png(start):
        return separate_deep_png(file, shown, long_side, flat=flat)
    decoded = decode_stream(file, shown, None if flat else long_side)
    return separate_decoded(decoded, shown, long_side, flat=flat)


def separate_decoded(
    found: DecodedImage, shown: str, long_side: int | None = None, *, flat: bool = False
) -> ColorAndAlpha:
    """Give colour and alpha of what Pillow has decoded, of a large image at ``long_side``.

    Raises
    ------
    ImageError
        If its numbers are no image's.
    """
    enough = reduce_decoded(found, long_side, flat=flat)
    parts = separate_alpha(
        enough.image, shown, key_step=found.key_step, range_known=found.range_known
    )
    full_size = found.full_size
    if full_size is None and enough is not found:
        full_size = (found.image.height, found.image.width)
    return replace(parts, notes=(*found.notes, *parts.notes), full_size=full_size)


def read_size(content: bytes, shown: str) -> tuple[int, int]:
    """Give height and width of what a file holds.

    Raises
    ------
    ImageError
        If it is no image, or of a kind that is not read.
    """
    file = io.BytesIO(content)
    with explain_errors(shown):
        if _is_tiff(file):
            return read_tiff_size(file, shown)
        return read_stream_size(file, shown)


def is_deep(content: bytes, shown: str) -> bool:
    """Tell whether a file holds more than 8 bits a channel, as PNG and TIFF may.

    Raises
    ------
    ImageError
        If it is a damaged TIFF.
    """
    file = io.BytesIO(content)
    with explain_errors(shown):
        if _is_tiff(file):
            return read_tiff_bits(file, shown) > 8
        return has_sixteen_bits(content[:_START])


def _is_tiff(file: BinaryIO) -> bool:
    """Tell a TIFF from all else, raw photos of that form too; leave the file at its beginning."""
    kind = recognise(file)
    return kind is not None and kind.encoding == "TIFF"
