"""Colours against published numbers and NumPy; palettes by their moments; nothing is clipped."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork import images
from brushwork.images import strips
from brushwork.images.color import (
    clip_to_gamut,
    compute_moments,
    from_oklab,
    match_lightness,
    match_palette,
    to_grey,
    to_oklab,
    transfer_colors,
)
from tests.reference import color

# What Ottosson's own colour picker gives for corners of sRGB and for the grey between them.
PUBLISHED = [
    ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    ((1.0, 1.0, 1.0), (1.0, 0.0, 0.0)),
    ((0.5, 0.5, 0.5), (0.5981807266, 0.0, 0.0)),
    ((1.0, 0.0, 0.0), (0.6279553606, 0.2248630611, 0.1258462985)),
    ((0.0, 1.0, 0.0), (0.8664396115, -0.2338875742, 0.1794984799)),
    ((0.0, 0.0, 1.0), (0.4520137184, -0.0324569842, -0.3115281477)),
]
WHITE = (1.0, 1.0, 1.0)


def flat(color: tuple[float, ...], dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(color, dtype=dtype).reshape(1, 3, 1, 1).repeat(1, 1, 4, 5)


def random_pixels(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def scattered(
    mean: tuple[float, float, float], mixing: list[list[float]], *, seed: int = 0
) -> Tensor:
    """Make a picture of colours round a mean in OKLab, never far enough to leave the gamut."""
    noise = torch.rand((3, 48 * 40), generator=torch.Generator().manual_seed(seed)).double() - 0.5
    noise = noise - noise.mean(dim=1, keepdim=True)
    rows = torch.tensor(mixing).double() @ noise + torch.tensor(mean).double()[:, None]
    pixels = from_oklab(rows.reshape(1, 3, 48, 40))
    assert pixels.amin() > 0
    assert pixels.amax() < 1
    return pixels


def moments(pixels: Tensor) -> tuple[np.ndarray, np.ndarray]:
    rows = color.to_oklab(pixels[0].flatten(1).double().numpy())
    return rows.mean(axis=1), np.cov(rows, bias=True)


# Two palettes whose axes are those of OKLab, and one that is turned.
CALM = ((0.6, 0.01, 0.02), [[0.2, 0, 0], [0, 0.06, 0], [0, 0, 0.04]])
RICH = ((0.55, -0.01, 0.01), [[0.3, 0, 0], [0, 0.03, 0], [0, 0, 0.08]])
TURNED = ((0.6, 0.02, 0.0), [[0.2, 0.04, 0], [0.03, 0.05, -0.02], [-0.02, 0.02, 0.06]])


def hide(pixels: Tensor, color: tuple[float, float, float]) -> tuple[Tensor, Tensor]:
    """Put an image on a canvas of a colour that is twice as wide, and say where it is."""
    whole = flat(color, pixels.dtype)[..., :1, :1].repeat(
        1, 1, pixels.shape[2], 2 * pixels.shape[3]
    )
    whole[..., : pixels.shape[3]] = pixels
    alpha = torch.zeros_like(whole[:, :1])
    alpha[..., : pixels.shape[3]] = 1
    return whole, alpha


@pytest.mark.parametrize("match", [match_palette, match_lightness])
def test_hidden_pixels_count_nowhere(match: Callable[..., Tensor]) -> None:
    image, other = scattered(*CALM), scattered(*RICH, seed=1)
    expected = match(image, other)
    hidden, alpha = hide(image, (1.0, 0.0, 1.0))
    other_hidden, other_alpha = hide(other, (0.0, 1.0, 0.0))
    found = match(hidden, other_hidden, alpha=alpha, other_alpha=other_alpha)
    torch.testing.assert_close(found[..., : image.shape[3]], expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("match", [match_palette, match_lightness])
def test_a_hidden_extreme_bends_nothing(match: Callable[..., Tensor]) -> None:
    image = scattered(*CALM)
    light = scattered((0.78, 0.0, 0.01), [[0.25, 0, 0], [0, 0.02, 0], [0, 0, 0.02]], seed=1)
    hidden, alpha = hide(image, WHITE)  # which would become lighter than white
    found = match(hidden, light, alpha=alpha)[..., : image.shape[3]]
    torch.testing.assert_close(found, match(image, light), rtol=0, atol=1e-9)
    assert not torch.allclose(match(hidden, light)[..., : image.shape[3]], found, atol=0.01)


def test_moments_are_weighted_as_numpy_weights() -> None:
    planes, weights = random_pixels(1, 3, 9, 11), random_pixels(1, 1, 9, 11, seed=1)
    mean, covariance = compute_moments(planes, weights)
    rows, shares = planes[0].flatten(1).numpy(), weights.flatten().numpy()
    np.testing.assert_allclose(mean, np.average(rows, axis=1, weights=shares), rtol=1e-12)
    np.testing.assert_allclose(covariance, np.cov(rows, bias=True, aweights=shares), rtol=1e-12)


@pytest.mark.parametrize("match", [match_palette, match_lightness])
@pytest.mark.parametrize("transparent", [False, True])
def test_a_large_image_is_matched_in_strips_as_it_would_be_whole(
    match: Callable[..., Tensor], transparent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    image, other = scattered(*CALM), scattered(*RICH, seed=1)
    alpha = random_pixels(1, 1, *image.shape[2:]) if transparent else None
    whole = match(image, other, alpha=alpha)
    monkeypatch.setattr(strips, "STRIP_PIXELS", 300)  # of 1920, and so seven strips
    monkeypatch.setattr(strips, "SAMPLED_PIXELS", 2**18)
    found = match(image, other, alpha=alpha)
    torch.testing.assert_close(found, whole, rtol=0, atol=2 / 255)
    assert not torch.equal(found, whole)  # its palette is known from a sample


def test_strips_of_single_pixels_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    image, other = scattered(*RICH), scattered(*TURNED, seed=1)
    expected = (to_grey(image), transfer_colors(image, other))
    monkeypatch.setattr(strips, "STRIP_PIXELS", 300)
    for found, whole in zip((to_grey(image), transfer_colors(image, other)), expected, strict=True):
        torch.testing.assert_close(found, whole, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("srgb", "lab"), PUBLISHED)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float32, 1e-6), (torch.float64, 5e-8)], ids=["32", "64"]
)
def test_corners_of_srgb_have_the_published_coordinates(
    srgb: tuple[float, ...], lab: tuple[float, ...], dtype: torch.dtype, tolerance: float
) -> None:
    found = to_oklab(flat(srgb, dtype))
    assert found.dtype == dtype
    torch.testing.assert_close(found, flat(lab, dtype), rtol=0, atol=tolerance)
    # The cube roots are steep near black, so the way back is compared in what is seen.
    torch.testing.assert_close(
        from_oklab(flat(lab, dtype)), flat(srgb, dtype), rtol=0, atol=20 * tolerance
    )


def test_random_colors_agree_with_the_reference() -> None:
    pixels = random_pixels(1, 3, 20, 30)
    expected = color.to_oklab(pixels[0].flatten(1).numpy())
    np.testing.assert_allclose(to_oklab(pixels)[0].flatten(1), expected, atol=1e-12)


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.float64, 1e-10)], ids=["32", "64"]
)
def test_there_and_back_is_where_it_began(dtype: torch.dtype, tolerance: float) -> None:
    pixels = random_pixels(3, 3, 40, 50, dtype=dtype)
    torch.testing.assert_close(from_oklab(to_oklab(pixels)), pixels, rtol=0, atol=tolerance)


def test_there_and_back_holds_where_the_transfer_curve_bends_and_at_every_level() -> None:
    bend = 0.04045 + torch.linspace(-1e-8, 1e-8, 2001, dtype=torch.float64)
    levels = torch.arange(256, dtype=torch.float64) / 255
    pixels = torch.cat([bend, levels]).expand(1, 3, 1, -1)
    torch.testing.assert_close(from_oklab(to_oklab(pixels)), pixels, rtol=0, atol=1e-12)


def test_colors_beyond_the_screen_are_not_clipped_on_the_way() -> None:
    pixels = 1.4 * random_pixels(1, 3, 20, 30) - 0.2
    assert pixels.amin() < -0.19
    assert pixels.amax() > 1.19
    torch.testing.assert_close(from_oklab(to_oklab(pixels)), pixels, rtol=0, atol=1e-10)


def test_in_gamut_leaves_what_a_screen_can_show() -> None:
    pixels = random_pixels(2, 3, 20, 30, dtype=torch.float32)
    pixels[:, :, 0] = pixels[:, :, 0].round()  # corners of the gamut among them
    torch.testing.assert_close(clip_to_gamut(to_oklab(pixels)), pixels, rtol=0, atol=1e-5)


@pytest.mark.parametrize("lightness", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("hue", [0.5, 1.9, 2.5, 3.4, 5.7])
def test_in_gamut_takes_chroma_and_leaves_lightness_and_hue(lightness: float, hue: float) -> None:
    beyond = flat((lightness, 0.4 * np.cos(hue), 0.4 * np.sin(hue)))
    shown = clip_to_gamut(beyond)
    assert shown.amin() >= 0
    assert shown.amax() <= 1
    found, a, b = to_oklab(shown)[0, :, 0, 0].tolist()
    assert found == pytest.approx(lightness, abs=5e-4)
    assert np.arctan2(b, a) % (2 * np.pi) == pytest.approx(hue, abs=5e-3)
    assert np.hypot(a, b) == pytest.approx(color.most_chroma(lightness, hue), abs=1e-3)


def test_in_gamut_moves_on_steadily_as_chroma_grows() -> None:
    # A ramp from grey to far outside must have no jump, which would show as an edge.
    chroma = torch.linspace(0, 0.4, 1000).double()
    ramp = torch.stack([torch.full_like(chroma, 0.7), 0.8 * chroma, -0.6 * chroma])
    shown = clip_to_gamut(ramp[None, :, None])
    assert shown.diff(dim=3).abs().amax() < 0.004


def test_in_gamut_gives_black_and_white_beyond_black_and_white() -> None:
    assert clip_to_gamut(flat((1.3, 0.1, 0.1))).tolist() == pytest.approx(np.ones((1, 3, 4, 5)))
    assert clip_to_gamut(flat((-0.3, 0.1, 0.1))).abs().amax() < 2e-3


def test_a_palette_is_taken_over_with_mean_and_covariance() -> None:
    mean, covariance = moments(match_palette(scattered(*CALM), scattered(*TURNED, seed=1)))
    expected_mean, expected_covariance = moments(scattered(*TURNED, seed=1))
    np.testing.assert_allclose(mean, expected_mean, atol=1e-8)
    np.testing.assert_allclose(covariance, expected_covariance, rtol=0, atol=1e-7)


def test_of_palettes_along_the_axes_each_axis_is_scaled_by_its_deviations() -> None:
    # The same noise, so that both covariances have the same axes to the last digit.
    rich = scattered(*RICH)
    found = match_palette(scattered(*CALM), rich)
    # 0.3 / 0.2, 0.03 / 0.06 and 0.08 / 0.04 turn the one's noise into the other's.
    torch.testing.assert_close(found, rich, rtol=0, atol=3e-3)
    rows = to_oklab(scattered(*CALM))
    scale = torch.tensor([1.5, 0.5, 2.0]).double().reshape(1, 3, 1, 1)
    offset = torch.tensor([0.55, -0.01, 0.01]).double() - scale.flatten() * torch.tensor(
        [0.6, 0.01, 0.02]
    )
    expected = from_oklab(scale * rows + offset.reshape(1, 3, 1, 1))
    torch.testing.assert_close(found, expected, rtol=0, atol=3e-3)


def test_the_map_is_that_of_the_reference() -> None:
    picture, other = scattered(*TURNED), scattered(*CALM, seed=1)
    (mean, here), (goal, there) = moments(picture), moments(other)
    rows = color.to_oklab(picture[0].flatten(1).numpy())
    expected = color.transport(here, there) @ (rows - mean[:, None]) + goal[:, None]
    found = color.to_oklab(match_palette(picture, other)[0].flatten(1).numpy())
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_other_sizes_and_orders_of_the_palette_make_no_difference() -> None:
    picture, other = scattered(*CALM), scattered(*TURNED, seed=1)
    as_row = other.flatten(2).flip(2)[:, :, None]
    torch.testing.assert_close(
        match_palette(picture, as_row), match_palette(picture, other), rtol=0, atol=1e-10
    )


@pytest.mark.parametrize("name", ["cat", "cafe-terrace"])
def test_a_pictures_own_palette_changes_nothing(name: str) -> None:
    pixels = images.resize(images.read(name).pixels, (96, 80))
    found = match_palette(pixels, pixels)
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, pixels, rtol=0, atol=1e-4)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_flat_picture_becomes_the_mean_color(value: float) -> None:
    other = scattered(*TURNED)
    found = match_palette(flat((value, value, value), torch.float32), other)
    mean, covariance = moments(found)
    np.testing.assert_allclose(mean, moments(other)[0], atol=1e-5)
    assert np.abs(covariance).max() < 1e-8


def test_the_palette_of_a_flat_picture_is_one_color() -> None:
    found = match_palette(scattered(*TURNED), flat((0.2, 0.4, 0.6)))
    torch.testing.assert_close(found, flat((0.2, 0.4, 0.6))[:, :, :1, :1].expand_as(found))


def test_a_grey_picture_takes_the_tones_that_go_with_lightness() -> None:
    grey, other = to_grey(scattered(*TURNED)), scattered(*TURNED, seed=1)
    found = to_oklab(match_palette(grey, other)).flatten(2)[0]
    lightness, a, b = (row - row.mean() for row in found)
    covariance = moments(other)[1]
    # On a line of greys, a and b can only follow lightness, by the slope of their regression.
    slopes = [float(lightness @ row / (lightness @ lightness)) for row in (a, b)]
    np.testing.assert_allclose(slopes, covariance[1:, 0] / covariance[0, 0], atol=0.05)


def test_noise_is_not_stretched_more_than_threefold() -> None:
    noise = torch.rand((1, 3, 40, 48), generator=torch.Generator().manual_seed(0)) - 0.5
    pixels = 0.5 + 0.01 * noise.double()
    found = match_palette(pixels, scattered(*RICH))
    before, after = (color.to_oklab(rows[0].flatten(1).numpy()) for rows in (pixels, found))
    # The map found again by least squares; its norm is what it does to the worst direction.
    with_one = np.vstack([before, np.ones(before.shape[1])])
    gain = np.linalg.lstsq(with_one.T, after.T)[0][:3]
    assert 2.99 < np.linalg.norm(gain, 2) < 3.001


def test_lightness_beyond_white_and_black_keeps_its_drawing() -> None:
    ramp = torch.linspace(0.02, 0.98, 200).double().expand(1, 3, 1, -1)
    contrasts = flat((0.0, 0.0, 0.0))
    contrasts[..., ::2, :] = 1
    for found in (match_palette(ramp, contrasts), match_lightness(ramp, contrasts)):
        lightness = to_oklab(found)[0, 0, 0]
        assert lightness[0] < 0.01
        assert lightness[-1] > 0.99
        # Cut off, more than a tenth at either end would be level.
        assert lightness.diff().amin() > 2e-4


@pytest.mark.parametrize(("srgb", "lab"), PUBLISHED)
def test_greyed_gives_the_grey_of_the_published_lightness(
    srgb: tuple[float, ...], lab: tuple[float, ...]
) -> None:
    found = to_grey(flat(srgb, torch.float32))
    assert torch.equal(found[:, 0], found[:, 1])
    assert torch.equal(found[:, 0], found[:, 2])
    # Grey of linear light v has lightness ∛v, since all rows of the first matrix sum to 1.
    light = lab[0] ** 3
    expected = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    np.testing.assert_allclose(found, np.full((1, 3, 4, 5), expected), atol=1e-5)


def test_lightness_is_taken_over_with_mean_and_deviation() -> None:
    found = match_lightness(scattered(*CALM), scattered(*RICH, seed=1))
    (mean, covariance), (goal, goal_covariance) = (
        moments(found),
        moments(scattered(*RICH, seed=1)),
    )
    assert mean[0] == pytest.approx(goal[0], abs=1e-7)
    assert covariance[0, 0] == pytest.approx(goal_covariance[0, 0], abs=1e-7)
    assert np.abs(mean[1:]).max() < 1e-7
    assert np.abs(covariance[1:]).max() < 1e-7


def test_lightness_keeps_its_order() -> None:
    picture = scattered(*CALM)
    before = to_oklab(picture)[0, 0].flatten()
    after = to_oklab(match_lightness(picture, scattered(*RICH, seed=1)))[0, 0].flatten()
    assert torch.equal(before.argsort(), after.argsort())


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_flat_picture_becomes_the_mean_lightness(value: float) -> None:
    other = scattered(*RICH)
    for target in (other, flat(WHITE)):
        found = match_lightness(flat((value, value, value)), target)
        assert found.isfinite().all()
        mean, covariance = moments(found)
        assert mean[0] == pytest.approx(moments(target)[0][0], abs=1e-6)
        assert np.abs(covariance).max() < 1e-10


def test_colors_of_another_picture_leave_lightness_alone() -> None:
    picture, other = scattered(*CALM), scattered(*CALM, seed=1)
    found = to_oklab(transfer_colors(picture, other))
    torch.testing.assert_close(found[:, 0], to_oklab(picture)[:, 0], rtol=0, atol=1e-6)
    torch.testing.assert_close(found[:, 1:], to_oklab(other)[:, 1:], rtol=0, atol=1e-6)


def test_a_pictures_grey_with_its_own_colors_is_the_picture() -> None:
    pixels = random_pixels(1, 3, 20, 30, dtype=torch.float32)
    torch.testing.assert_close(transfer_colors(to_grey(pixels), pixels), pixels, rtol=0, atol=1e-4)


def test_white_stays_white_whatever_the_color() -> None:
    assert transfer_colors(flat(WHITE), flat((1.0, 0.0, 0.0))).amin() > 0.999


def test_colors_of_another_size_are_refused_with_both_shapes() -> None:
    message = "images must be of one shape, but are (1, 3, 4, 5) and (1, 3, 5, 4)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        transfer_colors(flat(WHITE), flat(WHITE).mT)


@pytest.mark.parametrize("name", ["cat", "astronaut"])
def test_every_result_is_a_float32_picture_of_the_same_size(name: str) -> None:
    pixels = images.resize(images.read(name).pixels, (48, 64))
    other = images.resize(images.read("cafe-terrace").pixels, (48, 64))
    for found in (
        to_grey(pixels),
        match_palette(pixels, other),
        match_lightness(pixels, other),
        transfer_colors(pixels, other),
    ):
        assert found.shape == pixels.shape
        assert found.dtype == torch.float32
        assert found.amin() >= 0
        assert found.amax() <= 1
