"""Large images brought to the size that is needed, before anything is computed from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import PIL.Image
from numpy.typing import NDArray

from brushwork.images.decoding import DecodedImage
from brushwork.images.needed_size import choose_size
from brushwork.images.transforms import INVISIBLE, stretch

#: Modes of Pillow's whose pixels may be mixed, and what others become for that: a palette and a
#: transparent colour are not mixed.
_MIXABLE = ("L", "LA", "RGB", "RGBA", "CMYK")
_PLAIN = {"1": "L", "P": "RGB", "PA": "RGBA"}
_KEYED = {"L": "LA", "P": "RGBA", "PA": "RGBA", "RGB": "RGBA"}


def reduce_decoded(
    found: DecodedImage, long_side: int | None, *, flat: bool = False
) -> DecodedImage:
    """Bring a decoded image to the size that is enough, in its bits, if its mode allows it.

    Of flat colours pixels are left out, of all others they are mixed.
    """
    image = found.image
    size = choose_size(found.full_size or (image.height, image.width), long_side)
    if size is None:
        return found
    height, width = size
    if flat:
        return replace(found, image=stretch(image, (width, height), flat=True))
    mixable = _make_mixable(found)
    return found if mixable is None else replace(found, image=stretch(mixable, (width, height)))


def _make_mixable(found: DecodedImage) -> PIL.Image.Image | None:
    """Give an image in a mode whose pixels may be mixed; None where that is not known."""
    image = found.image
    if "transparency" in image.info:
        known = found.key_step == 1 and image.mode in _KEYED
        return image.convert(_KEYED[image.mode]) if known else None
    if image.mode == "I;16":
        return image if found.range_known else None
    if image.mode in _PLAIN:
        return image.convert(_PLAIN[image.mode])
    return image if image.mode in _MIXABLE else None


def thin(numbers: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Give so many of the rows and columns of ``(…, H, W)``, of flat colours, at even steps."""
    rows, columns = (
        ((np.arange(few) + 0.5) * many / few).astype(int)
        for few, many in zip(size, numbers.shape[-2:], strict=True)
    )
    return numbers[..., rows[:, None], columns]


def is_mixable(numbers: NDArray[Any]) -> bool:
    """Tell numbers that Pillow can resample."""
    return numbers.dtype in (np.uint8, np.uint16, np.float32)


def reduce_numbers(
    planes: Iterable[NDArray[Any]],
    alpha: NDArray[Any] | None,
    size: tuple[int, int] | None,
    *,
    flat: bool = False,
) -> tuple[list[NDArray[Any]], NDArray[Any] | None]:
    """Bring planes of numbers to a height and width, each number counting by its opacity.

    Parameters
    ----------
    planes, alpha
        Each ``(H, W)`` of uint8, uint16 or float32; all is visible if alpha is None.
    size
        None to leave them as they are.
    flat
        Whether numbers are left out, and none are mixed.
    """
    if size is None:
        return list(planes), alpha
    if flat:
        return [thin(plane, size) for plane in planes], None if alpha is None else thin(alpha, size)
    if alpha is None:
        return [_stretch_plane(plane, size) for plane in planes], None
    most = alpha.max()
    fewer = _stretch_plane(alpha.astype(np.float32), size)
    seen = fewer > most * np.float32(INVISIBLE)
    return [_divide(plane, alpha, fewer, seen) for plane in planes], fewer.clip(0, most)


def _divide(
    plane: NDArray[Any], alpha: NDArray[Any], fewer: NDArray[Any], seen: NDArray[np.bool_]
) -> NDArray[Any]:
    """Give a plane, reduced by its opacity; the filter may have gone beyond its numbers."""
    reduced = _stretch_plane(plane.astype(np.float32) * alpha, (fewer.shape[0], fewer.shape[1]))
    whole = np.zeros_like(reduced)
    np.divide(reduced, fewer, out=whole, where=seen)
    return whole.clip(0, plane.max())


def _stretch_plane(plane: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    height, width = size
    return np.asarray(stretch(PIL.Image.fromarray(plane), (width, height)))
