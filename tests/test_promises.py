"""Sentences of README.md, docs/ and --help, each tried as a user would, with the real weights.

Here are those that no other test tries from end to end; docs/reliability.md names the others.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch
from numpy.typing import NDArray

import brushwork
from brushwork import assets
from brushwork.images.color import to_oklab
from brushwork.losses.style import STATISTICS

Numbers = NDArray[np.float32]


@functools.cache
def load(name: str, size: tuple[int, int] = (64, 48)) -> Numbers:
    found = assets.find(name)
    assert found is not None
    with PIL.Image.open(found.path) as image:
        return np.asarray(image.convert("RGB").resize(size, PIL.Image.Resampling.BICUBIC)) / 255


def paint(photo: str = "cat", painting: Any = "great-wave", **options: Any) -> Numbers:
    """Paint by the small network alone, unless asked otherwise: it takes a fifth of the time."""
    return brushwork.stylize(
        photo, painting, **{"size": 64, "effort": 0.25, "draft": True} | options
    ).array()


@functools.cache
def paint_at(strength: float) -> Numbers:
    return paint(strength=strength, effort=0.5)


def differ(one: Numbers, other: Numbers) -> float:
    return float(np.abs(one - other).mean())


def correlate(one: Numbers, other: Numbers) -> float:
    """Say how alike two drawings are, whatever their colours."""
    return float(np.corrcoef(one.mean(axis=2).ravel(), other.mean(axis=2).ravel())[0, 1])


def make_mask(*levels: int) -> NDArray[np.uint8]:
    """Give upright strips of grey levels, all of one width."""
    return np.tile(np.repeat(np.array(levels, np.uint8), 96 // len(levels)), (72, 1))


def test_strength_0_stays_nearer_to_the_photo_than_the_middle_and_1() -> None:
    """--strength: "0 lends the photo its colours and grain, 1 lets go of the photo"."""
    photo = load("cat")
    near, middle, far = (differ(paint_at(strength), photo) for strength in (0.0, 0.5, 1.0))
    assert 0.02 < near < 0.9 * min(middle, far)
    drawn = [correlate(paint_at(strength), photo) for strength in (0.0, 0.5, 1.0)]
    assert drawn[0] > 0.75
    assert drawn[0] > drawn[1] + 0.1
    assert drawn[0] > drawn[2] + 0.1


def test_black_stays_the_photo_grey_is_a_blend_and_white_is_painted() -> None:
    """docs/control.md: "white is painted, black stays the photo, grey is a blend"."""
    found, photo = paint(mask=make_mask(0, 128, 255), effort=0.5), load("cat")
    free = paint(effort=0.5)
    parts = [
        differ(found[:, strip], photo[:, strip]) / differ(free[:, strip], photo[:, strip])
        for strip in (slice(1, 20), slice(23, 41), slice(45, 63))
    ]
    assert parts[0] < 0.05
    assert 0.25 < parts[1] < 0.8
    assert parts[2] > 0.85


def test_preserve_keeps_more_where_it_is_white() -> None:
    """--preserve: "Keep more of the photo: none, detail (eyes, letters), or a grey image; :8"."""
    photo, mask = load("cat"), make_mask(255, 0)
    kept = paint(preserve=mask, preserve_weight=30, draft=False)
    free = paint(draft=False)
    left, right = slice(0, 28), slice(36, 64)
    gains = [
        differ(kept[:, s], photo[:, s]) / differ(free[:, s], photo[:, s]) for s in (left, right)
    ]
    assert gains[0] < 0.92 * gains[1]


def test_each_painting_goes_to_its_own_region() -> None:
    """docs/control.md: "Several paintings go each to its own region"."""
    blue, red = (PIL.Image.new("RGB", (64, 64), color) for color in ((30, 60, 200), (200, 60, 30)))
    flags = np.zeros((72, 96, 3), np.uint8)
    flags[:, :48] = (0, 0, 255)
    flags[:, 48:] = (255, 0, 0)
    styles = [(blue, {"region": "blue"}), (red, {"region": "red"})]
    found = paint(painting=styles, regions=flags, strength=0.9)
    assert found[:, :28, 2].mean() > found[:, :28, 0].mean() + 0.2
    assert found[:, 36:, 0].mean() > found[:, 36:, 2].mean() + 0.2


def test_the_photo_s_colours_stay_in_their_places_or_come_anywhere() -> None:
    """--color: "content (the photo's in their places), palette (the photo's anywhere)"."""
    photo = load("cat")
    chroma = {}
    for color in ("style", "content", "palette"):
        found = paint(color=color)
        lab = [
            to_oklab(torch.from_numpy(a.astype(np.float32)).permute(2, 0, 1)[None])
            for a in (found, photo)
        ]
        here, there = (one[0, 1:].numpy() for one in lab)
        mean = np.abs(here.mean(axis=(1, 2)) - there.mean(axis=(1, 2))).max()
        chroma[color] = (float(np.abs(here - there).mean()), float(mean))
    assert chroma["content"][0] < 0.25 * chroma["style"][0]
    assert chroma["palette"][1] < 0.5 * chroma["style"][1]


def test_a_shallower_content_layer_keeps_more() -> None:
    """docs/control.md: "--content-layers (conv3_1 keeps more than conv4_2)"."""
    photo = load("cat")
    deep, shallow = (paint(content_layers=[layer], effort=0.5) for layer in ("conv4_2", "conv3_1"))
    assert correlate(shallow, photo) > correlate(deep, photo)


def test_a_painting_with_twice_the_weight_is_nearer() -> None:
    """README.md: "several paintings are mixed, ejiri:2 with twice the weight"."""
    shares = []
    for weights in ((1, 4), (1, 1), (4, 1)):
        result = brushwork.stylize(
            "cat",
            [("great-wave", weights[0]), ("cafe-terrace", weights[1])],
            size=64,
            effort=0.5,
            draft=True,
        )
        colour = result.array().mean(axis=(0, 1))
        one, two = (load(name).mean(axis=(0, 1)) for name in ("great-wave", "cafe-terrace"))
        line = one - two
        shares.append(float((colour - two) @ line / (line @ line)))
    assert shares[0] < shares[1] < shares[2]


def roughen(found: Numbers) -> float:
    """Say how much neighbours differ, in parts of how much all pixels differ."""
    grey = found.mean(axis=2)
    steps = [np.abs(np.diff(grey, axis=axis)).mean() for axis in (0, 1)]
    return float(sum(steps) / grey.std())


def test_a_larger_style_scale_paints_larger_strokes() -> None:
    """--style-scale: "above 1 larger, below 1 finer"."""
    fine, own, large = (
        roughen(paint(style_scale=scale, strength=0.9, effort=0.5)) for scale in (0.5, 1, 2)
    )
    assert fine > 1.04 * own > 1.08 * large


def test_total_variation_smooths_the_more_of_it_there_is() -> None:
    """--total-variation: "above 0 smooths the result"."""
    free, some, much = (
        roughen(paint(total_variation=weight, effort=0.5)) for weight in (0, 0.3, 3)
    )
    assert free > 1.04 * some > 1.08 * much


def test_a_run_starts_from_the_photo_from_noise_or_from_another_image() -> None:
    """--init: "content, noise, or an image file"; --seed: "of the noise"."""
    photo, other = load("cat"), load("great-wall")
    from_photo, from_other = paint(), paint(init="great-wall")
    assert correlate(from_photo, photo) > correlate(from_photo, other) + 0.2
    assert correlate(from_other, other) > correlate(from_other, photo) + 0.2
    noises = [paint(init="noise", seed=seed) for seed in (1, 1, 2)]
    assert abs(correlate(noises[0], photo)) < 0.2
    assert differ(noises[0], noises[1]) == 0
    assert differ(noises[0], noises[2]) > 0.1
    assert differ(from_photo, paint(seed=1)) == 0


@pytest.mark.parametrize("statistics", STATISTICS)
def test_strength_goes_from_the_photo_to_the_painting_with_every_statistic(
    statistics: str,
) -> None:
    """docs/control.md: "--strength means the same for all"."""
    photo = load("cat")
    none, half, full = (
        correlate(paint(statistics=statistics, strength=strength, effort=0.5), photo)
        for strength in (0.0, 0.5, 1.0)
    )
    assert none > 0.8
    assert none > half + 0.1
    assert half > full
