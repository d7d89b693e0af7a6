"""From what a person names to the pictures that a run starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from brushwork import images
from brushwork.color import greyed, with_lightness_of, with_palette_of
from brushwork.errors import OptionError
from brushwork.images import Picture, Source
from brushwork.options import Options, StyleOptions, layer_weights
from brushwork.paintings import StyleSource, listed
from brushwork.regions import detail, read_mask, read_regions
from brushwork.scene import Style
from brushwork.subject import Subject

#: Pixels that are looked at of each painting to know its palette.
PALETTE = 2**16


@dataclass(frozen=True)
class _Painting:
    """A painting that was read, and how it is used."""

    picture: Picture
    options: StyleOptions


def subject_for(
    content: Source,
    styles: StyleSource | Sequence[StyleSource],
    options: Options,
    device: torch.device,
) -> Subject:
    """Read everything that painting a photo needs.

    Raises
    ------
    BrushworkError
        If a picture cannot be read, or options do not go together.
    """
    photo = images.read(content)
    paintings = _read(styles, options)
    starts = _starts(options)
    subject = Subject(
        content=photo.pixels,
        styles=[_style(painting) for painting in paintings],
        regions=_regions(paintings, options),
        mask=None if options.mask is None else read_mask(options.mask),
        preserve=_preserved(photo, options),
        alpha=photo.alpha,
        start=starts[0].pixels if starts else None,
        notes=_notes([photo, *(painting.picture for painting in paintings), *starts]),
    )
    subject.check()
    return moved(_in_colors(subject, options), device)


def texture_subject(
    styles: StyleSource | Sequence[StyleSource],
    options: Options,
    extent: tuple[int, int],
    device: torch.device,
) -> Subject:
    """Read everything that a texture without a photo needs.

    Raises
    ------
    BrushworkError
        If a picture cannot be read, or an option needs a photo.
    """
    for name in ("strength", "content_layers", "color", "mask", "preserve"):
        if getattr(options, name) != Options.model_fields[name].default:
            raise OptionError(f"{name} needs a photo, and a texture has none; leave it out.")
    paintings = _read(styles, options)
    starts = _starts(options)
    subject = Subject(
        content=None,
        styles=[_style(painting) for painting in paintings],
        extent=extent,
        regions=_regions(paintings, options),
        start=starts[0].pixels if starts else None,
        notes=_notes([*(painting.picture for painting in paintings), *starts]),
    )
    subject.check()
    return moved(subject, device)


def recolored(subject: Subject) -> Tensor:
    """Give the photo in the palette of the paintings: ``color=only``, in closed form.

    Raises
    ------
    OptionError
        If paintings have regions of their own.
    """
    assert subject.content is not None  # textures refuse this option
    if subject.regions:
        raise OptionError(
            "color=only gives the whole photo one palette, so that paintings cannot have regions; "
            "use color=match, or leave the regions out."
        )
    photo = subject.content
    colored = with_palette_of(photo, _palette(subject.styles))
    if subject.mask is None:
        return colored
    mask = images.resize(subject.mask, (photo.shape[2], photo.shape[3]))
    return photo + mask * (colored - photo)


def moved(subject: Subject, device: torch.device) -> Subject:
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


def _starts(options: Options) -> list[Picture]:
    """Read the picture to start from, where ``options.init`` names one."""
    return [] if options.init in ("content", "noise") else [images.read(options.init)]


def _read(styles: StyleSource | Sequence[StyleSource], options: Options) -> list[_Painting]:
    paintings = [_Painting(images.read(source), how) for source, how in listed(styles)]
    known = layer_weights(options.style_layers)
    for painting in paintings:
        strange = [layer for layer in painting.options.layers or () if layer not in known]
        if strange:
            raise OptionError(
                f"{painting.picture.name} is for {', '.join(strange)}, not among the style layers "
                f"{', '.join(known)}; name one of these, or add it to style_layers."
            )
    return paintings


def _style(painting: _Painting) -> Style:
    how, pixels = painting.options, painting.picture.pixels
    part = None if how.part is None else read_mask(how.part)
    if part is not None and float(part.mean()) == 0:
        raise OptionError(f"the part of {painting.picture.name} is black; mark it in white.")
    return Style(pixels, how.weight, how.region, part, how.scale, how.layers)


def _regions(paintings: Sequence[_Painting], options: Options) -> dict[str, Tensor]:
    """Read every region that a painting is for: a grey picture, or a colour of the map."""
    names = [painting.options.region for painting in paintings]
    asked = list(dict.fromkeys(name for name in names if name is not None))
    masks = {name: read_mask(name) for name in asked if _is_picture(name)}
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


def _is_picture(name: str) -> bool:
    return "." in name or "/" in name


def _preserved(photo: Picture, options: Options) -> Tensor | None:
    if options.preserved is None:
        return None
    source, weight = options.preserved
    where = detail(photo.pixels) if source == "detail" else read_mask(source)
    return 1 + (weight - 1) * where if weight > 1 else 1 - (1 - weight) * where


def _in_colors(subject: Subject, options: Options) -> Subject:
    """Change photo and paintings as ``options.color`` says, before anything is painted."""
    photo = subject.content
    assert photo is not None  # a texture has no such option
    if options.color == "match":
        matched = with_palette_of(photo, _palette(subject.styles))
        return replace(subject, content=matched, unpainted=photo)
    if options.color == "palette":
        return replace(
            subject,
            styles=[
                replace(style, pixels=with_palette_of(style.pixels, photo))
                for style in subject.styles
            ],
        )
    if options.color == "content":
        grey = greyed(photo)
        styles = [
            replace(style, pixels=with_lightness_of(greyed(style.pixels), grey))
            for style in subject.styles
        ]
        return replace(subject, content=grey, styles=styles, colors=photo)
    return subject


def _palette(styles: Sequence[Style]) -> Tensor:
    """Gather pixels of all paintings, in proportion to their weights, as one picture."""
    total = sum(style.weight for style in styles)
    generator = torch.Generator().manual_seed(0)
    drawn = []
    for style in styles:
        flat = style.pixels.flatten(start_dim=2).cpu()
        count = max(1, round(PALETTE * style.weight / total))
        chosen = torch.randint(flat.shape[2], (count,), generator=generator)
        drawn.append(flat[:, :, chosen])
    return torch.cat(drawn, dim=2)[:, :, None].to(styles[0].pixels)


def _notes(pictures: Sequence[Picture]) -> tuple[str, ...]:
    return tuple(f"{picture.name}: {note}" for picture in pictures for note in picture.notes)
