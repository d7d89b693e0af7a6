"""Small pictures for lists."""

from __future__ import annotations

import io

import PIL.Image

#: Long side of a thumbnail in pixels.
SIDE = 480


def thumbnail(image: PIL.Image.Image) -> bytes:
    """Give a small WebP of a picture."""
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((SIDE, SIDE), PIL.Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="WEBP", quality=86)
    return buffer.getvalue()
