"""Colours apart from lightness: OKLab, palettes, and what a screen can show."""

from __future__ import annotations

import torch
from torch import Tensor

from brushwork.images.strips import find_bounds, map_strips, sample_palette

#: From linear sRGB to the answers of the eye's three cones (Ottosson 2020).
_TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
#: From the cube roots of these to lightness, green to red, blue to yellow.
_TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
#: Where the transfer curve of sRGB bends. The two branches of the standard miss each other by
#: 2e-9 of linear light there; the middle of that gap tells apart what came from either.
_BEND, _LINEAR_BEND = 0.04045, 0.003130806
#: Linear light by which a channel may leave [0, 1]: rounding, and less than half a level of 255.
_SLACK = 1e-4
#: Halvings of the chroma that is still allowed, until no eye sees the difference.
HALVINGS = 12
#: A palette is not stretched by more than this along any axis: from 4 on, the blocks of a JPEG file
#: show in even areas.
MOST_GAIN = 3.0
#: How near to black and white lightness may be bent where it would go beyond them.
_SHOULDER = 0.3
#: Variance that is added to every axis at least, a deviation far below a level of 255.
_LEAST_VARIANCE = 1e-9
#: Halvings, on a logarithmic scale, of the variance that is added.
_SEARCHES = 40


def to_oklab(pixels: Tensor) -> Tensor:
    """Turn sRGB into OKLab: lightness L in [0, 1], a from green to red, b from blue to yellow.

    ``lab = M₂ · ∛(M₁ · linear)``, where ``linear`` is sRGB without its transfer curve. Distances
    and mixtures of such colours are about what the eye makes of them.

    Parameters
    ----------
    pixels
        ``(B, 3, H, W)`` sRGB, float32 or float64.

    Returns
    -------
    Tensor
        ``(B, 3, H, W)`` of the same type: L, a and b; a and b of a screen's colours are within
        ±0.33, and 0 for greys.

    Notes
    -----
    Ottosson (2020), *A perceptual color space for image processing*.
    """
    cones = _multiply_channels(_TO_CONES, _to_linear(_to_float64(pixels)), invert=False)
    lab = _multiply_channels(_TO_LAB, cones.sign() * cones.abs().pow(1 / 3), invert=False)
    return lab.to(pixels.dtype)


def from_oklab(lab: Tensor) -> Tensor:
    """Turn OKLab ``(B, 3, H, W)`` into sRGB; what no screen can show lies outside [0, 1].

    The inverse of `to_oklab`: ``linear = M₁⁻¹ · (M₂⁻¹ · lab)³``, with the transfer curve of sRGB
    continued as an odd function below 0.
    """
    return _from_linear(_oklab_to_linear(_to_float64(lab))).to(lab.dtype)


def clip_to_gamut(lab: Tensor) -> Tensor:
    """Turn OKLab ``(B, 3, H, W)`` into sRGB in [0, 1], with less chroma where it must be.

    Colours that no screen can show keep lightness and hue, and are moved towards grey until one
    can. Cutting off channels instead would change hues, and make flat patches. Lightness itself is
    cut off at black and white.
    """
    lightness, chroma = lab[:, :1].clamp(0, 1), lab[:, 1:]
    low = torch.zeros_like(lightness)
    high = torch.ones_like(lightness)
    fits = _is_displayable(lightness, chroma)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        inside = _is_displayable(lightness, middle * chroma)
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    part = torch.where(fits, torch.ones_like(low), low)
    return from_oklab(torch.cat([lightness, part * chroma], dim=1)).clamp(0, 1)


def match_palette(
    image: Tensor,
    other: Tensor,
    *,
    alpha: Tensor | None = None,
    other_alpha: Tensor | None = None,
) -> Tensor:
    """Give ``image`` the mean colour of ``other``, and its variety of colours, in closed form.

    ``x ↦ ν + T (x - μ)`` with ``T = A^-½ (A^½ B A^½)^½ A^-½``, for mean μ and covariance A of the
    colours of ``image`` in OKLab, and ν and B of ``other``: of all maps that turn the one
    Gaussian into the other it moves colours the least. An image's own palette changes nothing.

    Where ``image`` has hardly any variety, T would turn its noise and the blocks of its JPEG
    file into colour. So A stands for ``A + λI``, with the least λ at which T stretches no axis more
    than threefold; T only falls as λ grows, so that halving finds it. Within that bound λ is 0 but
    for rounding, and mean and covariance become exactly those of ``other`` where the screen can
    show the result. Lightness beyond black or white is bent, not cut off, to keep what is drawn
    there.

    Parameters
    ----------
    image, other
        ``(1, 3, H, W)`` and ``(1, 3, H', W')`` in [0, 1].
    alpha, other_alpha
        ``(1, 1, H, W)`` and ``(1, 1, H', W')`` in [0, 1]: how much each pixel counts; all alike
        if None.

    Returns
    -------
    Tensor
        ``(1, 3, H, W)`` in [0, 1].

    Notes
    -----
    Pitié and Kokaram (2007), *The linear Monge-Kantorovitch colour mapping*, section 3.
    """
    here, there = _measure_palette(image, alpha), _measure_palette(other, other_alpha)
    gain = _compute_bounded_transport(here[1], there[1])
    offset = there[0] - gain @ here[0]
    gain, offset = (part.to(image.dtype).to(image.device) for part in (gain, offset))

    def move(pixels: Tensor) -> Tensor:
        moved = torch.einsum("ij,bjhw->bihw", gain, to_oklab(pixels))
        return moved + offset.reshape(1, 3, 1, 1)

    bounds = find_bounds(lambda pixels: move(pixels)[:, :1], image, alpha)

    def match(pixels: Tensor) -> Tensor:
        moved = move(pixels)
        lightness = _compress_lightness(moved[:, :1], bounds)
        return clip_to_gamut(torch.cat([lightness, moved[:, 1:]], dim=1))

    return map_strips(match, image)


