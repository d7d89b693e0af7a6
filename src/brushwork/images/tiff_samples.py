"""The numbers of a TIFF page, just as they were written: bits, bytes, predictors, planes, tiles.

tifffile reads the tags; Pillow's libtiff undoes the compression of one strip or tile at a time,
which it takes for a row of bytes. What the bytes mean is computed here, since Pillow swaps,
inverts or refuses many of the layouts, and does not say so.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
import PIL.Image
import tifffile
from numpy.typing import NDArray

from brushwork.images.refusals import make_layout_error

# Schemes that give back bytes, whatever these mean: none, LZW, deflate (two numbers), PackBits,
# LZMA and Zstandard.
_NONE = 1
_BYTES = (_NONE, 5, 8, 32946, 32773, 34925, 50000)
_HORIZONTAL, _FLOATING = 2, 3
_UNSIGNED, _SIGNED, _FLOAT, _VOID = 1, 2, 3, 4
_KINDS = {_UNSIGNED: "u", _VOID: "u", _SIGNED: "i", _FLOAT: "f"}
_WIDTHS = {"u": (*range(1, 17), 32), "i": (8, 16, 32), "f": (16, 32, 64)}


@dataclass(frozen=True)
class _Layout:
    """How the numbers of one strip or tile lie in its bytes."""

    columns: int
    samples: int
    bits: int
    kind: str
    order: str
    predictor: int

    @property
    def row_bytes(self) -> int:
        """Each row begins at a byte."""
        return math.ceil(self.columns * self.samples * self.bits / 8)

    def decode(self, content: bytes, rows: int) -> NDArray[Any]:
        """Give (rows, columns, samples) of what was written."""
        content = content[: rows * self.row_bytes]
        lines = np.frombuffer(content, np.uint8).reshape(rows, self.row_bytes)
        shape = (rows, self.columns, self.samples)
        if self.predictor == _FLOATING:
            return self._undo_floating(lines).reshape(shape)
        if self.bits not in (8, 16, 32, 64):
            return _unpack(lines, self.columns * self.samples, self.bits).reshape(shape)
        size = self.bits // 8
        whole = lines.view(f"{self.order}u{size}").astype(f"=u{size}").reshape(shape)
        if self.predictor == _HORIZONTAL:
            whole = np.cumsum(whole, axis=1, dtype=whole.dtype)
        return whole.view(f"={self.kind}{size}")

    def _undo_floating(self, lines: NDArray[np.uint8]) -> NDArray[Any]:
        """Add up the differences of bytes, then gather those of a number from their four planes.

        Adobe Photoshop TIFF Technical Note 3: the first plane holds the uppermost bytes.
        """
        size = self.bits // 8
        steps = lines.reshape(len(lines), -1, self.samples)
        planes = np.cumsum(steps, axis=1, dtype=np.uint8).reshape(len(lines), size, -1)
        numbers = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(f">f{size}")
        return numbers.astype(f"=f{size}")


def is_readable(page: tifffile.TiffPage) -> bool:
    """Tell a page whose compression gives bytes from one that holds the data of an image codec."""
    return int(page.compression) in _BYTES


def read_samples(page: tifffile.TiffPage, file: BinaryIO, shown: str) -> NDArray[Any]:
    """Read all numbers of a page as (H, W, samples), in the machine's byte order.

    Raises
    ------
    ImageError
        If its layout is not supported.
    EOFError
        If there are fewer bytes than needed.
    """
    _check_layout(page, shown)
    whole = np.empty(0)
    for place, plane, part in _read_segments(page, file):
        if whole.size == 0:
            shape = (page.imagelength, page.imagewidth, page.samplesperpixel)
            whole = np.empty(shape, part.dtype)
        target = whole[place] if plane is None else whole[place][..., plane : plane + 1]
        target[...] = part[: target.shape[0], : target.shape[1]]
    return whole


def _check_layout(page: tifffile.TiffPage, shown: str) -> None:
    """Refuse what could only be guessed."""
    if not isinstance(page.bitspersample, int) or not isinstance(page.sampleformat, int):
        raise make_layout_error(shown, "channels of different depths")
    kind = _KINDS.get(int(page.sampleformat))
    if kind is None:
        raise make_layout_error(shown, "complex numbers")
    if page.bitspersample not in _WIDTHS[kind]:
        called = {"u": "whole numbers", "i": "signed whole numbers", "f": "floating-point numbers"}
        raise make_layout_error(shown, f"{called[kind]} of {page.bitspersample} bits")
    fits = {
        1: True,
        _HORIZONTAL: page.bitspersample in (8, 16, 32, 64),
        _FLOATING: kind == "f",
    }
    if not fits.get(int(page.predictor), False):
        raise make_layout_error(
            shown, f"predictor {int(page.predictor)} for {page.bitspersample} bits"
        )
    if page.imagedepth != 1:
        raise make_layout_error(shown, "a volume in place of an image")


def _read_segments(
    page: tifffile.TiffPage, file: BinaryIO
) -> Iterator[tuple[tuple[slice, slice], int | None, NDArray[Any]]]:
    """Give where each strip or tile lies, of which plane it is if they are apart, and its part."""
    separate = int(page.planarconfig) == 2 and page.samplesperpixel > 1
    height, width = page.imagelength, page.imagewidth
    rows, columns = (
        (page.tilelength, page.tilewidth)
        if page.is_tiled
        else (min(page.rowsperstrip or height, height), width)
    )
    layout = _Layout(
        columns=columns,
        samples=1 if separate else page.samplesperpixel,
        bits=page.bitspersample,
        kind=_KINDS[int(page.sampleformat)],
        order=page.parent.byteorder,
        predictor=int(page.predictor),
    )
    places = [
        (slice(top, top + rows), slice(left, left + columns))
        for top in range(0, height, rows)
        for left in range(0, width, columns)
    ]
    planes = range(page.samplesperpixel) if separate else (None,)
    wanted = [(place, plane) for plane in planes for place in places]
    if len(page.dataoffsets) < len(wanted):
        raise EOFError(f"{len(page.dataoffsets)} of {len(wanted)} strips or tiles are there")
    for index, (place, plane) in enumerate(wanted):
        high = rows if page.is_tiled else min(rows, height - place[0].start)
        content = _read_segment(page, file, index, high * layout.row_bytes)
        yield place, plane, layout.decode(content, high)


def _read_segment(page: tifffile.TiffPage, file: BinaryIO, index: int, size: int) -> bytes:
    """Read and decompress one strip or tile to at least so many bytes."""
    offset, count = page.dataoffsets[index], page.databytecounts[index]
    if offset == 0:
        raise EOFError(f"strip or tile {index} was never written")
    file.seek(offset)
    # Some writers give the size of what they had before compression, or none.
    plain = int(page.compression) == _NONE
    content = file.read(size if plain else count)
    if int(page.fillorder) == 2:
        content = _reverse_bits(content)
    if not plain:
        content = _decompress(content, int(page.compression), size)
    if len(content) < size:
        raise EOFError(f"{size - len(content)} bytes are missing")
    return content


def _decompress(content: bytes, compression: int, size: int) -> bytes:
    """Let libtiff decompress, as the only row of an image of so many bytes."""
    tags = (
        (256, size),  # width
        (257, 1),  # height
        (258, 8),  # bits
        (259, compression),
        (262, 1),  # 0 is black
        (273, 8 + 2 + 12 * 9 + 4),  # where the strip is: behind this table
        (277, 1),  # samples
        (278, 1),  # rows
        (279, len(content)),
    )
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    head += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    with PIL.Image.open(io.BytesIO(head + bytes(4) + content), formats=["TIFF"]) as row:
        return row.tobytes()


def _unpack(lines: NDArray[np.uint8], count: int, bits: int) -> NDArray[Any]:
    """Give (rows, count) of numbers of 1 to 15 bits, the uppermost first, whatever the order."""
    flat = np.unpackbits(lines, axis=1, count=count * bits)
    digits = flat.reshape(len(lines), count, bits)
    dtype = np.uint8 if bits <= 8 else np.uint16
    numbers = np.zeros((len(lines), count), dtype)
    for digit in range(bits):
        numbers = (numbers << 1) | digits[..., digit]
    return numbers


def _reverse_bits(content: bytes) -> bytes:
    levels = np.frombuffer(content, np.uint8)
    return np.packbits(np.unpackbits(levels[:, None], axis=1)[:, ::-1], axis=1).tobytes()
