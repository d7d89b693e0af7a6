"""The pictures that a run starts from, and how they appear at each scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import PIL.Image
import torch
from torch import Tensor

from brushwork import images
from brushwork.color import with_colors_of
from brushwork.errors import PictureError
from brushwork.options import Options
from brushwork.pyramid import Scale, style_size
from brushwork.scene import Scene, Style

#: How much the aspect ratio of a start, a mask or a map of regions may differ from the photo's.
ASPECT_TOLERANCE = 0.02


@dataclass(frozen=True)
class Rendered:
    """A picture as people see it, in numbers that no file has rounded yet.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` sRGB.
    alpha
        ``(1, 1, H, W)``; None for an opaque picture.
    """

    pixels: Tensor
    alpha: Tensor | None

    def image(self) -> PIL.Image.Image:
        """Round it to 8 bits a channel."""
        return images.to_pil(self.pixels, self.alpha)

    def levels(self) -> images.Levels:
        """Round it to 16 bits a channel."""
        return images.to_levels(self.pixels, self.alpha)


@dataclass(frozen=True)
class Subject:
    """Everything that is painted from, at the sizes at which it was given.

    Attributes
    ----------
    content
        The photo, ``(1, 3, H, W)`` in [0, 1], on the device where the run is computed; None for a
        texture.
    styles
        At least one painting, on the same device.
    extent
        Height and width that give the aspect ratio of a texture; the photo's own otherwise.
    regions
        By name, ``(1, 1, H, W)`` in [0, 1], on the same device: where a painting counts.
    mask
        ``(1, 1, H, W)`` in [0, 1]: what is painted, in white; None for all.
    preserve
        ``(1, 1, H, W)``, at least 0: how many times the content loss counts; None for once.
    alpha
        The photo's opacity, ``(1, 1, H, W)`` in [0, 1], which the result keeps; None if opaque.
    start
        The picture that ``options.init`` names, where it names one.
    unpainted
        What is shown outside the mask, at the size of the photo; the photo if None.
    colors
        The picture whose colours the result takes, so that only lightness is painted.
    notes
        What was noticed while reading them, for the notes of the painting.
    """

    content: Tensor | None
    styles: Sequence[Style]
    extent: tuple[int, int] = (1024, 1024)
    regions: Mapping[str, Tensor] = field(default_factory=dict)
    mask: Tensor | None = None
    preserve: Tensor | None = None
    alpha: Tensor | None = None
    start: Tensor | None = None
    unpainted: Tensor | None = None
    colors: Tensor | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.content is not None:
            object.__setattr__(self, "extent", _size(self.content))

    @property
    def device(self) -> torch.device:
        """Where the pictures are."""
        return self.styles[0].pixels.device

    def check(self) -> None:
        """Refuse pictures that do not lie on top of each other.

        Raises
        ------
        PictureError
            If the start, the mask or a region has another aspect ratio than the photo.
        """
        aligned = {"the picture to start from": self.start, "the mask": self.mask}
        aligned |= {f"the region {name!r}": mask for name, mask in self.regions.items()}
        aligned |= {"the map of what to preserve": self.preserve}
        for called, picture in aligned.items():
            if picture is not None:
                _check_aspect(called, _size(picture), self.extent)

    def first_picture(self, options: Options, scale: Scale) -> Tensor:
        """Give what ``options.init`` names, at the size of a scale."""
        start = self.content if self.start is None else self.start
        if options.init == "noise" or start is None:
            generator = torch.Generator().manual_seed(options.seed)
            noise = torch.rand(1, 3, *scale.size, generator=generator)
            return noise.to(self.styles[0].pixels)
        return images.resize(start, scale.size)

    def scene(self, scale: Scale, style_scale: float) -> Scene:
        """Give everything at the size of a scale; paintings one after the other."""
        return Scene(
            content=self._sized(self.content, scale),
            styles=(self._style(style, scale, style_scale) for style in self.styles),
            size=scale.size,
            regions={name: images.resize(mask, scale.size) for name, mask in self.regions.items()},
            mask=self._sized(self.mask, scale),
            unpainted=self._sized(self.unpainted, scale),
            preserve=None if self.preserve is None else _enlarged(self.preserve, scale),
        )

    def rendered(self, pixels: Tensor) -> Rendered:
        """Give a painted ``(1, 3, H, W)`` as people see it: in colour, as opaque as the photo."""
        if self.colors is not None:
            pixels = with_colors_of(pixels, images.resize(self.colors, _size(pixels)))
        alpha = None if self.alpha is None else images.resize(self.alpha, _size(pixels))
        return Rendered(pixels, alpha)

    def _sized(self, picture: Tensor | None, scale: Scale) -> Tensor | None:
        return None if picture is None else images.resize(picture, scale.size)

    def _style(self, style: Style, scale: Scale, style_scale: float) -> Style:
        size = style_size(scale, _size(style.pixels), style_scale * style.scale)
        part = None if style.part is None else images.resize(style.part, size)
        return replace(style, pixels=images.resize(style.pixels, size), part=part)


def _enlarged(weights: Tensor, scale: Scale) -> Tensor:
    """Resize numbers that may be above 1, which a picture's may not."""
    most = weights.amax()
    return most * images.resize(weights / most, scale.size)


def _check_aspect(called: str, size: tuple[int, int], extent: tuple[int, int]) -> None:
    (height, width), (rows, columns) = size, extent
    if abs((width * rows) / (height * columns) - 1) > ASPECT_TOLERANCE:
        raise PictureError(
            f"{called} is {width}×{height}, but the photo is {columns}×{rows}; "
            "crop it to the photo's aspect ratio."
        )


def _size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
