"""The page in a real browser, on a real studio: the first minute, steering, finding it again."""

from __future__ import annotations

import io
import re
import signal
import time
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="a browser is driven by playwright")

from playwright.sync_api import Browser, Page, expect  # noqa: E402 - only where it is

from tests.studio.conftest import Running, make_image  # noqa: E402
from tests.studio.page.conftest import FAST, PAINTED, newest, state  # noqa: E402

#: Long enough to do something meanwhile.
SLOW = {"size": 96, "effort": 1.5}


def test_the_first_minute_is_one_click(opened, studio: Running) -> None:
    page = opened()
    expect(page.locator('[data-image="cat"]')).to_have_attribute("aria-pressed", "true")
    wave = page.locator('[data-image="great-wave"]')
    expect(wave).to_have_attribute("aria-pressed", "true")
    expect(wave).to_contain_text("Katsushika Hokusai")
    expect(page.locator(".plan")).to_contain_text("512 × 384 · about", timeout=PAINTED)
    page.fill("#option-size", "48")
    page.keyboard.press("Enter")
    expect(page.locator(".plan")).to_contain_text("48 × 36", timeout=30_000)
    page.click("#paint-button")
    state(page, "finished")
    image = page.locator("compare-slider .after")
    expect(image).to_have_js_property("naturalWidth", 48)
    with page.expect_download() as download:
        page.click("text=Download")
    with PIL.Image.open(download.value.path()) as found:
        assert found.size == (48, 36) and "brushwork" in found.info
    assert download.value.suggested_filename == "Cat in The Great Wave off Kanagawa.png"


def test_the_form_is_drawn_from_the_options(opened, studio: Running) -> None:
    page = opened()
    form = studio.client.get("/api/v1/options").json()
    for name, field in form["schema"]["properties"].items():
        control = page.locator(f"#option-{name}")
        assert control.count() == 1, name
        assert field["description"] in page.locator(f'[data-option="{name}"]').text_content()
    assert page.locator("#option-strength").is_visible()
    assert not page.locator("#option-style_layers").is_visible()
    page.fill("#option-strength", "7")
    page.keyboard.press("Enter")
    expect(page.locator("#option-strength")).to_have_js_property("max", "1")
    kept = page.evaluate("JSON.parse(localStorage.getItem('brushwork-settings')).options")
    assert kept == {"strength": 1}
    page.select_option("#option-color", "palette")
    page.reload()
    expect(page.locator("#option-color")).to_have_value("palette")


def test_it_grows_pauses_goes_on_and_is_steered(opened, studio: Running) -> None:
    page = opened(SLOW)
    page.click("#paint-button")
    state(page, "running")
    image = page.locator("compare-slider .after")
    first = image.get_attribute("src")
    expect(image).not_to_have_attribute("src", str(first), timeout=PAINTED)
    expect(page.locator(".tray")).to_contain_text(re.compile(r"step \d+ of \d+ · .* left"))
    expect(page.locator('[data-loss="style"] path')).to_have_attribute("d", re.compile("^M.*L"))
    page.click("text=Pause")
    state(page, "paused")
    expect(page.locator(".tray")).to_contain_text("paused at 96 × 72")
    assert page.locator("#steer").is_hidden()
    page.fill("#option-strength", "0.9")
    page.keyboard.press("Enter")
    page.click("#steer")
    expect(page.locator(".toast")).to_contain_text("goes on with these settings")
    page.click("text=Go on")
    state(page, "finished")
    painting = newest(studio)
    recipe = studio.client.get(f"/api/v1/results/{painting['id']}/recipe").json()
    assert recipe["options"]["strength"] == 0.9 and "strength 0.9" in recipe["steered"][0]


def test_stopping_keeps_and_cancelling_does_not(opened, studio: Running) -> None:
    page = opened(SLOW)
    before = len(studio.client.get("/api/v1/results").json()["results"])
    page.click("#paint-button")
    state(page, "running")
    page.click("text=Stop and keep")
    state(page, "stopped")
    expect(page.locator(".tray")).to_contain_text("kept at 96×72, step")
    page.click("#paint-button")
    state(page, "running")
    page.click("text=Cancel")
    expect(page.locator(".tray")).to_contain_text("cancelled")
    assert len(studio.client.get("/api/v1/results").json()["results"]) == before + 1


