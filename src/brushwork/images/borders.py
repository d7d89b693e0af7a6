"""The border of a scan round what was scanned: black from the lid, or white from paper or frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

import torch
from torch import Tensor

from brushwork.images.transforms import INVISIBLE

#: Black is at most so bright in every channel, white at least 1 minus it.
_DARK = 0.12
#: A line of the border has one colour: so near to it lie that many of its pixels.
_NEAR = 0.06
_NEARLY_ALL = 0.99
#: The least width of a border, as a part of the side, and in pixels.
_LEAST_PART, _LEAST_PIXELS = 0.005, 2
#: A border takes at most this part of a side at each of its ends; what takes more is the image.
_MOST_PART = 0.35

#: What a border looks like.
BorderColor = Literal["black", "white"]


@dataclass(frozen=True)
class Border:
    """A border of one colour: its width on each side, in pixels, and the size of the whole image.

    Attributes
    ----------
    size
        Height and width of the image with the border.
    """

    color: BorderColor
    top: int
    right: int
    bottom: int
    left: int
    size: tuple[int, int]

    def crop(self, image: Tensor) -> Tensor:
        """Give ``(B, C, H, W)`` without the border; it may have another size than the image."""
        height, width = image.shape[2:]
        down, across = height / self.size[0], width / self.size[1]
        rows = slice(round(self.top * down), height - round(self.bottom * down))
        columns = slice(round(self.left * across), width - round(self.right * across))
        return image[:, :, rows, columns]

    def describe(self) -> str:
        """Say what it is, in pixels: from the top clockwise."""
        sides = ", ".join(str(side) for side in (self.top, self.right, self.bottom, self.left))
        return f"a {self.color} border of {sides} pixels (top, right, bottom, left)"

    @classmethod
    def find(cls, pixels: Tensor, alpha: Tensor | None = None) -> Self | None:
        """Find the border of an image, on two sides at least; None if there is none.

        Parameters
        ----------
        pixels
            ``(1, 3, H, W)`` in [0, 1].
        alpha
            ``(1, 1, H, W)`` in [0, 1]: what is transparent all round lies outside the border, and
            counts for its width; all is visible if None.
        """
        if alpha is not None:
            return cls._find_within(pixels, alpha[0, 0] > INVISIBLE)
        size = (pixels.shape[2], pixels.shape[3])
        for color in ("black", "white"):
            top, bottom = _measure_ends(pixels[0].transpose(0, 1), color)
            inner = pixels[0, :, top : size[0] - bottom]
            left, right = _measure_ends(inner.permute(2, 0, 1), color)
            if sum(side > 0 for side in (top, right, bottom, left)) >= 2:
                return cls(color, top, right, bottom, left, size)
        return None

    @classmethod
    def _find_within(cls, pixels: Tensor, visible: Tensor) -> Self | None:
        """Find the border of what is visible ``(H, W)``."""
        height, width = visible.shape
        rows, columns = visible.any(dim=1).nonzero(), visible.any(dim=0).nonzero()
        first, last = int(rows[0]), int(rows[-1]) + 1
        left, right = int(columns[0]), int(columns[-1]) + 1
        inner = cls.find(pixels[:, :, first:last, left:right])
        if inner is None:
            return None
        return cls(
            inner.color,
            inner.top + first,
            inner.right + width - right,
            inner.bottom + height - last,
            inner.left + left,
            (height, width),
        )


def _measure_ends(lines: Tensor, color: BorderColor) -> tuple[int, int]:
    """Give the width of the border at both ends of lines ``(L, 3, N)``; 0 where there is none."""
    count = len(lines)
    most = int(_MOST_PART * count)
    least = max(_LEAST_PIXELS, _LEAST_PART * count)
    ends = [
        _count_flat((lines[number] for number in range(most)), color),
        _count_flat((lines[-1 - number] for number in range(most)), color),
    ]
    first, last = (width if least <= width < most else 0 for width in ends)
    return first, last


def _count_flat(lines: Iterator[Tensor], color: BorderColor) -> int:
    """Count the lines ``(3, N)`` that have the colour of the first one, from there on."""
    width, reference = 0, None
    for line in lines:
        middle = line.median(dim=1, keepdim=True).values
        reference = middle if reference is None else reference
        far = (line - reference).abs().amax(dim=0) > _NEAR
        if not _is(color, reference) or float(far.to(torch.float32).mean()) > 1 - _NEARLY_ALL:
            break
        width += 1
    return width


def _is(color: BorderColor, value: Tensor) -> bool:
    return bool((value <= _DARK).all() if color == "black" else (value >= 1 - _DARK).all())
