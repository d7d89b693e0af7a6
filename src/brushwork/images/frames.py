"""A first frame that is smaller than its canvas: round it there is nothing, not a colour."""

from __future__ import annotations

import PIL.Image

#: Left, upper, right and lower border.
Frame = tuple[int, int, int, int]


def find_frame(image: PIL.Image.Image) -> Frame | None:
    """Find where the first frame of a GIF lies; None if it covers the canvas, or is no GIF's.

    It is known only before the pixels are loaded.
    """
    tiles = getattr(image, "tile", None)
    if image.format != "GIF" or not tiles or image.tell() > 0:
        return None
    left, upper, right, lower = tiles[0][1]
    frame = (left, upper, right, lower)
    return None if frame == (0, 0, *image.size) else frame


def clear_outside(image: PIL.Image.Image, frame: Frame) -> PIL.Image.Image:
    """Give a copy that is transparent outside of a frame, as browsers show it."""
    clear = PIL.Image.new("RGBA", image.size)
    clear.paste(image.crop(frame).convert("RGBA"), frame[:2])
    clear.info = {key: value for key, value in image.info.items() if key != "transparency"}
    return clear
