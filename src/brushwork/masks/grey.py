"""Grey masks: from an image to a weight for every place, and what is wrong with a useless one."""

from __future__ import annotations

from torch import Tensor

from brushwork import images
from brushwork.errors import OptionError
from brushwork.images import Image, Source

# A mask that stays below this, as black as it looks, would have nearly no effect.
_FAINT = 1 / 16
# Above it nothing is told from white by 8 bits.
_WHITE = 1 - 1 / 510
# The largest number of a mask of 0 and 1 in 8 bits, and a little for rounding.
_ONE = 1.01 / 255
_OF_ONES = "a mask of 0 and 1: 1 counts as white"
_DRAWN = "a mask drawn in black on transparent: what is drawn counts as white"


def read_mask(source: Source) -> Tensor:
    """Read a grey image as ``(1, 1, H, W)`` in [0, 1]; where it is transparent it is black.

    Programs also write masks that look black to everybody else, and these are understood: the
    numbers 0 and 1 in 8 bits, of which 1 is white, and black drawn on a transparent ground, where
    what is drawn is white. `describe_mask` tells of it.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    image = images.read(source)
    grey = image.pixels.mean(dim=1, keepdim=True)
    if image.alpha is not None:
        grey = image.alpha if _is_drawn(image) else grey * image.alpha
    brightest = float(grey.amax())
    return grey / brightest if 0 < brightest <= _ONE else grey


def describe_mask(image: Image) -> tuple[str, ...]:
    """Give the notes on a mask: those of its file, and how it is understood."""
    if _is_drawn(image):
        return (*image.notes, _DRAWN)
    return (*image.notes, _OF_ONES) if 0 < float(image.pixels.amax()) <= _ONE else image.notes


def check_marked(mask: Tensor, called: str, purpose: str, *, wholly: bool = False) -> Tensor:
    """Give a mask back, unless nothing is marked in it, or everything.

    Parameters
    ----------
    mask
        ``(1, 1, H, W)`` in [0, 1].
    called
        What it is, as the subject of a sentence.
    purpose
        What white says of a place, as in "shall be painted".
    wholly
        Whether everything may be marked.

    Raises
    ------
    OptionError
        If it is black, or nearly so, or white everywhere.
    """
    brightest = float(mask.amax())
    if brightest < _FAINT:
        raise OptionError(
            f"{called} is black everywhere (its brightest place is {round(255 * brightest)} of "
            f"255), so that nothing is marked; mark in white what {purpose}."
        )
    if not wholly and float(mask.amin()) > _WHITE:
        raise OptionError(
            f"{called} is white everywhere, so that nothing is left out; mark in black all but "
            f"what {purpose}, or do without it."
        )
    return mask


def _is_drawn(image: Image) -> bool:
    """Tell a mask whose drawing is in its alpha, since all that is visible is black."""
    if image.alpha is None:
        return False
    return float((image.pixels * (image.alpha > 0)).amax()) <= _ONE
