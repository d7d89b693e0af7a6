"""A studio of an older version opens, with everything that is in it; one of a newer is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from brushwork.errors import BrushworkError
from brushwork.studio.app import create_app
from brushwork.studio.folder import StudioFolder
from brushwork.studio.runner import JobRunner
from brushwork.studio.server import LOCAL
from brushwork.studio.services import Services
from brushwork.studio.store import migrations
from brushwork.studio.store.migrations import MIGRATIONS
from tests.studio.test_api import refused

#: Written by version 0.1 (commit 8054198).
OLD = Path(__file__).parent / "data" / "studio-0.1"


@pytest.fixture
def folder(tmp_path: Path) -> StudioFolder:
    """Give a folder as version 0.1 left it."""
    folder = StudioFolder(tmp_path / "studio")
    shutil.copytree(OLD, folder.root)
    script = folder.root / "studio.sql"
    with sqlite3.connect(folder.database) as connection:
        connection.executescript(script.read_text("utf-8"))
    connection.close()
    script.unlink()
    return folder


@pytest.fixture
def old(folder: StudioFolder) -> Services:
    return Services.open(folder)


@pytest.fixture
def client(old: Services) -> TestClient:
    return TestClient(create_app(old, LOCAL), base_url="http://127.0.0.1:7860")


def find(client: TestClient, path: str, **values: Any) -> dict[str, Any]:
    """Give the one of a list that has these values."""
    kind = path.split("?")[0].split("/")[-1]
    listed = client.get(path).json()[kind]
    (found,) = [one for one in listed if values.items() <= one.items()]
    return dict(found)


def read_schema(file: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(file) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema")]
        columns = [
            (table, *map(str, column[1:]))
            for table in sorted(tables)
            for column in connection.execute(f"PRAGMA table_info({table})")
        ]
    connection.close()
    return columns


def test_the_images_of_0_1_are_there(client: TestClient) -> None:
    images = [one for one in client.get("/api/v1/images").json()["images"] if not one["builtin"]]
    assert {(one["name"], one["role"]) for one in images} == {
        ("my photo.png", "content"),
        ("my painting.png", "style"),
        ("mask.png", "mask"),
        ("made.png", "content"),
    }
    for one in images:
        for file in ("file", "thumb"):
            assert client.get(f"/api/v1/images/{one['id']}/{file}").status_code == 200
    # The file of a result, brought again, is the same image with the same settings.
    made = find(client, "/api/v1/images", name="made.png")
    photo = find(client, "/api/v1/images", name="my photo.png")
    result = find(client, "/api/v1/results", name="The good one")
    content = client.get(f"/api/v1/results/{result['id']}/file").content
    found = client.post("/api/v1/images?name=made.png", content=content).json()
    assert (found["id"], found["settings"]["content"]) == (made["id"], photo["id"])
    assert [use["image"] for use in found["settings"]["styles"]][1] == "great-wave"


def test_the_gallery_of_0_1_is_there(client: TestClient) -> None:
    photo = find(client, "/api/v1/images", name="my photo.png")
    results = client.get("/api/v1/results").json()["results"]
    assert len(results) == 2
    good = find(client, "/api/v1/results", name="The good one", starred=True)
    assert good["settings"]["content"] == photo["id"]
    assert [(use["image"], use["weight"]) for use in good["settings"]["styles"]][1] == (
        "great-wave",
        1.0,
    )
    recipe = client.get(f"/api/v1/results/{good['id']}/recipe").json()
    assert recipe["content"] == "my photo.png" and recipe["options"]["mask"] == "mask.png"
    for file in ("file", "file?format=jpg", "thumb"):
        assert client.get(f"/api/v1/results/{good['id']}/{file}").status_code == 200
    kept = find(client, "/api/v1/results", name="my photo in my painting")
    assert kept["notes"] == ["kept at 48×36, step 5"]
    refused(client.get(f"/api/v1/results/{kept['id']}/recipe"), 404, "not_found")
    trashed = find(client, "/api/v1/results?deleted=true", deleted=True)
    assert not client.post(f"/api/v1/results/{trashed['id']}/restore").json()["deleted"]
    assert len(client.get("/api/v1/results").json()["results"]) == 3


def test_the_jobs_of_0_1_are_there(client: TestClient, old: Services) -> None:
    old.queue.reclaim()  # as a server does when it starts
    jobs = client.get("/api/v1/jobs").json()["jobs"]
    states = sorted(job["state"] for job in jobs)
    assert states == [
        *("cancelled", "finished", "finished", "paused", "queued", "queued", "stopped"),
    ]
    killed, waiting = [job for job in jobs if job["state"] == "queued"]
    assert killed["settings"]["content"] is None and killed["settings"]["aspect"] == 1.25
    assert (killed["position"], old.queue.get_row(killed["id"]).command) == (0, "stop")
    mask = find(client, "/api/v1/images", name="mask.png")
    assert waiting["settings"]["regions"] == mask["id"]
    finished = [job for job in jobs if job["state"] == "finished"]
    good = find(client, "/api/v1/results", name="The good one")
    (job,) = [job for job in finished if job["id"] == good["job"]]
    assert job["result"] == good["id"]
    assert len(client.get(f"/api/v1/jobs/{job['id']}/losses").json()["steps"]) == 4
    refused(client.delete(f"/api/v1/images/{mask['id']}"), 409, "conflict")


def test_the_grid_of_0_1_is_there(client: TestClient, old: Services) -> None:
    grids = {job.grid for job in map(old.queue.get, old.store.jobs.list_queued()) if job.grid}
    grid = client.get(f"/api/v1/grids/{grids.pop()}").json()
    assert [axis["option"] for axis in grid["axes"]] == ["color", "strength"]
    states = [[job["state"] for job in row] for row in grid["jobs"]]
    assert states == [["finished", "queued"], ["queued", "queued"]]
    result = grid["jobs"][0][0]["result"]
    assert client.get(f"/api/v1/results/{result}/thumb").status_code == 200


def test_what_0_1_left_to_be_painted_is_painted(client: TestClient, old: Services) -> None:
    paused = find(client, "/api/v1/jobs", state="paused")
    style = find(client, "/api/v1/images", name="my painting.png")
    assert paused["settings"]["styles"][0] == {
        **{"image": style["id"], "weight": 2.0, "region": None, "scale": 1.0},
    }
    steer = old.queue.get_row(paused["id"]).steer
    assert steer is not None and steer.options == {"strength": 0.9}
    client.post(f"/api/v1/jobs/{paused['id']}/resume")
    row = old.queue.claim(os.getpid())
    assert row is not None and row.id == paused["id"]
    JobRunner(old.store, old.folder).run(row)
    done = client.get(f"/api/v1/jobs/{paused['id']}").json()
    assert done["state"] == "finished", done["error"]
    recipe = client.get(f"/api/v1/results/{done['result']}/recipe").json()
    assert recipe["options"]["strength"] == 0.9 and recipe["options"]["mask"] == "mask.png"


def test_a_result_of_0_1_is_made_again(client: TestClient, old: Services) -> None:
    for identity in old.store.jobs.list_queued():
        client.post(f"/api/v1/jobs/{identity}/cancel")
    good = find(client, "/api/v1/results", name="The good one")
    job = client.post(f"/api/v1/results/{good['id']}/rerun", json={}).json()
    assert job["settings"] == good["settings"]
    row = old.queue.claim(os.getpid())
    assert row is not None and row.id == job["id"]
    JobRunner(old.store, old.folder).run(row)
    done = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert done["state"] == "finished", done["error"]
    before, after = (
        client.get(f"/api/v1/results/{one}/recipe").json() for one in (good["id"], done["result"])
    )
    assert after["inputs"] == before["inputs"] and after["styles"] == before["styles"]


def test_statistics_have_their_new_name(folder: StudioFolder) -> None:
    with sqlite3.connect(folder.database) as connection:
        connection.execute(
            """UPDATE paintings SET settings = replace(
            settings, '"effort": 0.25', '"statistics": "neighbours"')"""
        )
        connection.execute(
            """UPDATE grids SET axes = '[{"option": "statistics", "values": ["neighbours"]}]'"""
        )
    connection.close()
    studio = Services.open(folder)
    options = studio.gallery.list_results().results[0].settings.options
    assert options == {"size": 48, "statistics": "nearest_neighbor"}
    job = next(job for job in map(studio.queue.get, studio.store.jobs.list_queued()) if job.grid)
    assert studio.grids.get(str(job.grid)).axes[0].values == ["nearest_neighbor"]


def test_nothing_of_0_1_is_tidied_at_once(old: Services) -> None:
    old.tidier.tidy()
    images = old.store.images.list_all()
    assert len(images) > 1 and all(one.depth == 8 for one in images)
    assert all(time.time() - one.used < 600 for one in images)
    assert [grid.name for grid in old.store.grids.list_all(deleted=False)] == ["Grid"]


def test_a_page_of_before_is_told_to_load_everything_anew(old: Services) -> None:
    newest = old.store.events.get_newest()
    assert newest == 331 and old.store.events.get_oldest() == 332


def test_an_old_database_ends_in_the_schema_of_a_new_one(
    folder: StudioFolder, tmp_path: Path
) -> None:
    Services.open(folder)
    Services.open(StudioFolder(tmp_path / "new"))
    assert read_schema(folder.database) == read_schema(tmp_path / "new" / "studio.sqlite")


def test_a_migration_that_fails_leaves_everything_as_it_was(
    folder: StudioFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE results")
        raise RuntimeError("the light went out")

    before = read_schema(folder.database)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, fail))
    with pytest.raises(RuntimeError, match="the light"):
        Services.open(folder)
    assert read_schema(folder.database) == before
    monkeypatch.undo()
    assert len(Services.open(folder).gallery.list_results().results) == 2


def test_a_newer_database_is_refused_with_a_sentence(folder: StudioFolder) -> None:
    Services.open(folder)
    with sqlite3.connect(folder.database) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(BrushworkError, match=r"of a newer version of brushwork \(schema 9, here 8"):
        Services.open(folder)
