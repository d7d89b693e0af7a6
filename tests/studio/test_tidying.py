"""What nobody uses is tidied after a while, and nothing that anything refers to."""

from __future__ import annotations

import time

import pytest
from fastapi.testclient import TestClient

from brushwork.studio.schemas import SteerRequest
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image
from tests.studio.test_api import upload

DAY = 86_400
NOW = time.time()


@pytest.fixture
def after(studio: Services, monkeypatch: pytest.MonkeyPatch):
    """Tidy so many days from now."""

    def tidy(days: float) -> None:
        monkeypatch.setattr(time, "time", lambda: NOW + days * DAY)
        studio.tidier.tidy()

    return tidy


def bring(client: TestClient, role: str, color: str = "teal") -> str:
    return str(upload(client, make_image((64, 48), color), f"{role}.png", role).json()["id"])


def is_there(client: TestClient, identity: str) -> bool:
    return client.get(f"/api/v1/images/{identity}").status_code == 200


def test_masks_go_after_a_month_and_what_is_seen_after_a_year(
    client: TestClient, studio: Services, after
) -> None:
    mask, photo, style = (bring(client, role) for role in ("mask", "content", "style"))
    after(29)
    assert all(is_there(client, one) for one in (mask, photo, style))
    after(31)
    assert not is_there(client, mask) and is_there(client, photo)
    assert (studio.folder.images / f"{mask}.png").is_file()  # in the trash, for a month
    assert client.post(f"/api/v1/images/{mask}/restore").status_code == 200
    after(60)
    assert is_there(client, mask)  # who takes it back uses it
    after(92)
    after(123)
    assert not (studio.folder.images / f"{mask}.png").exists()
    after(364)
    assert is_there(client, photo) and is_there(client, style)
    after(366)
    assert not is_there(client, photo) and not is_there(client, style)


def test_a_draft_or_a_job_is_a_use(client: TestClient, studio: Services, after) -> None:
    drafted, queued = bring(client, "mask", "red"), bring(client, "mask", "blue")
    after(20)
    client.post("/api/v1/drafts", json={**TINY, "mask": drafted})
    job = client.post("/api/v1/jobs", json={**TINY, "mask": queued}).json()["id"]
    studio.drafts.forget_all()  # as the next start of the server does
    client.post(f"/api/v1/jobs/{job}/cancel")
    client.delete(f"/api/v1/jobs/{job}")
    after(49)
    assert is_there(client, drafted) and is_there(client, queued)
    after(51)
    assert not is_there(client, drafted) and not is_there(client, queued)


@pytest.mark.parametrize("kind", ["job", "steered", "draft", "result", "trashed", "subject"])
def test_what_something_refers_to_stays(
    client: TestClient, studio: Services, paint, after, kind: str
) -> None:
    used, other = bring(client, "mask", "silver"), bring(client, "mask", "gray")
    settings = {**TINY, "mask": used}
    if kind == "draft":
        client.post("/api/v1/drafts", json=settings)
    elif kind == "subject":
        client.post("/api/v1/subjects", json={"image": used})
    elif kind == "steered":
        job = client.post("/api/v1/jobs", json=TINY).json()["id"]
        studio.store.jobs.change(job, steer=SteerRequest(mask=used))
    else:
        job = client.post("/api/v1/jobs", json=settings).json()["id"]
    if kind in ("result", "trashed"):
        paint()
        result = client.get(f"/api/v1/jobs/{job}").json()["result"]
        client.delete(f"/api/v1/jobs/{job}")
    if kind == "trashed":
        after(79)
        client.delete(f"/api/v1/results/{result}")  # it may be taken back, and painted again
    after(80)
    assert is_there(client, used) and not is_there(client, other)


def test_built_in_images_are_nobody_s_to_throw_away(client: TestClient, after) -> None:
    after(10_000)
    assert is_there(client, "cat")
