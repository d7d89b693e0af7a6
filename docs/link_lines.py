"""Set the line numbers of a page's links into the code: ``python -m docs.link_lines``.

The text of such a link is code in backticks, and what it quotes finds the line:

- a dotted name (``LBFGS.step``, ``Options.strength``, ``CONTENT_RATIO``) is where that function,
  class, method, field or constant is defined;
- anything else is a part of a statement, which must stand on exactly one line of the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parent / "method.md"
_LINK = re.compile(r"\[`(?P<quoted>[^`]+)`\]\((?P<file>[^()#\s]+\.py)#L(?P<line>\d+)\)")
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


@dataclass(frozen=True)
class Link:
    """One link into the code: what it quotes, the file, and the line that it claims."""

    quoted: str
    file: Path
    line: int


def links(page: Path) -> Iterator[Link]:
    """Give every link of a page that points at a line of a Python file."""
    for match in _LINK.finditer(page.read_text(encoding="utf-8")):
        yield _link(match, page)


def line_of(quoted: str, file: Path) -> int:
    """Find the line of a name's definition, or of a quoted statement.

    Raises
    ------
    LookupError
        If it stands nowhere, or a quoted statement on several lines.
    """
    text = file.read_text(encoding="utf-8")
    found = _defined(quoted, text) if _NAME.fullmatch(quoted) else _quoted(quoted, text)
    if len(found) != 1:
        where = f"on the lines {found}" if found else "nowhere"
        raise LookupError(f"`{quoted}` stands {where} in {file.name}; quote one line of it")
    return found[0]


def refreshed(page: Path) -> str:
    """Give the text of a page with the right line in every link."""

    def with_line(match: re.Match[str]) -> str:
        link = _link(match, page)
        line = line_of(link.quoted, link.file)
        return f"[`{link.quoted}`]({match['file']}#L{line})"

    return _LINK.sub(with_line, page.read_text(encoding="utf-8"))


def _link(match: re.Match[str], page: Path) -> Link:
    return Link(match["quoted"], page.parent / match["file"], int(match["line"]))


def _quoted(part: str, text: str) -> list[int]:
    return [number for number, line in enumerate(text.splitlines(), start=1) if part in line]


def _defined(name: str, text: str) -> list[int]:
    scopes: list[ast.AST] = [ast.parse(text)]
    for part in name.split("."):
        scopes = [
            node for scope in scopes for node in getattr(scope, "body", []) if _is(node, part)
        ]
    return [scope.lineno for scope in scopes if isinstance(scope, ast.stmt)]


def _is(node: ast.AST, name: str) -> bool:
    """Whether a statement defines ``name``."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name == name
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


if __name__ == "__main__":
    PAGE.write_text(refreshed(PAGE), encoding="utf-8")
