"""From what a person names to the pictures that a run starts from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.result import Result
from brushwork.errors import OptionError
from brushwork.images.color import match_lightness, match_palette, to_grey
from brushwork.options import Options
from brushwork.planning.pyramid import fit_size

#: Pixels that are looked at of each painting to know its palette.
PALETTE_PIXELS = 2**16


def recolor(subject: Inputs) -> Tensor:
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
    colored = match_palette(photo, _sample_palette(subject.styles))
    if subject.mask is None:
        return colored
    mask = images.resize(subject.mask, (photo.shape[2], photo.shape[3]))
    return photo + mask * (colored - photo)


def _apply_color(subject: Inputs, options: Options) -> Inputs:
    """Change photo and paintings as ``options.color`` says, before anything is painted."""
    photo = subject.content
    assert photo is not None  # a texture has no such option
    if options.color == "match":
        matched = match_palette(photo, _sample_palette(subject.styles))
        return replace(subject, content=matched, unpainted=photo)
    if options.color == "palette":
        return replace(
            subject,
            styles=[
                replace(style, pixels=match_palette(style.pixels, photo))
                for style in subject.styles
            ],
        )
    if options.color == "content":
        grey = to_grey(photo)
        styles = [
            replace(style, pixels=match_lightness(to_grey(style.pixels), grey))
            for style in subject.styles
        ]
        return replace(subject, content=grey, styles=styles, colors=photo)
    return subject


def _sample_palette(styles: Sequence[StyleImage]) -> Tensor:
    """Gather pixels of all paintings, in proportion to their weights, as one picture."""
    total = sum(style.weight for style in styles)
    generator = torch.Generator().manual_seed(0)
    drawn = []
    for style in styles:
        flat = style.pixels.flatten(start_dim=2).cpu()
        count = max(1, round(PALETTE_PIXELS * style.weight / total))
        chosen = torch.randint(flat.shape[2], (count,), generator=generator)
        drawn.append(flat[:, :, chosen])
    return torch.cat(drawn, dim=2)[:, :, None].to(styles[0].pixels)


def _make_recolored(subject: Inputs, options: Options, began: float) -> Result:
    """Give the photo in other colours, at the size asked for."""
    pixels = recolor(subject)
    pixels = images.resize(pixels, fit_size(*subject.extent, options.size))
    seen = subject.render(pixels)
    return Result(
        image=seen.image(),
        levels=seen.levels(),
        losses={},
        seconds=time.perf_counter() - began,
        options=options,
        notes=subject.notes,
    )
