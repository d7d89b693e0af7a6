"""Names of files as people type them: with settings glued to them, or addresses in their place."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path

#: What an address begins with. A drive of Windows has one letter, and that is no address.
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/|data:")
#: A message quotes no more of an address; one may hold a whole image.
_SHOWN = 80
_HERE = (Path(),)


def expand_home(path: Path) -> Path:
    """Replace a leading ``~`` or ``~user``; ``~`` may also be the first letter of any name."""
    try:
        return path.expanduser()
    except RuntimeError:  # there is no such user
        return path


def find_longest_file(text: str, signs: str, folders: Sequence[Path] = _HERE) -> str | None:
    """Give the longest beginning of a text that is a file, as far as one of ``signs`` or the end.

    Parameters
    ----------
    text
        A name, and perhaps settings after it: ``logo@2x.png:2``.
    signs
        What a setting may begin with.
    folders
        Where the name is looked up, if it is not absolute.

    Returns
    -------
    str
        None if there is no such file.
    """
    ends = [place for place, sign in enumerate(text) if sign in signs] + [len(text)]
    beginnings = (text[:end] for end in reversed(ends) if end > 0)
    return next((name for name in beginnings if _is_file(name, folders)), None)


def is_address(name: str) -> bool:
    """Tell ``https://example.com/a.jpg`` and its like from the name of a file."""
    return _ADDRESS.match(name) is not None


def explain_address(address: str) -> str:
    """Say what to do with an address where a file is wanted, as a sentence."""
    shown = address if len(address) <= _SHOWN else f"{address[:_SHOWN]}…"
    parts = urllib.parse.urlsplit(address)
    if parts.scheme == "file":
        path = urllib.request.url2pathname(parts.path)
        return f"{shown!r} is the address of a file; give its path instead, {path!r}."
    return (
        f"{shown!r} is an address, and nothing is downloaded here; save the picture to a file and "
        "give the path of that."
    )


def _is_file(name: str, folders: Sequence[Path]) -> bool:
    try:
        return any((folder / expand_home(Path(name))).is_file() for folder in folders)
    except (OSError, ValueError):  # too long, or a zero byte in it
        return False
