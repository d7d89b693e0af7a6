"""The documentation is true: its links arrive, its code runs and prints what the page says."""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

import brushwork

ROOT = Path(__file__).parent.parent
METHOD = ROOT / "docs" / "method.md"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
]

#: The target of [text](target), ![text](target) and src="target"; not of code.
TARGET = re.compile(r"""\]\(([^)\s]+)\)|src=["']([^"']+)["']""")
#: A link whose text is code, into a Python file.
CODE_LINK = re.compile(r"\[`([^`]+)`\]\(([^()#\s]+\.py)\)")
#: A block of Python, and the block of text after it, where there is one: what it prints.
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE
)
#: A test that holds a promise: a file, a test in it, or one more test in the file before.
HOLDER = re.compile(r"`(?:(tests/[\w/]+(?:\.py)?/?))?(?:(?:::)?(test_\w+))?`")


def list_code_links() -> list[Any]:
    return [
        pytest.param(page, text, target, id=f"{page.name}: {text}")
        for page in PAGES
        for text, target in CODE_LINK.findall(page.read_text("utf-8"))
    ]


@pytest.mark.parametrize(("page", "text", "target"), list_code_links())
def test_a_link_into_the_code_names_something_in_that_file(
    page: Path, text: str, target: str
) -> None:
    file = (page.parent / target).resolve()
    module = get_module(file)
    if text not in (module, file.name):
        assert defines(ast.parse(file.read_text("utf-8")), text), f"{target} has no {text}"


def test_no_page_links_to_a_line() -> None:
    for page in PAGES:
        assert not re.search(r"\.py#L\d+", page.read_text("utf-8")), page.name


def test_the_method_links_every_step_to_its_code() -> None:
    linked = {text for text, _ in CODE_LINK.findall(METHOD.read_text("utf-8"))}
    steps = {"gram_matrix", "style_loss", "content_loss", "VGGFeatures", "stylize_inputs"}
    assert steps | {"LBFGS.step"} <= linked


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_arrives(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = {target for found in TARGET.findall(text) for target in found if target}
    for target in targets:
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), f"{page.name} links to {target}, which is not there"
        if file.suffix == ".md" and anchor:
            assert anchor in _anchors(file), f"{page.name}: no heading makes the anchor #{anchor}"


@pytest.mark.parametrize("name", ["method", "control", "video"])
def test_every_picture_of_a_page_is_shown(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for picture in (ROOT / "docs" / "pictures" / name).iterdir():
        assert f"(pictures/{name}/{picture.name})" in text


@pytest.mark.slow
@pytest.mark.parametrize(("page", "least"), [("method.md", 4), ("control.md", 2)])
def test_the_code_of_a_page_prints_what_the_page_says(page: str, least: int) -> None:
    namespace: dict[str, object] = {}
    blocks = BLOCK.findall((ROOT / "docs" / page).read_text("utf-8"))
    assert len(blocks) >= least
    for code, printed in blocks:
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(code, namespace)
        assert output.getvalue() == printed, code


@pytest.mark.parametrize("page", ["reliability.md", "studio.md"])
def test_every_promise_is_held_by_a_test_that_is_there(page: str) -> None:
    file: Path | None = None
    held = 0
    for path, test in HOLDER.findall((ROOT / "docs" / page).read_text("utf-8")):
        file = ROOT / path if path else file
        if not path and not test:
            continue
        assert file is not None and file.exists(), f"{page}: there is no {file}"
        if test:
            assert f"def {test}(" in file.read_text("utf-8"), f"{page}: {file.name} has no {test}"
            held += 1
    assert held > 3


def test_every_public_module_has_an_api_page() -> None:
    pages = "".join(page.read_text("utf-8") for page in ROOT.glob("docs/api/*.md"))
    rooms = set(re.findall(r"^\.\. room:: (\S+)$", pages, re.MULTILINE))
    not_for_import = {"cli", "studio", "version", "__main__"}
    for module in pkgutil.iter_modules(brushwork.__path__):
        if module.name not in not_for_import:
            assert f"brushwork.{module.name}" in rooms


def get_module(file: Path) -> str:
    """Name the module of a file of the package; other files are none."""
    if ROOT / "src" not in file.parents:
        return ""
    name = ".".join(file.relative_to(ROOT / "src").with_suffix("").parts)
    return importlib.import_module(name).__name__


def defines(scope: ast.AST, name: str) -> bool:
    """Whether a file, or a class, defines a dotted name."""
    first, _, rest = name.partition(".")
    found = [node for node in getattr(scope, "body", []) if first in _names(node)]
    return bool(found) and (not rest or defines(found[0], rest))


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _anchors(page: Path) -> set[str]:
    """Give the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
