"""From NumPy arrays and torch tensors to planes of sRGB and of alpha, number by number.

Arrays have their channels last and tensors have them first, as the two libraries have it. Whole
numbers are divided by the largest of their type, floating ones are taken as they are; nothing is
rounded that float32 can hold, and nothing that was given is changed or shared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from brushwork.errors import ImageError
from brushwork.images.decoding import check_size
from brushwork.images.modes import ColorAndAlpha

#: How they are called in messages.
ARRAY, TENSOR = "the given NumPy array", "the given tensor"
_NUMBERS = "of bool, uint8, uint16 or floating-point numbers in [0, 1]"


def from_channels_last(tensor: Tensor) -> Tensor:
    """Give a tensor with its channels first, for `read`, of one that has them last.

    Parameters
    ----------
    tensor
        ``(H, W, C)`` or ``(B, H, W, C)``; of the second, `read` takes a batch of one.

    Returns
    -------
    Tensor
        ``(C, H, W)`` or ``(B, C, H, W)``, a view.

    Raises
    ------
    ImageError
        If it has another number of dimensions.
    """
    if tensor.ndim not in (3, 4):
        raise ImageError(
            f"{TENSOR} has the shape {tuple(tensor.shape)}; with its channels last it must be "
            "H×W×C or B×H×W×C."
        )
    return tensor.movedim(-1, -3)


def separate_array(array: NDArray[Any]) -> ColorAndAlpha:
    """Give the colour and the alpha of H×W, H×W×3 or H×W×4.

    Raises
    ------
    ImageError
        If its shape or type is another, it is too small, or holds NaN or numbers outside [0, 1].
    """
    fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if not fits or not _is_readable(array.dtype):
        raise ImageError(
            f"{ARRAY} has the shape {array.shape} and the type {array.dtype}; taken are H×W, "
            f"H×W×3 and H×W×4, {_NUMBERS}. Transpose or convert it."
        )
    return _separate_planes(array[None] if array.ndim == 2 else array.transpose(2, 0, 1), ARRAY)


def separate_tensor(tensor: Tensor) -> ColorAndAlpha:
    """Give the colour and the alpha of C×H×W or 1×C×H×W, for 1, 3 or 4 channels, on any device.

    Raises
    ------
    ImageError
        If its shape or type is another, it is too small, or holds NaN or numbers outside [0, 1].
    """
    if tensor.layout is not torch.strided or tensor.is_meta:
        raise ImageError(
            f"{TENSOR} has the layout {tensor.layout} on the device {tensor.device}, where no "
            "pixels can be read; give a dense tensor."
        )
    planes = tensor[0] if tensor.ndim == 4 and tensor.shape[0] == 1 else tensor
    fits = planes.ndim == 3 and planes.shape[0] in (1, 3, 4)
    if fits and planes.is_floating_point() and planes.dtype != torch.float64:
        planes = planes.float()  # exact, and NumPy knows no bfloat16
    if not fits or planes.is_complex() or not _is_readable(planes[:0].numpy(force=True).dtype):
        raise ImageError(
            f"{TENSOR} has the shape {tuple(tensor.shape)} and the type {tensor.dtype}; taken are "
            f"C×H×W and 1×C×H×W with 1, 3 or 4 channels, {_NUMBERS}. Permute or convert it; "
            "images.from_channels_last does that for H×W×C and B×H×W×C."
        )
    return _separate_planes(planes.numpy(force=True), TENSOR)


def _is_readable(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in "bf" or (dtype.kind == "u" and dtype.itemsize <= 2)


def _separate_planes(planes: NDArray[Any], shown: str) -> ColorAndAlpha:
    """Part one, three or four planes (C, H, W)."""
    count, height, width = planes.shape
    check_size(width, height, shown)
    fractions = _to_fractions(planes, shown)
    colour = np.repeat(fractions, 3, axis=0) if count == 1 else fractions[:3]
    return ColorAndAlpha(colour, fractions[3] if count == 4 else None, ())


def _to_fractions(planes: NDArray[Any], shown: str) -> NDArray[np.float32]:
    """Give a copy in [0, 1], contiguous."""
    if planes.dtype.kind == "u":
        white = np.iinfo(planes.dtype).max
        fractions: NDArray[np.float32] = np.divide(planes, white, dtype=np.float32, order="C")
        return fractions
    low, high = planes.min(), planes.max()
    if not (low >= 0 and high <= 1):  # NaN is neither
        found = "NaN" if np.isnan(low) else f"numbers from {low:g} to {high:g}"
        raise ImageError(
            f"{shown} holds {found} in {planes.dtype}; taken is 0 (black) to 1 (white). Scale its "
            "numbers, or convert them to uint8 (0 to 255) or uint16 (0 to 65535)."
        )
    return planes.astype(np.float32, order="C")
