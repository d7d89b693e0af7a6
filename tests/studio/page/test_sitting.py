"""A sitting: film strip, undo, the wall of paintings, many photos, masks seen near."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import PIL.Image
from playwright.sync_api import Page, expect

from tests.studio.conftest import Running, make_image
from tests.studio.page.conftest import FAST, PAINTED, newest, state


def strength(page: Page, value: str) -> None:
    page.fill("#option-strength", value)
    page.keyboard.press("Enter")


def test_the_film_strip_gives_settings_back(opened, studio: Running) -> None:
    page = opened(FAST)
    frames = page.locator("film-strip button")
    expect(page.locator("film-strip")).to_be_hidden()
    strength(page, "0.2")
    page.get_by_role("button", name="Keep", exact=True).click(timeout=PAINTED)
    expect(frames).to_have_count(1)
    assert newest(studio)["settings"]["options"]["strength"] == 0.2
    strength(page, "0.8")
    page.click("#paint-button")
    state(page, "finished")
    expect(frames).to_have_count(2)
    frames.nth(0).click()
    expect(page.locator("#option-strength")).to_have_value("0.2")
    expect(frames.nth(0)).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(frames).to_have_count(2)
    frames.nth(1).click()
    expect(page.locator("#option-strength")).to_have_value("0.8")
    state(page, "finished")
    expect(page.locator(".tray .name")).to_be_visible()
    page.click("text=Try several settings…")
    page.get_by_label("Down: option").select_option("")
    page.get_by_label("Across: values").fill("0.4")
    page.click("#grid-begin")
    expect(page.locator('[data-cell][data-state="finished"]')).to_have_count(1, timeout=PAINTED)
    page.keyboard.press("Escape")
    expect(frames).to_have_count(3)
    frames.nth(2).click()
    expect(page.locator("#option-strength")).to_have_value("0.4")
    expect(page.locator("#option-size")).to_have_value("48")


def test_what_was_chosen_is_undone_and_redone(opened) -> None:
    page = opened(FAST)
    undo = page.get_by_role("button", name="Undo what was chosen")
    redo = page.get_by_role("button", name="Choose it again")
    expect(undo).to_be_disabled()
    slider = page.locator('[data-option="strength"] input[type=range]')
    box = slider.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    assert float(slider.input_value()) > 0.8
    page.click('[data-image="ejiri"]')
    page.keyboard.press("Control+z")
    expect(page.locator('.strip [data-image="great-wave"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("Control+z")  # the whole drag is one step
    expect(page.locator("#option-strength")).to_have_value("0.5")
    expect(undo).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    assert float(slider.input_value()) > 0.8
    redo.click()
    expect(page.locator('.strip [data-image="ejiri"]')).to_have_attribute("aria-pressed", "true")
    expect(redo).to_be_disabled()
    undo.click()
    page.click("text=Defaults")
    page.keyboard.press("Control+z")
    kept = page.evaluate("JSON.parse(localStorage.getItem('brushwork-settings')).options")
    assert kept["size"] == 48


def test_the_wall_is_searched_liked_and_takes_a_folder(opened, tmp_path: Path) -> None:
    page = opened(FAST)
    page.click("text=See all…")
    hangings = page.locator(".hanging")
    expect(hangings).to_have_count(8)
    page.get_by_label("Search the paintings").fill("gogh")
    shown = hangings.count()
    assert 1 < shown < 8
    hangings.first.get_by_role("button", name="Favourite").click()
    page.get_by_label("Search the paintings").fill("")
    page.click("dialog >> text=Favourites")
    expect(hangings).to_have_count(1)
    hangings.first.locator(".open").click()
    expect(hangings.first.locator(".open")).to_have_attribute("aria-pressed", "true")
    folder = tmp_path / "My old masters"
    folder.mkdir()
    for number, color in enumerate(("teal", "navy", "olive")):
        (folder / f"master {number}.png").write_bytes(make_image((70 + number, 50), color))
    (folder / "notes.txt").write_text("not a picture")
    with page.expect_file_chooser() as chooser:
        page.click("text=Add a folder")
    chooser.value.set_files(folder)
    page.click("dialog >> text=My old masters")
    expect(hangings).to_have_count(3)
    page.click("dialog >> text=Mine")
    expect(hangings).to_have_count(3)
    expect(page.locator(".toast.bad")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator('.strip [aria-pressed="true"] .title')).to_have_text("master 0")
    while page.evaluate("history.state") is not None:  # the browser goes back from the wall
        page.wait_for_timeout(20)
    page.reload()
    page.click("text=See all…")
    page.click("dialog >> text=Favourites")
    expect(hangings).to_have_count(1)


DROP = """async (files) => {
  const carried = new DataTransfer();
  for (const [name, color] of files) {
    const canvas = document.createElement('canvas'); canvas.width = 64; canvas.height = 48;
    canvas.getContext('2d').fillStyle = color; canvas.getContext('2d').fillRect(0, 0, 64, 48);
    const blob = await new Promise((give) => canvas.toBlob(give));
    carried.items.add(new File([blob], name, {type: 'image/png'}));
  }
  return carried;
}"""


def test_many_photos_by_several_paintings(opened, studio: Running) -> None:
    page = opened(FAST)
    files = [["red.png", "#f00"], ["green.png", "#0f0"], ["blue.png", "#00f"]]
    carried = page.evaluate_handle(DROP, files)
    before = studio.client.get("/api/v1/results").json()["total"]
    seen: list[str] = []
    page.expose_function("seen", lambda text: seen.append(text))
    page.evaluate(
        "new MutationObserver(() => { const bar = document.querySelector('.upload-bar p');"
        " if (bar) seen(bar.textContent); }).observe(document.body, {subtree: true,"
        " childList: true, characterData: true})"
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
    page.dispatch_event('drop-zone [data-role="content"]', "drop", {"dataTransfer": carried})
    dialog = page.locator("dialog.many")
    expect(dialog.locator("[data-pick]:checked")).to_have_count(4)  # three photos, one painting
    expect(page.locator(".upload-bar")).to_have_count(0)
    assert any(re.match(r"(Uploading|Reading) 2 of 3: green\.png", text) for text in seen)
    dialog.locator('[data-pick="ejiri"]').check()
    expect(dialog.locator(".plan")).to_contain_text("3 × 2 = 6 paintings · about", timeout=PAINTED)
    dialog.locator("#many-begin").click()
    expect(page.locator("queue-view")).to_be_visible()
    expect(page.locator("queue-view .page-head")).to_contain_text(
        re.compile(r"paintings? · about .* left")
    )
    expect(page).to_have_title(re.compile(r"^\d of 6 · .*left · brushwork studio$"))
    expect(page).to_have_title("brushwork studio", timeout=PAINTED)
    made = studio.client.get("/api/v1/results").json()
    assert made["total"] == before + 6
    names = {one["name"] for one in made["results"][:6]}
    assert {"red in Ejiri in Suruga Province", "blue in The Great Wave off Kanagawa"} < names
    page.click("[data-view=paint]")
    expect(page.locator("film-strip button")).to_have_count(6)


def drawn(page: Page) -> list[float]:
    """Give where something is drawn in the mask: left, top, right, bottom, as parts."""
    found: list[float] = page.evaluate(
        """() => { const canvas = document.querySelector('dialog canvas');
        const { width, height } = canvas;
        const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
        let [l, t, r, b] = [1, 1, 0, 0];
        for (let i = 0; i < data.length; i += 4) if (data[i] > 127) {
          const [x, y] = [(i / 4) % width / width, Math.floor(i / 4 / width) / height];
          [l, t, r, b] = [Math.min(l, x), Math.min(t, y), Math.max(r, x), Math.max(b, y)]; }
        return [l, t, r, b]; }"""
    )
    return found


def test_a_mask_is_drawn_near_and_moved(opened, studio: Running) -> None:
    page = opened(FAST, has_touch=True)
    page.click("text=Only here…")
    fit = page.locator("dialog .fit")
    whole = fit.bounding_box()
    assert whole is not None
    x, y = whole["x"] + whole["width"] * 0.25, whole["y"] + whole["height"] * 0.5
    page.mouse.move(x, y)
    page.mouse.wheel(0, -800)
    near = fit.bounding_box()
    assert near is not None and near["width"] > 2.5 * whole["width"]
    page.mouse.click(x, y)
    left, top, right, bottom = drawn(page)
    assert abs((left + right) / 2 - 0.25) < 0.01 and abs((top + bottom) / 2 - 0.5) < 0.01
    page.get_by_role("radio", name="Move").check()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 20, steps=3)
    page.mouse.up()
    moved = fit.bounding_box()
    assert moved is not None
    assert (round(moved["x"] - near["x"]), round(moved["y"] - near["y"])) == (60, -20)
    assert drawn(page) == [left, top, right, bottom]
    page.get_by_role("radio", name="Paint").check()
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": px, "y": py, "id": number} for number, (px, py) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})

    touch("touchStart", (x + 100, y))  # begins to draw, until the second finger comes
    touch("touchStart", (x + 100, y), (x + 200, y))
    touch("touchMove", (x + 120, y), (x + 180, y))
    touch("touchEnd")
    pinched = fit.bounding_box()
    assert pinched is not None and pinched["width"] < moved["width"] * 0.75
    assert drawn(page) == [left, top, right, bottom]
    page.locator("dialog canvas").focus()
    page.keyboard.press("0")
    fitted = fit.bounding_box()
    assert fitted is not None and abs(fitted["width"] - whole["width"]) < 1
    page.click("#mask-done")
    expect(page.locator(".rail")).to_contain_text("Only what is marked is painted")


def test_a_mask_and_places_work_together(opened, studio: Running) -> None:
    page = opened(FAST)
    page.check("text=Mix several paintings")
    page.click('[data-image="ejiri"]')
    stroke(page, "Only here…", 0.25, 0.3)
    stroke(page, "A place for each…", 0.75, 0.8, "Ejiri in Suruga Province")
    expect(page.locator(".rail")).to_contain_text("its own place, within what is marked")
    jobs = len(studio.client.get("/api/v1/jobs").json()["jobs"])
    page.click("#paint-button")
    expect(page.locator(".toast.bad")).to_contain_text(
        "Ejiri in Suruga Province: no place of it lies within what is marked"
    )
    assert len(studio.client.get("/api/v1/jobs").json()["jobs"]) == jobs
    stroke(page, "Only here…", 0.3, 0.8)
    page.click("#paint-button")
    state(page, "finished")
    settings: dict[str, Any] = newest(studio)["settings"]
    assert settings["mask"] and settings["regions"]


def stroke(page: Page, button: str, start: float, end: float, brush: str = "Paint") -> None:
    """Draw a stroke along the middle, from one part of the width to the other."""
    page.click(f"text={button}")
    page.get_by_role("radio", name=brush, exact=True).check()
    box = page.locator("dialog .fit").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * start, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    page.click("#mask-done")
    expect(page.locator("dialog")).to_have_count(0)


def test_the_subject_is_looked_for_nearly_up_to_the_border(opened) -> None:
    page = opened(FAST)
    page.click("text=Only here…")
    page.click("#mask-subject")
    expect(page.locator("#mask-subject[aria-busy]")).to_have_count(0, timeout=PAINTED)
    left, top, right, bottom = drawn(page)
    # The kitten lies on its side; its back reaches to the right border.
    assert right > 0.94 and 0.1 < left < 0.3 and 0.1 < top < 0.3 and bottom < 0.95


def test_dropped_paintings_may_be_photos_too(opened, tmp_path: Path, studio: Running) -> None:
    page = opened({**FAST, "strength": 0.7})
    page.click("#paint-button")
    state(page, "finished")
    content = studio.client.get(f"/api/v1/results/{newest(studio)['id']}/file").content
    (tmp_path / "painted.png").write_bytes(content)
    with PIL.Image.open(tmp_path / "painted.png") as painted:
        assert painted.size == (48, 36)
    with page.expect_file_chooser() as chooser:
        page.click("text=Add photos")
    chooser.value.set_files(tmp_path / "painted.png")
    page.click("text=Use it as the photo instead")
    tile = page.get_by_role("button", name="painted", exact=True)
    expect(tile).to_have_attribute("aria-pressed", "true")
