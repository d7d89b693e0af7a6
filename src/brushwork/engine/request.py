"""What somebody wants painted, with every picture read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.recolor import _apply_color
from brushwork.errors import OptionError
from brushwork.images import Image, Source, read
from brushwork.masks.regions import detect_detail, read_mask, read_regions
from brushwork.options import Options, StyleOptions, layer_weights, list_styles
from brushwork.recipe import Recipe, make_recipe

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: Height that stands for the extent of a texture, which has a shape but no size of its own.
EXTENT = 1000
#: A texture is not narrower than this, width over height or height over width.
LEAST_ASPECT = 0.1


@dataclass(frozen=True)
class Request:
    """A photo and paintings, or paintings alone for a texture, and how to paint.

    Attributes
    ----------
    content
        The photo; None for a texture.
    styles
        The paintings and how each is used.
    options
        How to paint.
    aspect
        Width over height of a texture.
    """

    content: Image | None
    styles: Sequence[tuple[Image, StyleOptions]]
    options: Options
    aspect: float = 1.0

    @classmethod
    def read(
        cls,
        content: Source | None,
        styles: StyleSource | Sequence[StyleSource],
        options: Options,
        aspect: float = 1.0,
    ) -> Self:
        """Read the pictures.

        Raises
        ------
        BrushworkError
            If one cannot be read, there is no painting, or the aspect ratio is out of bounds.
        """
        if not LEAST_ASPECT <= aspect <= 1 / LEAST_ASPECT:
            raise OptionError(f"aspect was given as {aspect}, but must lie between 0.1 and 10.")
        photo = None if content is None else read(content)
        paintings = [(read(source), how) for source, how in list_styles(styles)]
        return cls(photo, paintings, options, aspect)

    def subject(self, device: torch.device) -> Inputs:
        """Prepare the pictures for painting.

        Raises
        ------
        BrushworkError
            If options do not go together, or a picture that one names cannot be read.
        """
        if self.content is not None:
            return read_inputs(self.content, self.styles, self.options, device)
        extent = (EXTENT, max(1, round(EXTENT * self.aspect)))
        return read_texture_inputs(self.styles, self.options, extent, device)

    def recipe(self) -> Recipe:
        """Write down what is wanted."""
        return make_recipe(self.content, self.styles, self.options, self.aspect)

    def without_files(self) -> Mapping[str, Image]:
        """Give the pictures that could not be read again, by their roles in the recipe."""
        pictures = {f"painting {n}": picture for n, (picture, _) in enumerate(self.styles, start=1)}
        if self.content is not None:
            pictures["photo"] = self.content
        return {role: picture for role, picture in pictures.items() if picture.path is None}


@dataclass(frozen=True)
class _StyleRequest:
    """A painting that was read, and how it is used."""

    picture: Image
    options: StyleOptions


def read_inputs(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options,
    device: torch.device,
) -> Inputs:
    """Read everything that painting a photo needs.

    Raises
    ------
    BrushworkError
        If a picture cannot be read, or options do not go together.
    """
    photo = images.read(content)
    paintings = _read_styles(styles, options)
    starts = _read_init(options)
    subject = Inputs(
        content=photo.pixels,
        styles=[_make_style(painting) for painting in paintings],
        regions=_read_regions(paintings, options),
        mask=None if options.mask is None else read_mask(options.mask),
        preserve=_make_preserve(photo, options),
        alpha=photo.alpha,
        start=starts[0].pixels if starts else None,
        notes=_collect_notes([photo, *(painting.picture for painting in paintings), *starts]),
    )
    subject.check()
    return move_inputs(_apply_color(subject, options), device)


def read_texture_inputs(
    styles: StyleSource | Sequence[StyleSource],
    options: Options,
    extent: tuple[int, int],
    device: torch.device,
) -> Inputs:
    """Read everything that a texture without a photo needs.

    Raises
    ------
    BrushworkError
        If a picture cannot be read, or an option needs a photo.
    """
    for name in ("strength", "content_layers", "color", "mask", "preserve"):
        if getattr(options, name) != Options.model_fields[name].default:
            raise OptionError(f"{name} needs a photo, and a texture has none; leave it out.")
    paintings = _read_styles(styles, options)
    starts = _read_init(options)
    subject = Inputs(
        content=None,
        styles=[_make_style(painting) for painting in paintings],
        extent=extent,
        regions=_read_regions(paintings, options),
        start=starts[0].pixels if starts else None,
        notes=_collect_notes([*(painting.picture for painting in paintings), *starts]),
    )
    subject.check()
    return move_inputs(subject, device)


def move_inputs(subject: Inputs, device: torch.device) -> Inputs:
    """Put all pictures where the run is computed, but those that only a result needs."""

    def there(picture: Tensor | None) -> Tensor | None:
        return None if picture is None else picture.to(device)

    return replace(
        subject,
        content=there(subject.content),
        styles=[
            replace(style, pixels=style.pixels.to(device), part=there(style.part))
            for style in subject.styles
        ],
        regions={name: mask.to(device) for name, mask in subject.regions.items()},
        mask=there(subject.mask),
        preserve=there(subject.preserve),
        start=there(subject.start),
        unpainted=there(subject.unpainted),
        colors=there(subject.colors),
    )


def _read_init(options: Options) -> list[Image]:
    """Read the picture to start from, where ``options.init`` names one."""
    return [] if options.init in ("content", "noise") else [images.read(options.init)]


def _read_styles(
    styles: StyleSource | Sequence[StyleSource], options: Options
) -> list[_StyleRequest]:
    paintings = [_StyleRequest(images.read(source), how) for source, how in list_styles(styles)]
    known = layer_weights(options.style_layers)
    for painting in paintings:
        strange = [layer for layer in painting.options.layers or () if layer not in known]
        if strange:
            raise OptionError(
                f"{painting.picture.name} is for {', '.join(strange)}, not among the style layers "
                f"{', '.join(known)}; name one of these, or add it to style_layers."
            )
    return paintings


def _make_style(painting: _StyleRequest) -> StyleImage:
    how, pixels = painting.options, painting.picture.pixels
    part = None if how.part is None else read_mask(how.part)
    if part is not None and float(part.mean()) == 0:
        raise OptionError(f"the part of {painting.picture.name} is black; mark it in white.")
    return StyleImage(pixels, how.weight, how.region, part, how.scale, how.layers)


def _read_regions(paintings: Sequence[_StyleRequest], options: Options) -> dict[str, Tensor]:
    """Read every region that a painting is for: a grey picture, or a colour of the map."""
    names = [painting.options.region for painting in paintings]
    asked = list(dict.fromkeys(name for name in names if name is not None))
    masks = {name: read_mask(name) for name in asked if _is_image(name)}
    colors = [name for name in asked if name not in masks]
    if options.regions is not None and not colors:
        raise OptionError(
            "a map of regions was given, but no painting is for one of its colours; write "
            "PAINTING@red, or leave the map out."
        )
    if colors and options.regions is None:
        raise OptionError(
            f"a painting is for the region {colors[0]!r}, but there is no map of regions; give one "
            "(--regions), or name the file of a grey mask."
        )
    if options.regions is not None:
        masks |= read_regions(options.regions, colors)
    return masks


def _is_image(name: str) -> bool:
    return "." in name or "/" in name


def _make_preserve(photo: Image, options: Options) -> Tensor | None:
    if options.preserved is None:
        return None
    source, weight = options.preserved
    where = detect_detail(photo.pixels) if source == "detail" else read_mask(source)
    return 1 + (weight - 1) * where if weight > 1 else 1 - (1 - weight) * where


def _collect_notes(pictures: Sequence[Image]) -> tuple[str, ...]:
    return tuple(f"{picture.name}: {note}" for picture in pictures for note in picture.notes)