def test_the_line_is_dragged_anywhere_clicked_and_moved_by_keys(opened) -> None:
    page = opened(FAST, has_touch=True)
    page.click("#paint-button")
    state(page, "finished")
    slider = page.get_by_role("slider", name="How much of the photo")
    expect(slider).to_have_value("50")  # a finished picture is half photo, half painting
    drag_the_line(page, ".stage compare-slider", slider)
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert float(slider.input_value()) == pytest.approx(20, abs=1)
    page.keyboard.down("z")
    lens = page.locator(".lens")
    expect(lens).to_be_visible()
    assert "/api/v1/results/" in lens.evaluate("e => getComputedStyle(e).backgroundImage")
    page.keyboard.up("z")
    expect(lens).to_be_hidden()


def drag_the_line(page: Page, name: str, slider: Any) -> None:
    """Drag the line low in the picture, by mouse and by finger, to 30 percent; click in between."""
    box = page.locator(name).bounding_box()
    assert box is not None
    low = box["y"] + box["height"] * 0.9

    def at(percent: float) -> float:
        return float(box["x"] + box["width"] * percent / 100)

    page.mouse.move(at(50), low)
    page.mouse.down()
    page.mouse.move(at(70), low - 20, steps=3)
    page.mouse.up()
    assert float(slider.input_value()) == pytest.approx(70, abs=1)
    page.mouse.click(at(15), low)
    assert float(slider.input_value()) == pytest.approx(15, abs=1)
    finger = page.context.new_cdp_session(page)
    for kind, percent in (("touchStart", 15), ("touchMove", 22), ("touchMove", 30)):
        touch = {"type": kind, "touchPoints": [{"x": at(percent), "y": low}]}
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert float(slider.input_value()) == pytest.approx(30, abs=1)
    clip = page.locator(f"{name} .before").evaluate("e => getComputedStyle(e).clipPath")
    assert re.search(r"(69|70)(\.\d+)?%", clip)


