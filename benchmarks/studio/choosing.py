"""How soon a draft of what is chosen stands on the stage, in a headless Chromium."""

from __future__ import annotations

import statistics

from playwright.sync_api import Page, sync_playwright

from benchmarks.studio.browser import find_browser
from benchmarks.studio.page import open_page

#: The most seconds from a click to the first picture of a draft, and to the whole of it.
MOST_TO_FIRST, MOST_TO_WHOLE = 0.7, 2.0
#: Notes when a click comes, when another picture is shown after it, and when that is the last one.
WATCH = """() => {
  const stage = document.querySelector(".stage");
  const shown = document.querySelector("compare-slider .after");
  window.seen = { click: 0, first: 0, whole: 0 };
  const note = (event) => { seen.click = event.timeStamp; };
  document.addEventListener("click", note, { capture: true, once: true });
  const watch = new MutationObserver((changes) => {
    if (!seen.click) return;
    const now = performance.now();
    if (changes.some((one) => one.attributeName === "src")) seen.first ||= now;
    if (!seen.first || stage.dataset.state !== "drafted") return;
    watch.disconnect();
    seen.whole = now;
  });
  watch.observe(shown, { attributeFilter: ["src"] });
  watch.observe(stage, { attributeFilter: ["data-state"] });
}"""
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
    page.evaluate(WATCH)
    page.click(f'[data-image="{painting}"]')
    page.wait_for_function("() => window.seen.whole > 0", timeout=60_000)
    seen: dict[str, float] = page.evaluate("() => window.seen")
    return (seen["first"] - seen["click"]) / 1000, (seen["whole"] - seen["click"]) / 1000
