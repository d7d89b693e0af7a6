"""Parts of an image chosen by place or by colour: masks of 0 (not selected) to 1 (selected).

Every function gives ``(1, 1, H, W)`` in [0, 1] at the image's size. Where an outline passes through
a pixel the mask has the part of it that lies inside, so that borders do not look like stairs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import ImageColor
from torch import Tensor

from brushwork.errors import OptionError
from brushwork.images.color import to_oklab
from brushwork.images.strips import map_strips
from brushwork.images.transforms import blur

#: Distance in OKLab within which colours are taken for the same, unless another is asked for.
TOLERANCE = 0.1
#: The part of the tolerance over which a selection by colour fades out.
FADE = 0.2
#: What no file of 8 bits tells from black.
_BLACK = 1 / 510
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)%?", re.ASCII)


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the upright image, from its upper left corner; may be fractional."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height


def parse_box(text: str, size: tuple[int, int]) -> Box:
    """Read ``X,Y,W,H`` in pixels, or in percent of the image's width and height.

    Parameters
    ----------
    text
        Such as ``"100,50,300,200"`` or ``"10%,20%,50%,60%"``.
    size
        Height and width of the image.

    Raises
    ------
    OptionError
        If these are not four numbers, the width or the height is not above 0, or nothing of the
        box lies in the image.
    """
    height, width = size
    words = [word.strip() for word in text.split(",")]
    if len(words) != 4 or not all(_NUMBER.fullmatch(word) for word in words):
        raise OptionError(
            f"a box was given as {text!r}; allowed are four numbers X,Y,W,H with commas between, "
            "in pixels as in 100,50,300,200 or in percent as in 10%,20%,50%,60%. X and Y say where "
            "its upper left corner is, W and H how large it is."
        )
    box = Box(
        *(_to_pixels(word, side) for word, side in zip(words, (width, height) * 2, strict=True))
    )
    if box.width <= 0 or box.height <= 0:
        raise OptionError(
            f"the box {text!r} has no area: it is {box.width:g} wide and {box.height:g} high; "
            "give a W and an H above 0."
        )
    if box.left >= width or box.top >= height or box.right <= 0 or box.bottom <= 0:
        raise OptionError(
            f"the box {text!r} lies outside the photo, whose pixels go from 0,0 to "
            f"{width},{height}; move it to where the photo is."
        )
    return box


def parse_color(text: str) -> tuple[float, float, float]:
    """Read a colour by its name in CSS or as ``#rrggbb``: sRGB in [0, 1].

    Raises
    ------
    OptionError
        If there is no such colour.
    """
    try:
        red, green, blue = ImageColor.getrgb(text.strip())[:3]
    except ValueError:
        raise OptionError(
            f"a colour was given as {text!r}; allowed are names as in CSS, such as skyblue, and "
            "numbers such as '#87ceeb' (in quotes, for the shell). Give one of these."
        ) from None
    return red / 255, green / 255, blue / 255


def draw_rectangle(size: tuple[int, int], box: Box) -> Tensor:
    """Select a box; the sum of the mask is the area of the box, in as far as it is in the image."""
    rows = _cover(size[0], box.top, box.bottom)
    columns = _cover(size[1], box.left, box.right)
    return (rows[:, None] * columns)[None, None]


def draw_ellipse(size: tuple[int, int], box: Box) -> Tensor:
    """Select the ellipse that touches the four sides of a box.

    With ``f = √((x/a)² + (y/b)²)`` about its centre, ``(f - 1) / |∇f|`` is nearly the distance of
    a pixel from the outline; the mask falls from 1 to 0 over one pixel of it.
    """
    across, down = box.width / 2, box.height / 2
    x = (_list_centres(size[1]) - box.left - across)[None] / across
    y = (_list_centres(size[0]) - box.top - down)[:, None] / down

    def draw(x: Tensor, y: Tensor) -> Tensor:
        radius = (x**2 + y**2).sqrt()
        slope = ((x / across) ** 2 + (y / down) ** 2).sqrt() / radius
        # At the very centre there is no slope; it is inside.
        distance = torch.nan_to_num((radius - 1) / slope, nan=-math.inf)
        return (0.5 - distance).clamp(0, 1).float()

    return map_strips(draw, x.expand(1, 1, *size), y.expand(1, 1, *size))


def select_color(
    image: Tensor, color: tuple[float, float, float], tolerance: float = TOLERANCE
) -> Tensor:
    """Select what has about a colour, wherever it is.

    The mask falls from 1 to 0 as ``‖oklab(image) - oklab(color)‖`` passes the tolerance; at the
    tolerance it is ½.

    Parameters
    ----------
    image
        ``(1, 3, H, W)`` sRGB in [0, 1].
    color
        sRGB in [0, 1].
    tolerance
        Above 0 and at most 1, which is the distance of black from white.

    Raises
    ------
    OptionError
        If the tolerance is out of range, or no pixel is near enough.
    """
    mask = match_color(image, color, tolerance)
    if mask.amax() < _BLACK:
        nearest = float(_measure_distance(image, color).amin())
        raise OptionError(
            f"no pixel of the photo has the colour {_format_color(color)} within a tolerance of "
            f"{tolerance:g}; the nearest is {nearest:.2f} away. Raise the tolerance above that or "
            "give another colour."
        )
    return mask


def match_color(image: Tensor, color: tuple[float, float, float], tolerance: float) -> Tensor:
    """Do what `select_color` does; where no pixel is near enough, select nothing.

    Raises
    ------
    OptionError
        If the tolerance is out of range.
    """
    check_tolerance(tolerance)
    distance = _measure_distance(image, color)
    return ((tolerance - distance) / (FADE * tolerance) + 0.5).clamp(0, 1)


def check_tolerance(tolerance: float) -> None:
    """Refuse a tolerance that is not above 0 and at most 1.

    Raises
    ------
    OptionError
        If it is not.
    """
    if not 0 < tolerance <= 1:
        raise OptionError(
            f"the tolerance was given as {tolerance:g}; allowed is above 0 (this very colour) to 1 "
            f"(any colour). Leave it out for {TOLERANCE:g}."
        )


def _measure_distance(image: Tensor, color: tuple[float, float, float]) -> Tensor:
    """Give the distance of every pixel from a colour in OKLab, ``(1, 1, H, W)``."""
    wanted = to_oklab(torch.tensor(color, dtype=image.dtype).reshape(1, 3, 1, 1).to(image.device))

    def measure(pixels: Tensor) -> Tensor:
        return (to_oklab(pixels) - wanted).square().sum(dim=1, keepdim=True).sqrt()

    return map_strips(measure, image)


def unite(masks: Sequence[Tensor]) -> Tensor:
    """Select what any of at least one mask selects: the largest of their values, everywhere."""
    return torch.stack(list(masks)).amax(dim=0)


def feather(mask: Tensor, pixels: float) -> Tensor:
    """Soften the borders of a mask so that they reach so far to both sides; its mean stays.

    A Gaussian of half as many pixels; beyond the border the mask goes on as if mirrored there,
    with which nothing is lost.

    Raises
    ------
    OptionError
        If `check_feather` refuses it.
    """
    check_feather(pixels, (mask.shape[2], mask.shape[3]))
    if pixels == 0:
        return mask
    deviation = pixels / 2
    return blur(mask, deviation, math.ceil(3 * deviation), "mirror").clamp(0, 1)


def check_feather(pixels: float, size: tuple[int, int]) -> None:
    """Refuse a soft border that no image of that height and width can have.

    Raises
    ------
    OptionError
        If it is negative, no number, or more than the long side.
    """
    if not 0 <= pixels <= max(size):
        raise OptionError(
            f"the feather was given as {pixels:g} pixels; allowed is 0 (sharp) to {max(size)}, the "
            f"photo's long side. Try {max(1, round(max(size) / 100))}."
        )


def check_selected(mask: Tensor) -> Tensor:
    """Give the mask back, unless it is black everywhere.

    Raises
    ------
    OptionError
        If nothing is selected.
    """
    if mask.amax() < _BLACK:
        raise OptionError(
            "nothing of the photo is selected, so that nothing would be painted; give a larger "
            "selection, or a smaller one if it is inverted."
        )
    return mask


def _to_pixels(word: str, side: int) -> float:
    return float(word[:-1]) / 100 * side if word.endswith("%") else float(word)


def _list_centres(count: int) -> Tensor:
    return torch.arange(count, dtype=torch.float64) + 0.5


def _cover(count: int, low: float, high: float) -> Tensor:
    """Give the part of each of ``count`` pixels in a row that lies between two places."""
    starts = torch.arange(count, dtype=torch.float64)
    return ((starts + 1).clamp_max(high) - starts.clamp_min(low)).clamp_min(0).float()


def _format_color(color: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in color)
