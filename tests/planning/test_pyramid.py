"""The plan of sizes and steps: from coarse to fine, in plain integers."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brushwork.errors import ImageError
from brushwork.planning.pyramid import (
    COARSEST,
    COARSEST_STEPS,
    SHORTEST_SIDE,
    Scale,
    count_steps,
    fit_size,
    plan_scales,
    style_size,
)

# hypothesis draws the same pictures every time.
REPEATABLE = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def sizes(height: int, width: int, size: int) -> list[tuple[int, int]]:
    return [scale.size for scale in plan_scales(height, width, size=size)]


def test_a_phone_photo_at_512_pixels() -> None:
    assert sizes(3000, 4000, 512) == [(96, 128), (192, 256), (384, 512)]


def test_an_upright_photo_at_1024_pixels() -> None:
    assert sizes(4032, 3024, 1024) == [(128, 96), (256, 192), (512, 384), (1024, 768)]


def test_a_frame_of_a_film_at_512_pixels() -> None:
    assert sizes(1080, 1920, 512) == [(72, 128), (144, 256), (288, 512)]


def test_a_square_at_384_pixels_begins_at_96() -> None:
    assert sizes(700, 700, 384) == [(96, 96), (192, 192), (384, 384)]


def test_an_odd_size_is_halved_rounding_down() -> None:
    assert sizes(500, 500, 401) == [(100, 100), (200, 200), (401, 401)]


def test_a_size_below_two_times_the_coarsest_has_one_scale() -> None:
    assert sizes(300, 400, 2 * COARSEST - 1) == [(143, 191)]
    assert sizes(300, 400, 64) == [(48, 64)]


def test_a_narrow_photo_begins_where_its_short_side_has_32_pixels() -> None:
    # At 256 the short side would have 26 pixels.
    assert sizes(100, 1000, 512) == [(51, 512)]
    assert sizes(100, 1000, 1024) == [(51, 512), (102, 1024)]


def test_a_small_photo_is_enlarged() -> None:
    assert sizes(30, 40, 256) == [(96, 128), (192, 256)]


@REPEATABLE
@given(
    height=st.integers(1, 9000),
    width=st.integers(1, 9000),
    size=st.integers(32, 4096),
)
def test_every_plan_keeps_its_promises(height: int, width: int, size: int) -> None:
    assume(size * min(height, width) / max(height, width) >= SHORTEST_SIDE)
    plan = plan_scales(height, width, size=size)
    long_sides = [max(scale.size) for scale in plan]
    assert long_sides[-1] == size
    assert all(coarse == fine // 2 for coarse, fine in itertools.pairwise(long_sides))
    for scale in plan:
        assert min(scale.size) >= SHORTEST_SIDE
        ratio = max(scale.size) / max(height, width)
        assert abs(scale.height - height * ratio) <= 0.5 + 1e-9
        assert abs(scale.width - width * ratio) <= 0.5 + 1e-9
        assert scale.steps == count_steps(max(scale.size))
    coarser = fit_size(height, width, long_sides[0] // 2)
    assert max(coarser) < COARSEST or min(coarser) < SHORTEST_SIDE


@pytest.mark.parametrize(
    ("height", "width", "size"),
    [(100, 1000, 256), (1000, 100, 256), (90, 1001, 96), (7, 3000, 512)],
)
def test_a_photo_that_is_too_narrow_is_refused_with_a_size_that_would_do(
    height: int, width: int, size: int
) -> None:
    with pytest.raises(ImageError) as caught:
        plan_scales(height, width, size=size)
    rows, columns = fit_size(height, width, size)
    found = re.fullmatch(
        rf"a photo of {width}×{height} pixels is {columns}×{rows} at size {size}, but both sides "
        r"need 32; crop it, or use a size of at least (\d+)\.",
        str(caught.value),
    )
    assert found
    enough = int(found[1])
    assert min(plan_scales(height, width, size=enough)[-1].size) == SHORTEST_SIDE


@REPEATABLE
@given(short=st.integers(1, 300), long=st.integers(300, 9000))
def test_the_size_that_a_refusal_names_always_does(short: int, long: int) -> None:
    assume(fit_size(short, long, 32)[0] < SHORTEST_SIDE)
    with pytest.raises(ImageError) as caught:
        plan_scales(short, long, size=32)
    enough = int(str(caught.value).removesuffix(".").rpartition(" ")[2])
    assert min(plan_scales(short, long, size=enough)[-1].size) >= SHORTEST_SIDE


@pytest.mark.parametrize("effort", [0.25, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("long_side", [32, 96, 128, 191, 256, 512, 1024, 8192])
def test_steps_are_inversely_proportional_to_the_size_and_at_least_ten(
    long_side: int, effort: float
) -> None:
    expected = effort * COARSEST_STEPS * COARSEST / long_side
    assert count_steps(long_side, effort) == max(10, round(expected))


def test_effort_multiplies_the_steps_and_leaves_the_sizes() -> None:
    once = plan_scales(300, 400, size=512)
    twice = plan_scales(300, 400, size=512, effort=2)
    assert [scale.size for scale in twice] == [scale.size for scale in once]
    for one, two in zip(once, twice, strict=True):
        assert abs(two.steps - 2 * one.steps) <= 1


def test_work_is_pixels_times_steps() -> None:
    assert Scale(height=30, width=40, steps=5).work == 6000


@pytest.mark.parametrize(
    ("height", "width", "long_side", "expected"),
    [
        (300, 400, 100, (75, 100)),
        (400, 300, 100, (100, 75)),
        (7, 7, 100, (100, 100)),
        (2, 3, 100, (67, 100)),
        (1, 5000, 100, (1, 100)),
        (5000, 1, 100, (100, 1)),
    ],
)
def test_fitting_scales_the_longer_side_and_keeps_a_pixel_of_the_shorter(
    height: int, width: int, long_side: int, expected: tuple[int, int]
) -> None:
    assert fit_size(height, width, long_side) == expected


@pytest.mark.parametrize(
    ("scale", "painting", "style_scale", "expected"),
    [
        (Scale(144, 192, 1), (120, 60), 1.0, (192, 96)),
        (Scale(96, 72, 1), (120, 60), 1.0, (96, 48)),
        (Scale(144, 192, 1), (120, 60), 2.0, (384, 192)),
        (Scale(144, 192, 1), (60, 120), 0.1, (32, 32)),
    ],
)
def test_paintings_are_scaled_with_the_photo(
    scale: Scale, painting: tuple[int, int], style_scale: float, expected: tuple[int, int]
) -> None:
    assert style_size(scale, painting, style_scale) == expected
