"""Images at another size, blurred, compared in shape, and back to PIL.

Nothing else resamples an image: here a pixel counts by its opacity, so that what nobody sees does
not bleed into what people do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import PIL.Image
import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.errors import ImageError

#: How much the aspect ratio of what belongs to an image may differ from that of the image.
ASPECT_TOLERANCE = 0.02
#: Brings images to a size.
Resize = Callable[[Tensor, tuple[int, int]], Tensor]
#: A rim is this part of a side: two pixels of the smallest image, as far as a bicubic filter looks.
RIM_PART = 16
#: How an image goes on beyond its border: its last pixels repeated, or all of it mirrored.
Border = Literal["repeat", "mirror"]
#: What is less opaque than this is held to be invisible: half a level of 8 bits.
INVISIBLE = 1 / 510


def resize(pixels: Tensor, size: tuple[int, int], alpha: Tensor | None = None) -> Tensor:
    """Resize images with an antialiased bicubic filter, each pixel counting by its opacity.

    Colours are multiplied by alpha, resampled, and divided by the alpha that was resampled likewise
    (Porter and Duff 1984, section 3, on why).

    Parameters
    ----------
    pixels
        ``(B, C, H, W)`` in [0, 1], on any device and of any floating type.
    size
        Height and width to reach.
    alpha
        ``(1, 1, H, W)`` in [0, 1]: how much each pixel counts; all alike if None.

    Returns
    -------
    Tensor
        ``(B, C, *size)`` clamped to [0, 1] (bicubic overshoots at edges), of the given device and
        type; the very tensor that was given if it has that size already. Where nothing is visible
        it has the mean colour of what is.
    """
    if tuple(pixels.shape[-2:]) == tuple(size):
        return pixels
    # On the CPU in float32: Apple's MPS lacks the antialiased filter, and CPUs lack it in halves.
    plain = pixels.to("cpu", torch.float32)
    if alpha is None:
        resized = _resample(plain, size)
    else:
        weights = alpha.to("cpu", torch.float32)
        resized = _divide_alpha(_resample(plain * weights, size), _resample(weights, size))
    return resized.clamp(0, 1).to(pixels.device, pixels.dtype)


def wrap_round(resize: Resize, wraps: bool = True) -> Resize:
    """Let an image that is resized go on at its opposite edge, as it does when it is laid in tiles.

    Where nothing ``wraps``, give ``resize`` as it is.

    A resized pixel is a mean of its neighbours. At an edge these are the edge once more, unless the
    image is given a rim of what lies opposite; the rim is cut off again, where it has grown to a
    whole number of pixels. So sides must be multiples of 16, before and after.
    """

    def resize_wrapped(pixels: Tensor, size: tuple[int, int]) -> Tensor:
        if tuple(pixels.shape[-2:]) == tuple(size):
            return pixels
        rims = [side // RIM_PART for side in pixels.shape[-2:]]
        margins = [side // RIM_PART for side in size]
        rimmed = F.pad(pixels, (rims[1], rims[1], rims[0], rims[0]), mode="circular")
        wider = (size[0] + 2 * margins[0], size[1] + 2 * margins[1])
        return resize(rimmed, wider)[..., margins[0] : -margins[0], margins[1] : -margins[1]]

    return resize_wrapped if wraps else resize


def fill_hidden(pixels: Tensor, alpha: Tensor) -> Tensor:
    """Give what nobody sees of ``(B, C, H, W)`` the mean colour of what is visible.

    An edge against the colour that happens to be there would be seen by the network.

    Parameters
    ----------
    pixels
        In [0, 1].
    alpha
        ``(1, 1, H, W)`` in [0, 1], visible somewhere.
    """
    mean = (pixels * alpha).sum(dim=(2, 3), keepdim=True) / alpha.sum()
    return torch.where(alpha > INVISIBLE, pixels, mean)


def shrink(image: PIL.Image.Image, side: int) -> PIL.Image.Image:
    """Give a copy of a PIL image that fits into a square; one that does already stays as large.

    Of an image with alpha Pillow resamples premultiplied colour, as `resize` does.
    """
    small = image.copy()
    small.thumbnail((side, side), PIL.Image.Resampling.LANCZOS)
    return small


def stretch(
    image: PIL.Image.Image, size: tuple[int, int], *, flat: bool = False
) -> PIL.Image.Image:
    """Give a PIL image at another width and height, as `shrink` does; flat colours unmixed."""
    how = PIL.Image.Resampling.NEAREST if flat else PIL.Image.Resampling.BICUBIC
    return image.resize(size, how)


def _resample(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(planes, size, mode="bicubic", align_corners=False, antialias=True)


def _divide_alpha(premultiplied: Tensor, alpha: Tensor) -> Tensor:
    """Take alpha out of colour that was multiplied by it."""
    visible = alpha > INVISIBLE
    mean = premultiplied.sum(dim=(2, 3), keepdim=True) / alpha.sum().clamp_min(INVISIBLE)
    return torch.where(visible, premultiplied / torch.where(visible, alpha, 1.0), mean)


def blur(image: Tensor, deviation: float, reach: int, border: Border) -> Tensor:
    """Blur an image by a Gaussian.

    Parameters
    ----------
    image
        ``(1, C, H, W)``, on any device and of any floating type.
    deviation
        Of the Gaussian, in pixels, above 0.
    reach
        How many pixels from its middle the Gaussian is cut off; its sum is 1 nevertheless.
    border
        How the image goes on beyond its border.

    Returns
    -------
    Tensor
        ``(1, C, H, W)``.
    """
    offsets = torch.arange(-reach, reach + 1, dtype=image.dtype, device=image.device)
    bell = torch.exp(-(offsets**2) / (2 * deviation**2))
    channels = image.shape[1]
    row = (bell / bell.sum()).expand(channels, 1, 1, -1)
    across = F.conv2d(_extend(image, 3, reach, border), row, groups=channels)
    return F.conv2d(_extend(across, 2, reach, border), row.mT, groups=channels)


def _extend(image: Tensor, dimension: int, reach: int, border: Border) -> Tensor:
    """Continue an image on both ends of a dimension, mirrored as often as need be."""
    side = image.shape[dimension]
    place = torch.arange(-reach, side + reach, device=image.device)
    if border == "repeat":
        return image.index_select(dimension, place.clamp(0, side - 1))
    place = place.remainder(2 * side)
    return image.index_select(dimension, torch.minimum(place, 2 * side - 1 - place))


def check_aspect(called: str, size: tuple[int, int], reference: tuple[int, int]) -> None:
    """Refuse what does not lie on the content image, pixel upon pixel, at any common size.

    Parameters
    ----------
    called
        What it is, as the subject of a sentence.
    size, reference
        Its height and width, and those of the content image.

    Raises
    ------
    ImageError
        If their aspect ratios differ by more than `ASPECT_TOLERANCE`.
    """
    (height, width), (rows, columns) = size, reference
    if abs((width * rows) / (height * columns) - 1) > ASPECT_TOLERANCE:
        raise ImageError(
            f"{called} is {width}×{height}, but the photo is {columns}×{rows}; "
            "crop it to the photo's aspect ratio."
        )


def to_pil(pixels: Tensor, alpha: Tensor | None = None) -> PIL.Image.Image:
    """Turn one image into an 8-bit PIL image, each number rounded to the nearest level.

    Parameters
    ----------
    pixels
        ``(1, 3, H, W)`` sRGB; what is outside [0, 1] is clamped.
    alpha
        ``(1, 1, H, W)`` in the same way, or None for an opaque image.

    Returns
    -------
    PIL.Image.Image
        Of mode RGB, or RGBA with ``alpha``.

    Raises
    ------
    ValueError
        If the shapes are others.
    """
    height, width = pixels.shape[-2:]
    _check_shape("pixels", pixels, (1, 3, height, width))
    if alpha is not None:
        _check_shape("alpha", alpha, (1, 1, height, width))
    planes = [*pixels[0], *(() if alpha is None else alpha[0])]
    levels = torch.empty(height, width, len(planes), dtype=torch.uint8)
    for channel, plane in enumerate(planes):  # one at a time: it is copied on the way
        values = plane.detach().to("cpu", torch.float32)
        levels[..., channel] = values.clamp(0, 1).mul_(255).round_().to(torch.uint8)
    return PIL.Image.fromarray(levels.numpy())


def _check_shape(name: str, tensor: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(tensor.shape) != shape:
        raise ValueError(f"{name} has the shape {tuple(tensor.shape)}; it must be {shape}.")