def _measure_palette(image: Tensor, alpha: Tensor | None) -> tuple[Tensor, Tensor]:
    pixels, weights = sample_palette(image, alpha)
    return compute_moments(to_oklab(pixels), weights)


def compute_moments(planes: Tensor, weights: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """Give mean ``(C,)`` and covariance ``(C, C)`` of the channels of ``(1, C, H, W)``.

    Each position counts by ``(1, 1, H, W)``, or all alike. In float64 on the CPU: Apple's MPS has
    no float64.
    """
    rows = planes[0].flatten(start_dim=1).cpu().double()
    if weights is None:
        mean = rows.mean(dim=1)
        centred = rows - mean[:, None]
        return mean, centred @ centred.T / rows.shape[1]
    shares = weights.flatten().cpu().double()
    shares = shares / shares.sum()
    mean = rows @ shares
    centred = rows - mean[:, None]
    return mean, (shares * centred) @ centred.T


def to_grey(pixels: Tensor) -> Tensor:
    """Give the lightness of ``(B, 3, H, W)`` as a grey image of the same shape in [0, 1]."""
    return map_strips(lambda part: _grey_from_lightness(to_oklab(part)[:, :1]), pixels)


def match_lightness(
    image: Tensor,
    other: Tensor,
    *,
    alpha: Tensor | None = None,
    other_alpha: Tensor | None = None,
) -> Tensor:
    """Give the grey ``image`` the mean and the deviation of the lightness of ``other``.

    ``L ↦ (σ' / σ) (L - μ) + μ'``, with a gain of at most 3, so that a flat image stays flat.
    What would be darker than black or lighter than white is bent, not cut off.

    Parameters
    ----------
    image, other
        ``(1, 3, H, W)`` and ``(1, 3, H', W')`` in [0, 1]; their colours count for nothing.
    alpha, other_alpha
        How much each pixel counts, as for `match_palette`.

    Returns
    -------
    Tensor
        ``(1, 3, H, W)`` in [0, 1], with three equal channels.

    Notes
    -----
    Gatys, Bethge, Hertzmann and Shechtman (2016), *Preserving Color in Neural Artistic Style
    Transfer*, on luminance-only transfer, with the L of OKLab in place of the Y of YIQ.
    """
    mean, deviation = _measure_lightness(image, alpha)
    target, spread = _measure_lightness(other, other_alpha)
    gain = (spread / deviation.clamp_min(_LEAST_VARIANCE**0.5)).clamp_max(MOST_GAIN)

    def move(pixels: Tensor) -> Tensor:
        return gain * (to_oklab(pixels)[:, :1] - mean) + target

    bounds = find_bounds(move, image, alpha)
    return map_strips(
        lambda pixels: _grey_from_lightness(_compress_lightness(move(pixels), bounds)), image
    )


def _measure_lightness(image: Tensor, alpha: Tensor | None) -> tuple[Tensor, Tensor]:
    """Give mean and deviation of the lightness."""
    pixels, weights = sample_palette(image, alpha)
    lightness = to_oklab(pixels)[:, :1]
    if weights is None:
        return lightness.mean(), lightness.std(correction=0)
    shares = weights / weights.sum()
    mean = (shares * lightness).sum()
    return mean, (shares * (lightness - mean).square()).sum().sqrt()


def transfer_colors(image: Tensor, other: Tensor) -> Tensor:
    """Give the lightness of ``image`` the hue and chroma of ``other``, place by place.

    Parameters
    ----------
    image, other
        ``(1, 3, H, W)`` in [0, 1], both.

    Returns
    -------
    Tensor
        ``(1, 3, H, W)`` in [0, 1]; less colourful than ``other`` where ``image`` is so dark or so
        light that no screen can show its colour.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Gatys, Bethge, Hertzmann and Shechtman (2016), *Preserving Color in Neural Artistic Style
    Transfer*, on luminance-only transfer, with a and b of OKLab in place of I and Q of YIQ.
    """
    if image.shape != other.shape:
        raise ValueError(
            f"images must be of one shape, but are {tuple(image.shape)} and {tuple(other.shape)}"
        )

    def transfer(here: Tensor, there: Tensor) -> Tensor:
        return clip_to_gamut(torch.cat([to_oklab(here)[:, :1], to_oklab(there)[:, 1:]], dim=1))

    return map_strips(transfer, image, other)


def _to_float64(planes: Tensor) -> Tensor:
    """Leave float32 for the way: its rounding shows in the dark channel of saturated colours.

    It is 2e-5 there and back in float32, 1e-6 in float64. Apple's MPS has no float64.
    """
    return planes if planes.device.type == "mps" else planes.double()


def _oklab_to_linear(lab: Tensor) -> Tensor:
    """Turn OKLab into linear light."""
    return _multiply_channels(
        _TO_CONES, _multiply_channels(_TO_LAB, lab, invert=True).pow(3), invert=True
    )


def _grey_from_lightness(lightness: Tensor) -> Tensor:
    """Turn lightness ``(B, 1, H, W)`` into an image, whose three channels are equal to the bit."""
    return _from_linear(lightness.clamp(0, 1).pow(3)).clamp(0, 1).repeat(1, 3, 1, 1)


def _compress_lightness(lightness: Tensor, bounds: tuple[Tensor, Tensor]) -> Tensor:
    """Bend both ends of lightness so that the extremes of the image become black and white.

    Lightness within [0, 1] is left as it is, so an end bends only if something lies beyond it.
    """
    low, high = bounds
    darkest = 1 - _compress_highlights(low, high)
    return 1 - _compress_highlights(1 - _compress_highlights(lightness, high), darkest)


def _compress_highlights(lightness: Tensor, lightest: Tensor) -> Tensor:
    """Bend what is near to white as film does: ``x ↦ x (1 + x / m²) / (1 + x)`` from the shoulder.

    There x counts in widths of the shoulder and m is the largest x, which becomes 1; m = 1 bends
    nothing. Reinhard, Stark, Shirley and Ferwerda (2002), equation 4.
    """
    excess, most = (
        ((values - (1 - _SHOULDER)) / _SHOULDER).clamp_min(0) for values in (lightness, lightest)
    )
    most = most.clamp_min(1)
    return lightness + _SHOULDER * (excess * (1 + excess / most**2) / (1 + excess) - excess)


def _multiply_channels(
    rows: tuple[tuple[float, ...], ...], planes: Tensor, *, invert: bool
) -> Tensor:
    matrix = torch.tensor(rows, dtype=torch.float64)
    if invert:
        matrix = matrix.inverse()
    return torch.einsum("ij,bjhw->bihw", matrix.to(planes.dtype).to(planes.device), planes)


def _to_linear(pixels: Tensor) -> Tensor:
    bent = ((pixels.abs() + 0.055) / 1.055).pow(2.4) * pixels.sign()
    return torch.where(pixels.abs() <= _BEND, pixels / 12.92, bent)


def _from_linear(linear: Tensor) -> Tensor:
    bent = (1.055 * linear.abs().pow(1 / 2.4) - 0.055) * linear.sign()
    return torch.where(linear.abs() <= _LINEAR_BEND, linear * 12.92, bent)


def _is_displayable(lightness: Tensor, chroma: Tensor) -> Tensor:
    """Say where a screen can show a colour."""
    light = _oklab_to_linear(torch.cat([lightness, chroma], dim=1))
    return ((light >= -_SLACK) & (light <= 1 + _SLACK)).all(dim=1, keepdim=True)


def _compute_bounded_transport(here: Tensor, there: Tensor) -> Tensor:
    """Give the transport of ``A + λI`` to B for the least λ that keeps its gain within bounds."""
    identity = torch.eye(3, dtype=here.dtype)
    # The gain is at most √(‖B‖ / λ), so it is within bounds at the upper end.
    low = _LEAST_VARIANCE
    high = max(low, float(there.trace()) / MOST_GAIN**2)
    for _ in range(_SEARCHES):
        middle = (low * high) ** 0.5
        gain = torch.linalg.eigvalsh(_compute_transport(here + middle * identity, there))[-1]
        low, high = (middle, high) if gain > MOST_GAIN else (low, middle)
    return _compute_transport(here + high * identity, there)


def _compute_transport(here: Tensor, there: Tensor) -> Tensor:
    """Give ``A^-½ (A^½ B A^½)^½ A^-½`` for a positive definite A."""
    values, vectors = torch.linalg.eigh(here)
    values = values.clamp_min(_LEAST_VARIANCE)  # rounding
    root = (vectors * values.sqrt()) @ vectors.T
    inverse = (vectors / values.sqrt()) @ vectors.T
    inner, axes = torch.linalg.eigh(root @ there @ root)
    middle = (axes * inner.clamp_min(0).sqrt()) @ axes.T
    gain: Tensor = inverse @ middle @ inverse
    return gain
