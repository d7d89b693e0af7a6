"""The images that a run starts from, and how they appear at each scale.

`Inputs` has everything as it was given; `ScaleInputs` has it at the size of one scale, which is
what a loss is made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import PIL.Image
import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.errors import ImageError
from brushwork.images.color import transfer_colors
from brushwork.layers import stride
from brushwork.planning.pyramid import Scale, style_size

#: A region that holds less than this part of the target says nothing about a style.
MIN_AREA = 1e-4
#: An extent that nobody gave, and that of a texture then.
UNKNOWN, SQUARE = (0, 0), (1024, 1024)


@dataclass(frozen=True)
class StyleImage:
    """One style image of the mixture.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` in [0, 1].
    weight
        Its weight in the mixture of its region.
    region
        The name of the region that it is for; None for all that no other region takes.
    part
        ``(1, 1, H, W)`` in [0, 1], how much each pixel counts: the part of it to take the style
        from, as far as that is opaque; None for all.
    scale
        Size of its strokes, beside ``style_scale``.
    layers
        The style layers that it is for; None for all.
    """

    pixels: Tensor
    weight: float = 1.0
    region: str | None = None
    part: Tensor | None = None
    scale: float = 1.0
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ScaleInputs:
    """What a loss is made from.

    Attributes
    ----------
    content
        The content image, ``(1, 3, H, W)`` in [0, 1]; None for a texture, which has none.
    styles
        The style images, each looked at once, in turn.
    size
        Height and width of the target.
    regions
        By name, ``(1, 1, H, W)`` in [0, 1]: where the styles of a region count.
    mask
        ``(1, 1, H, W)`` in [0, 1]: 1 where the target is stylized, 0 where the content image stays.
    preserve
        ``(1, 1, H, W)``, at least 0: how many times the content loss counts, for each place.
    background
        ``(1, 3, H, W)`` in [0, 1], what is shown outside the mask; the content image if None.
    alpha
        ``(1, 1, H, W)`` in [0, 1], how opaque the content image is; None if everywhere.
    """

    styles: Iterable[StyleImage]
    size: tuple[int, int]
    content: Tensor | None = None
    regions: Mapping[str, Tensor] = field(default_factory=dict)
    mask: Tensor | None = None
    preserve: Tensor | None = None
    background: Tensor | None = None
    alpha: Tensor | None = None

    @property
    def weight(self) -> Tensor | None:
        """How much each place of the target counts, ``(1, 1, H, W)``: mask times opacity."""
        return _multiply(self.mask, self.alpha)

    @property
    def mask_blend(self) -> MaskBlend | None:
        """How target and content image are blended: by the mask, and where nothing is visible."""
        visible = None if self.alpha is None else (self.alpha > images.INVISIBLE).to(self.alpha)
        mask = _multiply(self.mask, visible)
        if mask is None or self.content is None:
            return None
        return MaskBlend(self.content if self.background is None else self.background, mask)


@dataclass(frozen=True)
class MaskBlend:
    """Shows the target inside a mask and the background outside, blended at soft edges.

    The network is shown the blend, so that one goes over into the other.
    """

    background: Tensor
    mask: Tensor

    def forward(self, image: Tensor) -> Tensor:
        """Give ``background + mask · (image - background)``."""
        return self.background + self.mask * (image - self.background)

    def backward(self, gradient: Tensor) -> Tensor:
        """Give the gradient of the image from that of what is shown."""
        return self.mask * gradient


@dataclass(frozen=True)
class RenderedImage:
    """An image as people see it, in numbers that no file has rounded yet.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` sRGB.
    alpha
        ``(1, 1, H, W)``; None for an opaque image.
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
class Inputs:
    """Everything that a run starts from, at the sizes at which it was given.

    Attributes
    ----------
    content
        The content image, ``(1, 3, H, W)`` in [0, 1], on the device where the run is computed; None
        for a texture.
    styles
        At least one style image, on the same device.
    extent
        Height and width that give the aspect ratio of the target; the content image's,
        or a square, if it is `UNKNOWN`.
    regions
        By name, ``(1, 1, H, W)`` in [0, 1], on the same device: where a style counts.
    mask
        ``(1, 1, H, W)`` in [0, 1]: what is stylized, in white; None for all.
    preserve
        ``(1, 1, H, W)``, at least 0: how many times the content loss counts; None for once.
    alpha
        Opacity of the content image, ``(1, 1, H, W)`` in [0, 1], by which its pixels count and
        which the result keeps; None if opaque.
    start
        The image to start from, where that is neither the content image nor noise.
    start_alpha
        Its opacity, in the same way.
    noise
        Whether to start from noise.
    background
        What is shown outside the mask, at the size of the content image; that itself if None.
    colors
        The image whose colours the result takes, so that only lightness is optimised.
    notes
        What was noticed while reading them, for the notes of the result.
    """

    content: Tensor | None
    styles: Sequence[StyleImage]
    extent: tuple[int, int] = UNKNOWN
    regions: Mapping[str, Tensor] = field(default_factory=dict)
    mask: Tensor | None = None
    preserve: Tensor | None = None
    alpha: Tensor | None = None
    start: Tensor | None = None
    start_alpha: Tensor | None = None
    noise: bool = False
    background: Tensor | None = None
    colors: Tensor | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.extent == UNKNOWN:
            extent = SQUARE if self.content is None else _size(self.content)
            object.__setattr__(self, "extent", extent)

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self.styles[0].pixels.device

    def check(self) -> None:
        """Refuse images that do not lie on top of each other.

        Raises
        ------
        ImageError
            If the start, the mask or a region has another aspect ratio than the content image.
        """
        aligned = {"the image to start from": self.start, "the mask": self.mask}
        aligned |= {f"the region {name!r}": mask for name, mask in self.regions.items()}
        aligned |= {"the map of what to preserve": self.preserve}
        for called, image in aligned.items():
            if image is not None:
                images.check_aspect(called, _size(image), self.extent)

    def make_initial_image(self, scale: Scale, seed: int) -> Tensor:
        """Give what the target starts as, at the size of a scale."""
        start, alpha = self.start, self.start_alpha
        if start is None:
            start, alpha = self.content, self.alpha
        if self.noise or start is None:
            generator = torch.Generator().manual_seed(seed)
            noise = torch.rand(1, 3, *scale.size, generator=generator)
            return noise.to(self.styles[0].pixels)
        return images.resize(start, scale.size, alpha)

    def at_scale(self, scale: Scale, style_scale: float) -> ScaleInputs:
        """Give everything at the size of a scale; style images one after the other."""
        return ScaleInputs(
            content=self._resize_content(self.content, scale),
            styles=(self._resize_style(style, scale, style_scale) for style in self.styles),
            size=scale.size,
            regions={name: images.resize(mask, scale.size) for name, mask in self.regions.items()},
            mask=self._resize_optional(self.mask, scale),
            background=self._resize_content(self.background, scale),
            preserve=None if self.preserve is None else _resize_weights(self.preserve, scale),
            alpha=self._resize_optional(self.alpha, scale),
        )

    def to_device(self, device: torch.device) -> Inputs:
        """Put all images where the run is computed."""

        def move(image: Tensor | None) -> Tensor | None:
            return None if image is None else image.to(device)

        styles = [
            replace(style, pixels=style.pixels.to(device), part=move(style.part))
            for style in self.styles
        ]
        return replace(
            self,
            content=move(self.content),
            styles=styles,
            regions={name: mask.to(device) for name, mask in self.regions.items()},
            mask=move(self.mask),
            preserve=move(self.preserve),
            alpha=move(self.alpha),
            start=move(self.start),
            start_alpha=move(self.start_alpha),
            background=move(self.background),
            colors=move(self.colors),
        )

    def render(self, pixels: Tensor) -> RenderedImage:
        """Give a target ``(1, 3, H, W)`` as people see it: in colour, as opaque as the content."""
        if self.colors is not None:
            colors = images.resize(self.colors, _size(pixels), self.alpha)
            pixels = transfer_colors(pixels, colors)
        alpha = None if self.alpha is None else images.resize(self.alpha, _size(pixels))
        return RenderedImage(pixels, alpha)

    def _resize_content(self, image: Tensor | None, scale: Scale) -> Tensor | None:
        """Resize what is as opaque as the content image."""
        return None if image is None else images.resize(image, scale.size, self.alpha)

    def _resize_optional(self, mask: Tensor | None, scale: Scale) -> Tensor | None:
        return None if mask is None else images.resize(mask, scale.size)

    def _resize_style(self, style: StyleImage, scale: Scale, style_scale: float) -> StyleImage:
        size = style_size(scale, _size(style.pixels), style_scale * style.scale)
        part = None if style.part is None else images.resize(style.part, size)
        pixels = style.pixels
        alpha = None if style.part is None else images.resize(style.part, _size(pixels))
        return replace(style, pixels=images.resize(pixels, size, alpha), part=part)


