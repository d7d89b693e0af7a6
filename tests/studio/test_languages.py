"""What the page says in other languages of the options, and that it may be read from the right."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from brushwork.studio.app import STATIC
from brushwork.studio.option_values import make_form

PACKAGE = STATIC.parents[1]
CATALOGUES = sorted((STATIC / "languages").glob("*.json"))
#: Sides that have a name which goes with the direction of reading.
PHYSICAL = re.compile(
    r"(?:^|[\s;{])(?:(?:(?:margin|padding|border)-)?(?:left|right)\s*:|text-align: (?:left|right))"
)
#: Pictures, and what lies on them: their left is left in every language.
PICTURES = ("compare-slider", ".sheet .", ".pane img", ".viewer-sheet")


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_every_option_has_its_words_and_no_other(file: Path) -> None:
    form = make_form().model_dump(by_alias=True)
    words: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    pictures, films = form["schema"]["properties"], form["film"]["schema"]["properties"]
    assert not set(pictures) & set(films)  # so that they can stand in one list
    properties = {**pictures, **films}
    assert set(words["options"]) == set(properties)
    assert set(words["groups"]) == {group["title"] for group in form["groups"]}
    for name, said in words["options"].items():
        assert said["label"] and said["help"], name
        about = json.dumps(properties[name])
        for value in said.get("values", {}):
            assert f'"{value}"' in about, (name, value)


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_what_the_studio_says_itself_is_said_somewhere(file: Path) -> None:
    told: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))["told"]
    said = {
        leave_gaps(node)
        for source in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr | ast.Constant)
    }
    # What is quoted has its quotes from Python.
    known = [re.sub(r"'?\{\w+\}'?", "{}", sentence) for sentence in told]
    assert [sentence for sentence in known if sentence not in said] == []


def leave_gaps(node: ast.JoinedStr | ast.Constant) -> str:
    """Give a text as it is written in a source, with gaps for what is put into it."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in parts)


def test_sides_go_with_the_direction_of_reading() -> None:
    found = [
        (file.name, selector.strip())
        for file in (STATIC / "style").glob("*.css")
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", file.read_text(encoding="utf-8"))
        if PHYSICAL.search(body) and not selector.strip().splitlines()[-1].startswith(PICTURES)
    ]
    assert found == []
