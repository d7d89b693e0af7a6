"""The thing in a box: found by how its colours differ from those round it.

As in GrabCut (Rother, Kolmogorov and Blake 2004), two mixtures of Gaussians learn the colours of
the thing and of its background, and an outline is drawn that few pixels contradict and that runs
along edges; it gives better mixtures, and these a better outline. Unlike there, a colour is judged
for its place, a background may be in shadow, and a guided filter gives the outline its softness.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import images
from brushwork.color import to_oklab
from brushwork.errors import OptionError
from brushwork.selection import Box

#: The long side, of the box and what is round it, at which the outline is found.
LOOKED_AT = 320
#: How far round the box the background is looked at, as a part of the box's mean side.
MARGIN = 0.3
#: Gaussians of each mixture, and how often they are refined.
COLORS, REFINEMENTS = 6, 4
#: One pixel in so many is enough for them.
SAMPLED = 3
#: Turns of colours and outline, and steps of the outline in each but the last, and in that.
TURNS, STEPS, LAST_STEPS = 6, 60, 160
#: How far a Gaussian reaches beyond its pixels, as a part of the long side.
REACH = 0.1
#: Least variance of colour along each axis of OKLab: a deviation of 0.01 can just be seen.
LEAST_VARIANCE = 1e-4
#: What remains of lightness and chroma in shadows, and how likely each shadow is.
SHADOWS, SHADOW_SHARE = (0.85, 0.7), 0.1
#: What a pixel in the box that looks like background counts for, against one outside.
TRUST = 0.5
#: What a pixel's length of outline costs in a flat place, in units of log likelihood.
STIFFNESS = 8.0
#: No pixel says more than this: a colour that was never seen is no proof.
MOST_EVIDENCE = 5.0
#: Parts from this part of the largest are kept.
SMALLEST_PART = 0.1
#: Gaps up to this part of the thing are filled; larger ones let the background be seen.
LARGEST_GAP = 0.1
#: Radius of the guided filter, and the variance of colour that counts as an edge for it.
RADIUS, EDGE = 3, 1e-4
#: How much the contrast of its result is raised.
CONTRAST = 2.0

#: Neighbours, by rows and columns; so each pair of pixels is met once.
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


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


@dataclass(frozen=True)
class Mixture:
    """K Gaussians of place and colour: shares ``(K,)``, means ``(K, 5)``, roots ``(K, 5, 5)``.

    The roots of the covariances are Cholesky's, of which the first two rows and columns are the
    roots of the covariances of place alone.
    """

    shares: Tensor
    means: Tensor
    roots: Tensor

    def log_density(self, pixels: Tensor) -> Tensor:
        """Give ``log p(colour | place)`` for ``(N, 5)``: ``(N,)``, without a factor of 2π."""
        place, both = self.parts(pixels)
        return both.logsumexp(dim=0) - place.logsumexp(dim=0)

    def parts(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Give the log densities of place, and of place and colour, of each part: ``(K, N)``."""
        # The inverse of so small a root costs nothing; a product is faster than a solution is.
        identity = torch.eye(5).to(self.roots).expand_as(self.roots)
        inverse = torch.linalg.solve_triangular(self.roots, identity, upper=False)
        squares = (inverse @ pixels.T - inverse @ self.means[:, :, None]).square_()
        scales = self.roots.diagonal(dim1=1, dim2=2).log()[:, :, None]
        place = self.shares.log()[:, None] - (squares[:, :2] / 2 + scales[:, :2]).sum(dim=1)
        return place, place - (squares[:, 2:] / 2 + scales[:, 2:]).sum(dim=1)


def fitted(pixels: Tensor, weights: Tensor) -> Mixture:
    """Fit a mixture to a sample of pixels ``(N, 5)`` with weights ``(N,)``.

    It starts from groups of like colours and is refined by expectation and maximisation.
    """
    pixels, weights = pixels[::SAMPLED], weights[::SAMPLED].clamp_min(1e-6)
    mixture = _mixture(pixels, weights * _groups(pixels[:, 2:], weights))
    for _ in range(REFINEMENTS):
        mixture = _mixture(pixels, weights * mixture.parts(pixels)[1].softmax(dim=0))
    return mixture


