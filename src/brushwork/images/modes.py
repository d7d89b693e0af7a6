"""From any of Pillow's modes to planes of sRGB and of alpha.

Three ways lead there: grey with more than eight bits stays numbers (Pillow would clip it), modes
that hold alpha or a palette are split, everything else goes through the colour profile alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork.images.profiles import convert_deep, convert_to_srgb
from brushwork.images.ranges import find_range

# The mode from which colour and alpha can be split, for modes that hold both.
_SPLIT_FROM = {
    "LA": "LA",
    "La": "LA",
    "P": "RGBA",
    "PA": "RGBA",
    "RGBA": "RGBA",
    "RGBa": "RGBA",
}
# What the profile is applied to, for modes without alpha; a profile speaks of L, not of 1.
_COLOUR_OF = {"1": "L", "L": "L", "RGB": "RGB", "CMYK": "CMYK", "LAB": "LAB"}


@dataclass(frozen=True)
class ColorAndAlpha:
    """``colour`` is (3, H, W) float32 sRGB in [0, 1], ``alpha`` is (H, W) in [0, 1] or None.

    ``full_size`` is height and width as they were, where these are fewer.
    """

    colour: NDArray[np.float32]
    alpha: NDArray[np.float32] | None
    notes: tuple[str, ...]
    full_size: tuple[int, int] | None = None


def separate_alpha(
    image: PIL.Image.Image, shown: str, *, key_step: float = 1.0, range_known: bool = False
) -> ColorAndAlpha:
    """Give the sRGB colour and the alpha of a loaded image of any mode.

    Parameters
    ----------
    image
        The image, with ``icc_profile`` and ``transparency`` in its ``info`` where it has them.
    shown
        How to call the image in an error.
    key_step
        What to multiply the transparent colour by, to compare it with the pixels.
    range_known
        Whether 16-bit grey is known to have 65535 for white.

    Raises
    ------
    ImageError
        If the numbers of an image with more than eight bits are not finite, or all the same
        outside of [0, 1].
    """
    if image.mode.startswith("I") or image.mode == "F":
        known = range_known or bool(image.info.get("icc_profile"))
        return _read_numbers(image, shown, range_known=known)
    if image.mode in _SPLIT_FROM:
        return _split_layers(image)
    colour = image.convert(_COLOUR_OF.get(image.mode, "RGB"))
    # Taken out: Pillow would convert the key too, and stumbles over one of 16 bits.
    key = colour.info.pop("transparency", None)
    if image.mode == "1" and key == 1:
        key = 255  # as older Pillows give white, and newer ones have it already
    rgb, notes = convert_to_srgb(colour, image.info.get("icc_profile"))
    return ColorAndAlpha(_to_planes(rgb), _make_key_alpha(colour, key, key_step), notes)


def _split_layers(image: PIL.Image.Image) -> ColorAndAlpha:
    """Split alpha from colour: a profile would take it for ink."""
    whole = image.convert(_SPLIT_FROM[image.mode])
    alpha = whole.getchannel("A")
    rgb, notes = convert_to_srgb(
        whole.convert(whole.mode.removesuffix("A")), image.info.get("icc_profile")
    )
    return ColorAndAlpha(_to_planes(rgb), _to_fractions(np.asarray(alpha)), notes)


def _read_numbers(image: PIL.Image.Image, shown: str, *, range_known: bool) -> ColorAndAlpha:
    """Read 16-bit, 32-bit and float grey; with a grey profile it goes through that."""
    numbers = np.asarray(image)
    scale = find_range(numbers, shown, known=range_known)
    grey, notes = scale.scale(numbers), scale.notes
    alpha = _make_key_alpha(image, image.info.get("transparency"), 1.0)
    colour, more = convert_deep(grey[None], image.info.get("icc_profile"))
    return ColorAndAlpha(colour, alpha, (*notes, *more))


def _make_key_alpha(image: PIL.Image.Image, key: object, step: float) -> NDArray[np.float32] | None:
    """Give alpha where one colour of the image is declared transparent: 0 there, else 1."""
    wanted = key if isinstance(key, tuple) else (key,)
    bands = image.getbands()
    if len(wanted) != len(bands) or not all(isinstance(number, int) for number in wanted):
        return None
    levels = np.array([int(number * step) for number in wanted])
    pixels = np.asarray(image).reshape(image.height, image.width, len(bands))
    differs: NDArray[np.bool_] = (pixels != levels).any(axis=2)
    return differs.astype(np.float32)


def _to_planes(rgb: PIL.Image.Image) -> NDArray[np.float32]:
    """Turn (H, W, 3) bytes into contiguous (3, H, W) floats."""
    return _to_fractions(np.ascontiguousarray(np.asarray(rgb).transpose(2, 0, 1)))


def _to_fractions(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.divide(levels, 255, dtype=np.float32)
