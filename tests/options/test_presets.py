"""Presets fill in what nobody said, and nothing else."""

from __future__ import annotations

import typing

import pytest

from brushwork.options import PRESETS, Options, Settings


def test_the_option_offers_every_preset() -> None:
    literal = typing.get_args(Options.model_fields["preset"].annotation)[0]
    assert typing.get_args(literal) == tuple(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_set_of_ordinary_options(name: str) -> None:
    settings = Settings.create(preset=name).dump()
    options = Options.create(preset=name)
    for option, value in PRESETS[name].items():
        assert settings[option] == (list(value) if isinstance(value, tuple) else value)
    changed = {
        option for option in Options.model_fields if option not in {*PRESETS[name], "preset"}
    }
    for option in changed:
        assert getattr(options, option) == getattr(Options(), option)


def test_what_is_said_besides_it_wins() -> None:
    assert Options.create(preset="oil", strength=0.1).strength == 0.1
    assert Options.create(Options(preset="oil"), strength=0.1).strength == 0.1
    assert Options.create(Options(strength=0.1), preset="oil").strength == 0.1


def test_another_preset_takes_the_place_of_the_first() -> None:
    first = Options.create(preset="oil", effort=2)
    second = Options.create(first, preset="tint")
    assert second == Options.create(preset="tint", effort=2)
