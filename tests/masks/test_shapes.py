"""Selections against areas from geometry, and what cannot be selected against its sentence."""

from __future__ import annotations

import inspect
import math

import pytest
import torch

from brushwork.cli.mask import MaskParts
from brushwork.errors import OptionError
from brushwork.images import strips
from brushwork.masks import shapes
from brushwork.masks.shapes import Box


def flat(color: tuple[float, float, float], size: tuple[int, int] = (20, 30)) -> torch.Tensor:
    return torch.tensor(color, dtype=torch.float32).reshape(1, 3, 1, 1).repeat(1, 1, *size)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("10,20,30,40", Box(10, 20, 30, 40)),
        (" 1.5, -2 ,.5,4. ", Box(1.5, -2, 0.5, 4)),
        ("10%,20%,50%,60%", Box(20, 20, 100, 60)),
        ("10%,7,50%,9", Box(20, 7, 100, 9)),
    ],
)
def test_a_box_is_pixels_or_percent_of_width_and_height(text: str, box: Box) -> None:
    assert shapes.parse_box(text, (100, 200)) == box


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "four numbers"),
        ("1,2,3", "four numbers"),
        ("1,2,3,4,5", "four numbers"),
        ("1,2,3,four", "four numbers"),
        ("nan,0,5,5", "four numbers"),
        ("0,0,inf,5", "four numbers"),
        ("1,2,3,٣", "four numbers"),
        ("5,5,0,9", "no area: it is 0 wide and 9 high"),
        ("5,5,9,-1", "no area"),
        ("200,0,5,5", "outside the photo, whose pixels go from 0,0 to 200,100"),
        ("0,100%,5,5", "outside the photo"),
        ("-5,0,5,5", "outside the photo"),
        ("0,-5,5,5", "outside the photo"),
    ],
)
def test_a_box_that_is_none_or_elsewhere_is_refused(text: str, told: str) -> None:
    with pytest.raises(OptionError, match=told):
        shapes.parse_box(text, (100, 200))


def test_a_box_of_whole_pixels_selects_these() -> None:
    mask = shapes.draw_rectangle((50, 60), Box(10, 20, 30, 15))
    expected = torch.zeros(1, 1, 50, 60)
    expected[..., 20:35, 10:40] = 1
    assert mask.equal(expected)


def test_the_sum_of_a_box_is_its_area_in_the_photo() -> None:
    inside = shapes.draw_rectangle((50, 60), Box(10.3, 20.6, 5.25, 0.3))
    assert float(inside.sum()) == pytest.approx(5.25 * 0.3, rel=1e-5)
    across = shapes.draw_rectangle((50, 60), Box(-10, 40, 22.5, 100))
    assert float(across.sum()) == pytest.approx(12.5 * 10, rel=1e-5)


@pytest.mark.parametrize("box", [Box(10, 20, 60, 30), Box(12.3, 15.7, 8, 50), Box(30, 30, 40, 40)])
def test_an_ellipse_has_its_area_and_stays_in_its_box(box: Box) -> None:
    mask = shapes.draw_ellipse((80, 100), box)
    area = math.pi / 4 * box.width * box.height
    assert float(mask.sum()) == pytest.approx(area, rel=0.01)
    assert mask[shapes.draw_rectangle((80, 100), box) == 0].max() < 0.2
    assert mask[0, 0, int(box.top + box.height / 2), int(box.left + box.width / 2)] == 1


def test_an_ellipse_about_the_centre_of_a_pixel_has_no_hole() -> None:
    mask = shapes.draw_ellipse((21, 21), Box(5, 5, 11, 11))
    assert mask.isfinite().all()
    assert mask[0, 0, 10, 10] == 1


def test_a_colour_is_found_and_its_opposite_is_not() -> None:
    photo = flat((0.1, 0.8, 0.2))
    photo[..., :7] = flat((0.9, 0.1, 0.1), (20, 7))
    mask = shapes.select_color(photo, (1, 0, 0), 0.15)
    assert mask[..., :7].min() == 1
    assert mask[..., 7:].max() == 0


