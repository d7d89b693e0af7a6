"""Drafts: shown at once, aborted by the next, behind every job, and gone unless they are kept."""

from __future__ import annotations

import io
from typing import Any

import PIL.Image
import pytest
from fastapi.testclient import TestClient

import brushwork
from brushwork.api import Stylizer
from brushwork.studio import draft_runner, drafts
from brushwork.studio.draft_runner import DraftRunner
from brushwork.studio.services import Services
from tests.studio.conftest import TINY
from tests.studio.test_api import refused


def ask(client: TestClient, who: str = "page", **options: object) -> dict[str, Any]:
    settings = {**TINY, "options": {**TINY["options"], **options}}
    answer = client.post("/api/v1/drafts", params={"client": who}, json=settings)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


@pytest.fixture
def runner(studio: Services, monkeypatch: pytest.MonkeyPatch) -> DraftRunner:
    monkeypatch.setattr(draft_runner, "PREVIEW_SECONDS", 0.0)
    return DraftRunner(studio.store, studio.folder, Stylizer())


def test_a_draft_is_small_shown_on_the_way_and_kept_on_request(
    client: TestClient, studio: Services, runner: DraftRunner
) -> None:
    draft = ask(client, size=2048, style_layers=["conv1_2"], effort=4)
    assert draft["state"] == "waiting" and draft["image"] is None and draft["note"] is None
    assert draft["settings"]["options"] == {"size": 256, "draft": True, "effort": 1.0}
    draft = ask(client)
    place = f"/api/v1/drafts/{draft['id']}"
    refused(client.get(f"{place}/image"), 404, "not_found")
    refused(client.post(f"{place}/keep"), 409, "conflict")
    row = studio.drafts.claim()
    assert row is not None and row.id == draft["id"]
    runner.run(row)
    done = client.get(place).json()
    assert (done["state"], done["width"], done["height"]) == ("finished", 48, 36)
    assert done["preview"] > 2 and done["image"] == f"{place}/image?v={done['preview']}"
    with PIL.Image.open(io.BytesIO(client.get(done["image"]).content)) as image:
        assert image.format == "JPEG" and image.size == (48, 36)
    told = [event for event in studio.store.events.list_after(0) if event.kind == "draft"]
    assert len(told) >= done["preview"]
    assert ask(client)["id"] == draft["id"]  # the same again is there already
    assert client.get("/api/v1/results").json()["results"] == []
    kept = client.post(f"{place}/keep").json()
    assert client.post(f"{place}/keep").json() == kept
    assert client.get("/api/v1/results").json()["results"] == [kept]
    content = client.get(f"/api/v1/results/{kept['id']}/file").content
    made = brushwork.stylize("cat", "great-wave", size=48, effort=0.25, draft=True)
    with PIL.Image.open(io.BytesIO(content)) as image:
        assert image.tobytes() == made.image.tobytes()
    assert client.get(f"/api/v1/results/{kept['id']}/thumb").status_code == 200
    assert client.get(f"/api/v1/results/{kept['id']}/recipe").json()["options"]["draft"]


def test_the_next_draft_of_a_client_aborts_the_one_before(
    client: TestClient, studio: Services, runner: DraftRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ask(client, who="other")
    first = ask(client, seed=1)
    row = studio.drafts.claim()
    assert row is not None and row.id == first["id"]
    show = DraftRunner._show

    def show_and_ask(*given: Any) -> None:
        show(*given)
        ask(client, seed=2)

    monkeypatch.setattr(DraftRunner, "_show", show_and_ask)
    runner.run(row)
    after = client.get(f"/api/v1/drafts/{first['id']}").json()
    assert after["state"] == "aborted" and after["preview"] == 1
    place = f"/api/v1/drafts/{other['id']}"
    assert client.get(place).json()["state"] == "waiting"
    assert client.post(f"{place}/abort").json()["state"] == "aborted"


def test_a_job_goes_before_a_draft(
    client: TestClient, studio: Services, runner: DraftRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = ask(client)
    row = studio.drafts.claim()
    show = DraftRunner._show

    def show_and_queue(*given: Any) -> None:
        show(*given)
        client.post("/api/v1/jobs", json=TINY)

    monkeypatch.setattr(DraftRunner, "_show", show_and_queue)
    assert row is not None
    runner.run(row)
    after = client.get(f"/api/v1/drafts/{draft['id']}").json()
    assert (after["state"], after["note"]) == ("waiting", drafts.WAITS)
    assert ask(client, seed=9)["note"] == drafts.WAITS


def test_old_drafts_are_forgotten_with_their_files(
    client: TestClient, studio: Services, runner: DraftRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 1)
    first = ask(client)
    row = studio.drafts.claim()
    assert row is not None
    runner.run(row)
    assert len(list(studio.folder.drafts.iterdir())) == 3
    second = ask(client, seed=1)
    refused(client.get(f"/api/v1/drafts/{first['id']}"), 404, "not_found")
    assert list(studio.folder.drafts.iterdir()) == []
    studio.drafts.claim()
    studio.drafts.fail_lost()
    lost = client.get(f"/api/v1/drafts/{second['id']}").json()
    assert lost["state"] == "failed" and "has ended" in lost["error"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"options": {"mask": "/etc/passwd"}}, 422, "option"),
        ({"content": "nobody-knows"}, 404, "not_found"),
        ({"styles": [{"image": "../x"}]}, 422, "option"),
    ],
)
def test_drafts_that_will_not_do_are_refused(
    client: TestClient, change: dict[str, Any], status: int, code: str
) -> None:
    refused(client.post("/api/v1/drafts", json={**TINY, **change}), status, code)
    refused(client.post("/api/v1/drafts?client=../x", json=TINY), 422, "option")
