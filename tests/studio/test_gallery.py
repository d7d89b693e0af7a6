"""A gallery of thousands: pages, search, order, tags, and several results at once."""

from __future__ import annotations

import io
import zipfile

import pytest
from fastapi.testclient import TestClient

from brushwork.studio.schemas import JobSettings, Result
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image
from tests.studio.test_api import refused


@pytest.fixture
def names(studio: Services) -> list[str]:
    """Fill a gallery: of 250 results, each has its number in its name; ties in time too."""
    settings = JobSettings.model_validate(TINY)
    with studio.store.transaction():
        for number in range(250):
            result = Result(
                id=f"r{number}",
                name=f"cat {number:03} 100%" if number == 7 else f"cat {number:03}",
                width=48,
                height=36,
                created=float(number // 2),
                seconds=1.0,
                losses={},
                settings=settings,
                notes=[],
                job=None,
            )
            studio.store.results.add(result, None, None)
    return [f"r{number}" for number in range(250)]


def walk(client: TestClient, **query: object) -> list[str]:
    """Give the identities on all pages."""
    found: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = client.get("/api/v1/results", params={**query, "limit": 40, **after}).json()
        found += [one["id"] for one in page["results"]]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def test_pages_give_everything_once_in_every_order(client: TestClient, names: list[str]) -> None:
    assert walk(client) == names[::-1]
    assert walk(client, sort="oldest") == names
    assert walk(client, sort="name") == names
    page = client.get("/api/v1/results", params={"limit": 2}).json()
    assert (page["total"], page["next"], len(page["results"])) == (250, "r248", 2)
    refused(client.get("/api/v1/results?after=nobody"), 404, "not_found")
    refused(client.get("/api/v1/results?limit=0"), 422, "option")


def test_words_are_found_in_names_tags_and_titles(client: TestClient, names: list[str]) -> None:
    client.patch("/api/v1/results/r9", json={"tags": ["for Ada", "blue"], "starred": True})
    assert client.get("/api/v1/results/r9").json()["tags"] == ["for Ada", "blue"]
    assert walk(client, search="ada") == ["r9"] == walk(client, starred=True)
    assert walk(client, search="CAT 123") == ["r123"]
    assert walk(client, search="100%") == ["r7"] and walk(client, search="_") == []
    assert len(walk(client, search="hokusai wave")) == 250
    assert walk(client, search="gogh") == []


def test_several_at_once(client: TestClient, studio: Services, names: list[str]) -> None:
    for name in ("r1", "r2"):
        studio.gallery.get_file(name).write_bytes(make_image())
    client.patch("/api/v1/results/r1", json={"name": "../a/b"})
    answer = client.get("/api/v1/results/zip?id=r1&id=r2")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["001 ..-a-b.png", "002 cat 002.png"]
        assert archive.read("002 cat 002.png") == make_image()
    refused(client.get("/api/v1/results/zip?id=nobody"), 404, "not_found")
    several = {"results": ["r1", "r2", "r3"]}
    assert client.post("/api/v1/results/trash", json=several).status_code == 204
    assert len(walk(client)) == 247 and len(walk(client, deleted=True)) == 3
    refused(
        client.post("/api/v1/results/restore", json={"results": ["r1", "nobody"]}), 404, "not_found"
    )
    assert len(walk(client, deleted=True)) == 3  # all or none
    assert client.post("/api/v1/results/restore", json=several).status_code == 204
    assert len(walk(client)) == 250
