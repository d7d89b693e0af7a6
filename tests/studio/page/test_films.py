"""The page with clips: dropped, looked through, drafted, painted and played, in a real browser."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="a browser is driven by playwright")
pytest.importorskip("av", reason="films are an extra: pip install 'brushwork[video]'")

from playwright.sync_api import Page, expect  # noqa: E402 - only where it is

from brushwork.masks.shapes import TOLERANCE  # noqa: E402
from tests.studio.conftest import Running  # noqa: E402
from tests.studio.page.conftest import PAINTED, state  # noqa: E402
from tests.studio.page.test_access import judge  # noqa: E402
from tests.studio.test_clips import make_shots  # noqa: E402
from tests.video.clips import make_frames, write_clip  # noqa: E402

SMALL = {"size": 48, "effort": 0.25, "draft": True}


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("films") / "studio")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("clip") / "The kitten.mp4"
    return write_clip(place, make_shots(), sound=True)


@pytest.fixture(scope="module")
def clip(studio: Running, file: Path) -> str:
    """Bring a clip, as another page would."""
    answer = studio.client.post(
        "/api/v1/clips", params={"name": file.name}, content=file.read_bytes(), timeout=120
    )
    return str(answer.json()["id"])


def times(page: Page) -> list[float]:
    """Give where the film and its clip are, in seconds."""
    found: list[float] = page.evaluate(
        "['film', 'before'].map((one) => document.querySelector(`[data-screen=${one}] video`)"
        ".currentTime)"
    )
    return found


def settings(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("JSON.parse(localStorage.getItem('brushwork-settings'))")
    return found


def test_a_clip_is_dropped_drafted_painted_and_played(opened, studio: Running, file: Path) -> None:
    page = opened(SMALL)
    carried = page.evaluate_handle(
        """(content) => { const carried = new DataTransfer();
        const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
        carried.items.add(new File([bytes], 'The kitten.mp4', {type: 'video/mp4'}));
        return carried; }""",
        base64.b64encode(file.read_bytes()).decode(),
    )
    page.dispatch_event("body", "dragenter", {"dataTransfer": carried})
    page.dispatch_event('drop-zone [data-role="style"]', "drop", {"dataTransfer": carried})
    sheet = page.locator(".clip-sheet")
    expect(sheet).to_contain_text("2 shots · 0:01.2 · 48 × 48 · with sound", timeout=120_000)
    stills = sheet.locator(".still")
    expect(stills).to_have_count(12)
    expect(stills.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(sheet.locator("li.begins")).to_have_count(2)
    expect(stills.nth(11).locator("img")).to_have_js_property("naturalWidth", 48)

    # A click drafts that frame.
    state(page, "drafted")
    first = page.locator("compare-slider .before").get_attribute("src")
    stills.nth(8).click()
    expect(stills.nth(8)).to_have_attribute("aria-pressed", "true", timeout=30_000)
    expect(page.locator("compare-slider .before")).not_to_have_attribute("src", str(first))
    state(page, "drafted")
    assert settings(page)["content"] in page.locator("compare-slider .before").get_attribute("src")

    # So does the slider; and the two buttons trim.
    page.get_by_label("Moment of the clip").focus()
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    expect(stills.nth(6)).to_have_attribute("aria-pressed", "true", timeout=30_000)
    page.click("text=Begin here")
    expect(sheet).to_contain_text("0:00.6 – 0:01.2 · 6 frames")
    expect(sheet.locator("li.outside")).to_have_count(6)
    stills.nth(10).click()
    expect(stills.nth(10)).to_have_attribute("aria-pressed", "true", timeout=30_000)
    page.click("text=End here")
    expect(sheet).to_contain_text("0:00.6 – 0:01.1 · 5 frames")
    plan = page.locator(".plan")
    expect(plan).to_contain_text("48 × 48 · 5 frames", timeout=PAINTED)
    expect(plan).to_contain_text("0 MB on the disk")

    page.click("text=Paint the film")
    state(page, "running")
    player = page.locator(".stage film-player")
    expect(player).to_be_visible(timeout=PAINTED)
    state(page, "finished")
    for which in ("film", "before"):
        screen = page.locator(f"[data-screen={which}] video")
        expect(screen).to_have_js_property("readyState", 4)
        expect(screen).to_have_js_property("videoWidth", 48)
        assert str(screen.get_attribute("src")).endswith(f"/{which}")
        assert screen.evaluate("one => one.duration") == pytest.approx(0.5, abs=0.06)

    # They run in step, from where one looks.
    page.get_by_label("Moment of the film").evaluate(
        "one => { one.value = '0.25'; one.dispatchEvent(new Event('input')); }"
    )
    for which in ("film", "before"):
        expect(page.locator(f"[data-screen={which}] video")).to_have_js_property("seeking", False)
    assert times(page) == pytest.approx([0.25, 0.25], abs=0.001)
    page.get_by_role("button", name="Play the film").click()
    expect(page.locator("[data-screen=film] video")).to_have_js_property("ended", True)
    assert times(page) == pytest.approx([0.5, 0.5], abs=0.11)
    page.get_by_role("radio", name="Film").check()
    expect(page.locator("[data-screen=before]")).to_be_hidden()

    with page.expect_download() as download:
        page.click("text=Download the film")
    assert download.value.suggested_filename == "The kitten in The Great Wave off Kanagawa.mp4"
    assert b"ftyp" in Path(download.value.path()).read_bytes()[:12]

    page.click("[data-view=gallery]")
    card = page.locator("[data-result]").first
    expect(card).to_contain_text("0:00.5")
    card.locator(".open").click()
    dialog = page.locator("dialog.viewer")
    expect(dialog).to_contain_text("0:00.5 · 5 frames")
    expect(dialog.locator(".facts")).to_contain_text("Part of the clip0:00.6 – 0:01.1")
    page.click("text=Use these settings")
    expect(sheet).to_contain_text("0:00.6 – 0:01.1 · 5 frames")
    page.reload()
    expect(sheet).to_contain_text("0:00.6 – 0:01.1 · 5 frames")
    page.click('[data-image="cat"]')
    expect(sheet).to_be_hidden()
    expect(page.locator("#paint-button")).to_have_text("Paint")


def test_what_is_set_for_a_film_is_kept_painted_and_told(
    opened, studio: Running, clip: str
) -> None:
    page = opened(SMALL)
    fold = page.locator("film-settings")
    expect(fold).to_be_hidden()
    page.click(f"[data-clip='{clip}']")
    sheet = page.locator(".clip-sheet")
    expect(sheet).to_contain_text("12 frames", timeout=60_000)
    expect(fold).to_be_visible()
    fold.locator("summary").click()

    # Fewer frames: the sheet counts them, and so does the note above the button.
    page.get_by_label("One frame of").fill("3")
    page.keyboard.press("Tab")
    expect(sheet).to_contain_text("4 frames")
    expect(page.locator(".plan")).to_contain_text("4 frames", timeout=PAINTED)
    page.get_by_label("Frames a second, at most").fill("2")
    page.keyboard.press("Tab")
    expect(sheet).to_contain_text("2 frames")
    page.get_by_label("Frames a second, at most").fill("")
    page.keyboard.press("Tab")
    expect(sheet).to_contain_text("4 frames")
    assert film(page)["options"] == {"every": 3}

    # Strength runs from the usual slider's to the second one's, over the part that is painted.
    expect(page.locator("[data-option=strength_at_end]")).to_be_hidden()
    page.get_by_label("Another strength at the end").check()
    assert film(page)["strength"] == "0.5@0s,0.8@1.1s"
    page.locator("[data-option=strength_at_end] input[type=number]").fill("0.9")
    page.keyboard.press("Tab")
    page.locator("#option-strength").fill("0.3")
    page.keyboard.press("Tab")
    assert film(page)["strength"] == "0.3@0s,0.9@1.1s"
    page.locator(".still").nth(8).click()
    expect(page.locator(".still").nth(8)).to_have_attribute("aria-pressed", "true", timeout=30_000)
    page.click("text=End here")
    assert film(page)["strength"] == "0.3@0s,0.9@0.8s"

    # The draft of a frame has the strength of its moment.
    page.evaluate(
        """() => { window.drafted = []; const ask = window.fetch; window.fetch = (path, how) => {
        if (path.includes('/drafts?')) window.drafted.push(JSON.parse(how.body));
        return ask(path, how); }; }"""
    )
    page.locator(".still").nth(4).click()
    expect(page.locator(".still").nth(4)).to_have_attribute("aria-pressed", "true", timeout=30_000)
    page.wait_for_function(
        "still => window.drafted.at(-1)?.content === still", arg=settings(page)["content"]
    )
    assert page.evaluate("window.drafted.at(-1).options.strength") == 0.6

    # One painting after another needs two of them.
    after = page.get_by_label("One painting after another")
    expect(after).to_be_hidden()
    page.get_by_label("Mix several paintings").check()
    page.click('[data-image="ejiri"]')
    after.check()
    assert film(page)["options"]["fade"] == "0s,0.8s"
    page.get_by_label("A colour that stays", exact=True).check()
    assert film(page)["options"]["keep_color"] == "#00ff00"
    page.get_by_label("A colour that stays: which").fill("#808080")
    assert film(page)["options"]["keep_color"] == "#808080"
    tolerance = page.locator("#option-keep_tolerance")
    expect(tolerance).to_have_value(str(TOLERANCE))
    tolerance.fill("0.25")
    page.keyboard.press("Tab")
    assert film(page)["options"]["keep_color"] == "#808080:0.25"

    # A step back, a step on, and a reload keep all of it; the defaults none.
    chosen = settings(page)
    page.get_by_label("Undo what was chosen").click()
    assert film(page)["options"].get("keep_color") != "#808080:0.25"
    assert film(page)["options"]["fade"] == "0s,0.8s"
    page.get_by_label("Choose it again").click()
    assert settings(page) == chosen
    page.reload()
    expect(sheet).to_contain_text("3 frames", timeout=60_000)
    fold.locator("summary").click()
    expect(page.get_by_label("One frame of")).to_have_value("3")
    expect(after).to_be_checked()
    expect(page.get_by_label("A colour that stays", exact=True)).to_be_checked()
    expect(page.get_by_label("A colour that stays: which")).to_have_value("#808080")
    expect(tolerance).to_have_value("0.25")
    page.get_by_role("button", name="Defaults").click()
    assert film(page) == {"clip": clip, "start": 0, "end": 0.9, "options": {}, "strength": None}
    expect(after).not_to_be_checked()
    page.get_by_label("Undo what was chosen").click()
    page.get_by_label("A colour that stays", exact=True).uncheck()

    # What is painted tells it, and paints it again.
    page.click("text=Paint the film")
    expect(page.locator(".stage film-player")).to_be_visible(timeout=PAINTED)
    state(page, "finished")
    page.click("[data-view=gallery]")
    page.locator("[data-result] .open").first.click()
    dialog = page.locator("dialog.viewer")
    expect(dialog).to_contain_text("0:00.9 · 3 frames")
    facts = dialog.locator(".facts")
    expect(facts).to_contain_text("Strength over time0.3 0:00.0 → 0.9 0:00.8")
    expect(facts).to_contain_text("One frame of3")
    expect(facts).to_contain_text("One painting after another0:00.0 → 0:00.8")
    used = film(page)
    page.get_by_role("button", name="Paint again at").click()
    state(page, "queued", "running", "finished")
    jobs = studio.client.get("/api/v1/jobs").json()["jobs"]
    newest = max(jobs, key=lambda job: job["created"])
    assert newest["settings"]["film"] == used
    studio.client.post(f"/api/v1/jobs/{newest['id']}/cancel")

    # With a single painting nothing fades, and another clip begins anew what hangs on its length.
    page.click('[data-image="ejiri"]')
    assert "fade" not in film(page)["options"]
    page.click(f"[data-clip='{clip}']")
    expect(sheet).to_contain_text("0:00.0 – 0:01.2")
    assert film(page)["strength"] is None and film(page)["options"] == {"every": 3}
    page.click('[data-image="cat"]')
    expect(fold).to_be_hidden()


def film(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = settings(page)["film"]
    return found


def test_a_film_is_stopped_and_kept(opened, studio: Running, clip: str) -> None:
    page = opened({"size": 128, "effort": 0.25, "draft": True})
    page.click(f"[data-clip='{clip}']")
    expect(page.locator(".clip-sheet")).to_be_visible(timeout=60_000)
    page.click("#paint-button")
    expect(page.locator(".tray")).to_contain_text("of 12", timeout=PAINTED)
    page.click("text=Stop and keep")
    expect(page.locator(".tray")).to_contain_text("kept after", timeout=PAINTED)
    expect(page.locator(".stage film-player")).to_be_visible()


def test_a_colour_that_the_clip_does_not_have_is_told(opened, studio: Running, clip: str) -> None:
    page = opened({**SMALL, "strength": 0.4})
    page.click(f"[data-clip='{clip}']")
    expect(page.locator(".clip-sheet")).to_be_visible(timeout=60_000)
    page.locator("film-settings summary").click()
    page.get_by_label("A colour that stays", exact=True).check()
    page.click("#paint-button")
    state(page, "failed")
    said = page.locator(".tray p.bad")
    expect(said).to_contain_text("nothing of the first frame has that colour within 0.1")


def test_a_clip_is_named_deleted_and_taken_back(opened, studio: Running, clip: str) -> None:
    page = opened(SMALL)
    other = opened(SMALL)
    page.click(f"[data-clip='{clip}']")
    name = page.get_by_label("Name of the clip")
    expect(name).to_be_visible(timeout=60_000)
    name.fill("A walk.mp4")
    page.keyboard.press("Enter")
    expect(other.locator(f"[data-clip='{clip}']")).to_have_attribute("title", "A walk.mp4")
    page.get_by_role("button", name="Forget A walk").click()
    expect(page.locator("[data-clip]")).to_have_count(0)
    expect(other.locator("[data-clip]")).to_have_count(0)
    expect(page.locator(".clip-sheet")).to_be_hidden()
    page.click(".toast >> text=Undo")
    expect(page.locator(".clip-sheet")).to_be_visible()
    expect(other.locator(f"[data-clip='{clip}']")).to_have_count(1)


def test_a_finger_in_the_middle_of_a_clip_chooses_it(opened, studio: Running, clip: str) -> None:
    page = opened(SMALL, width=390, has_touch=True, is_mobile=True)
    page.locator(f"[data-clip='{clip}']").tap()
    expect(page.locator(".clip-sheet")).to_be_visible(timeout=60_000)
    expect(page.locator(".toast")).to_have_count(0)
    page.get_by_role("button", name="Forget").tap()
    page.locator(".toast").get_by_role("button", name="Undo").tap()
    expect(page.locator(f"[data-clip='{clip}']")).to_have_count(1)


def test_what_a_clip_needs_fits_in_german(opened, studio: Running, clip: str) -> None:
    page = opened(SMALL, width=1440, locale="de-DE")
    page.click(f"[data-clip='{clip}']")
    expect(page.locator(".clip-sheet")).to_be_visible(timeout=60_000)
    page.locator("film-settings summary").click()
    expect(page.get_by_label("Durchgänge").first).to_be_visible()
    wide = page.evaluate(
        """[...document.querySelectorAll('.rail .section-head, .rail .field')]
        .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""
    )
    assert wide == []


