"""BMP whose header says that there are more colours in its palette than its pixels can name."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

_BITS, _COUNT, _END = 28, 46, 50
_INFO_HEADER = 40


def limit_palette(file: BinaryIO) -> BinaryIO:
    """Give the file with no more colours than its pixels can name.

    The pixels lie where the file header says, so that nothing is moved.
    """
    file.seek(0)
    start = file.read(_END)
    file.seek(0)
    if len(start) < _END or int.from_bytes(start[14:18], "little") < _INFO_HEADER:
        return file
    bits, count = (
        struct.unpack_from("<H", start, _BITS)[0],
        struct.unpack_from("<I", start, _COUNT)[0],
    )
    if bits > 8 or count <= 2**bits:
        return file
    return io.BytesIO(start[:_COUNT] + struct.pack("<I", 2**bits) + file.read()[_END:])
