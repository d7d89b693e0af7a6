"""What the page weighs, and how it bears a gallery of thousands, in a headless Chromium."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks.studio.browser import find_browser

#: The most bytes of the page without pictures; seconds to the first painting; frames a second.
MOST_BYTES, MOST_SECONDS, LEAST_FRAMES = 350_000, 0.5, 55.0
SCROLL_SECONDS = 3.0
#: Scrolls the view by a step each frame, and counts the frames.
SCROLL = """seconds => new Promise((give) => {
  const view = document.getElementById("view");
  const times = [];
  const step = (time) => {
    times.push(time);
    view.scrollTop += 40;
    if (time - times[0] < 1000 * seconds) return requestAnimationFrame(step);
    const gaps = times.slice(1).map((one, at) => one - times[at]);
    give([gaps.length / ((time - times[0]) / 1000), Math.max(...gaps), view.scrollTop]);
  };
  requestAnimationFrame(step);
})"""


def measure(address: str, paintings: int) -> bool:
    """Open the page, print its figures, and tell whether the targets were met."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        weight = _weigh(browser, address)
        _wait_for_rest(browser, address)
        seconds, frames, longest = _scroll_gallery(browser, address)
        browser.close()
    print(f"page without pictures: {weight / 1000:.0f} kB (at most {MOST_BYTES / 1000:.0f})")
    print(
        f"gallery of {paintings} paintings: first one after {1000 * seconds:.0f} ms (at most "
        f"{1000 * MOST_SECONDS:.0f}); {frames:.0f} frames a second while it scrolls, the longest "
        f"{longest:.0f} ms"
    )
    return weight <= MOST_BYTES and seconds <= MOST_SECONDS and frames >= LEAST_FRAMES


def _weigh(browser: Browser, address: str) -> int:
    """Count the bytes of all that is loaded before the page is ready, but for pictures and data."""
    page = browser.new_page()
    found: list[int] = []

    def count(answer: Response) -> None:
        url, kind = answer.url, answer.headers.get("content-type", "")
        if "/api/" not in url and not kind.startswith("image/"):
            found.append(len(answer.body()))

    page.on("response", count)
    open_page(page, address)
    page.close()
    return sum(found)


def _wait_for_rest(browser: Browser, address: str) -> None:
    """Wait until the worker is warm and has drafted what is chosen: nothing is painted beside."""
    page = browser.new_page()
    open_page(page, address)
    page.wait_for_selector(".stage[data-state=drafted]", timeout=120_000)
    page.close()


def _scroll_gallery(browser: Browser, address: str) -> tuple[float, float, float]:
    """Give seconds to the first painting, frames a second, and milliseconds of the longest."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    open_page(page, address)  # the browser has the page's files, as it has them at a second visit
    start = time.perf_counter()
    page.goto(f"{address}#gallery")
    page.reload(wait_until="commit")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#gallery-view li img')].some((one) => one.complete"
        " && one.naturalWidth > 0)"
    )
    seconds = time.perf_counter() - start
    frames: Any = page.evaluate(SCROLL, SCROLL_SECONDS)
    page.close()
    assert frames[2] > 0, "the gallery did not scroll"
    return seconds, frames[0], frames[1]


def open_page(page: Page, address: str) -> None:
    """Open the page, and wait until it can be used."""
    page.goto(address)
    page.wait_for_selector("body[data-ready=true]")
