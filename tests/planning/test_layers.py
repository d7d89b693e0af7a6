"""Which layers a scale compares: all at the coarsest, few at the finer ones, or what is named."""

from __future__ import annotations

import pytest

from brushwork.layers import count_multiplications
from brushwork.options import Options, Settings
from brushwork.planning.layers import FINE_CONTENT, FINE_STEPS, choose_layers
from brushwork.planning.plan import PlanInputs, StyleSize, make_plan

FINE = ("conv1_1", "conv2_1", "conv3_1")


def layers_of(options: Options, *, names_layers: bool = False) -> list[tuple[list[str], list[str]]]:
    styles = [StyleSize(768, 1024, names_layers=names_layers)]
    plan = make_plan(options, PlanInputs((768, 1024), styles, "float32", 8 * 10**9, 10**9))
    return [(list(stage.layers.style), list(stage.layers.content)) for stage in plan.stages]


def test_the_coarsest_scale_compares_what_the_paper_does_and_finer_ones_less() -> None:
    coarse = list(Options().style_shares), ["conv4_2"]
    fine = [*FINE], ["conv3_1"]
    assert layers_of(Options(size=512)) == [coarse, fine, fine]
    assert layers_of(Options(size=128)) == [coarse]


def test_the_content_of_fine_layers_weighs_less() -> None:
    assert choose_layers(Options(), in_full=True).content_factor == 1
    assert choose_layers(Options(), in_full=False).content_factor == FINE_CONTENT
    same = Options(content_layers=("conv4_2",))
    assert choose_layers(same, in_full=False).content_factor == 1


def test_finer_scales_take_fewer_steps_where_they_compare_less() -> None:
    assert choose_layers(Options(), in_full=False).step_factor == FINE_STEPS
    assert choose_layers(Settings.create(preset="paper").options, in_full=False).step_factor == 1


def test_the_paper_compares_all_layers_at_all_scales() -> None:
    options = Settings.create(preset="paper").options
    everything = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"], ["conv4_2"]
    assert layers_of(options) == [everything] * 3
    assert set(options.style_shares.values()) == {0.2}


@pytest.mark.parametrize(
    ("given", "fine"),
    [
        ({"style_layers": ("conv1_2", "conv4_1")}, (["conv1_2", "conv4_1"], ["conv3_1"])),
        ({"content_layers": ("conv5_2",)}, ([*FINE], ["conv5_2"])),
        ({"fine_style_layers": ("conv2_2",)}, (["conv2_2"], ["conv3_1"])),
        (
            {"style_layers": ("conv1_2",), "fine_style_layers": ("conv2_2",)},
            (["conv2_2"], ["conv3_1"]),
        ),
    ],
)
def test_layers_that_are_named_hold_for_all_scales_unless_finer_ones_are_named(
    given: dict[str, tuple[str, ...]], fine: tuple[list[str], list[str]]
) -> None:
    assert layers_of(Options(**given))[1:] == [fine, fine]
    assert layers_of(Settings.create(preset="loose", **given).options)[1:] == [fine, fine]


def test_who_names_other_layers_later_means_all_scales_too() -> None:
    first = Settings.create(style_layers=("conv1_1",))
    later = Settings.create(first, style_layers=("conv2_1",))
    assert later.options.fine_style_layers == ("conv2_1",)
    assert Options.create(first.options, style_layers=("conv2_1",)).fine_style_layers == (
        "conv2_1",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"style_layers": ("conv1_1",)},
        {"style_layers": ("conv1_1",), "fine_style_layers": FINE},
        {"fine_content_layers": ("conv2_2",)},
        {"preset": "paper"},
        {"style_layers": Options().style_layers},
    ],
)
def test_a_file_of_options_says_the_same_layers(given, tmp_path) -> None:
    settings = Settings.create(**given)
    (tmp_path / "my.toml").write_text(settings.to_toml())
    read = Settings.from_toml(tmp_path / "my.toml").options
    assert layers_of(read) == layers_of(settings.options)


def test_a_style_for_some_layers_alone_has_them_at_all_scales() -> None:
    coarse = list(Options().style_shares), ["conv4_2"]
    assert layers_of(Options(), names_layers=True) == [coarse] * 3


def test_another_preset_takes_its_layers_along() -> None:
    paper = Settings.create(preset="paper")
    assert Settings.create(paper, preset="tint").options.fine_style_layers == FINE


@pytest.mark.parametrize(
    ("taps", "thousands"), [(["conv1_1"], 1.728), (["conv3_1"], 112.32), (["conv5_1"], 361.152)]
)
def test_multiplications_a_pixel(taps: list[str], thousands: float) -> None:
    """Added up by hand: 9·3·64, 9·64·64, then a quarter of 9·64·128 and so on."""
    assert count_multiplications(taps) == pytest.approx(1000 * thousands, rel=0.01)
