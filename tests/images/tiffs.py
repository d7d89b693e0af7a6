"""TIFF files of every layout, written by tifffile, and what must be seen in them by their tags."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray

HEIGHT, WIDTH = 19, 37  # no multiple of a tile, a strip or a byte
TILE, ROWS = 16, 5

#: Number of colour channels, and what tifffile writes for the others.
MODELS: dict[str, tuple[int, tuple[str, ...]]] = {
    "minisblack": (1, ()),
    "miniswhite": (1, ()),
    "minisblack+alpha": (1, ("unassalpha",)),
    "rgb": (3, ()),
    "rgb+alpha": (3, ("unassalpha",)),
    "rgb+premultiplied": (3, ("assocalpha",)),
    "rgb+other": (3, ("unspecified",)),
    "rgb+other+alpha": (3, ("unspecified", "unassalpha")),
}
DEPTHS = ("u1", "u2", "u4", "u8", "u12", "u14", "u16", "u32", "f16", "f32", "f64")
COMPRESSIONS = ("none", "zlib", "adobe_deflate", "lzw", "packbits", "zstd", "lzma")


@dataclass(frozen=True)
class Layout:
    """How numbers lie in a file, whatever they mean."""

    depth: str
    model: str = "rgb"
    compression: str = "none"
    predictor: int = 1
    separate: bool = False
    order: str = "<"
    tiled: bool = False

    def __str__(self) -> str:
        planes = "planes" if self.separate else "pixels"
        order = {"<": "II", ">": "MM"}[self.order]
        parts = "tiles" if self.tiled else "strips"
        return "-".join(
            [self.depth, self.model, planes, self.compression, f"p{self.predictor}", order, parts]
        )

    @property
    def bits(self) -> int:
        return int(self.depth[1:])

    @property
    def is_float(self) -> bool:
        return self.depth[0] == "f"

    @property
    def dtype(self) -> np.dtype[Any]:
        if self.is_float:
            return np.dtype(f"f{self.bits // 8}")
        return np.dtype(f"u{max(1, -(-self.bits // 8))}") if self.bits <= 16 else np.dtype("u4")

    @property
    def is_packed(self) -> bool:
        return self.bits not in (8, 16, 32, 64)

    @property
    def white(self) -> float:
        return 1.0 if self.is_float else 2**self.bits - 1

    @property
    def channels(self) -> int:
        colours, extra = MODELS[self.model]
        return colours + len(extra)


@dataclass(frozen=True)
class Written:
    """A file, the numbers in it (H, W, channels), and what must be seen: colour and alpha."""

    content: bytes
    numbers: NDArray[Any]
    colour: NDArray[np.float64]
    alpha: NDArray[np.float64] | None = field(default=None)


def list_layouts() -> Iterator[Layout]:
    """List every combination that the standard or its users know."""
    for depth, model, compression, separate, order, tiled in itertools.product(
        DEPTHS, MODELS, COMPRESSIONS, (False, True), "<>", (False, True)
    ):
        layout = Layout(depth, model, compression, 1, separate, order, tiled)
        if layout.channels == 1 and separate:
            continue
        yield layout
        if compression in ("none", "packbits") or layout.is_packed:
            continue
        if not layout.is_float:
            yield Layout(depth, model, compression, 2, separate, order, tiled)
        if layout.is_float:
            yield Layout(depth, model, compression, 3, separate, order, tiled)


def write(layout: Layout, seed: int = 0) -> Written:
    """Write random numbers, from black to white, and say what they look like."""
    parts = np.random.default_rng(seed).random((HEIGHT, WIDTH, layout.channels))
    parts[0, 0], parts[0, 1] = 0, 1
    colours, extra = MODELS[layout.model]
    if extra:
        parts[..., colours:] = parts[..., colours:] * 0.7 + 0.3
    if "assocalpha" in extra:
        parts[..., :colours] *= parts[..., colours:]
    numbers = parts.astype(layout.dtype)
    if not layout.is_float:
        numbers = np.rint(parts * layout.white).astype(layout.dtype)
    seen = numbers.astype(np.float64) / layout.white
    colour, alpha = seen[..., :colours], None
    if layout.model == "miniswhite":
        colour = 1 - colour
    if "assocalpha" in extra or "unassalpha" in extra:
        alpha = seen[..., -1]
    if "assocalpha" in extra and alpha is not None:
        visible = np.where(alpha > 0, alpha, 1)[..., None]
        colour = np.where(alpha[..., None] > 0, colour / visible, 0).clip(0, 1)
    content = _encode(layout, numbers, extra)
    return Written(content, numbers, np.broadcast_to(colour, (HEIGHT, WIDTH, 3)), alpha)


def _encode(layout: Layout, numbers: NDArray[Any], extra: tuple[str, ...]) -> bytes:
    stored = numbers[..., 0] if layout.channels == 1 else numbers
    stored = np.moveaxis(stored, 2, 0) if layout.separate else stored
    how: dict[str, Any] = {
        "photometric": layout.model.split("+")[0],
        "extrasamples": extra or None,
        "compression": None if layout.compression == "none" else layout.compression,
        "byteorder": layout.order,
        "metadata": None,
    }
    if layout.channels > 1:
        how["planarconfig"] = "separate" if layout.separate else "contig"
    how |= {"tile": (TILE, TILE)} if layout.tiled else {"rowsperstrip": ROWS}
    buffer = io.BytesIO()
    if layout.is_packed and layout.bits < 16 and not layout.is_float:
        how |= {"shape": stored.shape, "dtype": stored.dtype}
        if layout.compression == "none":
            how["bitspersample"] = layout.bits
        tifffile.imwrite(buffer, iter(_pack_segments(layout, numbers)), **how)
        _state_bits(buffer, layout)
    else:
        predictor = layout.predictor if layout.predictor > 1 else False
        tifffile.imwrite(buffer, np.ascontiguousarray(stored), predictor=predictor, **how)
    return buffer.getvalue()


def _state_bits(buffer: io.BytesIO, layout: Layout) -> None:
    """Overwrite the tag: tifffile packs nothing that is compressed as well."""
    buffer.seek(0)
    bits = (layout.bits,) * layout.channels
    with tifffile.TiffFile(buffer) as tiff:
        tiff.pages.first.tags["BitsPerSample"].overwrite(bits if len(bits) > 1 else bits[0])


def _pack_segments(layout: Layout, numbers: NDArray[Any]) -> list[bytes]:
    """Give the strips or tiles of numbers that do not end at bytes."""
    planes = np.split(numbers, layout.channels, axis=2) if layout.separate else [numbers]
    found = []
    for plane in planes:
        if layout.tiled:
            rest = [(0, -side % TILE) for side in (HEIGHT, WIDTH)]
            plane = np.pad(plane, (*rest, (0, 0)))
        height, width = plane.shape[:2]
        rows, columns = (TILE, TILE) if layout.tiled else (ROWS, width)
        for top in range(0, height, rows):
            for left in range(0, width, columns):
                part = plane[top : top + rows, left : left + columns]
                found.append(_compress(layout.compression, pack(part, layout.bits)))
    return found


def pack(part: NDArray[Any], bits: int) -> bytes:
    """Give rows of numbers, each of which begins at a byte."""
    lines = part.reshape(len(part), -1).astype(np.uint32)
    digits = (lines[..., None] >> np.arange(bits, dtype=np.uint32)[::-1]) & 1
    return np.packbits(digits.reshape(len(part), -1).astype(np.uint8), axis=1).tobytes()


def _compress(name: str, content: bytes) -> bytes:
    encode = {
        "none": bytes,
        "zlib": imagecodecs.zlib_encode,
        "adobe_deflate": imagecodecs.zlib_encode,
        "lzw": imagecodecs.lzw_encode,
        "packbits": imagecodecs.packbits_encode,
        "zstd": imagecodecs.zstd_encode,
        "lzma": imagecodecs.lzma_encode,
    }[name]
    return bytes(encode(content))
