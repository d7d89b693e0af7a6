"""Recipes travel with pictures, and paint the same picture again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import brushwork
from brushwork import assets, images
from brushwork.api import iter_rerun
from brushwork.engine.events import Finished
from brushwork.engine.result import Result
from brushwork.errors import BrushworkError, RecipeError, WeightsError
from brushwork.recipe import Recipe, read_recipe

FAST = {"size": 48, "effort": 0.25}
pytestmark = pytest.mark.usefixtures("tiny_network")


def finished(picture: Path, **changes: object) -> Result:
    *_, last = iter_rerun(picture, **changes)
    assert isinstance(last, Finished)
    return last.result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    images.to_pil(images.read("cat").pixels).resize((400, 300)).save("photo.png")
    PIL.Image.linear_gradient("L").resize((400, 300)).save("mask.png")
    return tmp_path


@pytest.fixture
def painted(folder: Path) -> Result:
    return brushwork.stylize(
        "photo.png", "great-wave:2,scale=0.5", preset="tint", mask="mask.png", seed=3, **FAST
    )


@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "tiff"])
def test_the_recipe_travels_in_every_format(painted: Result, folder: Path, extension: str) -> None:
    painted.save(folder / f"out.{extension}")
    assert read_recipe(folder / f"out.{extension}") == painted.recipe


def test_it_tells_everything(painted: Result) -> None:
    recipe = painted.recipe
    assert recipe is not None
    assert (recipe.kind, recipe.content) == ("stylize", "photo.png")
    assert {used.role: used.name for used in recipe.inputs} == {
        "photo": "photo.png",
        "painting 1": "great-wave",
        "mask": "mask.png",
    }
    assert recipe.styles[0].options == {"weight": 2, "scale": 0.5}
    assert recipe.options["color"] == "content" and recipe.options["seed"] == 3
    assert recipe.losses == painted.losses and recipe.seconds == painted.seconds
    assert recipe.brushwork == brushwork.__version__


def test_the_same_recipe_gives_the_same_bits(painted: Result, folder: Path) -> None:
    painted.save("out.png")
    again = finished(folder / "out.png")
    assert again.image.tobytes() == painted.image.tobytes()
    assert again.notes == painted.notes


def test_it_names_each_network_by_its_hash(painted: Result, folder: Path) -> None:
    recipe = painted.recipe
    assert recipe is not None
    hashes = [
        hashlib.sha256(f.read_bytes()).hexdigest() for f in (assets.VGG19, assets.SMALL_VGG19)
    ]
    assert [recipe.weights, recipe.small_weights] == hashes
    for changes, expected in (
        ({"draft": True}, ["", hashes[1]]),
        ({"early_network": "large"}, [hashes[0], ""]),
    ):
        other = brushwork.stylize("photo.png", "great-wave", **FAST, **changes).recipe
        assert other is not None
        assert [other.weights, other.small_weights] == expected


def test_another_small_network_is_told(
    painted: Result, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted.save("out.png")
    monkeypatch.setattr("brushwork.recipe.SMALL_SHA256", "0" * 64)
    assert "the weights are others" in finished(folder / "out.png").notes[0]


def test_changes_go_before_the_recipe(painted: Result, folder: Path) -> None:
    painted.save("out.png")
    again = finished(folder / "out.png", size=64, strength=0.9)
    assert again.image.size == (64, 48)
    assert again.options.strength == 0.9 and again.options.seed == 3


def test_inputs_are_found_beside_the_picture(
    painted: Result, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted.save("out.png")
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert finished(folder / "out.png").image.tobytes() == painted.image.tobytes()


def test_an_input_that_has_changed_is_told(painted: Result, folder: Path) -> None:
    painted.save("out.png")
    with PIL.Image.open("photo.png") as photo:
        photo.convert("L").save("photo.png")
    assert any("photo.png (photo) has changed" in note for note in finished(Path("out.png")).notes)


def test_an_input_that_is_gone_is_named_with_what_it_was(painted: Result, folder: Path) -> None:
    painted.save("out.png")
    (folder / "mask.png").unlink()
    with pytest.raises(RecipeError, match=r"'mask\.png', the mask of the recipe.*400×300"):
        iter_rerun("out.png")


def test_weights_that_are_missing_are_a_clear_error(folder: Path) -> None:
    with pytest.raises(WeightsError, match=r"missing\.pth"):
        brushwork.stylize("cat", "ejiri", weights="missing.pth", color="only", **FAST)


def test_a_texture_has_a_recipe_too(folder: Path) -> None:
    made = brushwork.texture("ejiri", seamless=True, aspect=1.5, **FAST)
    made.save("tile.png")
    again = finished(folder / "tile.png")
    assert again.image.tobytes() == made.image.tobytes()


def test_without_a_recipe_nothing_is_left_in_the_file(painted: Result, folder: Path) -> None:
    for extension in ("png", "jpg", "webp", "tiff"):
        file = painted.save(folder / f"private.{extension}", recipe=False)
        assert b"great-wave" not in file.read_bytes()
        with pytest.raises(RecipeError, match="carries no recipe"):
            read_recipe(file)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no recipe"),
        ("[]", "no recipe"),
        ("{}", "no recipe"),
        ('{"format": 2}', "install a newer one"),
        ("[" * 10_000, "no recipe"),
        ("x" * 300_000, "300000 characters"),
    ],
)
def test_what_is_no_recipe_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(RecipeError, match=complaint):
        Recipe.from_json(text)


def test_a_recipe_with_impossible_options_is_refused(painted: Result) -> None:
    assert painted.recipe is not None
    fields = painted.recipe.model_dump(mode="json")
    fields["options"]["strength"] = 7
    with pytest.raises(RecipeError, match="no recipe"):
        Recipe.from_json(json.dumps(fields))


@settings(max_examples=300, deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from([*Recipe.model_fields, "other"]), inner, max_size=6),
))  # fmt: skip
def test_any_json_is_a_recipe_or_a_clear_no(value: object) -> None:
    try:
        Recipe.from_json(json.dumps(value))
    except RecipeError:
        return


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_file_has_a_recipe_or_a_clear_no(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    file = tmp_path_factory.mktemp("fuzz") / "file.png"
    file.write_bytes(content)
    with pytest.raises(BrushworkError):
        read_recipe(file)
