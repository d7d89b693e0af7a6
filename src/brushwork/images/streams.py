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
from brushwork.images.file_kinds import recognise
from brushwork.images.modes import ColorAndAlpha, separate_alpha
from brushwork.images.reducing import reduce_decoded
from brushwork.images.tiff import read_tiff_size, separate_tiff

# How many bytes tell a BMP with masks.
_START = 34


def separate_stream(file: BinaryIO, shown: str, long_side: int | None = None) -> ColorAndAlpha:
    """Give colour and alpha of the first frame of what an open file holds, within `explain_errors`.

    Where Pillow decodes a large image, it is reduced to ``long_side`` before it becomes numbers.

    Raises
    ------
    ImageError
        If it is empty, too small, or not supported.
    """
    if _is_tiff(file):
        return separate_tiff(file, shown)
    start = file.read(_START)
    file.seek(0)
    if is_masked_bmp(start):
        return separate_bmp(file, shown)
    return separate_decoded(decode_stream(file, shown, long_side), shown, long_side)


def separate_decoded(
    found: DecodedImage, shown: str, long_side: int | None = None
) -> ColorAndAlpha:
    """Give colour and alpha of what Pillow has decoded, of a large image at ``long_side``.

    Raises
    ------
    ImageError
        If its numbers are no image's.
    """
    enough = reduce_decoded(found, long_side)
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


def _is_tiff(file: BinaryIO) -> bool:
    """Tell a TIFF from all else, raw photos of that form too; leave the file at its beginning."""
    kind = recognise(file)
    return kind is not None and kind.encoding == "TIFF"
