"""Pixels that nobody sees count nowhere: neither in a loss nor in a palette nor in an edge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch
from torch import Tensor

import brushwork
from brushwork import images
from brushwork.engine.inputs import Inputs, ScaleInputs, StyleImage
from brushwork.engine.request import Request
from brushwork.engine.targets import make_objective
from brushwork.errors import OptionError
from brushwork.features import VGGFeatures
from brushwork.masks.regions import detect_detail, read_regions
from brushwork.options import Options, Settings
from brushwork.planning.pyramid import Scale

Build = Callable[..., VGGFeatures]
Draw = Callable[..., Tensor]

TAPS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")
MAGENTA = (1.0, 0.0, 1.0)


@pytest.fixture(scope="module")
def cat() -> np.ndarray:
    """Give a small photo, ``(72, 96, 3)``."""
    return to_array(images.resize(images.read("cat").pixels, (72, 96)))


@pytest.fixture(scope="module")
def wave() -> np.ndarray:
    return to_array(images.resize(images.read("great-wave").pixels, (64, 92)))


def to_array(pixels: Tensor) -> np.ndarray:
    return pixels[0].permute(1, 2, 0).numpy().copy()


def put_on_canvas(
    picture: np.ndarray, color: tuple[float, ...] = MAGENTA
) -> tuple[np.ndarray, np.ndarray]:
    """Put an image in the middle of a canvas that is twice as large, and mark where it is."""
    height, width, _ = picture.shape
    canvas = np.full((2 * height, 2 * width, 3), color, dtype=np.float32)
    marked = np.zeros((2 * height, 2 * width), dtype=np.float32)
    where = (slice(height // 2, height // 2 + height), slice(width // 2, width // 2 + width))
    canvas[where], marked[where] = picture, 1
    return canvas, marked


def cut_out(picture: np.ndarray) -> np.ndarray:
    canvas, marked = put_on_canvas(picture)
    return np.dstack([canvas, marked])


def prepare(content: Any, style: Any, how: dict[str, Any], **options: Any) -> Inputs:
    request = Request.read(content, [(style, how)], Settings.create(None, **options))
    return request.prepare(torch.device("cpu"))


def test_a_hard_edge_of_opacity_counts_as_a_mask_does(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    photo, painting = random_picture(64, 96, seed=1), random_picture(48, 48, seed=2)
    image, network = random_picture(64, 96, seed=3), tiny_vgg(*TAPS)
    where = torch.zeros(1, 1, 64, 96, dtype=torch.float64)
    where[..., 8:56, 16:70] = 1

    def evaluate(**more: Tensor) -> tuple[dict[str, float], Tensor]:
        scene = ScaleInputs([StyleImage(painting)], (64, 96), content=photo, **more)
        found = make_objective(network, scene, Options()).evaluate(image)
        return found.losses, found.gradient

    (masked, gradient), (hidden, other) = evaluate(mask=where), evaluate(alpha=where)
    assert hidden == pytest.approx(masked, rel=1e-9)
    torch.testing.assert_close(other, gradient)
    assert other[..., :8, :].abs().max() == 0
    assert hidden["style"] != pytest.approx(evaluate()[0]["style"], rel=1e-3)


def test_what_is_half_transparent_is_stylized_in_full(
    tiny_vgg: Build, random_picture: Draw
) -> None:
    photo, painting = random_picture(64, 96, seed=1), random_picture(48, 48, seed=2)
    image, network = random_picture(64, 96, seed=3), tiny_vgg(*TAPS)
    plain = ScaleInputs([StyleImage(painting)], (64, 96), content=photo)
    even = torch.full((1, 1, 64, 96), 0.5, dtype=torch.float64)
    veiled = ScaleInputs([StyleImage(painting)], (64, 96), content=photo, alpha=even)
    options = Options(total_variation=0.2)
    expected = make_objective(network, plain, options).evaluate(image)
    found = make_objective(network, veiled, options).evaluate(image)
    assert found.losses == pytest.approx(expected.losses, rel=1e-6)
    torch.testing.assert_close(found.gradient, expected.gradient)


def test_opacity_is_exact_in_tiles(tiny_vgg: Build, random_picture: Draw) -> None:
    scene = ScaleInputs(
        [StyleImage(random_picture(70, 90, seed=2), part=random_picture(70, 90, seed=4)[:, :1])],
        (131, 107),
        content=random_picture(131, 107, seed=1),
        alpha=(2 * random_picture(131, 107, seed=5)[:, :1] - 1).clamp_min(0),
    )
    image, options = random_picture(131, 107, seed=3), Options(total_variation=0.1)
    whole, tiled = (
        make_objective(tiny_vgg(*TAPS), scene, options, tile_side=side).evaluate(image)
        for side in (None, 64)
    )
    assert tiled.losses == pytest.approx(whole.losses, rel=1e-9)
    torch.testing.assert_close(tiled.gradient, whole.gradient)


@pytest.mark.parametrize("transparent", [True, False])
@pytest.mark.parametrize("color", ["style", "match", "palette", "content"])
def test_the_canvas_round_a_painting_is_never_seen(
    cat: np.ndarray, wave: np.ndarray, color: str, transparent: bool
) -> None:
    canvas, marked = put_on_canvas(wave)
    style = np.dstack([canvas, marked]) if transparent else canvas
    how: dict[str, Any] = {} if transparent else {"part": marked}
    alone = prepare(cat, wave, {}, color=color)
    found = prepare(cat, style, how, color=color)
    assert alone.content is not None and found.content is not None
    # One palette is drawn from the painting alone, the other by what counts of the canvas.
    torch.testing.assert_close(found.content, alone.content, rtol=0, atol=4 / 255)
    (seen,), (expected,) = found.styles, alone.styles
    part = seen.pixels[..., 32:96, 46:138]
    torch.testing.assert_close(part, expected.pixels, rtol=0, atol=1e-4)
    assert seen.part is not None
    rim = seen.pixels[0][:, seen.part[0, 0] == 0]
    assert float((rim[1] - rim[0]).amin()) > -0.5  # no magenta there, which the network would see


def test_only_the_colours_of_what_is_visible_are_taken(cat: np.ndarray, wave: np.ndarray) -> None:
    plain = brushwork.stylize(cat, wave, color="only", size=96).array()
    canvas, marked = put_on_canvas(wave)
    by_part = brushwork.stylize(cat, (canvas, {"part": marked}), color="only", size=96).array()
    np.testing.assert_allclose(by_part, plain, atol=4 / 255)
    result = brushwork.stylize(cut_out(cat), wave, color="only", size=192)
    found = result.array()
    np.testing.assert_array_equal(found[..., 3], cut_out(cat)[..., 3])
    np.testing.assert_allclose(found[36:108, 48:144, :3], plain, atol=4 / 255)
    assert any("transparent parts were left out" in note for note in result.notes)
    assert not any(
        "transparent" in note for note in brushwork.stylize(cat, wave, color="only", size=96).notes
    )


@pytest.mark.parametrize("size", [96, 60])
def test_an_edge_keeps_its_colour_at_every_scale(size: int) -> None:
    """The canvas is cut in two; what is visible up to the cut has one colour, beyond it another."""
    picture = np.zeros((96, 128, 4), dtype=np.float32)
    picture[:, :30] = (0.9, 0.2, 0.1, 1.0)
    picture[:, 30:61] = (0.1, 0.6, 0.3, 1.0)
    picture[:, 61:] = (*MAGENTA, 0.0)
    opaque, part = picture[..., :3], picture[..., 3]
    scale = Scale(size * 3 // 4, size, 1)
    inputs = prepare(picture, picture, {}, size=size)
    shown = inputs.at_scale(scale, 1.0)
    assert shown.content is not None
    (style,) = shown.styles
    (marked,) = prepare(picture, opaque, {"part": part}).at_scale(scale, 1.0).styles
    first = inputs.make_initial_image(scale, 0)
    assert shown.alpha is not None
    near = (shown.alpha[0, 0, 0] > 0.01) & (torch.arange(size) > 36 / 128 * size)
    assert 10 < near.sum() < 20 * size / 60
    expected = torch.tensor([0.1, 0.6, 0.3])[:, None]
    for pixels in (shown.content, style.pixels, marked.pixels, first):
        found = pixels[0, :, size // 3][:, near]
        torch.testing.assert_close(found, expected.expand_as(found), rtol=0, atol=1e-3)


def test_a_start_does_not_bleed_either() -> None:
    start = np.zeros((96, 128, 4), dtype=np.float32)
    start[:, :30], start[:, 61:] = (0.1, 0.1, 0.9, 1.0), (*MAGENTA, 0.0)
    start[:, 30:61] = (0.9, 0.6, 0.3, 1.0)
    inputs = prepare(np.zeros((96, 128, 3), np.float32), "great-wave", {}, init=start, size=64)
    first = inputs.make_initial_image(Scale(48, 64, 1), 0)[0, :, :, 18:31]
    expected = torch.tensor([0.9, 0.6, 0.3])[:, None, None].expand_as(first)
    torch.testing.assert_close(first, expected, rtol=0, atol=1e-3)


def test_the_outline_of_what_is_visible_is_no_detail() -> None:
    flat = torch.full((1, 3, 120, 160), 0.2)
    flat[..., 80:] = 0.9
    alpha = torch.zeros(1, 1, 120, 160)
    alpha[..., :80] = 1
    assert detect_detail(flat)[..., 76:84].amax() == 1
    assert detect_detail(flat, alpha).amax() < 0.01


def test_a_transparent_place_belongs_to_no_region() -> None:
    drawn = PIL.Image.new("RGBA", (40, 30), "red")
    drawn.paste((0, 0, 0, 0), (20, 0, 40, 30))
    assert float(read_regions(drawn, ["red"])["red"].mean()) == 0.5


def test_a_part_that_is_transparent_is_refused(cat: np.ndarray, wave: np.ndarray) -> None:
    canvas, marked = put_on_canvas(wave)
    with pytest.raises(OptionError, match="is transparent; mark one that is visible"):
        prepare(cat, np.dstack([canvas, marked]), {"part": 1 - marked})
