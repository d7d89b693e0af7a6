"""BMP files of 16, 24 and 32 bits, written byte by byte."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MASKS: dict[str, tuple[int, int, int, int]] = {
    "555": (0x7C00, 0x3E0, 0x1F, 0),
    "565": (0xF800, 0x7E0, 0x1F, 0),
    "1555": (0x7C00, 0x3E0, 0x1F, 0x8000),
    "4444": (0xF00, 0xF0, 0xF, 0xF000),
    "x888": (0xFF0000, 0xFF00, 0xFF, 0),
    "8888": (0xFF0000, 0xFF00, 0xFF, 0xFF000000),
    "rgba": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
    "bgra": (0xFF00, 0xFF0000, 0xFF000000, 0xFF),
    "101010": (0x3FF00000, 0xFFC00, 0x3FF, 0),
    "2101010": (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000),
    "565 in 32": (0xF800, 0x7E0, 0x1F, 0),
}


@dataclass(frozen=True)
class Variant:
    """What a BMP can be like."""

    masks: str
    bits: int
    header: int
    compression: int
    top_down: bool = False
    clear: bool = False

    def __str__(self) -> str:
        rows = "top" if self.top_down else "bottom"
        alpha = "-unfilled" if self.clear else ""
        return f"{self.masks}-{self.bits}-v{self.header}-c{self.compression}-{rows}{alpha}"


def list_variants() -> list[Variant]:
    """List what programs write."""
    found = []
    for top_down in (False, True):
        for header in (40, 52, 56, 108, 124):
            found += [Variant("555", 16, header, 0, top_down)]
            found += [Variant("x888", 32, header, 0, top_down)]
            found += [Variant("8888", 32, header, 0, top_down)]
            found += [
                Variant(name, 16 if max(masks) < 65536 and "32" not in name else 32, header, 3,
                        top_down)
                for name, masks in MASKS.items()
                if header >= 56 or masks[3] == 0
            ]  # fmt: skip
        found += [Variant("8888", 32, 40, 6, top_down), Variant("8888", 32, 124, 3, clear=True)]
    return found


def write(variant: Variant, parts: NDArray[np.float64]) -> bytes:
    """Write (H, W, 4) in [0, 1]."""
    height, width, _ = parts.shape
    masks = MASKS[variant.masks]
    pixels = np.zeros((height, width), np.uint64)
    for channel, mask in enumerate(masks):
        if mask == 0 or (channel == 3 and variant.clear):
            continue
        shift = (mask & -mask).bit_length() - 1
        levels = np.rint(parts[..., channel] * (mask >> shift)).astype(np.uint64)
        pixels |= levels << np.uint64(shift)
    rows = pixels.astype(f"<u{variant.bits // 8}")
    rows = rows if variant.top_down else rows[::-1]
    lines = [row.tobytes() + bytes(-len(row.tobytes()) % 4) for row in rows]
    content = b"".join(lines)
    signed = -height if variant.top_down else height
    info = struct.pack(
        "<IiiHHIIiiII", variant.header, width, signed, 1, variant.bits, variant.compression,
        len(content), 2835, 2835, 0, 0,
    )  # fmt: skip
    more = b""
    if variant.compression:
        count = 4 if variant.header >= 56 or variant.compression == 6 else 3
        more = struct.pack(f"<{count}I", *masks[:count])
    more += bytes(max(0, variant.header - 40 - len(more)))
    if variant.header >= 108:
        more = more[:16] + b"BGRs" + more[20:]
    start = 14 + 40 + len(more)
    return b"BM" + struct.pack("<IHHI", start + len(content), 0, 0, start) + info + more + content
