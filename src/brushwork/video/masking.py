"""What of each frame is painted: masks from files, or all but what has a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from brushwork import images
from brushwork.masks.grey import read_mask
from brushwork.video.clip import Pixels
from brushwork.video.keying import NOTHING, ColorKey
from brushwork.video.levels import Levels, Plane, mask_to_plane


@dataclass(frozen=True)
class FrameMasks:
    """What is painted of each frame.

    Attributes
    ----------
    files
        A mask for all frames, or one for each; empty for none.
    key
        A colour that is left as it is; None for none.
    planes
        What the files say, where they cannot be read: for each frame, or one for all.
    """

    files: Sequence[Path] = ()
    key: ColorKey | None = None
    planes: Sequence[Plane] = ()

    def read(self, number: int, pixels: Pixels) -> Plane | None:
        """Give what is painted of a frame, ``(H, W)`` in [0, 1]; None for all of it.

        Raises
        ------
        BrushworkError
            If a mask cannot be read, or has not the shape of the frame.
        """
        if self.key is not None:
            inside = self.key.read(pixels)
        elif self.planes:
            inside = self.planes[number if len(self.planes) > 1 else 0]
        elif self.files:
            inside = self._read_file(number, pixels.shape[:2])
        else:
            return None
        return None if 1 - inside.mean() < NOTHING else inside

    def hold(self, first: int, count: int, size: tuple[int, int]) -> FrameMasks:
        """Give the same for so many frames of a size, counted from 0, without files to read.

        Raises
        ------
        BrushworkError
            If a mask cannot be read, or has not the shape of the frames.
        """
        if not self.files:
            return self
        numbers = range(first, first + count) if len(self.files) > 1 else range(1)
        return FrameMasks(planes=[self._read_file(number, size) for number in numbers])

    def clear(self, pixels: Pixels, inside: Plane | None) -> Pixels:
        """Give what the network is shown of a frame: a colour that is kept is not of the scene.

        It is filled with the colours about it, so that no stroke takes anything of it; what a mask
        leaves out is shown, so that one goes over into the other.
        """
        if self.key is None or inside is None:
            return pixels
        filled = _fill(np.asarray(pixels, np.float32), inside[..., None])
        return np.rint(filled).astype(np.uint8)

    def restore(self, levels: Levels, pixels: Pixels, inside: Plane | None) -> Levels:
        """Put the colour that is kept back into a painted frame."""
        if self.key is None or inside is None:
            return levels
        kept = np.float32(257) * pixels
        return np.asarray(np.rint(kept + inside[..., None] * (levels - kept)), np.uint16)

    def _read_file(self, number: int, size: tuple[int, ...]) -> Plane:
        image = images.read(self.files[number if len(self.files) > 1 else 0])
        height, width = size
        images.check_aspect("the mask", image.size, (height, width))
        return mask_to_plane(images.resize(read_mask(image), (height, width)))


def is_empty(inside: Plane | None) -> bool:
    """Tell a frame of which nothing is painted."""
    return inside is not None and float(inside.mean()) < NOTHING


def find_whole(inside: Plane | None) -> Plane:
    """Say where nothing of the clip is mixed into what is painted: ``(H, W)`` of 0 and 1, or 1."""
    return np.asarray(1 if inside is None else inside >= 1, np.float32)


def _fill(image: Plane, known: Plane) -> Plane:
    """Fill what is not known from what is, about it, by halving until something is.

    ``(H, W, 3)`` and ``(H, W, 1)``; the pull-push of Gortler, Grzeszczuk, Szeliski and Cohen
    (1996).
    """
    height, width = image.shape[:2]
    if min(height, width) < 2 or float(known.min()) >= 1:
        return image
    half = (-(-width // 2), -(-height // 2))
    weights = cv2.resize(known, half, interpolation=cv2.INTER_AREA)[..., None]
    mixed = cv2.resize(image * known, half, interpolation=cv2.INTER_AREA)
    average = np.asarray(mixed / np.maximum(weights, 1e-6), np.float32)
    found = _fill(average, np.asarray(np.minimum(1, 4 * weights), np.float32))
    whole = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(whole + known * (image - whole), np.float32)
