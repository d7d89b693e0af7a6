"""The thing in a box: found by how its colours differ from those round it.

As in GrabCut (Rother, Kolmogorov and Blake 2004), two mixtures of Gaussians learn the colours of
the thing and of its background, and an outline is drawn that few pixels contradict and that runs
along edges; it gives better mixtures, and these a better outline. Unlike there, a colour is judged
for its place, a background may be in shadow, and a guided filter gives the outline its softness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.errors import OptionError
from brushwork.images.color import to_oklab
from brushwork.images.strips import list_strips
from brushwork.masks.components import NEIGHBOURS, fill_gaps, keep_large, list_pairs, pair_views
from brushwork.masks.mixtures import add_shadows, fit_mixture
from brushwork.masks.shapes import Box

#: The long side, of the box and what is round it, at which the outline is found.
SEGMENTATION_SIZE = 320
#: How far round the box the background is looked at, as a part of the box's mean side.
MARGIN = 0.3
#: Turns of colours and outline, and steps of the outline in each but the last, and in that.
TURNS, STEPS, LAST_STEPS = 6, 60, 160
#: What a pixel in the box that looks like background counts for, against one outside.
TRUST = 0.5
#: No pixel says more than this: a colour that was never seen is no proof.
MAX_EVIDENCE = 5.0


def find_subject(image: Tensor, box: Box, alpha: Tensor | None = None) -> Tensor:
    """Select the thing round which a box is drawn.

    Parameters
    ----------
    image
        ``(1, 3, H, W)`` sRGB in [0, 1].
    box
        Round the whole thing, and not much larger; where the thing is cut off by the image's
        border, up to there.
    alpha
        ``(1, 1, H, W)`` in [0, 1], by which pixels count where the image is made small.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1], soft along the outline, 0 outside the box.

    Raises
    ------
    OptionError
        If there is no background round the box, or nothing in it looks different from that.
    """
    height, width = image.shape[2:]
    margin = max(8, MARGIN * (box.width + box.height) / 2)
    rows = _clip_span(box.top - margin, box.bottom + margin, height)
    columns = _clip_span(box.left - margin, box.right + margin, width)
    window = image[..., rows, columns]
    ratio = min(1.0, SEGMENTATION_SIZE / max(window.shape[2:]))
    seen = None if alpha is None else alpha[..., rows, columns]
    small = images.resize(window, _scale_size(window, ratio), seen)
    down = _measure_offsets(small.shape[2], rows, (box.top, box.bottom), height)
    right = _measure_offsets(small.shape[3], columns, (box.left, box.right), width)
    thing = find_in_box(small, down, right)
    mask = torch.zeros_like(image[:, :1])
    mask[..., rows, columns] = soften(window, small, thing)
    inside = torch.zeros_like(mask)
    inside[..., _clip_span(box.top, box.bottom, height), _clip_span(box.left, box.right, width)] = 1
    return mask * inside


def find_in_box(image: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Find the thing in a small image.

    Parameters
    ----------
    image
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
    lab = to_oklab(image)
    pixels = _join_place(lab)
    costs = weigh_edges(lab)
    inside = _guess_subject(pixels, allowed, (down**2)[:, None] + right**2)
    for turn in range(TURNS):
        evidence = _weigh_evidence(pixels, allowed, inside)
        steps = LAST_STEPS if turn == TURNS - 1 else STEPS
        inside = cut_outline(evidence, costs, inside.to(lab), steps) > 0.5
        if not inside.any():
            raise _make_nothing_error()
    return fill_gaps(keep_large(inside), ~allowed)


def _guess_subject(pixels: Tensor, allowed: Tensor, radius: Tensor) -> Tensor:
    """Take what outside the box is hardly found, as long as it is not in a corner of the box."""
    outside = ~allowed.flatten()
    background = add_shadows(fit_mixture(pixels, outside.to(pixels)))
    strangeness = -background.log_density(pixels)
    strange = strangeness > strangeness[outside].quantile(0.95)
    guess = allowed & strange.reshape(allowed.shape) & (radius < 0.8)
    if not guess.any():
        raise _make_nothing_error()
    return guess


def _weigh_evidence(pixels: Tensor, allowed: Tensor, inside: Tensor) -> Tensor:
    """Say how much more likely each pixel is in the thing than in the background: a log ratio."""
    within = inside.flatten().to(pixels)
    trust = torch.where(allowed, TRUST, 1.0).flatten()
    thing = fit_mixture(pixels, within)
    background = add_shadows(fit_mixture(pixels, (1 - within) * trust))
    ratio = thing.log_density(pixels) - background.log_density(pixels)
    ratio = ratio.clamp(-MAX_EVIDENCE, MAX_EVIDENCE).reshape(inside.shape)
    # What is outside is known: more than any length of outline could outweigh.
    return ratio.masked_fill(~allowed, -100 * STIFFNESS)


def _make_nothing_error() -> OptionError:
    return OptionError(
        "nothing in the box of the subject looks different from what is round the box; draw it so "
        "that all of the thing is inside and some background outside, or use a box or an ellipse."
    )


def _join_place(lab: Tensor) -> Tensor:
    """Give place, in units of the long side, and colour of each pixel: ``(N, 5)``."""
    height, width = lab.shape[2:]
    grid = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    place = torch.stack([axis.flatten() for axis in grid]).to(lab) / max(height, width)
    return torch.cat([place, lab[0].flatten(start_dim=1)]).T.contiguous()


def _scale_size(image: Tensor, ratio: float) -> tuple[int, int]:
    return tuple(max(1, round(ratio * side)) for side in image.shape[2:])  # type: ignore[return-value]


def _clip_span(low: float, high: float, side: int) -> slice:
    """Give the whole pixels that a stretch touches."""
    return slice(max(0, math.floor(low)), min(side, math.ceil(high)))


def _measure_offsets(count: int, window: slice, box: tuple[float, float], side: int) -> Tensor:
    """Say for ``count`` pixels in the window how far they are from the middle of the box.

    It ends at -1 and at 1; what of it is beyond the image does not count.
    """
    low, high = max(0.0, box[0]), min(float(side), box[1])
    step = (window.stop - window.start) / count
    place = window.start + (torch.arange(count) + 0.5) * step
    offset: Tensor = 2 * (place - low) / (high - low) - 1
    return offset


#: What a pixel's length of outline costs in a flat place, in units of log likelihood.
STIFFNESS = 8.0


def cut_outline(evidence: Tensor, costs: Sequence[Tensor], start: Tensor, steps: int) -> Tensor:
    """Draw the outline that costs least: ``Σ w |uᵢ - uⱼ| - Σ evidence · u`` for u in [0, 1].

    The sums go over pairs of neighbours and over pixels. The least u is 0 or 1 nearly everywhere,
    and wherever it is cut the parts are a minimum cut of the graph of these pixels.

    Parameters
    ----------
    evidence
        ``(1, 1, H, W)``: above 0 where a pixel seems to be inside.
    costs
        The weights w, as `weigh_edges` gives them.
    start
        ``(1, 1, H, W)`` in [0, 1].
    steps
        How often to improve it.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1].

    Notes
    -----
    Chan, Esedoḡlu and Nikolova (2006) on why no other minimum is met; Chambolle and Pock (2011),
    algorithm 1, with τ = σ = ¼, since the differences to eight neighbours have a norm of at most 4.
    """
    inside = ahead = start
    forces = [torch.zeros_like(cost) for cost in costs]
    for _ in range(steps):
        pull = evidence.clone()
        for offset, cost, force in zip(NEIGHBOURS, costs, forces, strict=True):
            here, there = pair_views(ahead, offset)
            torch.clamp(force.add_(there - here, alpha=0.25), -cost, cost, out=force)
            pulled, pushed = pair_views(pull, offset)
            pulled += force
            pushed -= force
        moved = torch.add(inside, pull, alpha=0.25).clamp_(0, 1)
        ahead, inside = 2 * moved - inside, moved
    return inside


def weigh_edges(lab: Tensor) -> list[Tensor]:
    """Say what an outline costs between neighbours: ``s / d · exp(-‖cᵢ - cⱼ‖² / 2m)``.

    s is `STIFFNESS`, d the distance of the pixels, m the mean of ‖cᵢ - cⱼ‖² over the image
    ``(1, 3, H, W)``; one tensor for each of the four directions to a neighbour.
    """
    squares = [(there - here).square().sum(dim=1, keepdim=True) for here, there in list_pairs(lab)]
    mean = torch.cat([square.flatten() for square in squares]).mean().clamp_min(1e-8)
    return [
        STIFFNESS / math.hypot(*offset) * torch.exp(-square / (2 * mean))
        for square, offset in zip(squares, NEIGHBOURS, strict=True)
    ]


#: Radius of the guided filter, and the variance of colour that counts as an edge for it.
RADIUS, EDGE = 3, 1e-4
#: How much the contrast of its result is raised.
CONTRAST = 2.0


def soften(image: Tensor, small: Tensor, inside: Tensor) -> Tensor:
    """Carry an outline from a small image to a large one, with the edges of the large one.

    ``q = aᵀ I + b``: in each window of the small image the plane of colours that is nearest to
    the mask; a and b, blurred and enlarged, meet the colours I of the large one. Only about the
    outline; elsewhere the mask is what it was.

    Parameters
    ----------
    image, small
        ``(1, 3, H, W)`` and ``(1, 3, h, w)`` in [0, 1].
    inside
        ``(1, 1, h, w)`` of bool.

    Returns
    -------
    Tensor
        ``(1, 1, H, W)`` in [0, 1].

    Notes
    -----
    He, Sun and Tang (2013), section 3.5; enlarged as by He and Sun (2015), *Fast Guided Filter*.
    """
    size = (image.shape[2], image.shape[3])
    hard = inside.to(image)
    slopes, base = (_average(planes) for planes in _fit_planes(small, hard))
    near = _average(hard)
    near = ((near > 0) & (near < 1)).to(image)
    parts = []
    for rows in list_strips(image):
        slope, offset, outline, inner = (
            _enlarge(planes, size, rows) for planes in (slopes, base, near, hard)
        )
        soft = (slope * image[..., rows, :]).sum(dim=1, keepdim=True) + offset
        soft = (CONTRAST * (soft - 0.5) + 0.5).clamp(0, 1)
        parts.append(torch.lerp(inner, soft, outline))
    return torch.cat(parts, dim=2)


def _fit_planes(guide: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Fit the mask by colour in each window: slopes ``(1, 3, h, w)`` and base ``(1, 1, h, w)``."""
    mean, level = _average(guide), _average(mask)
    products = guide[:, :, None] * guide[:, None]
    covariance = _average(products.flatten(1, 2)) - (mean[:, :, None] * mean[:, None]).flatten(1, 2)
    together = _average(guide * mask) - mean * level
    matrices = covariance[0].reshape(3, 3, -1).permute(2, 0, 1) + EDGE * torch.eye(3).to(guide)
    slopes = torch.linalg.solve(matrices, together[0].flatten(1).T[..., None])
    slopes = slopes[..., 0].T.reshape(guide.shape)
    return slopes, level - (slopes * mean).sum(dim=1, keepdim=True)


def _average(planes: Tensor) -> Tensor:
    """Average over windows, which are smaller at the border."""
    return F.avg_pool2d(planes, 2 * RADIUS + 1, 1, RADIUS, count_include_pad=False)


def _enlarge(planes: Tensor, size: tuple[int, int], rows: slice) -> Tensor:
    """Enlarge ``(1, C, h, w)`` by a bilinear filter, and give some rows of the whole."""
    height, width = size
    if rows.stop - rows.start == height:
        return F.interpolate(planes, size, mode="bilinear", align_corners=False)
    place = (torch.arange(rows.start, rows.stop) + 0.5) * planes.shape[2] / height - 0.5
    place = place.clamp(0, planes.shape[2] - 1).to(planes)
    above = place.floor().long()
    below = (above + 1).clamp_max(planes.shape[2] - 1)
    part = (place - above)[:, None]
    between = torch.lerp(planes[..., above, :], planes[..., below, :], part)
    lines = (rows.stop - rows.start, width)
    return F.interpolate(between, lines, mode="bilinear", align_corners=False)
