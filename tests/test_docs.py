"""The documentation is true: its links arrive, its code runs and prints what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from docs import link_lines

ROOT = Path(__file__).parent.parent
METHOD = ROOT / "docs" / "method.md"
PAGES = [page for page in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))) if page.exists()]

#: The target of [text](target), ![text](target) and src="target"; not of code.
TARGET = re.compile(r"""\]\(([^)\s]+)\)|src=["']([^"']+)["']""")
#: A block of Python, and the block of text after it, where there is one: what it prints.
BLOCK = re.compile(
    r"^```python\n(.*?)^```\n(?:\s*^```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("link", list(link_lines.links(METHOD)), ids=lambda link: link.quoted)
def test_a_link_into_the_code_points_at_the_line_that_it_names(link: link_lines.Link) -> None:
    line = link_lines.line_of(link.quoted, link.file)
    assert link.line == line, (
        f"docs/method.md: `{link.quoted}` stands on line {line} of {link.file.name}, not on "
        f"{link.line}; run python -m docs.link_lines"
    )


def test_the_method_links_every_step_to_its_code() -> None:
    linked = {link.quoted for link in link_lines.links(METHOD)}
    assert {"gram_matrix", "style_loss", "content_loss", "VGG", "paint", "LBFGS.step"} <= linked


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


@pytest.mark.parametrize("name", ["method", "control"])
def test_every_picture_of_a_page_is_shown(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    for picture in (ROOT / "docs" / "pictures" / name).iterdir():
        assert f"(pictures/{name}/{picture.name})" in text


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


def test_a_line_is_found_by_name_and_by_quotation(tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text(
        "LIMIT = 3\n\n\nclass Box:\n    side: int = 1\n\n    def open(self):\n        x()\n"
    )
    assert link_lines.line_of("LIMIT", file) == 1
    assert link_lines.line_of("Box", file) == 4
    assert link_lines.line_of("Box.side", file) == 5
    assert link_lines.line_of("Box.open", file) == 7
    assert link_lines.line_of("x()", file) == 8


@pytest.mark.parametrize("quoted", ["Lid", "Box.lid", "lid = 3", "    "])
def test_what_stands_nowhere_or_twice_is_refused(quoted: str, tmp_path: Path) -> None:
    file = tmp_path / "module.py"
    file.write_text("class Box:\n    side = 1\n    top = 2\n")
    with pytest.raises(LookupError, match=re.escape(quoted)):
        link_lines.line_of(quoted, file)


def test_moved_code_gives_the_page_new_numbers(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("\n\n\nLIMIT = 3\n")
    page = tmp_path / "page.md"
    page.write_text("At [`LIMIT`](module.py#L1), and [home](page.md).\n")
    assert link_lines.refreshed(page) == "At [`LIMIT`](module.py#L4), and [home](page.md).\n"


def _anchors(page: Path) -> set[str]:
    """Give the anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