def in_shadow(mixture: Mixture) -> Mixture:
    """Add each Gaussian at less light.

    Where less light falls on the same thing, all three coordinates of OKLab shrink by the same
    factor, since they are linear in the cube roots of light.
    """
    factors = torch.tensor([[1.0, 1.0, left, left, left] for left in (1.0, *SHADOWS)])
    factors = factors.to(mixture.means)[:, None]
    likely = torch.tensor([1.0] + [SHADOW_SHARE] * len(SHADOWS)).to(mixture.shares)
    return Mixture(
        (likely[:, None] * mixture.shares).flatten() / likely.sum(),
        (factors * mixture.means).flatten(end_dim=1),
        (factors[..., None] * mixture.roots).flatten(end_dim=1),
    )


def _groups(colors: Tensor, weights: Tensor) -> Tensor:
    """Share colours ``(N, 3)`` out among groups: ``(K, N)`` of 0 and 1.

    The group that varies most is cut in two, at its mean and across its longest axis, until there
    are enough (Orchard and Bouman 1991).
    """
    groups = torch.ones_like(weights)[None]
    for _ in range(COLORS - 1):
        shares, means, covariances = _moments(colors, weights * groups)
        variances, axes = torch.linalg.eigh(covariances)
        widest = int((variances[:, -1] * shares).argmax())
        beyond = ((colors - means[widest]) @ axes[widest, :, -1] > 0).to(colors)
        parted = groups[widest] * torch.stack([beyond, 1 - beyond])
        groups = torch.cat([groups[:widest], parted, groups[widest + 1 :]])
    return groups


def _mixture(pixels: Tensor, weights: Tensor) -> Mixture:
    """Give the mixture whose parts have the weights ``(K, N)``."""
    shares, means, covariances = _moments(pixels, weights)
    least = torch.tensor([REACH**2] * 2 + [LEAST_VARIANCE] * 3).to(pixels).diag()
    return Mixture(shares, means, torch.linalg.cholesky(covariances + least))


