"""Options and sources under one kind of name: flags, TOML files, presets, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brushwork.errors import OptionError
from brushwork.options import Options, Settings, Sources


def refusal(**changes: object) -> str:
    with pytest.raises(OptionError) as caught:
        Settings.create(**changes)
    return str(caught.value)


def test_nothing_given_is_the_default() -> None:
    assert Settings.create() == Settings()
    assert Settings.create().dump() == Settings.create(Options()).dump()


def test_names_are_told_apart() -> None:
    found = Settings.create(size=64, mask="mask.png", init="noise")
    assert found.options == Options(size=64)
    assert found.sources == Sources(mask="mask.png", init="noise")


def test_every_source_has_a_help_text_that_is_a_sentence() -> None:
    for name in Settings.names():
        description = Settings.get_field(name).description
        assert description and description[0].isupper() and description.endswith("."), name


def test_images_in_memory_are_kept_as_they_are() -> None:
    mask = np.ones((4, 4))
    found = Settings.create(Settings.create(mask=mask), size=64)
    assert found.sources.mask is mask
    assert found.list_given().keys() == {"mask", "size"}


@pytest.mark.parametrize(
    ("given", "source", "weight"),
    [
        ("detail", "detail", 8),
        ("detail:4", "detail", 4),
        ("map.png:0.5", "map.png", 0.5),
        ("C:map.png", "C:map.png", 8),
        ("none", "none", 8),
    ],
)
def test_a_weight_may_follow_what_is_preserved(given: str, source: str, weight: float) -> None:
    found = Settings.create(preserve=given)
    assert (found.sources.preserve, found.options.preserve_weight) == (source, weight)


@pytest.mark.parametrize("given", ["detail:0", "detail:-1", "detail:nan", "detail:1001", ":4"])
def test_a_weight_out_of_bounds_is_refused(given: str) -> None:
    assert "must be above 0 and at most 1000" in refusal(preserve=given)


@pytest.mark.parametrize("name", ["mask", "regions", "preserve", "init"])
def test_an_empty_name_is_refused(name: str) -> None:
    assert (
        refusal(**{name: ""})
        == f"{name} was given as '', but String should have at least 1 character"
    )


def test_an_unknown_name_is_refused_with_all_that_there_are() -> None:
    message = refusal(strenght=1)
    assert message.startswith("there is no option 'strenght'; the options are size, strength, ")
    for name in Settings.names():
        assert name in message


def test_a_preset_fills_in_sources_too_and_what_is_said_besides_wins() -> None:
    portrait = Settings.create(preset="portrait")
    assert portrait.sources.preserve == "detail"
    assert portrait.options.preserve_weight == 10
    assert Settings.create(preset="portrait", preserve="none").sources.preserve == "none"
    assert Settings.create(portrait, preset="oil").sources.preserve == "none"
    assert Settings.create(Options(preset="portrait")).sources.preserve == "detail"


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings.create(preset="oil", seed=7),
        Settings.create(preset="portrait"),
        Settings.create(
            size=640, seamless=True, mask='a "mask" 🖼.png', style_layers=("conv1_1:2",)
        ),
    ],
)
def test_settings_are_written_to_a_file_and_read_again(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(settings.to_toml(), "utf-8")
    read = Settings.from_toml(tmp_path / "my.toml")
    assert read.dump() | {"preset": settings.options.preset} == settings.dump()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("strength = 7", "strength was given as 7"),
        ("colour = 'x'", "there is no option 'colour'"),
        ("strength 0.7", "cannot be read"),
        (b"\xff", "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_file_of_settings_that_will_not_do_is_refused(
    text: str | bytes | None, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "my.toml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(OptionError, match=complaint) as refused:
        Settings.from_toml(file)
    assert "my.toml" in str(refused.value)
