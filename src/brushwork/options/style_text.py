"""How a style image is named in one text: ``logo@2x.png:2@red,scale=2,part=mask.png``.

Any of the signs may stand in the name of a file as well. The longest file that is there wins, then
come the settings; only where there is none is the name what the text looks like.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from brushwork import assets
from brushwork.system.names import find_longest_file, is_address

#: What a setting begins with: a weight, a region, any by name.
_SIGNS = ":@,"
_HERE = (Path(),)
#: Settings that are images, whose names may hold the same signs.
_IMAGES = ("region", "part")
#: The last setting of a text.
_LAST = re.compile(r"(?P<rest>.+),(?P<name>[a-z_]+)=(?P<value>[^,]*)", re.DOTALL)
_LAST_WEIGHT = re.compile(r"(?P<rest>.+):(?P<weight>[^:]*)", re.DOTALL)
#: An @ that is not that of an image for finer screens, ``logo@2x.png``.
_REGION = re.compile(r"@(?!\d+x\.)")
#: The + between two style images, and not the one between two layers.
_AND = re.compile(r"\+(?!conv\d_\d\b)")


def split_style(
    text: str, known: Collection[str], folders: Sequence[Path] = _HERE
) -> tuple[str, dict[str, str]]:
    """Separate the name of a style image from its settings.

    Parameters
    ----------
    text
        As a person writes it.
    known
        Names of the settings that there are.
    folders
        Where names are looked up.

    Returns
    -------
    tuple[str, dict[str, str]]
        The name, and the settings by name, unchecked.
    """
    if is_address(text):
        return text, {}
    name = find_longest_file(text, _SIGNS, folders) or _find_built_in(text)
    name = name or _guess_name(text, known)
    return name, _read_settings(text[len(name) :], folders)


def split_mixture(text: str, folders: Sequence[Path] = _HERE) -> tuple[str, ...]:
    """Separate style images that are mixed, as in ``great-wave+ejiri:2``."""
    name = find_longest_file(text, _SIGNS + "+", folders) or ""
    first, *rest = _AND.split(text[len(name) :], maxsplit=1)
    return (name + first, *(split_mixture(rest[0], folders) if rest else ()))


def _find_built_in(text: str) -> str | None:
    name = re.split(f"[{_SIGNS}]", text, maxsplit=1)[0]
    return None if assets.find(name) is None else name


def _guess_name(text: str, known: Collection[str]) -> str:
    """Take away from the end what looks like a setting."""
    while (last := _LAST.fullmatch(text)) and (last["name"] in known or "/" not in last["value"]):
        text = last["rest"]
    *before, _region = _REGION.split(text) if _REGION.search(text) else (text, "")
    text = "@".join(before) or text
    last = _LAST_WEIGHT.fullmatch(text)
    return last["rest"] if last and _is_number(last["weight"]) else text


def _read_settings(text: str, folders: Sequence[Path]) -> dict[str, str]:
    """Read ``:2@red,scale=2`` from its beginning to its end."""
    found: dict[str, str] = {}
    while text:
        sign, text = text[0], text[1:]
        name = {":": "weight", "@": "region"}.get(sign, "")
        if not name:
            name, _, text = text.partition("=")
        found[name], text = _cut_value(name, text, folders)
    return found


def _cut_value(name: str, text: str, folders: Sequence[Path]) -> tuple[str, str]:
    """Cut the value of a setting off what stands after its name."""
    file = find_longest_file(text, _SIGNS, folders) if name in _IMAGES else None
    if file is None:
        ends = "@," if name == "weight" else ","
        file = re.split(f"[{ends}]", text, maxsplit=1)[0]
    return file, text[len(file) :]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