def test_a_mask_is_drawn_and_only_there_is_painted(opened, studio: Running) -> None:
    page = opened(FAST)
    page.click("text=Only here…")
    page.click("#mask-done")
    expect(page.locator(".toast.bad")).to_contain_text("Nothing is marked")
    canvas = page.locator("canvas").bounding_box()
    assert canvas is not None
    page.mouse.move(canvas["x"] + canvas["width"] * 0.1, canvas["y"] + canvas["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(canvas["x"] + canvas["width"] * 0.4, canvas["y"] + canvas["height"] * 0.5)
    page.mouse.up()
    page.locator("canvas").focus()
    page.keyboard.press("]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    page.keyboard.press("Control+z")
    page.click("#mask-done")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator(".rail")).to_contain_text("Only what is marked is painted")
    page.click("#paint-button")
    state(page, "finished")
    painting = newest(studio)
    mask = studio.client.get(f"/api/v1/images/{painting['settings']['mask']}/file").content
    with PIL.Image.open(io.BytesIO(mask)) as drawn:
        levels = np.asarray(drawn.convert("L")) / 255
    height, width = levels.shape
    assert levels[height // 2, width // 4] == 1 and levels[0].max() == 0
    assert 0.01 < levels.mean() < 0.2
    content = studio.client.get(f"/api/v1/results/{painting['id']}/file").content
    with (
        PIL.Image.open(io.BytesIO(content)) as image,
        PIL.Image.open(io.BytesIO(studio.client.get("/api/v1/images/cat/file").content)) as photo,
    ):
        painted = np.asarray(image).astype(float)
        original = np.asarray(photo.resize(image.size, PIL.Image.Resampling.BICUBIC)).astype(float)
    far = np.abs(painted - original)[:4].mean()
    near = np.abs(painted - original)[16:20, 8:16].mean()
    assert far < 6 < near
    page.click("text=Everywhere")
    expect(page.locator(".rail")).to_contain_text("The whole photo is painted")


def test_a_choice_is_drafted_and_a_drawing_is_not_lost(opened, studio: Running) -> None:
    page = opened(FAST)
    state(page, "drafted")
    draft = page.locator("compare-slider .after")
    expect(draft).to_have_attribute("src", re.compile("/api/v1/drafts/"))
    first = str(draft.get_attribute("src"))
    expect(page.locator(".leaving")).to_have_count(0)
    assert draft.evaluate("e => getComputedStyle(e).opacity") == "1"  # it faded in, and stays
    page.click('[data-image="ejiri"]')
    expect(draft).not_to_have_attribute("src", first, timeout=PAINTED)
    page.click("text=Only here…")
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    drawn = "document.querySelector('canvas').getContext('2d').getImageData(0, 0, 4000, 4000)"
    marked = f"(({drawn}).data.some((level, place) => place % 4 === 0 && level > 200))"
    assert page.evaluate(marked)
    page.click("dialog >> text=Undo")
    assert not page.evaluate(marked)
    page.click("dialog >> text=Redo")
    assert page.evaluate(marked)
    page.keyboard.press("Escape")
    expect(page.locator(".dialog-question")).to_be_visible()
    page.click("text=Keep drawing")
    page.click("#mask-done")
    expect(page.locator(".draft-note")).to_contain_text("only where it is marked")
    page.click("text=Only here…")  # the drawing is taken up again
    deadline = time.monotonic() + 30  # the page's policy forbids the browser to poll text
    while not page.evaluate(marked):
        assert time.monotonic() < deadline
    page.go_back()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("paint-view")).to_be_visible()


def test_holding_the_key_queues_one_job_and_a_reload_shows_it(opened, studio: Running) -> None:
    page = opened({**FAST, "strength": 0.35})
    jobs = len(studio.client.get("/api/v1/jobs").json()["jobs"])
    page.keyboard.down("p")
    for _ in range(8):
        page.keyboard.down("p")  # the system repeats a key that is held
    page.keyboard.up("p")
    state(page, "finished")
    assert len(studio.client.get("/api/v1/jobs").json()["jobs"]) == jobs + 1
    page.reload()
    state(page, "finished")
    page.click("[data-view=gallery]")
    page.locator(".card").first.get_by_role("button", name="Star").focus()
    page.keyboard.press("Enter")
    star = page.locator(".card").first.get_by_role("button", name="Star")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("in the trash")
    if page.locator(".card").count():
        expect(page.locator(".card").first.get_by_role("button", name="Delete")).to_be_focused()


def test_several_paintings_each_have_their_place(opened, studio: Running) -> None:
    page = opened(FAST)
    page.click("text=A place for each…")
    expect(page.locator(".toast.bad")).to_contain_text("several paintings")
    page.check("text=Mix several paintings")
    page.click('[data-image="ejiri"]')
    expect(page.locator(".weight")).to_have_count(2)
    page.locator(".weight input").first.fill("3")
    expect(page.locator(".weight output").first).to_have_text("75%")
    page.click("text=A place for each…")
    page.get_by_role("radio", name="Ejiri in Suruga Province").check()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.click("#mask-done")
    expect(page.locator(".rail")).to_contain_text("Each painting has its own place")
    page.click("#paint-button")
    state(page, "finished")
    styles = newest(studio)["settings"]["styles"]
    assert [(one["image"], one["weight"], one["region"]) for one in styles] == [
        ("great-wave", 3, "red"),
        ("ejiri", 1, "blue"),
    ]


def test_photos_are_chosen_dropped_and_pasted(opened, studio: Running, tmp_path: Path) -> None:
    page = opened(FAST)
    (tmp_path / "my <b>photo.png").write_bytes(make_image((90, 60), "orange"))
    with page.expect_file_chooser() as chooser:
        page.click("text=Add photos")
    chooser.value.set_files(tmp_path / "my <b>photo.png")
    tile = page.get_by_role("button", name="my <b>photo", exact=True)
    expect(tile).to_have_attribute("aria-pressed", "true")
    assert page.locator(".tile b").count() == 0  # a name is text
    carry = """async (name, type, target) => {
      const canvas = document.createElement('canvas'); canvas.width = 80; canvas.height = 60;
      canvas.getContext('2d').fillStyle = name; canvas.getContext('2d').fillRect(0, 0, 80, 60);
      const blob = await new Promise((give) => canvas.toBlob(give));
      const carried = new DataTransfer();
      carried.items.add(new File([blob], name + '.png', {type: 'image/png'}));
      return carried;
    }"""
    carried = page.evaluate_handle(f"({carry})('teal')")
    page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
    expect(page.locator("drop-zone")).to_be_visible()
    page.dispatch_event('drop-zone [data-role="style"]', "drop", {"dataTransfer": carried})
    dropped = page.get_by_role("button", name="teal", exact=True)
    expect(dropped).to_have_attribute("aria-pressed", "true")
    expect(page.locator("drop-zone")).to_be_hidden()
    page.evaluate(
        f"""async () => {{ const data = await ({carry})('navy');
        window.dispatchEvent(new ClipboardEvent('paste', {{clipboardData: data}})); }}"""
    )
    pasted = page.get_by_role("button", name="navy", exact=True)
    expect(pasted).to_have_attribute("aria-pressed", "true")
    page.click("#paint-button")
    state(page, "finished")
    assert newest(studio)["name"] == "navy in teal"
    page.get_by_role("button", name="Forget navy").click()
    expect(pasted).to_have_count(0)
    expect(page.locator('[data-image="cat"]')).to_have_attribute("aria-pressed", "true")


def test_presets_addresses_and_what_is_undone(opened, studio: Running, tmp_path: Path) -> None:
    page = opened(FAST)
    page.select_option("#option-preset", "portrait")
    expect(page.locator("#option-strength")).to_have_value("0.45")
    page.fill("#option-strength", "0.5")  # the default, and not what the preset says
    page.keyboard.press("Enter")
    kept = "JSON.parse(localStorage.getItem('brushwork-settings'))"
    said = page.evaluate(f"{kept}.options")
    assert said == {**FAST, "preset": "portrait", "strength": 0.5}
    page.focus("#option-preset")
    page.select_option("#option-preset", "oil")
    expect(page.locator("#option-strength")).to_have_value("0.55")
    (tmp_path / "mine.png").write_bytes(make_image((93, 61), "teal"))
    with page.expect_file_chooser() as chooser:
        page.click("text=Add photos")
    chooser.value.set_files(tmp_path / "mine.png")
    mine = page.get_by_role("button", name="mine", exact=True)
    expect(mine).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Forget mine").click()
    expect(mine).to_have_count(0)
    page.click(".toast >> text=Undo")
    expect(mine).to_have_attribute("aria-pressed", "true")
    page.click('[data-image="cat"]')
    page.click("text=Only here…")
    page.click("#mask-subject")
    marked = "(() => { const { width, height } = document.querySelector('canvas');"
    marked += " const { data } = document.querySelector('canvas').getContext('2d')"
    marked += ".getImageData(0, 0, width, height); let count = 0;"
    marked += " for (let at = 0; at < data.length; at += 4) count += data[at] > 127;"
    marked += " return count / width / height; })()"
    busy = page.locator("#mask-subject[aria-busy]")
    expect(busy).to_have_count(0, timeout=PAINTED)
    assert 0.02 < page.evaluate(marked) < 0.7
    page.click("dialog >> text=Undo")
    assert page.evaluate(marked) == 0
    page.keyboard.press("Escape")
    page.click("#mask-discard")
    page.click("#paint-button")
    state(page, "finished")
    expect(page).to_have_title("brushwork studio")
    result = newest(studio)
    page.goto(f"{studio.address}#gallery/{result['id']}")
    expect(page.locator("dialog h2")).to_have_text(result["name"])
    page.reload()
    expect(page.locator("dialog h2")).to_have_text(result["name"])
    page.go_back()
    expect(page.locator("dialog")).to_have_count(0)
    expect(page.locator("gallery-view")).to_be_visible()
    assert page.url.endswith("#gallery")


def test_the_gallery_stars_deletes_undoes_and_compares(opened, studio: Running) -> None:
    page = opened(FAST)
    for _ in range(2):
        page.click("#paint-button")
        state(page, "finished")
        page.click("text=Put away")
        page.fill("#option-strength", "0.2")
        page.keyboard.press("Enter")
    page.click("[data-view=gallery]")
    cards = page.locator(".card")
    count = len(studio.client.get("/api/v1/results").json()["results"])
    expect(cards).to_have_count(count)
    cards.first.get_by_role("button", name="Star").click()
    expect(cards.first.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    page.click("text=Starred")
    expect(cards).to_have_count(1)
    page.get_by_role("group", name="Show").get_by_text("All", exact=True).click()
    cards.first.get_by_role("button", name="Delete").click()
    expect(cards).to_have_count(count - 1)
    page.click("text=Undo")
    expect(cards).to_have_count(count)
    for number in (0, 1):
        cards.nth(number).hover()
        cards.nth(number).get_by_role("checkbox").check()
    page.click("button.button:has-text('Compare')")
    panes = page.locator(".pane img")
    expect(panes).to_have_count(2)
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    moved = [pane.evaluate("e => e.style.transform") for pane in panes.all()]
    assert moved[0] == moved[1] and "scale" in moved[0]
    page.keyboard.press("Escape")
    cards.first.locator(".open").click()
    expect(page.locator("dialog")).to_contain_text("Strength")
    page.click("dialog >> text=Recipe")
    expect(page.locator("dialog pre")).to_contain_text('"sha256"')
    page.click("text=Use these settings")
    expect(page.locator("#option-strength")).to_have_value("0.2")


def test_a_painting_brings_its_settings_back(opened, studio: Running, tmp_path: Path) -> None:
    page = opened({**FAST, "strength": 0.7, "color": "palette"})
    page.click("#paint-button")
    state(page, "finished")
    content = studio.client.get(f"/api/v1/results/{newest(studio)['id']}/file").content
    (tmp_path / "painted.png").write_bytes(content)
    fresh = opened()
    with fresh.expect_file_chooser() as chooser:
        fresh.click("text=Add photos")
    chooser.value.set_files(tmp_path / "painted.png")
    expect(fresh.locator(".toast")).to_contain_text("Settings loaded from the recipe")
    expect(fresh.locator("#option-strength")).to_have_value("0.7")
    expect(fresh.locator("#option-color")).to_have_value("palette")
    expect(fresh.locator('[data-image="cat"]')).to_have_attribute("aria-pressed", "true")


def test_a_grid_is_painted_and_a_cell_is_taken(opened, studio: Running) -> None:
    page = opened({"effort": 0.25})
    page.click("text=Try several settings…")
    page.get_by_label("Down: option").select_option("")
    page.get_by_label("Across: values").fill("0.2, 0.9")
    expect(page.locator("grid-plan")).to_contain_text("2 pictures of 192 × 144")
    page.get_by_label("Across: values").fill("0.2, nonsense")
    expect(page.locator("grid-plan .bad")).to_contain_text("nonsense")
    page.get_by_label("Across: values").fill("0.2, 0.9")
    page.click("#grid-begin")
    cells = page.locator("[data-cell]")
    expect(cells).to_have_count(2)
    expect(page.locator('[data-cell][data-state="finished"]')).to_have_count(2, timeout=PAINTED)
    cells.nth(1).click()
    expect(page.locator("dialog")).to_have_count(0)
    # Who closes the grid has no use for what still waits of it.
    page.click("text=Try several settings…")
    page.click("#grid-begin")
    expect(page.locator('[data-cell][data-state="running"]')).to_have_count(1, timeout=PAINTED)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.click("text=Try several settings…")
    rows = page.locator("grid-shelf [data-grid]")
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Delete: Cat in The Great Wave").first.click()
    expect(rows).to_have_count(1)
    page.click("grid-shelf button:has-text('Undo')")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_role("button").first.click()
    expect(page.locator('[data-cell][data-state="finished"]')).to_have_count(2)
    page.keyboard.press("Escape")
    # They hang in the gallery, where one is named, looked at and taken from.
    page.click("[data-view=gallery]")
    page.get_by_role("button", name="Grids").click()
    cards = page.locator("gallery-view [data-grid]")
    expect(cards).to_have_count(2)
    expect(cards.nth(1).locator(".mosaic img")).to_have_count(2)
    cards.nth(1).locator(".open").click()
    page.get_by_label("Name").fill("For Ada")
    page.keyboard.press("Enter")
    expect(cards.nth(1).locator(".name")).to_have_text("For Ada")
    page.locator("[data-cell]").nth(0).click()
    expect(page.locator("#option-strength")).to_have_value("0.2")
    page.click("[data-view=gallery]")
    cards.nth(0).get_by_role("button", name="Delete").click()
    expect(cards).to_have_count(1)
    page.click("text=Undo")
    expect(cards).to_have_count(2)
    cards.nth(1).locator(".open").click()
    page.locator("[data-cell]").nth(1).click()
    deadline = time.monotonic() + 30
    while studio.client.get("/api/v1/status").json()["queue"]:
        assert time.monotonic() < deadline
    expect(page.locator("#option-strength")).to_have_value("0.9")
    kept = page.evaluate("JSON.parse(localStorage.getItem('brushwork-settings')).options")
    assert kept == {"effort": 0.25, "strength": 0.9}


def test_the_queue_is_reordered_and_survives_a_reload(opened, studio: Running) -> None:
    page = opened({**SLOW, "effort": 4})  # none shall be over before all are cancelled
    for strength in ("0.3", "0.5", "0.7"):
        page.fill("#option-strength", strength)
        page.keyboard.press("Enter")
        page.click("#paint-button")
        expect(page.locator("#paint-button:not([aria-busy])")).to_be_visible()
    page.click("[data-view=queue]")
    rows = page.get_by_role("list", name="Queue").locator(".job")
    expect(rows).to_have_count(3)
    last = rows.nth(2).get_attribute("data-job")
    rows.nth(2).get_by_role("button", name="Earlier").click()
    expect(rows.nth(1)).to_have_attribute("data-job", str(last))
    page.reload()
    expect(rows.nth(1)).to_have_attribute("data-job", str(last))
    expect(page.locator("#queue-count")).to_have_text("3")
    for left in (2, 1, 0):
        rows.first.get_by_role("button", name="Cancel").click()
        expect(rows).to_have_count(left, timeout=PAINTED)


def test_a_restart_in_mid_job_is_told_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    studio = Running(tmp_path / "studio", port=17865)
    try:
        page = browser.new_context().new_page()
        page.goto(studio.address)
        page.wait_for_selector("body[data-ready=true]")
        page.fill("#option-size", "128")
        page.keyboard.press("Enter")
        page.click("#paint-button")
        state(page, "running")
        studio.stop(signal.SIGKILL)
        expect(page.locator("#link-state")).to_have_text("Reconnecting…")
        page.fill("#option-strength", "0.6")
        page.keyboard.press("Enter")
        expect(page.locator(".plan.bad")).to_contain_text("does not answer")
        studio.start()
        expect(page.locator("#link-state")).to_have_text("", timeout=30_000)
        state(page, "finished")
        page.context.close()
    finally:
        studio.stop()


def test_every_error_that_a_person_can_cause_is_a_sentence(opened, tmp_path: Path) -> None:
    page = opened(FAST)
    (tmp_path / "letter.png").write_text("Dear Sir or Madam")
    with page.expect_file_chooser() as chooser:
        page.click("text=Add photos")
    chooser.value.set_files(tmp_path / "letter.png")
    expect(page.locator(".toast.bad")).to_contain_text("Letter.png is not a picture")
    page.locator("details:has-text('Network') > summary").click()
    page.fill("#option-style_layers", "conv9_9")
    page.keyboard.press("Enter")
    expect(page.locator(".plan.bad")).to_contain_text("conv9_9")
    page.click("#paint-button")
    expect(page.locator(".toast.bad").last).to_contain_text("conv9_9")
    page.click("text=Defaults")
    page.click("text=No photo")
    page.click("text=Only here…")
    expect(page.locator(".toast.bad").last).to_contain_text("texture has no photo")
    refusals = [told for told in opened.complaints if "422" in told]
    opened.complaints[:] = [told for told in opened.complaints if told not in refusals]
    assert refusals  # the browser itself notes what was refused


@pytest.mark.parametrize("width", [360, 820, 1440])
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_fits_every_width_in_both_themes(opened, width: int, scheme: str) -> None:
    page = opened(FAST, width=width, color_scheme=scheme)
    for view in ("paint", "gallery", "queue"):
        page.click(f"[data-view={view}]")
        wide = page.evaluate(
            "Math.max(document.documentElement.scrollWidth,"
            " document.querySelector('main').scrollWidth)"
        )
        assert wide <= width
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert contrast(ground, ink) > 7
    for part in (".tabs a:not([aria-current])", ".icon-button"):
        color = page.locator(part).first.evaluate("e => getComputedStyle(e).color")
        assert contrast(ground, color) > 4.5


def contrast(first: str, second: str) -> float:
    """Give the contrast of two colours (WCAG 2.2, relative luminance)."""

    def luminance(color: str) -> float:
        levels = np.array([int(one) for one in re.findall(r"\d+", color)[:3]]) / 255
        linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_keyboard_reaches_everything(opened) -> None:
    page = opened(FAST)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_contain_text("paint, gallery, queue")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.locator("gallery-view")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("paint-view")).to_be_visible()
    page.keyboard.press("p")
    state(page, "finished")
    unnamed = page.evaluate(
        """[...document.querySelectorAll('button, input, select, a[href]')].filter((one) =>
        one.checkVisibility() && !one.getAttribute('aria-label') && !one.textContent.trim()
        && !one.labels?.length).map((one) => one.outerHTML)"""
    )
    assert unnamed == []


def test_the_theme_is_remembered(opened) -> None:
    page = opened()
    toggle = page.locator("theme-toggle button")
    for theme in ("dark", "light"):
        toggle.click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_the_page_speaks_the_browsers_language_or_the_one_that_is_chosen(opened) -> None:
    page = opened(FAST, locale="de-AT")
    expect(page.locator("html")).to_have_attribute("lang", "de-AT")
    expect(page.locator("#paint-button")).to_have_text("Malen")
    expect(page.get_by_role("link", name="Warteschlange")).to_be_visible()
    strength = page.locator('[data-option="strength"]')
    expect(strength.locator("label")).to_have_text("Stärke")
    expect(strength.locator(".help")).to_contain_text("Wie viel Gemälde")
    expect(page.locator(".plan")).to_contain_text("Speicher", timeout=PAINTED)
    with page.expect_navigation():
        page.locator(".top language-choice select").select_option("en")
    page.wait_for_selector("body[data-ready=true]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#paint-button")).to_have_text("Paint")
    page.reload()
    expect(page.locator("#paint-button")).to_have_text("Paint")


def test_the_documentation_shows_every_route(opened, studio: Running) -> None:
    page = opened()
    page.goto(f"{studio.address}docs")
    described = studio.client.get("/openapi.json").json()["paths"]
    expect(page.locator("article")).to_have_count(sum(map(len, described.values())))
    page.click("article:has-text('POST'):has-text('/api/v1/grids') summary >> nth=0")
    expect(page.locator("details[open] pre").first).to_contain_text("curl -X POST")