def test_a_long_clip_that_is_read_tells_that_it_goes_on(opened) -> None:
    page = opened(SMALL)
    page.clock.install()
    page.evaluate(
        """async () => {
        const { showUpload } = await import("/static/parts/upload-bar.js");
        window.upload = showUpload(1);
        window.upload.tell(0, 0.5, "walk.mp4");
        window.upload.tell(0, 1, "walk.mp4"); }"""
    )
    bar = page.locator(".upload-bar")
    expect(bar).to_contain_text("Reading walk.mp4")
    page.clock.run_for(75_000)
    expect(bar).to_contain_text("Reading walk.mp4, 75 sec so far")
    page.evaluate("window.upload.end()")
    expect(bar).to_have_count(0)


def test_a_picture_that_moves_becomes_a_clip(opened, studio: Running, tmp_path: Path) -> None:
    page = opened(SMALL)
    first, *others = (PIL.Image.fromarray(frame) for frame in make_frames(4))
    first.save(tmp_path / "walk.gif", save_all=True, append_images=others, duration=100)
    with page.expect_file_chooser() as chooser:
        page.click("text=Add photos")
    chooser.value.set_files(tmp_path / "walk.gif")
    moves = page.locator(".toast", has_text="animated: the first of 4 frames is used")
    moves.get_by_role("button", name="Use it as a clip").click(timeout=60_000)
    expect(page.locator(".clip-sheet")).to_contain_text("4 frames", timeout=60_000)


