"""CONTRIBUTING prints the floors that the import contract checks, and the package has no others."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTRACT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
LAYERS = CONTRACT["contracts"][0]["layers"]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def split_rooms(floor: str) -> set[str]:
    return set(re.split(r" [|:] ", floor))


def test_the_table_of_floors_is_the_contract() -> None:
    rows = re.findall(r"^\| (\d) \| `([^`]+)` \|", TEXT, re.MULTILINE)
    assert [number for number, _ in rows] == list("987654321")
    table = [rooms.replace("\\|", "|") for _, rooms in rows]
    assert [split_rooms(floor) for floor in table] == [split_rooms(floor) for floor in LAYERS]
    # Neighbours that may not import each other stand beside a bar in both.
    assert [floor.count("|") for floor in table] == [floor.count("|") for floor in LAYERS]


def test_every_room_of_the_package_has_its_floor() -> None:
    package = ROOT / "src" / "brushwork"
    rooms = {
        path.stem
        for path in package.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__"} == set().union(*map(split_rooms, LAYERS))


def test_what_it_tells_to_run_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make (\w+)`", TEXT):
        assert f"\n{target}: $(VENV)/installed\n" in makefile
    for path in re.findall(r"`((?:losses|docs|tools|examples|tests|benchmarks)/[\w./]*)`", TEXT):
        assert (ROOT / path).exists() or (ROOT / "src" / "brushwork" / path).exists(), path
