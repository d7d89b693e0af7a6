"""Maps of regions and of details: flat colours and fine structure to numbers for every place."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork import images
from brushwork.errors import OptionError
from brushwork.images import Source
from brushwork.images.strips import map_strips
from brushwork.images.transforms import INVISIBLE, blur
from brushwork.masks.shapes import parse_color

#: Colours that a map may have besides those that are asked for; a pixel belongs to the nearest.
BASIC_COLORS = ("black", "white", "red", "lime", "blue", "yellow", "cyan", "magenta", "gray")
#: The scales, as parts of the long side, at which a detail stands out from what is round it.
FINE, COARSE = 0.004, 0.012
#: Contrast below this is rounding, not a detail.
FAINTEST = 1e-3
#: Details are looked for at this long side; finer ones are noise, or hair.
DETAIL_SIZE = 768


def read_regions(
    source: Source, names: list[str], *, long_side: int | None = None
) -> dict[str, Tensor]:
    """Read a map of flat colours: by colour name, a mask ``(1, 1, H, W)`` of 0 and 1.

    Each pixel belongs to the nearest of the colours that are asked for and of the basic ones, so
    that a map may have more regions than are used, and JPEG may have blurred its colours. What is
    transparent belongs to none. Of a large map masks of ``long_side`` are enough, if it is given.

    Raises
    ------
    ImageError
        If it cannot be read.
    OptionError
        If a name is no colour, or the map has none of it.
    """
    image = images.read(source, long_side=long_side, flat=True)
    pixels = image.pixels
    visible = None if image.alpha is None else image.alpha[0, 0] >= 0.5
    wanted = {name: _parse_region(name) for name in names}
    others = [parse_color(name) for name in BASIC_COLORS]
    palette = [*wanted.values(), *(color for color in others if color not in wanted.values())]
    colors = torch.tensor(palette, dtype=pixels.dtype)[:, :, None, None]
    nearest = map_strips(lambda part: _find_nearest(part, colors), pixels)[0, 0]
    found = {}
    for index, name in enumerate(wanted):
        chosen = nearest == index
        mask = (chosen if visible is None else chosen & visible).to(pixels)[None, None]
        if not mask.any():
            raise OptionError(
                f"the map of regions has no {name}; give a colour that is in it, such as red or "
                "#ff8000."
            )
        found[name] = mask
    return found


def _find_nearest(pixels: Tensor, colors: Tensor) -> Tensor:
    """Give the index of the nearest colour of ``(N, 3, 1, 1)`` for each place: ``(1, 1, H, W)``."""
    distances = (pixels - colors).square().sum(dim=1)
    return distances.argmin(dim=0).to(torch.uint8)[None, None]


def _parse_region(name: str) -> tuple[float, float, float]:
    """Read the colour of a region; whoever names no colour may have meant an image."""
    try:
        return parse_color(name)
    except OptionError:
        raise OptionError(
            f"{name!r} is neither a colour nor a picture; give a colour of the map of regions such "
            "as red or #ff8000, or the file of a grey mask."
        ) from None


def detect_detail(image: Tensor, alpha: Tensor | None = None) -> Tensor:
    """Say where an image has fine structure that matters, as eyes and letters: ``(1, 1, H, W)``.

    The contrast of lightness between a fine blur and a coarser one, squared, gathered over the
    neighbourhood and divided by what the strongest twentieth of all places have, in [0, 1].

    Parameters
    ----------
    image
        ``(1, 3, H, W)`` in [0, 1].
    alpha
        ``(1, 1, H, W)`` in [0, 1]: how much each pixel counts; all alike if None. The outline of
        what is visible is no detail of it.
    """
    height, width = image.shape[2:]
    ratio = min(1.0, DETAIL_SIZE / max(height, width))
    size = (max(1, round(height * ratio)), max(1, round(width * ratio)))
    grey = images.resize(image, size, alpha).mean(dim=1, keepdim=True)
    weights = None if alpha is None else images.resize(alpha, size)
    long_side = max(grey.shape[2:])
    fine, coarse = (_blur(grey, part * long_side, weights) for part in (FINE, COARSE))
    contrast = _blur((fine - coarse).square(), COARSE * long_side, weights).sqrt()
    if weights is None:
        most = contrast.flatten().quantile(0.95)
    else:
        contrast = torch.where(weights > INVISIBLE, contrast, 0)
        most = contrast[weights >= min(0.5, float(weights.amax()))].quantile(0.95)
    return (contrast / most.clamp_min(FAINTEST)).clamp(0, 1)


def _blur(image: Tensor, deviation: float, weights: Tensor | None = None) -> Tensor:
    """Blur what counts; where nothing near does, it is 0."""
    reach = max(1, round(3 * deviation))
    if weights is None:
        return blur(image, deviation, reach, "repeat")
    counted = blur(weights, deviation, reach, "repeat").clamp_min(INVISIBLE)
    return blur(image * weights, deviation, reach, "repeat") / counted
