"""Everybody can use the page: axe-core on every view in both themes, its weight, and the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.studio.conftest import Running
from tests.studio.page.conftest import FAST, PAINTED
from tests.studio.page.seeds import fill_gallery

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
#: The rules that ask for colours, all of which a theme changes, and nothing else.
COLORS = ["color-contrast", "link-in-text-block"]
#: Bytes that the page may weigh without its pictures.
HEAVIEST = 350_000


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("access") / "studio"
    fill_gallery(folder, 20)
    running = Running(folder)
    yield running
    running.stop()


def judge(page: Page, *rules: str) -> list[str]:
    """Give what axe-core calls serious or critical by all rules or these, and where it is."""
    page.evaluate(AXE)
    asked: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found: list[dict[str, Any]] = page.evaluate(
        "(asked) => axe.run(asked).then((told) => told.violations)", asked
    )
    return [
        f"{one['id']}: {node['html'][:200]} {node.get('failureSummary', '')[:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def gallery(page: Page) -> None:
    page.click("[data-view=gallery]")
    expect(page.locator("[data-result=r19] img")).to_be_visible()


def chosen(page: Page) -> None:
    gallery(page)
    page.locator("[data-result=r19] .open").click(modifiers=["Control"])
    expect(page.locator(".selection")).to_be_visible()


def nothing_found(page: Page) -> None:
    gallery(page)
    page.get_by_label("Search the gallery").fill("nobody")
    expect(page.locator("gallery-view .empty")).to_be_visible()


def grids(page: Page) -> None:
    gallery(page)
    page.get_by_role("button", name="Grids").click()
    expect(page.locator("gallery-view .empty")).to_be_visible()


def viewer(page: Page) -> None:
    gallery(page)
    page.click("[data-result=r19] .open")
    expect(page.locator(".viewer-place")).to_have_text("1 of 20")


def download(page: Page) -> None:
    viewer(page)
    page.get_by_role("button", name="Download as…").click()
    expect(page.locator("dialog.narrow")).to_be_visible()


def press(name: str) -> Callable[[Page], None]:
    def run(page: Page) -> None:
        page.click(f"text={name}")
        expect(page.locator("dialog")).to_be_visible()

    return run


VIEWS: dict[str, Callable[[Page], None]] = {
    "paint": lambda page: expect(page.locator(".plan")).to_contain_text("48 × 36", timeout=PAINTED),
    "gallery": gallery,
    "chosen": chosen,
    "nothing found": nothing_found,
    "queue": lambda page: page.click("[data-view=queue]"),
    "grids": grids,
    "viewer": viewer,
    "download": download,
    "wall": press("See all…"),
    "many": press("Many photos…"),
    "grid": press("Try several settings…"),
    "mask": press("Only here…"),
    "help": lambda page: page.keyboard.press("?"),
}


def test_no_view_has_a_serious_fault(opened) -> None:
    found: dict[str, list[str]] = {}
    for name, go in VIEWS.items():
        # Nothing moves: a colour on its way from one to the other is neither.
        page = opened(FAST, color_scheme="dark", reduced_motion="reduce")
        go(page)
        found[name] = judge(page)
        page.emulate_media(color_scheme="light")
        found[f"{name}, light"] = judge(page, *COLORS)
        page.context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_page_weighs_little(opened, studio: Running) -> None:
    page = opened(FAST)
    addresses = page.evaluate(
        "performance.getEntriesByType('resource').map((one) => one.name)"
        ".concat(performance.getEntriesByType('navigation').map((one) => one.name))"
    )
    files = [one for one in addresses if "/api/v1/" not in one]
    assert any(one.endswith("/static/vendor/preact.js") for one in files)
    files.append(f"{studio.address}static/events-worker.js")
    sizes = {one: len(studio.client.get(one).content) for one in set(files)}
    assert sum(sizes.values()) <= HEAVIEST, sizes


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800)])
def test_painting_and_strength_are_seen_without_scrolling(opened, width: int, height: int) -> None:
    page = opened(FAST, width=width)
    page.set_viewport_size({"width": width, "height": height})
    foot = page.locator(".rail-foot").bounding_box()
    assert foot is not None
    for part in ('.strip [data-image="great-wave"]', '[data-option="strength"] input[type=range]'):
        box = page.locator(part).bounding_box()
        assert box is not None and box["y"] + box["height"] <= foot["y"], part
    expect(page.locator("#paint-button")).to_be_in_viewport(ratio=1)


def test_the_focus_is_seen_wherever_it_is(opened) -> None:
    page = opened(FAST)
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen, html = page.evaluate(
            """(() => { const one = document.activeElement;
            const near = [one, one.nextElementSibling, one.parentElement?.querySelector('.handle')];
            const ring = near.filter(Boolean).some((part) => [null, '::after'].some((pseudo) => {
              const style = getComputedStyle(part, pseudo);
              return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }));
            return [ring, one.outerHTML.slice(0, 120)]; })()"""
        )
        if not seen:
            unseen.append(html)
    assert unseen == []
