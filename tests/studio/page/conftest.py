"""A real browser on a real studio; what the page complains of fails the test."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="a browser is driven by playwright")

from playwright.sync_api import Browser, Page, expect  # noqa: E402 - only where it is

from benchmarks.studio.browser import find_browser  # noqa: E402
from tests.studio.conftest import Running  # noqa: E402

CHROMIUM = find_browser()
FAST = {"size": 48, "effort": 0.25}
#: Milliseconds that a small painting may take on a busy machine.
PAINTED = 300_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the browser; without one it is left out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)
            missing = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
            item.add_marker(missing)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("page") / "studio")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser: Browser, studio: Running) -> Iterator[Any]:
    """Open the page; what it complains of fails the test."""
    contexts, complaints = [], []

    def complain(told: Any) -> None:
        # Drafts and plans of a choice that is over, or cannot be painted, are refused; the browser
        # tells its console, the page its reader.
        url = str(told.location.get("url"))
        if told.type == "error" and not re.search(r"/api/v1/(drafts\?|(grids/)?plan$)", url):
            complaints.append(f"{told.text} {told.location.get('url')}")

    def run(options: dict[str, Any] | None = None, width: int = 1280, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **more)
        contexts.append(context)
        if options is not None:
            kept = {"content": "cat", "styles": [use("great-wave")], "options": options}
            kept |= {"mask": None, "regions": None, "aspect": 1}
            text = json.dumps(json.dumps(kept))
            context.add_init_script(
                "if (!localStorage.getItem('brushwork-settings'))"
                f" localStorage.setItem('brushwork-settings', {text});"
            )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", complain)
        page.goto(studio.address)
        page.wait_for_selector("body[data-ready=true]")
        return page

    run.complaints = complaints  # type: ignore[attr-defined]
    yield run
    for context in contexts:
        context.close()
    assert complaints == []


def use(image: str) -> dict[str, Any]:
    return {"image": image, "weight": 1, "region": None, "scale": 1}


def state(page: Page, *states: str) -> None:
    """Wait until the job on the stage is in one of these states."""
    expect(page.locator(".stage")).to_have_attribute(
        "data-state", re.compile("|".join(states)), timeout=PAINTED
    )


def newest(studio: Running) -> dict[str, Any]:
    found: dict[str, Any] = studio.client.get("/api/v1/results").json()["results"][0]
    return found
