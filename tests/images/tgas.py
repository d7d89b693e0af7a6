"""TGA files, written byte by byte after the Truevision specification 2.0."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Kind of pixels and their bits: 1 is a colour table, 2 is colour, 3 is grey. "set" has the bit set
#: that would be alpha, although the header says that there is none.
KINDS = {
    "table24": (1, 8, 24),
    "table32": (1, 8, 32),
    "table16": (1, 8, 16),
    "table16set": (1, 8, 16),
    "rgb16": (2, 16, 0),
    "rgb16set": (2, 16, 0),
    "rgba16": (2, 16, 0),
    "rgb24": (2, 24, 0),
    "rgbx32": (2, 32, 0),
    "rgba32": (2, 32, 0),
    "grey": (3, 8, 0),
    "grey+alpha": (3, 16, 0),
}


@dataclass(frozen=True)
class Variant:
    """What a TGA can be like: where its first pixel lies, runs, an identification, a footer."""

    kind: str
    corner: str = "bottom-left"
    runs: bool = False
    text: bytes = b""
    footer: bool = False

    def __str__(self) -> str:
        more = "-runs" * self.runs + "-text" * bool(self.text) + "-footer" * self.footer
        return f"{self.kind}-{self.corner}{more}"


def list_variants() -> list[Variant]:
    """List all of them."""
    corners = ("bottom-left", "bottom-right", "top-left", "top-right")
    return [
        Variant(kind, corner, runs, text, footer)
        for kind in KINDS
        for corner in corners
        for runs in (False, True)
        for text, footer in ((b"", False), (b"made by hand", True))
    ]


def write(variant: Variant, levels: NDArray[np.uint8]) -> tuple[bytes, NDArray[np.float64]]:
    """Write (H, W, 4) levels as far as the kind holds them; give what must be seen, (H, W, 4)."""
    height, width, _ = levels.shape
    number, bits, entry = KINDS[variant.kind]
    table, pixels, seen = _encode(variant.kind, levels)
    vertical, horizontal = variant.corner.split("-")
    stored = pixels[::-1] if vertical == "bottom" else pixels
    stored = stored[:, ::-1] if horizontal == "right" else stored
    alpha_bits = {"rgba32": 8, "rgba16": 1, "grey+alpha": 8, "table32": 0}.get(variant.kind, 0)
    flags = alpha_bits | (0x10 if horizontal == "right" else 0) | (0x20 if vertical == "top" else 0)
    header = struct.pack(
        "<BBBHHBHHHHBB", len(variant.text), number == 1, number + 8 * variant.runs,
        0, len(table) * 8 // entry if entry else 0, entry, 0, 0, width, height, bits, flags,
    )  # fmt: skip
    body = _run(stored) if variant.runs else stored.tobytes()
    foot = bytes(8) + b"TRUEVISION-XFILE.\0" if variant.footer else b""
    return header + variant.text + table + body + foot, seen


def _encode(
    kind: str, levels: NDArray[np.uint8]
) -> tuple[bytes, NDArray[np.uint8], NDArray[np.float64]]:
    """Give the table, the pixels (H, W, bytes) and what is seen."""
    seen = levels / 255.0
    opaque = np.concatenate([seen[..., :3], np.ones_like(seen[..., :1])], axis=2)
    if kind.startswith("grey"):
        grey = np.repeat(seen[..., :1], 3, axis=2)
        if kind == "grey":
            return b"", levels[..., :1], np.concatenate([grey, opaque[..., 3:]], axis=2)
        return b"", levels[..., [0, 3]], np.concatenate([grey, seen[..., 3:]], axis=2)
    if kind.startswith("table"):
        colours = levels[0]  # the first row, each pixel of which is an entry
        indices = np.arange(levels.shape[0] * levels.shape[1]).reshape(levels.shape[:2]) % len(
            colours
        )
        colour = kind.replace("table", "rgba" if kind == "table32" else "rgb")
        entries, shown = _encode_colours(colour, colours[None])
        return entries.tobytes(), indices[..., None].astype(np.uint8), shown[0][indices]
    pixels, shown = _encode_colours(kind, levels)
    return b"", pixels, shown


def _encode_colours(
    kind: str, levels: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    seen = levels / 255.0
    if "16" in kind:
        fifths = (levels >> 3).astype(np.uint16)
        alpha = np.zeros(levels.shape[:2], np.uint16)
        if kind == "rgba16":
            alpha[:] = levels[..., 3] > 127
        if kind.endswith("set"):
            alpha[:] = 1
        words = alpha << 15 | fifths[..., 0] << 10 | fifths[..., 1] << 5 | fifths[..., 2]
        pixels = words.astype("<u2")[..., None].view(np.uint8)
        shown = np.ones(seen.shape)
        shown[..., :3] = fifths[..., :3] / 31.0
        if kind == "rgba16":
            shown[..., 3] = alpha
        return pixels, shown
    if kind.endswith("24"):
        opaque = np.ones_like(seen[..., :1])
        return levels[..., [2, 1, 0]], np.concatenate([seen[..., :3], opaque], axis=2)
    if kind == "rgbx32":
        empty = np.zeros_like(levels[..., :1])
        shown = np.concatenate([seen[..., :3], np.ones_like(seen[..., :1])], axis=2)
        return np.concatenate([levels[..., [2, 1, 0]], empty], axis=2), shown
    return levels[..., [2, 1, 0, 3]], seen


def _run(pixels: NDArray[np.uint8]) -> bytes:
    """Write rows as runs of two and packets of up to three."""
    found = b""
    for row in pixels:
        place = 0
        while place < len(row):
            same = place + 1 < len(row) and (row[place] == row[place + 1]).all()
            if same:
                found += bytes([0x80 | 1]) + row[place].tobytes()
                place += 2
            else:
                part = row[place : place + 1]
                found += bytes([len(part) - 1]) + part.tobytes()
                place += len(part)
    return found
