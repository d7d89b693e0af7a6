"""Resizing against properties that any good filter has, and rounding to eight bits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import numpy as np
import PIL.Image
import pytest
import torch

from brushwork import images
from brushwork.errors import ImageError
from brushwork.images.transforms import blur


def test_the_same_size_is_the_same_tensor() -> None:
    pixels = torch.rand(1, 3, 20, 30)
    assert images.resize(pixels, (20, 30)) is pixels


@pytest.mark.parametrize("size", [(10, 15), (7, 61), (40, 60), (1, 1)])
def test_any_size_is_reached_within_the_range(size: tuple[int, int]) -> None:
    pixels = (torch.rand(2, 4, 20, 30, generator=torch.Generator().manual_seed(0)) > 0.5).float()
    resized = images.resize(pixels, size)
    assert resized.shape == (2, 4, *size)
    assert resized.min() >= 0
    assert resized.max() <= 1


def test_a_flat_picture_stays_flat() -> None:
    resized = images.resize(torch.full((1, 3, 37, 53), 0.3), (19, 80))
    torch.testing.assert_close(resized, torch.full((1, 3, 19, 80), 0.3))


def test_a_ramp_stays_a_ramp() -> None:
    ramp = (torch.arange(64.0) + 0.5) / 64
    resized = images.resize(ramp.expand(1, 1, 64, 64), (64, 16))
    expected = (torch.arange(16.0) + 0.5) / 16
    torch.testing.assert_close(resized[0, 0, 5, 2:-2], expected[2:-2], atol=1e-5, rtol=0)


def test_finer_detail_than_the_new_pixels_turns_grey() -> None:
    checkers = (torch.arange(64)[:, None] + torch.arange(64)) % 2
    resized = images.resize(checkers.float().expand(1, 3, 64, 64), (9, 9))
    assert (resized - 0.5).abs().max() < 0.05


def test_overshoot_at_an_edge_is_cut() -> None:
    edge = torch.zeros(1, 1, 16, 16)
    edge[..., 8:] = 1
    resized = images.resize(edge, (64, 64))
    assert resized.min() == 0
    assert resized.max() == 1
    assert (resized[..., :24] == 0).sum() > 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_type_is_given_back(dtype: torch.dtype) -> None:
    pixels = torch.rand(1, 3, 20, 30, generator=torch.Generator().manual_seed(0))
    resized = images.resize(pixels.to(dtype), (9, 14))
    assert resized.dtype == dtype
    assert resized.device == pixels.device
    torch.testing.assert_close(resized.float(), images.resize(pixels, (9, 14)), atol=0.01, rtol=0)


def draw_cutout(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw soft blobs of random colour, and how opaque they are: much of it not at all."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 4, 9, 12, generator=generator).repeat_interleave(8, 2)
    planes = blur(coarse.repeat_interleave(8, 3), 2.0, 6, "repeat")
    return planes[:, :3], ((planes[:, 3:] - 0.5) * 6).clamp(0, 1)


@pytest.mark.parametrize("size", [(31, 40), (18, 24), (100, 140)])
def test_with_opacity_it_resizes_as_pillow_does(size: tuple[int, int]) -> None:
    pixels, alpha = draw_cutout()
    found = images.resize(pixels, size, alpha)[0].numpy()
    seen = alpha[0, 0].numpy()
    *colors, opacity = (
        np.asarray(PIL.Image.fromarray(plane).resize(size[::-1], PIL.Image.Resampling.BICUBIC))
        for plane in (*(pixels[0].numpy() * seen), seen)
    )
    visible = opacity > 0.01
    assert 0.2 < visible.mean() < 0.8
    expected = np.clip(np.stack(colors)[:, visible] / opacity[visible], 0, 1)
    np.testing.assert_allclose(found[:, visible], expected, atol=1e-4)


@pytest.mark.parametrize("size", [(31, 40), (18, 24), (100, 140)])
def test_what_is_hidden_does_not_bleed(size: tuple[int, int]) -> None:
    hidden, alpha = draw_cutout()
    color = torch.tensor([0.2, 0.5, 0.9]).reshape(1, 3, 1, 1)
    pixels = torch.where(alpha > 0, color, hidden)
    found = images.resize(pixels, size, alpha)
    torch.testing.assert_close(found, color.expand_as(found), atol=1e-4, rtol=0)


def test_an_even_opacity_changes_nothing() -> None:
    pixels, _ = draw_cutout()
    even = torch.full((1, 1, *pixels.shape[2:]), 0.4)
    found = images.resize(pixels, (33, 50), even)
    torch.testing.assert_close(found, images.resize(pixels, (33, 50)), atol=1e-5, rtol=0)


def test_hidden_pixels_take_the_mean_of_the_visible_ones() -> None:
    pixels, alpha = draw_cutout()
    found = images.fill_hidden(pixels, alpha)[0].numpy()
    seen = alpha[0, 0].numpy()
    expected = np.average(pixels[0].flatten(1).numpy(), axis=1, weights=seen.ravel())
    np.testing.assert_allclose(np.ptp(found[:, seen == 0], axis=1), 0)
    np.testing.assert_allclose(found[:, seen == 0].mean(axis=1), expected, atol=1e-5)
    np.testing.assert_array_equal(found[:, seen > 0.01], pixels[0].numpy()[:, seen > 0.01])


#: Who may resample besides `images.transforms`, and what, which is no image with opacity.
RESAMPLES = {
    "optimizers/adam.py": "moments of gradients",
    "masks/segmentation.py": "planes of coefficients",
    "report/charts.py": "drawings of numbers",
    "report/reconstructions.py": "pixels shown as squares",
    "studio/clip_reader.py": "stills of a contact sheet, which have no opacity",
    "video/filling.py": "frames, and how far each pixel of them is known",
    "video/footage.py": "frames of a film, which have no opacity",
    "video/masking.py": "frames, and how far each pixel of them is known",
    "video/motion.py": "flow, and what it is found in",
    "video/shots.py": "frames, to tell whether one follows the other",
}


def test_nothing_else_resamples() -> None:
    sign = re.compile(
        r"\binterpolate\(|(?<!images)\.resize\(|\.thumbnail\(|\.reduce\(|grid_sample\("
    )
    source = Path(images.__file__).parents[1]
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if sign.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"images/transforms.py", *RESAMPLES}


@pytest.mark.parametrize("border", ["repeat", "mirror"])
def test_a_blur_is_the_bell_that_it_claims(border: Literal["repeat", "mirror"]) -> None:
    dot = torch.zeros(1, 1, 41, 41, dtype=torch.float64)
    dot[..., 20, 20] = 1
    blurred = blur(dot, 3.0, 9, border)[0, 0]
    assert float(blurred.sum()) == pytest.approx(1)
    places = torch.arange(41, dtype=torch.float64) - 20
    for axis in (0, 1):
        assert float((blurred.sum(dim=axis) * places.square()).sum()) == pytest.approx(9, rel=0.03)


@pytest.mark.parametrize(("border", "mode"), [("repeat", "edge"), ("mirror", "symmetric")])
@pytest.mark.parametrize("reach", [1, 4, 30])
def test_a_blur_goes_on_beyond_the_border_as_numpy_does(
    border: Literal["repeat", "mirror"], mode: Literal["edge", "symmetric"], reach: int
) -> None:
    image = torch.rand(1, 2, 7, 9, generator=torch.Generator().manual_seed(0)).double()
    bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * 2.5**2))
    bell /= bell.sum()
    expected = np.pad(image[0].numpy(), ((0, 0), (reach, reach), (reach, reach)), mode=mode)
    for axis in (1, 2):
        expected = np.apply_along_axis(np.convolve, axis, expected, bell, "valid")
    found = blur(image, 2.5, reach, border)[0].numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("size", "fits"), [((300, 400), True), ((76, 100), True), ((77, 100), False)]
)
def test_what_belongs_to_an_image_has_nearly_its_aspect_ratio(
    size: tuple[int, int], fits: bool
) -> None:
    if fits:
        images.check_aspect("the mask", size, (75, 100))
        return
    sentence = "the mask is 100×77, but the photo is 100×75; crop it to the photo's aspect ratio."
    with pytest.raises(ImageError, match=f"^{sentence}$"):
        images.check_aspect("the mask", (77, 100), (75, 100))


def test_every_level_survives_the_way_to_pil_and_back() -> None:
    levels = torch.arange(256).float().reshape(1, 1, 16, 16).expand(1, 3, 16, 16)
    image = images.to_pil(levels / 255)
    assert image.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(image)[..., 1], levels[0, 0].numpy())
    assert torch.equal(images.read(image).pixels, levels / 255)


def test_numbers_are_rounded_to_the_nearest_level_and_clamped() -> None:
    numbers = [-0.5, 0.0, 0.4 / 255, 0.6 / 255, 99.4 / 255, 99.6 / 255, 1.0, 7.0]
    pixels = torch.tensor(numbers).expand(1, 3, 2, 8)
    row = np.asarray(images.to_pil(pixels))[0, :, 0]
    assert row.tolist() == [0, 0, 0, 1, 99, 100, 255, 255]


def test_channels_rows_and_columns_stay_in_place() -> None:
    pixels = torch.zeros(1, 3, 4, 5)
    pixels[0, 1, 2, 3] = 1
    image = images.to_pil(pixels)
    assert image.size == (5, 4)
    assert image.getpixel((3, 2)) == (0, 255, 0)


def test_alpha_becomes_the_fourth_channel() -> None:
    alpha = torch.linspace(0, 1, 20).reshape(1, 1, 4, 5)
    image = images.to_pil(torch.full((1, 3, 4, 5), 0.2), alpha)
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0)) == (51, 51, 51, 0)
    assert image.getpixel((4, 3)) == (51, 51, 51, 255)


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_any_floating_type_and_a_gradient_are_fine(dtype: torch.dtype) -> None:
    pixels = torch.full((1, 3, 4, 5), 0.5, dtype=dtype, requires_grad=True)
    alpha = torch.full((1, 1, 4, 5), 0.5)
    assert images.to_pil(pixels, alpha).getpixel((0, 0)) == (128, 128, 128, 128)


@pytest.mark.parametrize("shape", [(3, 4, 5), (2, 3, 4, 5), (1, 1, 4, 5), (1, 4, 4, 5)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="pixels has the shape"):
        images.to_pil(torch.zeros(shape))


def test_alpha_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match=r"alpha has the shape \(1, 1, 4, 6\)"):
        images.to_pil(torch.zeros(1, 3, 4, 5), torch.zeros(1, 1, 4, 6))


def test_what_wraps_may_be_rolled_before_or_after_it_is_enlarged() -> None:
    pixels = torch.rand(1, 3, 48, 32, generator=torch.Generator().manual_seed(0))
    bring = images.wrap_round(images.resize)
    rolled_after = bring(pixels, (96, 64)).roll((32, 16), dims=(2, 3))
    rolled_before = bring(pixels.roll((16, 8), dims=(2, 3)), (96, 64))
    torch.testing.assert_close(rolled_after, rolled_before, rtol=0, atol=1e-6)
    plain = images.resize(pixels, (96, 64)).roll((32, 16), dims=(2, 3))
    assert (plain - images.resize(pixels.roll((16, 8), dims=(2, 3)), (96, 64))).abs().max() > 0.1


def test_the_inside_of_what_wraps_is_enlarged_as_ever() -> None:
    pixels = torch.rand(1, 3, 48, 32, generator=torch.Generator().manual_seed(0))
    wrapped = images.wrap_round(images.resize)(pixels, (96, 64))
    inside = (..., slice(8, -8), slice(8, -8))
    torch.testing.assert_close(wrapped[inside], images.resize(pixels, (96, 64))[inside])