def test_what_is_no_film_is_told(opened, studio: Running, tmp_path: Path) -> None:
    page = opened(SMALL)
    (tmp_path / "broken.mp4").write_bytes(b"nothing to see " * 99)
    with page.expect_file_chooser() as chooser:
        page.click("text=Add a clip")
    chooser.value.set_files(tmp_path / "broken.mp4")
    expect(page.locator(".toast.bad")).to_contain_text("'broken.mp4' is no film", timeout=60_000)
    opened.complaints[:] = [one for one in opened.complaints if "/api/v1/clips?" not in one]


def test_what_the_studio_says_of_a_film_is_german_in_a_german_page(
    opened, studio: Running, clip: str, tmp_path: Path
) -> None:
    page = opened({**SMALL, "color": "only"}, locale="de-DE")
    (tmp_path / "kaputt.mp4").write_bytes(b"nothing to see " * 99)
    with page.expect_file_chooser() as chooser:
        page.click("text=Clip dazu")
    chooser.value.set_files(tmp_path / "kaputt.mp4")
    bad = page.locator(".toast.bad")
    expect(bad).to_contain_text("„kaputt.mp4“ lässt sich nicht als Film lesen", timeout=60_000)
    page.click(f"[data-clip='{clip}']")
    expect(page.locator(".plan.bad")).to_contain_text("malt nichts", timeout=60_000)
    opened.complaints[:] = [one for one in opened.complaints if "/api/v1/clips?" not in one]