def _multiply(first: Tensor | None, second: Tensor | None) -> Tensor | None:
    """Multiply two weights; None is 1 everywhere."""
    if first is None or second is None:
        return second if first is None else first
    return first * second


def _resize_weights(weights: Tensor, scale: Scale) -> Tensor:
    """Resize numbers that may be above 1, which an image's may not."""
    most = weights.amax()
    return most * images.resize(weights / most, scale.size)


def _size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]


def pool_mask(mask: Tensor, layer: str) -> Tensor:
    """Average a mask ``(1, 1, H, W)`` over the pixels that each position of a layer stands for."""
    return F.avg_pool2d(mask, stride(layer))


def locate_regions(
    inputs: ScaleInputs, names: Iterable[str | None]
) -> dict[str | None, Tensor | None]:
    """Say for each region where it is, without what is masked or transparent; None if everywhere.

    Regions that overlap share their places: all are divided by their sum where it is above 1.
    Styles without a region take what is left.

    Raises
    ------
    ImageError
        If a region is empty.
    """
    names = list(dict.fromkeys(names))
    named: dict[str | None, Tensor] = {n: inputs.regions[n] for n in names if n is not None}
    if named:
        together = torch.stack(list(named.values())).sum(dim=0)
        named = {name: mask / together.clamp_min(1) for name, mask in named.items()}
        if None in names:
            named[None] = (1 - together).clamp_min(0)
    found: dict[str | None, Tensor | None] = dict(named) or {None: None}
    weight = inputs.weight
    if weight is not None:
        found = {n: weight if m is None else weight * m for n, m in found.items()}
    for name, mask in found.items():
        if mask is not None and float(mask.mean()) < MIN_AREA:
            called = "what the other regions leave over" if name is None else f"the region {name!r}"
            raise ImageError(
                f"{called} is empty, so that nothing could be painted there; check masks and "
                "regions, or leave out its painting."
            )
    return found
