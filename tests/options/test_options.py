"""The options: their bounds, what refusals say, the strength dial, layers and their weights."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pydantic
import pytest

from brushwork.errors import OptionError
from brushwork.layers import VGG19_LAYERS
from brushwork.options import Options, layer_weights, options_that_affect
from brushwork.options.options import Affect

# Option, what it may be at least and at most, and what lies just outside.
BOUNDS = [
    ("size", 32, 16384, 31, 16385),
    ("strength", 0.0, 1.0, -0.001, 1.001),
    ("style_scale", 0.1, 4.0, 0.099, 4.001),
    ("effort", 0.25, 4.0, 0.249, 4.001),
    ("seed", 0, 2**63 - 1, -1, 2**63),
    ("total_variation", 0.0, 1000.0, -0.001, 1000.1),
]


def refusal(**changes: object) -> str:
    with pytest.raises(OptionError) as caught:
        Options.create(**changes)
    return str(caught.value)


def test_the_layers_are_those_of_vgg19() -> None:
    assert " ".join(VGG19_LAYERS) == (
        "conv1_1 conv1_2 conv2_1 conv2_2 conv3_1 conv3_2 conv3_3 conv3_4 "
        "conv4_1 conv4_2 conv4_3 conv4_4 conv5_1 conv5_2 conv5_3 conv5_4"
    )


def test_the_default_layers_are_those_of_the_paper() -> None:
    options = Options()
    style_layers = ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"]
    assert list(layer_weights(options.content_layers)) == ["conv4_2"]
    assert list(layer_weights(options.style_layers)) == style_layers


def test_nothing_given_is_the_default() -> None:
    assert Options.create() == Options()


def test_every_option_has_a_help_text_that_is_a_sentence() -> None:
    for name, field in Options.model_fields.items():
        assert field.description, name
        assert field.description[0].isupper(), name
        assert field.description.endswith("."), name


@pytest.mark.parametrize(("name", "least", "most", "below", "above"), BOUNDS)
def test_bounds_are_allowed_and_what_lies_outside_is_refused(
    name: str, least: float, most: float, below: float, above: float
) -> None:
    assert getattr(Options.create(**{name: least}), name) == least
    assert getattr(Options.create(**{name: most}), name) == most
    for given, allowed in ((below, f"greater than or equal to {least:g}"), (above, "less than or")):
        message = refusal(**{name: given})
        assert message.startswith(f"{name} was given as {given!r}, but ")
        assert allowed in message


def test_the_upper_bound_is_named() -> None:
    assert refusal(size=100_000) == (
        "size was given as 100000, but should be less than or equal to 16384"
    )


@pytest.mark.parametrize(
    "name", ["strength", "style_scale", "effort", "total_variation", "size", "seed"]
)
@pytest.mark.parametrize("given", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(name: str, given: float) -> None:
    assert refusal(**{name: given}).startswith(f"{name} was given as {given!r}, but ")


@pytest.mark.parametrize(
    ("name", "given", "allowed"),
    [
        ("optimizer", "sgd", "'lbfgs' or 'adam'"),
        ("pooling", "median", "'average' or 'max'"),
        ("device", "tpu", "'auto', 'cpu', 'cuda' or 'mps'"),
        ("size", "large", "valid integer"),
        ("size", 99.5, "valid integer"),
        ("strength", "much", "valid number"),
        ("weights", "", "at least 1 character"),
    ],
)
def test_a_refusal_names_the_option_what_was_given_and_what_is_allowed(
    name: str, given: object, allowed: str
) -> None:
    message = refusal(**{name: given})
    assert message.startswith(f"{name} was given as {given!r}, but ")
    assert allowed in message


def test_an_unknown_option_is_refused_with_the_options_there_are() -> None:
    message = refusal(strenght=1)
    assert message.startswith("there is no option 'strenght'; the options are size, strength, ")
    for name in Options.model_fields:
        assert name in message


@pytest.mark.parametrize(
    ("affect", "names"),
    [
        (
            "network",
            "draft content_layers style_layers fine_content_layers fine_style_layers "
            "early_network pooling weights precision device",
        ),
        ("resume", "size draft seamless effort seed optimizer early_network"),
        ("machine", "weights memory device"),
        ("reading", "color preserve_weight trim_style style_layers device"),
        ("content", "strength color preserve_weight content_layers fine_content_layers"),
    ],
)
def test_an_option_says_itself_what_it_affects(affect: Affect, names: str) -> None:
    assert options_that_affect(affect) == tuple(names.split())


@pytest.mark.parametrize(
    ("changes", "networks"),
    [
        ({}, ("small", "large")),
        ({"draft": True}, ("small",)),
        ({"draft": True, "preset": "paper"}, ("small",)),
        ({"early_network": "large"}, ("large",)),
        ({"preset": "paper"}, ("large",)),
        ({"pooling": "average"}, ("large",)),
        ({"style_layers": ("conv2_2",)}, ("large",)),
        ({"fine_content_layers": ("conv3_3",)}, ("large",)),
        ({"content_layers": ("conv4_1",)}, ("small", "large")),
        ({"weights": "own.safetensors"}, ("large",)),
    ],
)
def test_the_small_network_does_what_it_was_taught_and_no_more(
    changes: dict[str, Any], networks: tuple[str, ...]
) -> None:
    assert Options.create(**changes).networks == networks


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"weights": "own.safetensors"}, "other weights"),
        ({"style_layers": ("conv1_1", "conv2_2")}, "conv2_2"),
        ({"fine_content_layers": ("conv3_3",)}, "conv3_3"),
    ],
)
def test_a_draft_of_what_the_small_network_does_not_know_is_refused(
    changes: dict[str, Any], named: str
) -> None:
    message = refusal(draft=True, **changes)
    assert f"but {named} was asked for" in message and "conv4_2" in message
    assert message.startswith("a draft is painted by the small network")


def test_the_name_of_version_0_1_for_nearest_neighbours_is_understood() -> None:
    assert Options.create(statistics="neighbours") == Options(statistics="nearest_neighbor")


def test_scalars_of_numpy_are_numbers() -> None:
    given = Options.create(size=np.int64(64), strength=np.float32(0.25), seamless=np.bool_(True))
    assert given == Options(size=64, strength=0.25, seamless=True)


def test_layers_and_memory_are_parsed_once() -> None:
    options = Options(style_layers=("conv1_1", "conv2_1:3"), memory="4GB")
    assert options.style_shares == {"conv1_1": 0.25, "conv2_1": 0.75}
    assert options.layers == ("conv4_2", "conv1_1", "conv2_1", "conv3_1")
    assert options.memory_budget == 4_000_000_000
    assert Options().memory_budget is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4GB", 4_000_000_000),
        ("4 gb", 4_000_000_000),
        ("1.5G", 1_500_000_000),
        ("800MB", 800_000_000),
        ("800MiB", 800 * 2**20),
        (" 640000k ", 640_000_000),
        ("2T", 2_000_000_000_000),
        ("600000000", 600_000_000),
    ],
)
def test_an_amount_of_memory_is_read_as_people_write_it(text: str, amount: int) -> None:
    assert Options(memory=text).memory_budget == amount


@pytest.mark.parametrize("text", ["", "GB", "four", "-4GB", "4XB", "4 GB free", "1e9", "4,5GB"])
def test_anything_else_is_no_amount_of_memory(text: str) -> None:
    assert "is no amount of memory; write it as in 4GB" in refusal(memory=text)


def test_every_wrong_option_is_told() -> None:
    first, second = refusal(size=8, strength=2).split("; ")
    assert first.startswith("size was given as 8, ")
    assert second.startswith("strength was given as 2, ")


def test_numbers_may_come_as_text() -> None:
    assert Options.create(size="256", strength="0.25") == Options(size=256, strength=0.25)


def test_changes_are_made_to_the_base_and_the_base_stays() -> None:
    base = Options(size=256, strength=0.25)
    assert Options.create(base, strength=0.75) == Options(size=256, strength=0.75)
    assert base == Options(size=256, strength=0.25)


def test_changes_to_a_base_are_checked() -> None:
    with pytest.raises(OptionError, match=r"^strength was given as 7, "):
        Options.create(Options(size=256), strength=7)


def test_options_cannot_be_changed_afterwards() -> None:
    options = Options()
    with pytest.raises(pydantic.ValidationError, match="frozen"):
        options.size = 64  # type: ignore[misc]


@pytest.mark.parametrize(("strength", "weight"), [(0, 1.1067972), (0.5, 0.035), (1, 0.0011067972)])
def test_the_strength_dial_runs_over_three_decades(strength: float, weight: float) -> None:
    # 0.035 times ten to the power of 1.5, 0 and -1.5.
    assert Options(strength=strength).content_weight == pytest.approx(weight, rel=1e-7)


def test_every_turn_of_the_dial_lets_go_of_some_content() -> None:
    weights = [Options(strength=turn / 10).content_weight for turn in range(11)]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 11


@pytest.mark.parametrize(
    ("items", "weights"),
    [
        (("conv4_2",), {"conv4_2": 1}),
        (("conv1_1", "conv2_1:3"), {"conv1_1": 0.25, "conv2_1": 0.75}),
        (("conv5_1:.5", "conv1_2:1e0"), {"conv5_1": 1 / 3, "conv1_2": 2 / 3}),
        (("conv1_1:7",), {"conv1_1": 1}),
    ],
)
def test_layer_weights_are_shares_in_the_order_given(
    items: tuple[str, ...], weights: dict[str, float]
) -> None:
    assert layer_weights(items) == pytest.approx(weights)
    assert list(layer_weights(items)) == list(weights)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        (("conv6_1",), f"there is no layer 'conv6_1'; the layers are {' '.join(VGG19_LAYERS)}"),
        (("relu3_1:2",), f"there is no layer 'relu3_1'; the layers are {' '.join(VGG19_LAYERS)}"),
        (("",), f"there is no layer ''; the layers are {' '.join(VGG19_LAYERS)}"),
        (("conv1_1", "conv1_1:2"), "layer conv1_1 is named twice; name each layer once"),
        ((), "no layer is named; name at least one"),
    ],
)
def test_layers_that_are_wrong_are_refused(items: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        layer_weights(items)
    for name in ("content_layers", "style_layers"):
        assert refusal(**{name: items}) == f"{name} was given as {items!r}, but {reason}"


@pytest.mark.parametrize("weight", ["0", "-1", "nan", "inf", "-inf", "much", " ", "1:2", ""])
def test_a_weight_that_is_no_positive_number_is_refused(weight: str) -> None:
    item = f"conv1_1:{weight}"
    reason = f"the weight in {item!r} must be a number above 0, as in conv2_1:0.5"
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        layer_weights((item,))


def test_weights_whose_sum_is_too_large_for_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        layer_weights(("conv1_1:1e308", "conv2_1:1e308"))