def test_at_the_tolerance_a_colour_is_half_selected() -> None:
    # Black and white are 1 apart, and greys differ in lightness, the cube root of light, alone.
    light = 0.5**3
    grey = 1.055 * light ** (1 / 2.4) - 0.055
    photo = flat((grey, grey, grey))
    for tolerance, part in ((0.5, 0.5), (0.5 / 0.9, 1), (0.5 / 1.05, 0.25), (0.45, 0)):
        photo[..., 0, 0] = 0  # so that something is selected
        mask = shapes.select_color(photo, (0, 0, 0), tolerance)
        assert float(mask[0, 0, 5, 5]) == pytest.approx(part, abs=2e-3)


@pytest.mark.parametrize("tolerance", [0, -1, 1.01, math.nan])
def test_a_tolerance_out_of_range_is_refused(tolerance: float) -> None:
    with pytest.raises(OptionError, match="above 0"):
        shapes.select_color(flat((1, 0, 0)), (1, 0, 0), tolerance)


def test_a_colour_that_the_photo_has_not_is_told_with_the_nearest_distance() -> None:
    with pytest.raises(OptionError, match=r"#000000 within a tolerance of 0.1; .* 1.00 away"):
        shapes.select_color(flat((1, 1, 1)), (0, 0, 0))


@pytest.mark.parametrize("text", ["#ff0000", "red", "RED ", "#f00"])
def test_colours_have_names_and_numbers(text: str) -> None:
    assert shapes.parse_color(text) == (1, 0, 0)


@pytest.mark.parametrize("text", ["blurple", "#12345", "ff0000", ""])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="allowed are names as in CSS"):
        shapes.parse_color(text)


def test_selections_add_up() -> None:
    left, right = Box(0, 0, 10, 10), Box(5, 0, 10, 10)
    mask = shapes.unite([shapes.draw_rectangle((10, 20), box) for box in (left, right)])
    assert mask.equal(shapes.draw_rectangle((10, 20), Box(0, 0, 15, 10)))


@pytest.mark.parametrize("pixels", [0.5, 6, 40])
def test_a_feather_keeps_the_mean_and_the_range(pixels: float) -> None:
    mask = shapes.draw_rectangle((40, 60), Box(3, 0, 21, 17))
    soft = shapes.feather(mask, pixels)
    assert soft.shape == mask.shape
    assert float(soft.mean()) == pytest.approx(float(mask.mean()), rel=1e-4)
    assert 0 <= soft.min() <= soft.max() <= 1
    assert not soft.equal(mask)


def test_a_feather_follows_the_error_function() -> None:
    mask = shapes.draw_rectangle((30, 80), Box(0, 0, 40, 30))
    soft = shapes.feather(mask, 10)
    for column in (30, 37, 40, 44, 50):
        distance = (column + 0.5 - 40) / 5
        expected = math.erfc(distance / math.sqrt(2)) / 2
        assert float(soft[0, 0, 3, column]) == pytest.approx(expected, abs=3e-3)
    turned = shapes.feather(mask.mT, 10).mT
    torch.testing.assert_close(turned, soft)


def test_no_feather_changes_nothing() -> None:
    mask = shapes.draw_ellipse((30, 30), Box(3, 3, 20, 20))
    assert shapes.feather(mask, 0) is mask


@pytest.mark.parametrize("pixels", [-1, 61, math.nan, math.inf])
def test_a_feather_out_of_range_is_refused(pixels: float) -> None:
    with pytest.raises(OptionError, match=r"0 \(sharp\) to 60"):
        shapes.feather(torch.ones(1, 1, 40, 60), pixels)


def test_black_everywhere_is_refused() -> None:
    assert shapes.check_selected(torch.ones(1, 1, 4, 4)).all()
    with pytest.raises(OptionError, match="nothing of the photo is selected"):
        shapes.check_selected(torch.full((1, 1, 4, 4), 0.001))


def test_the_command_has_the_tolerance_of_the_library() -> None:
    assert MaskParts().tolerance == shapes.TOLERANCE
    default = inspect.signature(shapes.select_color).parameters["tolerance"].default
    assert default == shapes.TOLERANCE


def test_a_large_image_is_selected_in_strips_as_it_would_be_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = torch.rand(1, 3, 40, 50, generator=torch.Generator().manual_seed(0))
    box = Box(4.5, 3, 30, 29.2)

    def select() -> list[torch.Tensor]:
        color = shapes.select_color(image, (0.5, 0.5, 0.5), 0.3)
        return [shapes.draw_ellipse((40, 50), box), color]

    whole = select()
    monkeypatch.setattr(strips, "STRIP_PIXELS", 333)  # six rows
    for found, expected in zip(select(), whole, strict=True):
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5)
