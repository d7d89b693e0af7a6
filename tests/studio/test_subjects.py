"""Subjects: found where they stand, told why not, forgotten in time; what is no box is refused."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import PIL.ImageDraw
import pytest
from fastapi.testclient import TestClient

from brushwork.studio import subjects
from brushwork.studio.services import Services
from brushwork.studio.subject_finder import SubjectFinder
from tests.studio.test_api import refused, upload


def make_scene() -> bytes:
    """Draw an orange disc, of radius 30 about (90, 60), on a blue ground with some noise."""
    noise = np.random.default_rng(0).integers(-12, 12, (120, 160, 3))
    image = PIL.Image.new("RGB", (160, 120), (40, 70, 150))
    PIL.ImageDraw.Draw(image).ellipse((60, 30, 120, 90), fill=(230, 140, 30))
    noisy = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    PIL.Image.fromarray(noisy).save(buffer, format="PNG")
    return buffer.getvalue()


def test_the_thing_in_the_box_becomes_a_mask(
    client: TestClient, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = SubjectFinder(studio.store, studio.folder)
    photo = upload(client, make_scene(), "disc.png").json()["id"]
    asked = {"image": photo, "box": [0.3, 0.15, 0.55, 0.7]}
    answer = client.post("/api/v1/subjects", json=asked)
    place = f"/api/v1/subjects/{answer.json()['id']}"
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    refused(client.get(f"{place}/mask"), 404, "not_found")
    assert finder.find_next() and not finder.find_next()
    assert client.get(place).json()["state"] == "finished"
    with PIL.Image.open(io.BytesIO(client.get(f"{place}/mask").content)) as mask:
        found = np.asarray(mask.convert("L")) > 127
    down, right = np.mgrid[:120, :160]
    disc = (right - 90) ** 2 + (down - 60) ** 2 <= 30**2
    assert (found & disc).sum() / (found | disc).sum() > 0.95
    whole = client.post("/api/v1/subjects", json={**asked, "box": [0, 0, 1, 1]}).json()["id"]
    finder.find_next()
    failed = client.get(f"/api/v1/subjects/{whole}").json()
    assert failed["state"] == "failed" and "background" in failed["error"]
    lost = client.post("/api/v1/subjects", json=asked).json()["id"]
    row = studio.subjects.claim()
    assert row is not None and row.id == lost
    worker = studio.store.subjects.find(lost)
    assert worker is not None and worker.worker is not None
    studio.subjects.fail_lost(worker.worker)
    assert "has ended" in client.get(f"/api/v1/subjects/{lost}").json()["error"]
    monkeypatch.setattr(subjects, "MAX_SUBJECTS", 1)
    client.post("/api/v1/subjects", json=asked)
    refused(client.get(place), 404, "not_found")
    assert list(studio.folder.drafts.iterdir()) == []
    assert [one["role"] for one in client.get("/api/v1/images").json()["images"]].count("mask") == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"image": "nobody-knows"}, 404),
        ({"image": "../cat"}, 422),
        ({"box": [0, 0, 0, 1]}, 422),
        ({"box": [0, 0, 2, 1]}, 422),
        ({"box": [0, 0, 1]}, 422),
        ({"more": 1}, 422),
    ],
)
def test_what_will_not_do_is_refused(
    client: TestClient, change: dict[str, object], status: int
) -> None:
    code = "not_found" if status == 404 else "option"
    refused(client.post("/api/v1/subjects", json={"image": "cat", **change}), status, code)
