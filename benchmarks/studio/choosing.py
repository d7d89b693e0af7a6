"""How soon a draft of what is chosen stands on the stage, in a headless Chromium."""

from __future__ import annotations

import statistics
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks.studio.page import find_browser, open_page

#: The most seconds from a click to the first picture of a draft, and to the whole of it.
MOST_TO_FIRST, MOST_TO_WHOLE = 0.7, 2.0
#: Paintings that are clicked one after the other, once a first draft has warmed the worker.
PAINTINGS = ("ejiri", "cafe-terrace", "church-at-auvers", "summertime", "great-wave")


def measure(address: str) -> bool:
    """Click paintings, print the seconds, and tell whether the targets were met."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        open_page(page, address)
        page.wait_for_selector(".stage[data-state=drafted]", timeout=120_000)
        taken = [_choose(page, painting) for painting in PAINTINGS]
        browser.close()
    (first, whole), (longest_first, longest_whole) = (
        [pick(column) for column in zip(*taken, strict=True)] for pick in (statistics.median, max)
    )
    print(
        f"draft: first picture {first:.2f} s after the click (longest {longest_first:.2f}, at most "
        f"{MOST_TO_FIRST}), the whole {whole:.2f} s (longest {longest_whole:.2f}, at most "
        f"{MOST_TO_WHOLE})"
    )
    return first <= MOST_TO_FIRST and whole <= MOST_TO_WHOLE


def _choose(page: Page, painting: str) -> tuple[float, float]:
    """Click a painting; give the seconds to another picture on the stage, and to the last one."""
    shown = page.locator("compare-slider .after")
    before = shown.get_attribute("src")
    started = time.perf_counter()
    page.click(f'[data-image="{painting}"]')
    page.wait_for_selector(f'compare-slider .after:not([src="{before}"])', timeout=60_000)
    first = time.perf_counter() - started
    page.wait_for_selector(".stage[data-state=drafted]", timeout=60_000)
    return first, time.perf_counter() - started
