"""Kinds of JPEG that share its first bytes, and that hardly a program reads."""

from __future__ import annotations

from typing import BinaryIO

#: What begins a frame (ITU-T T.81, table B.1; T.87 for JPEG-LS), where it is not the usual kind.
_RARE = {
    0xCB: "a lossless JPEG of arithmetic coding",
    0xF7: "a JPEG-LS file",
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "a hierarchical JPEG"),
}
_USUAL = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
#: Markers with nothing behind them, and that of the first pixels.
_BARE = (0x01, *range(0xD0, 0xD9))
_SCAN = 0xDA


def find_rare_kind(file: BinaryIO) -> str | None:
    """Say what a JPEG is that is not of the usual kind, with its article; else None."""
    file.seek(2)
    while (byte := file.read(1)) == b"\xff":
        while (byte := file.read(1)) == b"\xff":  # filling
            pass
        marker = int.from_bytes(byte, "big")
        if marker in _RARE:
            return _RARE[marker]
        if not byte or marker in (*_USUAL, _SCAN):
            return None
        if marker not in _BARE:
            file.seek(max(int.from_bytes(file.read(2), "big") - 2, 0), 1)
    return None
