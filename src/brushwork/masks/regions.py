"""Maps of regions and of details: flat colours and fine structure to numbers for every place."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork import images
from brushwork.errors import OptionError
from brushwork.images import Source
from brushwork.images.transforms import blur
from brushwork.masks.shapes import parse_color

#: Colours that a map may have besides those that are asked for; a pixel belongs to the nearest.
BASIC_COLORS = ("black", "white", "red", "lime", "blue", "yellow", "cyan", "magenta", "gray")
#: The scales, as parts of the long side, at which a detail stands out from what is round it.
FINE, COARSE = 0.004, 0.012
#: Contrast below this is rounding, not a detail.
FAINTEST = 1e-3
#: Details are looked for at this long side; finer ones are noise, or hair.
DETAIL_SIZE = 768


def read_regions(source: Source, names: list[str]) -> dict[str, Tensor]:
    """Read a map of flat colours: by colour name, a mask ``(1, 1, H, W)`` of 0 and 1.

    Each pixel belongs to the nearest of the colours that are asked for and of the basic ones, so
    that a map may have more regions than are used, and JPEG may have blurred its colours.

    Raises
    ------
    ImageError
        If it cannot be read.
    OptionError
        If a name is no colour, or the map has none of it.
    """
    pixels = images.read(source).pixels
    wanted = {name: _parse_region(name) for name in names}
    others = [parse_color(name) for name in BASIC_COLORS]
    palette = [*wanted.values(), *(color for color in others if color not in wanted.values())]
    colors = torch.tensor(palette, dtype=pixels.dtype)[:, :, None, None]
    nearest = (pixels - colors).square().sum(dim=1).argmin(dim=0)
    found = {}
    for index, name in enumerate(wanted):
        mask = (nearest == index).to(pixels)[None, None]
        if not mask.any():
            raise OptionError(
                f"the map of regions has no {name}; give a colour that is in it, such as red or "
                "#ff8000."
            )
        found[name] = mask
    return found


def _parse_region(name: str) -> tuple[float, float, float]:
    """Read the colour of a region; whoever names no colour may have meant an image."""
    try:
        return parse_color(name)
    except OptionError:
        raise OptionError(
            f"{name!r} is neither a colour nor a picture; give a colour of the map of regions such "
            "as red or #ff8000, or the file of a grey mask."
        ) from None


def detect_detail(image: Tensor) -> Tensor:
    """Say where an image has fine structure that matters, as eyes and letters: ``(1, 1, H, W)``.

    The contrast of lightness between a fine blur and a coarser one, squared, gathered over the
    neighbourhood and divided by what the strongest twentieth of all places have, in [0, 1].

    Parameters
    ----------
    image
        ``(1, 3, H, W)`` in [0, 1].
    """
    height, width = image.shape[2:]
    ratio = min(1.0, DETAIL_SIZE / max(height, width))
    small = images.resize(image, (max(1, round(height * ratio)), max(1, round(width * ratio))))
    grey = small.mean(dim=1, keepdim=True)
    long_side = max(grey.shape[2:])
    fine, coarse = (_blur(grey, part * long_side) for part in (FINE, COARSE))
    contrast = _blur((fine - coarse).square(), COARSE * long_side).sqrt()
    most = contrast.flatten().quantile(0.95).clamp_min(FAINTEST)
    return (contrast / most).clamp(0, 1)


def _blur(image: Tensor, deviation: float) -> Tensor:
    return blur(image, deviation, max(1, round(3 * deviation)), "repeat")