def _moments(values: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Give shares, means and covariances of ``(N, D)`` under each of the weights ``(K, N)``."""
    masses = weights.sum(dim=1).clamp_min(1e-6)
    means = weights @ values / masses[:, None]
    away = values[None] - means[:, None]
    covariances = (away * weights[:, :, None]).mT @ away / masses[:, None, None]
    return masses / masses.sum(), means, covariances


def cut(evidence: Tensor, costs: Sequence[Tensor], start: Tensor, steps: int) -> Tensor:
    """Draw the outline that costs least: ``Σ w |uᵢ - uⱼ| - Σ evidence · u`` for u in [0, 1].

    The sums go over pairs of neighbours and over pixels. The least u is 0 or 1 nearly everywhere,
    and wherever it is cut the parts are a minimum cut of the graph of these pixels.

    Parameters
    ----------
    evidence
        ``(1, 1, H, W)``: above 0 where a pixel seems to be inside.
    costs
        The weights w, as `lengths` gives them.
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
        for offset, cost, force in zip(_NEIGHBOURS, costs, forces, strict=True):
            here, there = _pairs(ahead, offset)
            torch.clamp(force.add_(there - here, alpha=0.25), -cost, cost, out=force)
            pulled, pushed = _pairs(pull, offset)
            pulled += force
            pushed -= force
        moved = torch.add(inside, pull, alpha=0.25).clamp_(0, 1)
        ahead, inside = 2 * moved - inside, moved
    return inside


def lengths(lab: Tensor) -> list[Tensor]:
    """Say what an outline costs between neighbours: ``s / d · exp(-‖cᵢ - cⱼ‖² / 2m)``.

    s is `STIFFNESS`, d the distance of the pixels, m the mean of ‖cᵢ - cⱼ‖² over the picture
    ``(1, 3, H, W)``; one tensor for each of the four directions to a neighbour.
    """
    squares = [(there - here).square().sum(dim=1, keepdim=True) for here, there in _all_pairs(lab)]
    mean = torch.cat([square.flatten() for square in squares]).mean().clamp_min(1e-8)
    return [
        STIFFNESS / math.hypot(*offset) * torch.exp(-square / (2 * mean))
        for square, offset in zip(squares, _NEIGHBOURS, strict=True)
    ]


def _all_pairs(picture: Tensor) -> list[tuple[Tensor, Tensor]]:
    return [_pairs(picture, offset) for offset in _NEIGHBOURS]


def _pairs(picture: Tensor, offset: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Give views of the pixels that have such a neighbour, and of these neighbours."""
    height, width = picture.shape[2:]
    down, right = offset
    here = picture[..., : height - down, max(0, -right) : width - max(0, right)]
    there = picture[..., down:, max(0, right) : width + min(0, right)]
    return here, there


def large(inside: Tensor) -> Tensor:
    """Keep the largest connected part of ``(1, 1, H, W)`` of bool, and others that are not small.

    A belt or a branch in front of a thing may cut it in two; parts from a tenth of the largest on
    are kept. Corners connect.
    """
    labels = connected(inside)
    counts = labels[inside].bincount(minlength=inside.numel())
    return inside & (counts[labels] >= SMALLEST_PART * counts.amax())


def without_gaps(inside: Tensor, outside: Tensor) -> Tensor:
    """Fill gaps of up to a tenth of the thing, unless they reach what is known as background.

    Parameters
    ----------
    inside, outside
        ``(1, 1, H, W)`` of bool. A gap at the photo's own border is closed by that.
    """
    # Sides connect the background and corners do not, or it would leak through a slanting line.
    labels = connected(~inside, corners=False)
    counts = labels[~inside].bincount(minlength=inside.numel())
    counts[labels[outside & ~inside]] = inside.numel()
    return inside | (counts[labels] <= LARGEST_GAP * inside.sum())


def connected(inside: Tensor, *, corners: bool = True) -> Tensor:
    """Label the connected parts of ``(1, 1, H, W)`` of bool by the number of their first pixel.

    Every pixel takes the least number among its neighbours', then the number of the pixel with
    that number, until nothing changes: numbers travel along a part in leaps.
    """
    own = torch.arange(inside.numel()).reshape(inside.shape)
    labels, before = own, torch.full_like(own, -1)
    while not labels.equal(before):
        before = labels
        least = labels
        for offset in _NEIGHBOURS if corners else _NEIGHBOURS[:2]:
            least = _least(least, inside, offset)
        labels = torch.where(inside, least.flatten()[least], own)
    return labels


def _least(labels: Tensor, inside: Tensor, offset: tuple[int, int]) -> Tensor:
    """Give both of each pair of neighbours that are inside the lesser label."""
    result = labels.clone()
    for index, other in ((0, 1), (1, 0)):
        pair, both = _pairs(labels, offset), _pairs(inside, offset)
        target = _pairs(result, offset)[index]
        lesser = torch.minimum(target, pair[other])
        target.copy_(torch.where(both[0] & both[1], lesser, target))
    return result


def softened(photo: Tensor, small: Tensor, inside: Tensor) -> Tensor:
    """Carry an outline from a small picture to a large one, with the edges of the large one.

    ``q = aᵀ I + b``: in each window of the small picture the plane of colours that is nearest to
    the mask; a and b, blurred and enlarged, meet the colours I of the large one. Only about the
    outline; elsewhere the mask is what it was.

    Parameters
    ----------
    photo, small
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
    size = (photo.shape[2], photo.shape[3])
    hard = inside.to(photo)
    slopes, base = _planes(small, hard)
    slopes, base = _enlarged(_mean(slopes), size), _enlarged(_mean(base), size)
    soft = (slopes * photo).sum(dim=1, keepdim=True) + base
    soft = (CONTRAST * (soft - 0.5) + 0.5).clamp(0, 1)
    near = _mean(hard)
    near = _enlarged(((near > 0) & (near < 1)).to(photo), size)
    return torch.lerp(_enlarged(hard, size), soft, near)


def _planes(guide: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Fit the mask by colour in each window: slopes ``(1, 3, h, w)`` and base ``(1, 1, h, w)``."""
    mean, level = _mean(guide), _mean(mask)
    products = guide[:, :, None] * guide[:, None]
    covariance = _mean(products.flatten(1, 2)) - (mean[:, :, None] * mean[:, None]).flatten(1, 2)
    together = _mean(guide * mask) - mean * level
    matrices = covariance[0].reshape(3, 3, -1).permute(2, 0, 1) + EDGE * torch.eye(3).to(guide)
    slopes = torch.linalg.solve(matrices, together[0].flatten(1).T[..., None])
    slopes = slopes[..., 0].T.reshape(guide.shape)
    return slopes, level - (slopes * mean).sum(dim=1, keepdim=True)


def _mean(planes: Tensor) -> Tensor:
    """Average over windows, which are smaller at the border."""
    return F.avg_pool2d(planes, 2 * RADIUS + 1, 1, RADIUS, count_include_pad=False)


def _enlarged(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(planes, size, mode="bilinear", align_corners=False)


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
