"""The thing in a box: found by how its colours differ from those round it.

As in GrabCut (Rother, Kolmogorov and Blake 2004), two mixtures of Gaussians learn the colours of
the thing and of its background, and an outline is drawn that few pixels contradict and that runs
along edges; it gives better mixtures, and these a better outline. Unlike there, a colour is judged
for its place, a background may be in shadow, and a guided filter gives the outline its softness.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from brushwork import images
from brushwork.color import to_oklab
from brushwork.errors import OptionError
from brushwork.segmentation.mixtures import fitted, in_shadow
from brushwork.segmentation.outline import STIFFNESS, cut, lengths
from brushwork.segmentation.parts import large, without_gaps
from brushwork.segmentation.softening import softened
from brushwork.selection import Box

#: The long side, of the box and what is round it, at which the outline is found.
LOOKED_AT = 320
#: How far round the box the background is looked at, as a part of the box's mean side.
MARGIN = 0.3
#: Turns of colours and outline, and steps of the outline in each but the last, and in that.
TURNS, STEPS, LAST_STEPS = 6, 60, 160
#: What a pixel in the box that looks like background counts for, against one outside.
TRUST = 0.5
#: No pixel says more than this: a colour that was never seen is no proof.
MOST_EVIDENCE = 5.0


def subject(photo: Tensor, box: Box) -> Tensor:
    """Select the thing round which a box is drawn.

    Parameters
    ----------
    photo
        ``(1, 3, H, W)`` sRGB in [0, 1].
    box
        Round the whole thing, and not much larger; where the thing is cut off by the photo's
        border, up to there.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1], soft along the outline, 0 outside the box.

    Raises
    ------
    OptionError
        If there is no background round the box, or nothing in it looks different from that.
    """
    height, width = photo.shape[2:]
    margin = max(8, MARGIN * (box.width + box.height) / 2)
    rows = _clipped(box.top - margin, box.bottom + margin, height)
    columns = _clipped(box.left - margin, box.right + margin, width)
    window = photo[..., rows, columns]
    ratio = min(1.0, LOOKED_AT / max(window.shape[2:]))
    small = images.resize(window, _scaled(window, ratio))
    down = _across(small.shape[2], rows, (box.top, box.bottom), height)
    right = _across(small.shape[3], columns, (box.left, box.right), width)
    thing = found(small, down, right)
    mask = torch.zeros_like(photo[:, :1])
    mask[..., rows, columns] = softened(window, small, thing)
    inside = torch.zeros_like(mask)
    inside[..., _clipped(box.top, box.bottom, height), _clipped(box.left, box.right, width)] = 1
    return mask * inside


def found(photo: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Find the thing in a small picture.

    Parameters
    ----------
    photo
        ``(1, 3, H, W)`` sRGB in [0, 1].
    down, right
        ``(H,)`` and ``(W,)``: how far from the middle of the box, which ends at -1 and at 1.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` of bool.

    Raises
    ------
    OptionError
        If there is no background, or nothing looks different from it.
    """
    allowed = ((down.abs() <= 1)[:, None] & (right.abs() <= 1))[None, None]
    if allowed.all():
        raise OptionError(
            "the box of the subject leaves nothing of the photo outside, and so no background to "
            "compare with; draw it closer round the thing, or use a box or an ellipse."
        )
    lab = to_oklab(photo)
    pixels = _placed(lab)
    costs = lengths(lab)
    inside = _first_guess(pixels, allowed, (down**2)[:, None] + right**2)
    for turn in range(TURNS):
        evidence = _evidence(pixels, allowed, inside)
        steps = LAST_STEPS if turn == TURNS - 1 else STEPS
        inside = cut(evidence, costs, inside.to(lab), steps) > 0.5
        if not inside.any():
            raise _nothing()
    return without_gaps(large(inside), ~allowed)


def _first_guess(pixels: Tensor, allowed: Tensor, radius: Tensor) -> Tensor:
    """Take what outside the box is hardly found, as long as it is not in a corner of the box."""
    outside = ~allowed.flatten()
    background = in_shadow(fitted(pixels, outside.to(pixels)))
    strangeness = -background.log_density(pixels)
    strange = strangeness > strangeness[outside].quantile(0.95)
    guess = allowed & strange.reshape(allowed.shape) & (radius < 0.8)
    if not guess.any():
        raise _nothing()
    return guess


def _evidence(pixels: Tensor, allowed: Tensor, inside: Tensor) -> Tensor:
    """Say how much more likely each pixel is in the thing than in the background: a log ratio."""
    within = inside.flatten().to(pixels)
    trust = torch.where(allowed, TRUST, 1.0).flatten()
    thing = fitted(pixels, within)
    background = in_shadow(fitted(pixels, (1 - within) * trust))
    ratio = thing.log_density(pixels) - background.log_density(pixels)
    ratio = ratio.clamp(-MOST_EVIDENCE, MOST_EVIDENCE).reshape(inside.shape)
    # What is outside is known: more than any length of outline could outweigh.
    return ratio.masked_fill(~allowed, -100 * STIFFNESS)


def _nothing() -> OptionError:
    return OptionError(
        "nothing in the box of the subject looks different from what is round the box; draw it so "
        "that all of the thing is inside and some background outside, or use a box or an ellipse."
    )


def _placed(lab: Tensor) -> Tensor:
    """Give place, in units of the long side, and colour of each pixel: ``(N, 5)``."""
    height, width = lab.shape[2:]
    grid = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    place = torch.stack([axis.flatten() for axis in grid]).to(lab) / max(height, width)
    return torch.cat([place, lab[0].flatten(start_dim=1)]).T.contiguous()


def _scaled(picture: Tensor, ratio: float) -> tuple[int, int]:
    return tuple(max(1, round(ratio * side)) for side in picture.shape[2:])  # type: ignore[return-value]


def _clipped(low: float, high: float, side: int) -> slice:
    """Give the whole pixels that a stretch touches."""
    return slice(max(0, math.floor(low)), min(side, math.ceil(high)))


def _across(count: int, window: slice, box: tuple[float, float], side: int) -> Tensor:
    """Say for ``count`` pixels in the window how far they are from the middle of the box.

    It ends at -1 and at 1; what of it is beyond the photo does not count.
    """
    low, high = max(0.0, box[0]), min(float(side), box[1])
    step = (window.stop - window.start) / count
    place = window.start + (torch.arange(count) + 0.5) * step
    offset: Tensor = 2 * (place - low) / (high - low) - 1
    return offset
