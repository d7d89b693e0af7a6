"""The viewer: magnified, moved, gone through, copied and dragged out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest
from playwright.sync_api import Page, expect

from tests.studio.conftest import Running
from tests.studio.page.conftest import FAST
from tests.studio.page.seeds import fill_gallery


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("viewer") / "studio"
    fill_gallery(folder, 150)
    running = Running(folder)
    yield running
    running.stop()


def view(opened: Any, number: int = 149, **more: Any) -> Page:
    """Open the gallery, and a result in it."""
    page: Page = opened(FAST, **more)
    page.click("[data-view=gallery]")
    page.click(f"[data-result=r{number}] .open")
    expect(page.locator("dialog.viewer h2")).to_have_text(f"number {number:04}")
    return page


def percent(page: Page) -> int:
    return int(re.sub(r"\D", "", page.locator(".viewer-tools output").inner_text()))


def box(page: Page, name: str) -> dict[str, float]:
    found = page.locator(name).bounding_box()
    assert found is not None
    return dict(found)


def test_wheel_keys_and_buttons_magnify_round_the_pointer(opened) -> None:
    page = view(opened)
    whole = box(page, ".viewer-view")
    sheet = box(page, ".viewer-sheet")
    assert sheet["height"] == pytest.approx(min(whole["height"], whole["width"] * 0.75), abs=1)
    x, y = sheet["x"] + sheet["width"] * 0.25, sheet["y"] + sheet["height"] * 0.75
    page.mouse.move(x, y)
    before = percent(page)
    page.mouse.wheel(0, -400)
    expect(page.locator(".viewer-view")).to_have_attribute("data-fitted", "false")
    after = box(page, ".viewer-sheet")
    assert percent(page) > before * 1.5
    # What was under the pointer is under it still.
    assert (x - after["x"]) / after["width"] == pytest.approx(0.25, abs=0.002)
    assert (y - after["y"]) / after["height"] == pytest.approx(0.75, abs=0.002)
    page.keyboard.press("1")
    assert percent(page) == 100
    assert box(page, ".viewer-sheet")["width"] == pytest.approx(400, abs=0.5)
    page.keyboard.press("+")
    assert percent(page) == 125
    page.keyboard.press("-")
    assert percent(page) == 100
    page.keyboard.press("0")
    assert box(page, ".viewer-sheet") == pytest.approx(sheet)
    page.get_by_role("button", name="100%").click()
    assert percent(page) == 100
    page.get_by_role("button", name="Fit").click()
    assert percent(page) == before


def test_a_drag_moves_what_is_magnified_and_the_line_what_is_whole(opened) -> None:
    page = view(opened)
    line = page.get_by_role("slider", name="How much of the photo")
    area = box(page, ".viewer-view")
    middle = (area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 100, middle[1], steps=3)
    page.mouse.up()
    moved = float(line.input_value())
    assert moved == pytest.approx(50 + 100 / box(page, ".viewer-sheet")["width"] * 100, abs=0.5)
    for _ in range(3):
        page.keyboard.press("+")
    start = box(page, ".viewer-sheet")
    page.mouse.move(area["x"] + 60, middle[1])
    page.mouse.down()
    page.mouse.move(area["x"] + 160, middle[1] + 30, steps=3)
    page.mouse.up()
    end = box(page, ".viewer-sheet")
    assert (end["x"] - start["x"], end["y"] - start["y"]) == pytest.approx((100, 30), abs=1)
    assert float(line.input_value()) == moved
    handle = box(page, ".viewer-sheet .handle")
    page.mouse.move(handle["x"] + 8, middle[1])
    page.mouse.down()
    page.mouse.move(handle["x"] + 8 - 90, middle[1], steps=3)
    page.mouse.up()
    assert float(line.input_value()) < moved
    assert box(page, ".viewer-sheet") == pytest.approx(end)


def test_two_fingers_magnify_and_move(opened) -> None:
    page = view(opened, has_touch=True)
    area = box(page, ".viewer-view")
    x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
    fingers = page.context.new_cdp_session(page)
    before = percent(page)
    for kind, apart, down in (
        ("Start", 60, 0),
        ("Move", 90, 0),
        ("Move", 120, 0),
        ("Move", 120, 40),
    ):
        points = [
            {"x": x - apart, "y": y + down, "id": 1},
            {"x": x + apart, "y": y + down, "id": 2},
        ]
        fingers.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        if (apart, down) == (120, 0):
            middle = box(page, ".viewer-sheet")
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert percent(page) == pytest.approx(2 * before, abs=3)
    assert box(page, ".viewer-sheet")["y"] - middle["y"] == pytest.approx(40, abs=2)
    assert page.get_by_role("slider", name="How much").input_value() == "50"


def test_arrows_lead_on_over_pages_and_back_closes(opened, studio: Running) -> None:
    page = view(opened)
    expect(page.locator(".viewer-place")).to_have_text("1 of 150")
    assert page.locator("[data-step='-1']").is_hidden()
    page.keyboard.press("ArrowRight")
    expect(page.locator("dialog h2")).to_have_text("number 0148")
    expect(page).to_have_url(re.compile("#gallery/r148$"))
    page.locator("[data-step='1']").click()
    expect(page.locator("dialog h2")).to_have_text("number 0147")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("dialog h2")).to_have_text("number 0148")
    for number in range(147, 48, -1):  # more than a page of the server's
        page.keyboard.press("ArrowRight")
        expect(page.locator("dialog h2")).to_have_text(f"number {number:04}")
    page.keyboard.press("Delete")
    expect(page.locator("dialog h2")).to_have_text("number 0048")
    page.locator("dialog .toast >> text=Undo").click()
    expect(page.locator(".viewer-place")).to_have_text(re.compile("of 150"))
    page.go_back()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.url.endswith("#gallery")
    assert studio.client.get("/api/v1/results").json()["total"] == 150


def test_photo_painting_or_both_and_alone_it_is_dragged_out(opened, studio: Running) -> None:
    page = view(opened)
    after = page.locator(".viewer-sheet .after")
    assert after.evaluate("e => e.draggable") is False  # a drag moves the line
    page.get_by_role("radio", name="Painting").check()
    assert after.evaluate("e => e.draggable") is True
    assert page.locator(".viewer-sheet .handle").is_hidden()
    page.evaluate(
        "document.addEventListener('dragstart', (event) => {"
        " document.body.dataset.dragged = event.dataTransfer.getData('DownloadURL'); })"
    )
    area = box(page, ".viewer-sheet")
    page.mouse.move(area["x"] + 150, area["y"] + 150)
    page.mouse.down()
    page.mouse.move(area["x"] + 220, area["y"] + 190, steps=4)
    page.mouse.up()
    dragged = page.evaluate("document.body.dataset.dragged")
    address = f"{studio.address}api/v1/results/r149/file"
    assert dragged == f"image/png:number 0149.png:{address}"
    page.get_by_role("radio", name="Photo").check()
    clip = page.locator(".viewer-sheet .before").evaluate("e => getComputedStyle(e).clipPath")
    assert clip in ("inset(0px 0% 0px 0px)", "inset(0px)")
    page.get_by_role("radio", name="Both").check()
    assert page.get_by_role("slider", name="How much").input_value() == "50"


def test_it_is_copied_fills_the_screen_and_escape_closes(opened) -> None:
    page = view(opened, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the picture").click()
    expect(page.locator("dialog .toast")).to_contain_text("in the clipboard")
    size = page.evaluate(
        """async () => { const [item] = await navigator.clipboard.read();
        const image = await createImageBitmap(await item.getType('image/png'));
        return [image.width, image.height]; }"""
    )
    assert size == [400, 300]
    page.keyboard.press("f")
    expect(page.locator(".viewer-main:fullscreen")).to_be_visible()
    page.keyboard.press("f")
    expect(page.locator(".viewer-main:fullscreen")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_it_is_renamed_tagged_and_starred(opened, studio: Running) -> None:
    page = view(opened, 140)
    page.get_by_label("Name").fill("Sea of cats")
    page.keyboard.press("Enter")
    expect(page.locator("dialog h2")).to_have_text("Sea of cats")
    page.get_by_label("Add a tag").fill("sea")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .tag")).to_have_count(2)
    page.get_by_role("button", name="Take the tag seventh away").click()
    page.get_by_role("button", name="Star", exact=True).click()
    expect(page.get_by_role("button", name="Star", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("Escape")
    expect(page.locator("[data-result=r140] .name")).to_contain_text("Sea of cats")
    found = studio.client.get("/api/v1/results/r140").json()
    assert (found["name"], found["tags"], found["starred"]) == ("Sea of cats", ["sea"], True)


def test_a_key_right_after_escape_is_not_undone(opened) -> None:
    page = opened(FAST)
    for _ in range(5):
        page.keyboard.press("?")
        expect(page.locator("dialog")).to_have_count(1)
        page.keyboard.press("Escape")
        page.keyboard.press("2")
        expect(page.locator("gallery-view")).to_be_visible()
        page.wait_for_timeout(150)  # a step back that comes late would show itself by now
        expect(page.locator("gallery-view")).to_be_visible()
        page.keyboard.press("1")
        expect(page.locator("paint-view")).to_be_visible()


def test_it_is_taken_out_in_the_format_that_is_chosen(opened) -> None:
    page = view(opened, width=1280)
    more = page.get_by_role("button", name="Download as…")
    more.focus()
    page.keyboard.press("Enter")
    asked = page.get_by_role("dialog", name="Download")
    expect(asked.get_by_role("radio", name="PNG")).to_be_focused()
    # The seeds are kept in 8 bits, and the page says so before the studio refuses.
    expect(asked.get_by_role("radio", name="16 bits")).to_be_disabled()
    expect(asked).to_contain_text("It is kept in 8 bits")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(asked.get_by_role("radio", name="JPEG")).to_be_checked()
    expect(asked.get_by_role("group", name="Bits a channel")).to_be_hidden()
    asked.get_by_role("slider", name="Quality").fill("60")
    asked.get_by_role("radio", name="Display P3").check()
    with page.expect_download() as download:
        asked.get_by_role("link", name="Download JPEG").click()
    assert download.value.suggested_filename == "number 0149.jpg"
    with PIL.Image.open(download.value.path()) as found:
        assert found.format == "JPEG" and found.info["icc_profile"][36:40] == b"acsp"
    # The next one is taken out as the last, and Escape leads back to the viewer.
    expect(page.get_by_role("link", name="Download", exact=True)).to_have_attribute(
        "href", re.compile("format=jpg&quality=60&profile=display-p3$")
    )
    more.click()
    page.keyboard.press("Escape")
    expect(asked).to_have_count(0)
    expect(page.locator("dialog.viewer")).to_be_visible()
    expect(more).to_be_focused()
