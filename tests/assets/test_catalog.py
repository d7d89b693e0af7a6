"""The catalogue of built-in pictures says what is in the files beside it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import PIL.Image
import pytest
from safetensors import safe_open

from brushwork import assets
from brushwork.errors import ImageError

FOLDER = Path(assets.__file__).parent
EACH_PICTURE = pytest.mark.parametrize("picture", assets.catalog(), ids=lambda entry: entry.name)


@EACH_PICTURE
def test_a_picture_is_the_file_it_claims_to_be(picture: assets.BuiltIn) -> None:
    assert hashlib.sha256(picture.path.read_bytes()).hexdigest() == picture.sha256


@EACH_PICTURE
def test_a_picture_has_the_size_it_claims(picture: assets.BuiltIn) -> None:
    with PIL.Image.open(picture.path) as image:
        assert image.size == (picture.width, picture.height)
        assert (image.format, image.mode) == ("JPEG", "RGB")


@EACH_PICTURE
def test_a_picture_says_where_it_comes_from(picture: assets.BuiltIn) -> None:
    for fact in (picture.title, picture.artist, picture.source, picture.licence):
        assert fact.strip()


def test_names_are_unique_and_easy_to_type() -> None:
    names = [picture.name for picture in assets.catalog()]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in names)


def test_paintings_come_before_photos() -> None:
    roles = [picture.role for picture in assets.catalog()]
    assert roles == ["style"] * 8 + ["content"] * 4


def test_every_file_in_the_folder_is_in_the_catalogue() -> None:
    listed = {picture.path for picture in assets.catalog()}
    assert set((FOLDER / "pictures").iterdir()) == listed


def test_the_catalogue_follows_the_file() -> None:
    entries = json.loads((FOLDER / "pictures.json").read_text(encoding="utf-8"))
    assert [picture.name for picture in assets.catalog()] == [entry["name"] for entry in entries]


@EACH_PICTURE
def test_a_picture_is_found_by_its_name(picture: assets.BuiltIn) -> None:
    assert assets.find(picture.name) is picture


@pytest.mark.parametrize("name", ["", "Cat", "cat.jpg", "no-such-picture"])
def test_nothing_else_is_found(name: str) -> None:
    assert assets.find(name) is None


@pytest.mark.parametrize(
    ("given", "meant"), [("graet-wave", "great-wave"), ("Cat", "cat"), ("ejri", "ejiri")]
)
def test_a_close_name_is_suggested(given: str, meant: str) -> None:
    error = assets.make_unknown_error(given)
    assert isinstance(error, ImageError)
    assert repr(given) in str(error)
    assert f"did you mean {meant!r}?" in str(error)


def test_all_names_are_listed_where_none_is_close() -> None:
    message = str(assets.make_unknown_error("xyzzy"))
    for picture in assets.catalog():
        assert picture.name in message


def test_the_weights_hold_sixteen_convolutions_and_say_where_they_come_from() -> None:
    with safe_open(assets.VGG19, framework="numpy") as file:
        layers = {name.split(".")[0] for name in file.keys()}  # noqa: SIM118 - not a mapping
        facts = file.metadata()
    assert len(layers) == 16
    assert "CC BY 4.0" in facts["licence"]


def test_the_notice_names_everything_that_is_embedded() -> None:
    notice = (FOLDER / "NOTICE.md").read_text(encoding="utf-8")
    assert assets.VGG19.name in notice
    for picture in assets.catalog():
        section = notice.split(f"- `{picture.path.name}`")[1].split("\n-")[0].split("\n\n")[0]
        for fact in (picture.title, picture.artist, picture.licence):
            assert fact in section, f"{fact} of {picture.name}"