def test_arrows_go_through_films_and_escape_back_to_the_gallery(
    opened, studio: Running, clip: str
) -> None:
    body = {"styles": [{"image": "great-wave"}], "options": SMALL}
    found = []
    for end in (0.2, 0.3):
        wanted = {**body, "film": {"clip": clip, "end": end}}
        job = studio.client.post("/api/v1/jobs", json=wanted, timeout=120).json()
        found.append(studio.until(job["id"], "finished")["result"])
    page = opened(SMALL)
    page.click("[data-view=gallery]")
    page.locator(f"[data-result='{found[1]}'] .open").click()
    expect(page).to_have_url(f"{studio.address}#gallery/{found[1]}")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(f"{studio.address}#gallery/{found[0]}")
    expect(page.locator("dialog")).to_have_count(1)
    page.keyboard.press("Space")
    expect(page.locator("dialog [data-screen=film] video")).to_have_js_property("ended", True)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)
    expect(page).to_have_url(f"{studio.address}#gallery")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_clips_and_films_have_no_serious_fault(
    opened, studio: Running, clip: str, scheme: str
) -> None:
    body = {"styles": [{"image": "great-wave"}], "options": SMALL}
    wanted = {**body, "film": {"clip": clip, "end": 0.2}}
    job = studio.client.post("/api/v1/jobs", json=wanted, timeout=120).json()
    result = studio.until(job["id"], "finished")["result"]
    found: dict[str, Any] = {}
    for width in (1440, 820, 390):
        page = opened(SMALL, width=width, color_scheme=scheme, reduced_motion="reduce")
        page.click(f"[data-clip='{clip}']")
        expect(page.locator(".clip-sheet .still").first).to_be_visible(timeout=60_000)
        page.locator("film-settings summary").click()
        page.get_by_label("Another strength at the end").check()
        page.get_by_label("A colour that stays", exact=True).check()
        found[f"sheet {width}"] = [*judge(page), *spill(page)]
        page.click("[data-view=queue]")
        page.locator(f"[data-job='{job['id']}']").get_by_label("Show").click()
        expect(page.locator(".stage film-player")).to_be_visible()
        found[f"stage {width}"] = [*judge(page), *spill(page)]
        page.goto(f"{studio.address}#gallery/{result}")
        expect(page.locator("dialog film-player")).to_be_visible()
        found[f"film {width}"] = [*judge(page), *spill(page)]
        page.context.close()
    assert {name: faults for name, faults in found.items() if faults} == {}


def spill(page: Page) -> list[str]:
    """Say what is wider than the page."""
    wide = page.evaluate(
        """[...document.querySelectorAll("html, main, .stage, .stage > *:not(film-strip)")]
        .map((one) => [one.className || one.localName, one.scrollWidth - one.clientWidth])
        .filter(([, wide]) => wide > 0)"""
    )
    return [f"{name} is {pixels} pixels too wide" for name, pixels in wide]
