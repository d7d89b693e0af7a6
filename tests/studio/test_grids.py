"""Grids are things of the gallery: planned first, listed, named, thrown away and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from brushwork.api import Stylizer
from brushwork.studio.pacer import Pacer
from brushwork.studio.schemas import GridRequest
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image
from tests.studio.test_api import refused, upload

WANTED: dict[str, Any] = {
    "settings": {**TINY, "options": {"effort": 0.25}},
    "axes": [
        {"option": "color", "values": ["style", "content"]},
        {"option": "strength", "values": [0.3, 0.5, 0.7]},
    ],
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brushwork.studio.grids.CELL_SIZE", 48)


def test_what_a_grid_takes_is_known_before_it_begins(
    client: TestClient, studio: Services, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    plan = client.post("/api/v1/grids/plan", json=WANTED).json()
    assert plan == {"count": 6, "width": 48, "height": 36, "seconds": None}  # not measured yet
    pacer = Pacer(studio.store, studio.folder, Stylizer())
    while pacer.measure_next():
        pass
    plan = client.post("/api/v1/grids/plan", json=WANTED).json()
    assert client.get("/api/v1/grids").json() == {"grids": []}
    assert client.get("/api/v1/status").json()["queue"] == 0
    jobs = [job for row in client.post("/api/v1/grids", json=WANTED).json()["jobs"] for job in row]
    single = [client.post("/api/v1/plan", json=job["settings"]).json()["seconds"] for job in jobs]
    assert plan["seconds"] == pytest.approx(sum(single), rel=0.05) and len(single) == 6


def test_a_grid_stays_and_tells_how_far_it_is(client: TestClient, paint) -> None:
    grid = client.post("/api/v1/grids", json=WANTED).json()
    assert grid["name"] == "Cat in The Great Wave off Kanagawa, color × strength"
    assert (grid["count"], grid["done"], grid["waiting"]) == (6, 0, 6)
    paint()
    second = client.post(
        "/api/v1/grids", json={**WANTED, "axes": [{"option": "seed", "values": [1]}]}
    ).json()
    told = client.get("/api/v1/grids").json()["grids"]
    assert [one["id"] for one in told] == [second["id"], grid["id"]]
    assert (told[1]["done"], told[1]["waiting"]) == (1, 5) and "jobs" not in told[1]
    painted = client.get(f"/api/v1/grids/{grid['id']}").json()["jobs"][0][0]["result"]
    assert painted is not None and (told[1]["cover"], told[0]["cover"]) == ([painted], [])
    place = f"/api/v1/grids/{grid['id']}"
    assert client.patch(place, json={"name": "For Ada"}).json()["name"] == "For Ada"
    assert client.get(place).json()["name"] == "For Ada"
    refused(client.patch(place, json={"name": ""}), 422, "option")
    refused(client.patch("/api/v1/grids/nothing", json={"name": "x"}), 404, "not_found")
    assert client.get("/api/v1/results").json()["results"] == []  # its cells are its own


def test_a_grid_is_thrown_away_and_taken_back(
    client: TestClient, studio: Services, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = client.post("/api/v1/grids", json=WANTED).json()
    place = f"/api/v1/grids/{grid['id']}"
    paint()
    assert client.delete(place).status_code == 204
    assert client.get("/api/v1/status").json()["queue"] == 0  # nothing is painted for the trash
    assert client.get("/api/v1/grids").json() == {"grids": []}
    (trashed,) = client.get("/api/v1/grids?deleted=true").json()["grids"]
    assert trashed["deleted"] and (trashed["done"], trashed["waiting"]) == (1, 0)
    back = client.post(f"{place}/restore").json()
    assert not back["deleted"] and back["jobs"][0][0]["state"] == "finished"
    kinds = [event.kind for event in studio.store.events.list_after(0)]
    assert kinds.count("grid") == 2
    client.delete(place)
    studio.tidier.tidy()
    assert client.get(place).status_code == 200  # thirty days are not over
    monkeypatch.setattr("brushwork.studio.store.trash.KEPT_DAYS", -1)
    studio.tidier.tidy()
    refused(client.get(place), 404, "not_found")
    refused(client.post(f"{place}/restore"), 404, "not_found")
    assert list(studio.folder.results.iterdir()) == []
    assert studio.queue.list_cells(grid["id"]) == []


def test_a_grid_that_will_not_do_is_refused_in_the_plan_too(client: TestClient) -> None:
    for change, says in [
        ({"axes": [{"option": "size", "values": [64]}]}, "have one size"),
        ({"axes": [{"option": "nonsense", "values": [1]}]}, "nonsense"),
        ({"axes": []}, "axes"),
        ({"settings": {**TINY, "options": {"weights": "/etc/passwd"}}}, "'weights'"),
    ]:
        for path in ("/api/v1/grids/plan", "/api/v1/grids"):
            assert says in refused(client.post(path, json={**WANTED, **change}), 422, "option")
    gone = {**WANTED, "settings": {**TINY, "content": "nobody-knows"}}
    refused(client.post("/api/v1/grids/plan", json=gone), 404, "not_found")


def test_the_images_of_a_grid_are_in_use(client: TestClient, studio: Services) -> None:
    mask = upload(client, make_image(), "mask.png", "mask").json()["id"]
    settings = {**WANTED["settings"], "mask": mask}
    studio.grids.add(GridRequest.model_validate({**WANTED, "settings": settings}))
    assert studio.store.uses.is_referred_to(mask)


def test_hundreds_of_grids_are_listed_by_as_many_questions_as_one(studio: Services) -> None:
    def add(count: int) -> list[str]:
        return [studio.grids.add(GridRequest.model_validate(WANTED)).id for _ in range(count)]

    def count_questions() -> int:
        asked: list[str] = []
        studio.store._database.connection.set_trace_callback(asked.append)
        studio.grids.list_grids()
        studio.store._database.connection.set_trace_callback(None)
        return len(asked)

    first = add(1)
    few = count_questions()
    more = add(4)
    assert 0 < count_questions() == few
    cells = {grid: [job.id for job in studio.queue.list_cells(grid)] for grid in more[:2]}
    for number, job in enumerate([*cells[more[0]][::-1], cells[more[1]][3]]):
        studio.store.jobs.change(job, state="finished", result=f"result {number}")
    told = {grid.id: grid for grid in studio.grids.list_grids().grids}
    assert list(told) == [*more[::-1], *first]
    # The first cells by their place, whichever was painted first.
    assert told[more[0]].cover == [f"result {number}" for number in (5, 4, 3, 2)]
    assert told[more[1]].cover == ["result 6"] and told[first[0]].cover == []
    assert [(told[one].done, told[one].waiting) for one in more[:3]] == [(6, 0), (1, 5), (0, 6)]
