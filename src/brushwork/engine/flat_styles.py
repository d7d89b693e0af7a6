"""Style images of one colour: what a target starts from, where there is no style beyond it.

The Gram matrix of a flat image has one direction only, and from a photo, whose features go
everywhere, the optimiser does not find there in the steps of a run: it would stop half way, in
colours that are neither's. So the target starts where it shall arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.recolor import draw_palette
from brushwork.images.color import compute_moments, match_palette, to_oklab
from brushwork.images.strips import sample_palette

#: A style image is flat whose colours deviate by less in OKLab: paper's grain, and JPEG's noise.
FLAT_DEVIATION = 0.04
#: What is said of a run that starts so.
FLAT_NOTE = (
    "a painting of one colour has no style beyond it: the photo is drawn in tones of that colour, "
    "the fewer the higher the strength"
)


def start_from_flat_styles(inputs: Inputs, strength: float) -> Inputs:
    """Let the target start in the colour of flat style images, where only such count.

    ``start = P(content) + (1 - strength) · (content - μ)``: P gives the content image, of mean
    colour μ, the palette of the style, which is one colour nearly. At strength 1 that is all; below
    it the photo stands in tones of it.

    Parameters
    ----------
    inputs
        Left as they are where an image to start from, or noise, was asked for, where there is no
        content image, or no region has flat style images alone.
    strength
        In [0, 1].
    """
    content = inputs.content
    if content is None or inputs.noise or inputs.start is not None:
        return inputs
    start = content
    for region in dict.fromkeys(style.region for style in inputs.styles):
        styles = [style for style in inputs.styles if style.region == region]
        if all(map(_is_flat, styles)):
            moved = _move_to(styles, content, inputs.alpha, strength)
            mask = _locate(inputs, region)
            start = moved if mask is None else start + mask * (moved - start)
    if start is content:
        return inputs
    return replace(inputs, start=start, start_alpha=inputs.alpha, notes=(*inputs.notes, FLAT_NOTE))


def _is_flat(style: StyleImage) -> bool:
    pixels, weights = sample_palette(style.pixels, style.part)
    _, covariance = compute_moments(to_oklab(pixels), weights)
    return float(covariance.trace()) < FLAT_DEVIATION**2


def _move_to(
    styles: Sequence[StyleImage], content: Tensor, alpha: Tensor | None, strength: float
) -> Tensor:
    """Give the content image in the colour of flat styles, with less contrast by ``strength``."""
    palette = draw_palette(styles)
    flat = match_palette(content, palette, alpha=alpha)
    mean, _ = compute_moments(*sample_palette(content, alpha))
    varied = content - mean.to(content).reshape(1, 3, 1, 1)
    return (flat + (1 - strength) * varied).clamp(0, 1)


def _locate(inputs: Inputs, region: str | None) -> Tensor | None:
    """Say where a region is on the content image; None if everywhere."""
    assert inputs.content is not None
    size = (inputs.content.shape[2], inputs.content.shape[3])
    named = {style.region for style in inputs.styles} - {None}
    if region is not None:
        return images.resize(inputs.regions[region], size)
    if not named:
        return None
    together = torch.stack([images.resize(inputs.regions[str(name)], size) for name in named])
    return (1 - together.sum(dim=0)).clamp_min(0)
