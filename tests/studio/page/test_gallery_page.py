"""The gallery of thousands: what is made, found, chosen, and done with several at once."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.studio.conftest import Running
from tests.studio.page.conftest import FAST, PAINTED
from tests.studio.page.seeds import fill_gallery


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("gallery") / "studio"
    fill_gallery(folder, 2000)
    running = Running(folder)
    yield running
    running.stop()


def test_only_what_is_seen_is_made_and_the_end_is_reached(opened) -> None:
    page = opened(FAST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("[data-view=gallery]")
    expect(page.locator("[data-result=r1999] img")).to_have_js_property("complete", True)
    assert sum("/api/v1/results?" in url for url in asked) == 1
    assert page.locator(".card").count() < 60
    expect(page.locator("gallery-view .page-head")).to_contain_text("2,000 paintings")
    page.locator("[data-result=r1999] .open").focus()
    page.evaluate("document.getElementById('view').scrollTop = 1e7")
    expect(page.locator("[data-result=r0]")).to_be_visible(timeout=PAINTED)
    assert page.locator(".card").count() < 60
    page.evaluate("document.getElementById('view').scrollTop = 0")
    expect(page.locator("[data-result=r1999]")).to_be_visible()


COUNT_MADE = """() => {
  const view = document.getElementById('gallery-view');
  const make = view.card;
  window.made = 0;
  view.card = (...given) => { window.made += 1; return make.apply(view, given); };
}"""
#: From the top of a row to the next, and how many cards are in one.
ROW = """list => {
  const [first, ...others] = [...list.children].map((one) => one.getBoundingClientRect().top);
  const columns = others.findIndex((top) => top > first) + 1;
  return [others[columns - 1] - first, columns];
}"""
SCROLL = "distance => { document.getElementById('view').scrollTop += distance; }"


def test_scrolling_makes_only_the_cards_that_come(opened) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    expect(page.locator("[data-result=r1999]")).to_be_visible()
    pitch, columns = page.locator(".cards").evaluate(ROW)
    page.evaluate(SCROLL, 5.5 * pitch)  # to where rows go above, too
    expect(page.locator("[data-result=r1999]")).to_have_count(0)
    last = page.locator(".card").last.get_attribute("data-result")
    page.evaluate(COUNT_MADE)
    page.evaluate(SCROLL, pitch)
    expect(page.locator(".card").last).not_to_have_attribute("data-result", str(last))
    assert page.evaluate("window.made") == columns


def test_what_scrolls_is_moved_and_not_painted_again(opened) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    expect(page.locator("[data-result=r1999]")).to_be_visible()
    whole = page.locator("#view").evaluate("view => view.scrollHeight")
    session = page.context.new_cdp_session(page)
    heights: set[float] = set()

    def note(tree: dict[str, Any]) -> None:
        heights.update(layer["height"] for layer in tree.get("layers", []))

    session.on("LayerTree.layerTreeDidChange", note)
    session.send("DOM.enable")
    session.send("LayerTree.enable")
    page.evaluate(SCROLL, 100)
    expect(page.locator("gallery-view .page-head")).not_to_be_in_viewport()
    session.detach()
    assert max(heights) >= whole  # the list is a layer of its own, in all its height


def test_it_is_searched_by_name_and_tag_and_ordered(opened) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    search = page.get_by_label("Search the gallery")
    search.press_sequentially("number 19", delay=30)
    expect(page.locator("gallery-view .page-head")).to_contain_text("139 paintings")
    expect(search).to_have_value("number 19")
    search.fill("nobody")
    expect(page.locator("gallery-view .empty h2")).to_have_text("Nothing is called “nobody”")
    page.click("text=Show everything")
    expect(page.locator(".card").first).to_have_attribute("data-result", "r1999")
    expect(search).to_have_value("")
    page.locator(".card .tag").first.click()
    expect(page.locator("gallery-view .page-head")).to_contain_text("286 paintings")
    expect(search).to_have_value("seventh")
    search.fill("")
    page.get_by_label("Order").select_option("oldest")
    expect(page.locator(".card").first).to_have_attribute("data-result", "r0")


def test_several_are_chosen_packed_tagged_deleted_and_brought_back(opened, studio) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    first = page.locator("[data-result=r1999]")
    first.hover()
    first.get_by_role("checkbox").check()
    bar = page.get_by_role("toolbar", name="With what is chosen")
    expect(bar).to_contain_text("1 chosen")
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
    page.locator("[data-result=r1996] .open").click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 chosen")
    last = page.locator("[data-result=r1996]").get_by_role("checkbox")
    last.click(modifiers=["Shift"])  # from the last one to itself: it was chosen already
    expect(bar).to_contain_text("4 chosen")
    expect(last).to_be_checked()
    bar.get_by_role("button", name="Download…").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"^Download \d+ as ZIP")).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert len(archive.namelist()) == 4
    bar.get_by_role("button", name="Tag…").click()
    page.get_by_label("Tag", exact=True).fill("four")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("[data-result=r1997] .tag")).to_have_text("four")
    for number in (1999, 1998):
        page.locator(f"[data-result=r{number}] .open").click(modifiers=["Control"])
    bar.get_by_role("button", name="Delete").click()
    expect(page.locator(".card").first).to_have_attribute("data-result", "r1997")
    expect(page.locator("gallery-view .page-head")).to_contain_text("1,998 paintings")
    expect(bar).to_have_count(0)
    page.click(".toast >> text=Undo")
    expect(page.locator("gallery-view .page-head")).to_contain_text("2,000 paintings")
    expect(page.locator(".card").first).to_have_attribute("data-result", "r1999")


def test_several_are_painted_larger(opened, studio: Running) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    for number in (1990, 1989):
        page.locator(f"[data-result=r{number}] .open").click(modifiers=["Control"])
    page.click("text=Larger…")
    page.get_by_label("Long side in pixels").select_option("512")
    page.click("text=Paint again")
    expect(page.locator(".toast")).to_contain_text("in the queue")
    jobs = studio.client.get("/api/v1/jobs").json()["jobs"]
    assert {job["settings"]["options"]["size"] for job in jobs} == {512}
    for job in jobs:
        studio.client.delete(f"/api/v1/jobs/{job['id']}")


def test_a_change_elsewhere_is_seen_and_the_trash_gives_back(opened, studio: Running) -> None:
    page = opened(FAST)
    page.click("[data-view=gallery]")
    expect(page.locator("[data-result=r1995]")).to_be_visible()
    studio.client.patch("/api/v1/results/r1995", json={"name": "elsewhere"})
    expect(page.locator("[data-result=r1995] .name")).to_contain_text("elsewhere")
    studio.client.delete("/api/v1/results/r1995")
    expect(page.locator("[data-result=r1995]")).to_have_count(0)
    page.click("text=Trash")
    page.locator("[data-result=r1995] [data-tool=undo]").click()
    expect(page.locator("gallery-view .empty h2")).to_have_text("The trash is empty")
    page.get_by_role("group", name="Show").get_by_text("All", exact=True).click()
    expect(page.locator("[data-result=r1995]")).to_be_visible()
    page.click("text=Starred")
    expect(page.locator("gallery-view .empty h2")).to_have_text(re.compile("starred"))
    frame = page.locator("gallery-view .empty .frame").last.bounding_box()
    title = page.locator("gallery-view .empty h2").bounding_box()
    assert frame is not None and title is not None
    assert title["y"] - frame["y"] - frame["height"] < 60  # picture and words stand together
