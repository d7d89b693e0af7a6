"""Images of 16 bits a channel: for print, and for those who go on working on them.

Pillow writes no colour of more than 8 bits. TIFF is written by tifffile, PNG by pypng.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import png  # type: ignore[import-untyped]
import tifffile
from numpy.typing import NDArray
from torch import Tensor

from brushwork.images.metadata import format_description, make_text_parameters

#: Colour, and colour with alpha, as (H, W, 3) or (H, W, 4) of 0 to 65535.
Levels = NDArray[np.uint16]
WHITE = 65535
#: Raw modes of Pillow's decoders for 16 bits have this in their names.
_SIXTEEN = ";16"


def to_levels(pixels: Tensor, alpha: Tensor | None = None) -> Levels:
    """Round one image to 16 bits: ``round(65535 · pixels)``, clamped to [0, 1] before.

    Parameters
    ----------
    pixels
        ``(1, 3, H, W)`` sRGB.
    alpha
        ``(1, 1, H, W)``, or None for an opaque image.

    Returns
    -------
    Levels
        ``(H, W, 3)``, or ``(H, W, 4)`` with ``alpha``.
    """
    planes = [*pixels[0], *(() if alpha is None else alpha[0])]
    levels = np.empty((*pixels.shape[2:], len(planes)), dtype=np.uint16)
    for channel, plane in enumerate(planes):  # one at a time: it is widened on the way
        values = plane.detach().cpu()
        # In float64: float32 has no room to round all 65536 levels to the nearest.
        levels[..., channel] = values.double().clamp(0, 1).mul(WHITE).round().numpy()
    return levels


def encode_png(levels: Levels, text: str | None, profile: bytes | None = None) -> bytes:
    """Give a PNG of 16 bits, with a text and an ICC profile in it where there is one."""
    height, width, channels = levels.shape
    writer = png.Writer(width, height, greyscale=False, alpha=channels == 4, bitdepth=16)
    plain = io.BytesIO()
    writer.write_packed(plain, (row.astype(">u2").tobytes() for row in levels))
    if text is None and profile is None:
        return plain.getvalue()
    plain.seek(0)
    first, *rest = png.Reader(plain).chunks()
    whole = io.BytesIO()
    png.write_chunks(whole, [first, *_make_chunks(text, profile), *rest])
    return whole.getvalue()


def encode_tiff(levels: Levels, text: str | None, profile: bytes | None = None) -> bytes:
    """Give a TIFF of 16 bits, with a text and an ICC profile in it where there is one."""
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        levels,
        photometric="rgb",
        extrasamples=["unassalpha"] if levels.shape[2] == 4 else None,
        compression="zlib",
        predictor=False,
        description=None if text is None else format_description(text),
        metadata=None,
        software=False,
        iccprofile=profile,
    )
    return buffer.getvalue()


def read_depth(path: Path) -> int:
    """Give the bits a channel of an image file: 16, or 8 for all that Pillow reads as such.

    Raises
    ------
    OSError
        If it is no image.
    """
    with PIL.Image.open(path) as image:
        tiles: list[Any] = getattr(image, "tile", [])
        return 16 if any(_SIXTEEN in str(tile[3]) for tile in tiles) else 8


def _make_chunks(text: str | None, profile: bytes | None) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks that Pillow would write for a text, and one for a profile."""
    if profile is not None:
        yield b"iCCP", b"ICC Profile\0\0" + zlib.compress(profile)
    if text is not None:
        for name, content, *_ in make_text_parameters(text, "PNG")["pnginfo"].chunks:
            yield name, content
