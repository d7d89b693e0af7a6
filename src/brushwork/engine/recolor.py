"""Whose colours a result has: images recoloured beforehand, or in place of being stylized."""

from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.events import Event, Finished
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.result import make_result
from brushwork.errors import OptionError
from brushwork.images.color import match_lightness, match_palette, to_grey
from brushwork.images.strips import draw_pixels
from brushwork.options import Options
from brushwork.planning.pyramid import fit_size
from brushwork.planning.recoloring import check_recolor_memory
from brushwork.recipe import Recipe
from brushwork.system import memory

#: Pixels that are drawn of each style image to know its palette.
PALETTE_PIXELS = 2**16


def apply_color(
    inputs: Inputs, color: str, recolored: Sequence[StyleImage] | None = None
) -> Inputs:
    """Recolour content and style images as ``options.color`` says, before anything is stylized.

    Parameters
    ----------
    inputs
        As they were given.
    color
        One of the choices of ``options.color``.
    recolored
        The style images, where they have been recoloured already.
    """
    content = inputs.content
    if content is None:  # a texture has the colours of its styles
        return inputs
    if color == "match":
        matched = match_palette(content, draw_palette(inputs.styles), alpha=inputs.alpha)
        inputs = replace(inputs, content=matched, background=content)
    if color == "content":
        inputs = replace(inputs, content=to_grey(content), colors=content)
    if recolored is None:
        recolored = [_recolor_style(one, inputs, color) for one in inputs.styles]
    return replace(inputs, styles=list(recolored))


def _recolor_style(style: StyleImage, inputs: Inputs, color: str) -> StyleImage:
    """Give a style image the palette of the content image; or its lightness, and no colour."""
    assert inputs.content is not None
    seen = {"alpha": style.part, "other_alpha": inputs.alpha}
    if color == "palette":
        return replace(style, pixels=match_palette(style.pixels, inputs.content, **seen))
    if color == "content":
        grey = to_grey(style.pixels)
        return replace(style, pixels=match_lightness(grey, inputs.content, **seen))
    return style


def iter_recolor(
    inputs: Inputs, options: Options, recipe: Recipe, *, started: float
) -> Generator[Event]:
    """Give the content image the palette of the styles, at the size asked for: ``color=only``.

    Raises
    ------
    OptionError
        If styles have regions of their own; at once.
    MemoryBudgetError
        If the result does not fit into the memory that may be used; at once.
    """
    budget = options.memory_budget or memory.measure_available()
    check_recolor_memory(inputs.extent, options.size, budget, memory.measure_resident())
    with memory.tell_out_of_memory("colours were moved"):
        pixels = recolor(inputs, fit_size(*inputs.extent, options.size))

    def iterate() -> Generator[Event]:
        seconds = time.perf_counter() - started
        with memory.tell_out_of_memory("the result was rounded"):
            rendered = inputs.render(pixels)
            made = make_result(rendered, {}, seconds, options, inputs.notes, recipe)
        yield Finished(made)

    return iterate()


def recolor(inputs: Inputs, size: tuple[int, int]) -> Tensor:
    """Give the content image in the palette of the style images, in closed form.

    Parameters
    ----------
    inputs
        Content and style images, and a mask where there is one.
    size
        Height and width of the result: no colour is moved of an image that is larger.

    Returns
    -------
    Tensor
        ``(1, 3, *size)`` in [0, 1].

    Raises
    ------
    OptionError
        If styles have regions of their own.
    """
    content = inputs.content
    assert content is not None  # textures refuse this option
    if inputs.regions:
        raise OptionError(
            "color=only gives the whole photo one palette, so that paintings cannot have regions; "
            "use color=match, or leave the regions out."
        )
    content = images.resize(content, size, inputs.alpha)
    alpha = None if inputs.alpha is None else images.resize(inputs.alpha, size)
    colored = match_palette(content, draw_palette(inputs.styles), alpha=alpha)
    if inputs.mask is None:
        return colored
    return content + images.resize(inputs.mask, size) * (colored - content)


def draw_palette(styles: Sequence[StyleImage]) -> Tensor:
    """Gather pixels of all style images, in proportion to their weights, as one image.

    Of each they are drawn by how much they count.
    """
    total = sum(style.weight for style in styles)
    generator = torch.Generator().manual_seed(0)
    drawn = []
    for style in styles:
        count = max(1, round(PALETTE_PIXELS * style.weight / total))
        drawn.append(draw_pixels(style.pixels, count, generator, style.part))
    return torch.cat(drawn, dim=2)[:, :, None].to(styles[0].pixels)
