"""The queue: order, limits, commands, and what becomes of jobs whose worker died."""

from __future__ import annotations

import os
import time

import PIL.Image
import pytest
from fastapi.testclient import TestClient

from brushwork.studio import queue as jobs
from brushwork.studio import runner
from brushwork.studio.schemas import SteerRequest
from brushwork.studio.services import Services
from tests.studio.conftest import TINY
from tests.studio.test_api import refused


def add(client: TestClient, **options: object) -> str:
    settings = {**TINY, "options": {**TINY["options"], **options}}
    return str(client.post("/api/v1/jobs", json=settings).json()["id"])


def order(client: TestClient) -> list[str]:
    return [
        job["id"] for job in client.get("/api/v1/jobs").json()["jobs"] if job["state"] == "queued"
    ]


@pytest.fixture
def command(studio: Services, monkeypatch: pytest.MonkeyPatch):
    """Want something of a job after so many of its steps, and paint it."""
    monkeypatch.setattr(runner, "RECORD_SECONDS", 0.0)

    def run(identity: str, commands: dict[int, tuple]) -> None:
        taken = 0
        original = runner._JobRecorder.record_step

        def step(self, event):
            nonlocal taken
            taken += 1
            if taken in commands:
                studio.queue.command(identity, *commands[taken])
            original(self, event)

        monkeypatch.setattr(runner._JobRecorder, "record_step", step)
        job = studio.queue.claim(os.getpid())
        assert job is not None and job.id == identity
        runner.JobRunner(studio.store, studio.folder).run(job)
        monkeypatch.setattr(runner._JobRecorder, "record_step", original)

    return run


def test_a_job_says_what_it_is_painted_on_where_there_are_several(
    client: TestClient, studio: Services
) -> None:
    first, second = (add(client, seed=seed) for seed in range(2))
    studio.queue.claim(os.getpid(), "cuda:1")
    studio.queue.claim(os.getpid())
    told = [client.get(f"/api/v1/jobs/{one}").json()["device"] for one in (first, second)]
    assert told == ["cuda:1", None]


def test_who_only_looks_waits_for_nobody_who_writes(client: TestClient, studio: Services) -> None:
    other = Services.open(studio.folder)
    with other.store.transaction():  # a look that locks would wait half a minute, and fail
        assert studio.queue.claim(os.getpid()) is None
        assert studio.subjects.claim() is None
        studio.queue.reclaim()
        assert client.get("/api/v1/jobs").json() == {"jobs": []}


def test_jobs_are_painted_in_their_order_which_can_be_changed(
    client: TestClient, studio: Services
) -> None:
    first, second, third = (add(client, seed=seed) for seed in range(3))
    assert order(client) == [first, second, third]
    client.post(f"/api/v1/jobs/{third}/move", json={"position": 0})
    assert order(client) == [third, first, second]
    moved = client.post(f"/api/v1/jobs/{third}/move", json={"position": 99}).json()
    assert moved["position"] == 2
    assert order(client) == [first, second, third]
    job = studio.queue.claim(os.getpid())
    assert job is not None and job.id == first
    assert order(client) == [second, third]
    refused(client.post(f"/api/v1/jobs/{first}/move", json={"position": 0}), 409, "conflict")


def test_the_queue_is_bounded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_QUEUED", 2)
    add(client)
    grid = {"settings": TINY, "axes": [{"option": "seed", "values": [1, 2]}]}
    assert "1 jobs wait already" in refused(client.post("/api/v1/grids", json=grid), 429, "busy")
    add(client, seed=1)
    different = {**TINY, "aspect": 2.0}
    refused(client.post("/api/v1/jobs", json=different), 429, "busy")
    assert client.post("/api/v1/jobs", json=TINY).json()["joined"]  # it needs no room
    assert len(order(client)) == 2


def test_an_identical_job_joins_the_one_there_is(client: TestClient, studio: Services) -> None:
    first = client.post("/api/v1/jobs", json=TINY).json()
    assert not first["joined"]
    again = client.post("/api/v1/jobs", json=TINY).json()
    assert again["joined"] and again["id"] == first["id"] and order(client) == [first["id"]]
    job = studio.queue.claim(os.getpid())
    assert job is not None
    assert client.post("/api/v1/jobs", json=TINY).json()["id"] == first["id"]
    studio.queue.command(first["id"], "cancel")
    studio.queue.finish(first["id"], {"state": "cancelled"})
    assert not client.post("/api/v1/jobs", json=TINY).json()["joined"]


def test_who_takes_a_pause_back_in_time_has_the_job_go_on(
    client: TestClient, studio: Services
) -> None:
    first, second = add(client), add(client, seed=1)
    for wanted, state, waits_for in (("resume", "queued", None), ("cancel", "queued", "cancel")):
        job = studio.queue.claim(os.getpid())
        assert job is not None and job.id == first
        client.post(f"/api/v1/jobs/{first}/pause")
        assert studio.queue.take_command(first) == "pause"  # its worker winds up …
        answer = client.post(f"/api/v1/jobs/{first}/{wanted}")  # … and it is wanted otherwise
        assert answer.status_code == 200, answer.text
        studio.queue.pause(first)
        row = studio.queue.get_row(first)
        assert (row.state, row.command, row.worker) == (state, waits_for, None)
        assert order(client) == [first, second]
    job = studio.queue.claim(os.getpid())
    assert job is not None and studio.queue.take_command(first) == "cancel"


def test_a_waiting_job_is_paused_and_cancelled_at_once(client: TestClient) -> None:
    first, second = add(client), add(client, seed=1)
    assert client.post(f"/api/v1/jobs/{first}/pause").json()["state"] == "paused"
    assert order(client) == [second]
    assert client.post(f"/api/v1/jobs/{first}/resume").json()["position"] == 0
    assert order(client) == [first, second]
    refused(client.post(f"/api/v1/jobs/{first}/resume"), 409, "conflict")
    refused(client.post(f"/api/v1/jobs/{first}/stop"), 409, "conflict")
    assert client.post(f"/api/v1/jobs/{first}/cancel").json()["state"] == "cancelled"
    refused(client.post(f"/api/v1/jobs/{first}/cancel"), 409, "conflict")
    assert client.delete(f"/api/v1/jobs/{first}").status_code == 204
    refused(client.get(f"/api/v1/jobs/{first}"), 404, "not_found")


def test_pausing_keeps_the_state_and_ends_in_the_same_picture(
    client: TestClient, studio: Services, paint, command
) -> None:
    whole = add(client)
    paint()
    paused = add(client)
    command(paused, {7: ("pause",)})
    job = client.get(f"/api/v1/jobs/{paused}").json()
    assert job["state"] == "paused" and 0 < job["progress"] < 1 and job["step"] == 7
    assert (studio.folder.checkpoints / paused / "checkpoint.json").is_file()
    client.post(f"/api/v1/jobs/{paused}/resume")
    paint()
    job = client.get(f"/api/v1/jobs/{paused}").json()
    assert job["state"] == "finished"
    both = [client.get(f"/api/v1/jobs/{one}").json()["result"] for one in (whole, paused)]
    first, second = (PIL.Image.open(studio.gallery.get_file(one)) for one in both)
    with first, second:
        assert first.tobytes() == second.tobytes()
    steps = client.get(f"/api/v1/jobs/{paused}/losses").json()["steps"]
    numbers = [(one["scale"], one["step"]) for one in steps]
    assert numbers == sorted(set(numbers))


def test_stopping_keeps_the_best_picture_so_far(client: TestClient, command) -> None:
    job = add(client)
    command(job, {5: ("stop",)})
    stopped = client.get(f"/api/v1/jobs/{job}").json()
    assert stopped["state"] == "stopped" and stopped["note"] == "kept at 48×36, step 5"
    painting = client.get(f"/api/v1/results/{stopped['result']}").json()
    assert painting["notes"] == ["kept at 48×36, step 5"]
    refused(client.get(f"/api/v1/results/{stopped['result']}/recipe"), 404, "not_found")


def test_what_is_stopped_early_has_the_size_that_was_asked_for(
    client: TestClient, command, studio: Services
) -> None:
    job = add(client, size=320)
    command(job, {2: ("stop",)})
    stopped = client.get(f"/api/v1/jobs/{job}").json()
    assert stopped["scale"]["width"] < 320
    kept = "kept at {width}×{height}, step 2, and enlarged to 320×240".format(**stopped["scale"])
    result = client.get(f"/api/v1/results/{stopped['result']}").json()
    assert (result["width"], result["height"], result["notes"]) == (320, 240, [kept])
    with PIL.Image.open(studio.gallery.get_file(result["id"])) as image:
        assert image.size == (320, 240) and image.mode == "RGB"


def test_cancelling_keeps_nothing(client: TestClient, studio: Services, command) -> None:
    job = add(client)
    command(job, {5: ("cancel",)})
    assert client.get(f"/api/v1/jobs/{job}").json()["state"] == "cancelled"
    assert client.get("/api/v1/results").json()["results"] == []
    assert list(studio.folder.checkpoints.iterdir()) == []


def test_steering_changes_the_picture_from_this_step_on(
    client: TestClient, studio: Services, command
) -> None:
    job = add(client)
    steer = SteerRequest.model_validate(
        {"options": {"strength": 0.9}, "styles": [{"image": "ejiri", "weight": 2.0}]}
    )
    command(job, {6: ("steer", steer)})
    done = client.get(f"/api/v1/jobs/{job}").json()
    assert done["state"] == "finished"
    assert done["settings"]["options"]["strength"] == 0.9
    assert done["settings"]["styles"][0]["image"] == "ejiri"
    recipe = client.get(f"/api/v1/results/{done['result']}/recipe").json()
    assert recipe["options"]["strength"] == 0.9
    assert "after step 6: strength 0.9, paintings ejiri weight 2.0" in recipe["steered"][0]
    painting = client.get(f"/api/v1/results/{done['result']}").json()
    assert painting["settings"] == done["settings"]


def test_a_paused_job_is_steered_when_it_goes_on(client: TestClient, paint, command) -> None:
    job = add(client)
    command(job, {6: ("pause",)})
    place = f"/api/v1/jobs/{job}/steer"
    assert client.post(place, json={"options": {"strength": 0.1}}).json()["state"] == "paused"
    client.post(f"/api/v1/jobs/{job}/resume")
    paint()
    done = client.get(f"/api/v1/jobs/{job}").json()
    recipe = client.get(f"/api/v1/results/{done['result']}/recipe").json()
    assert recipe["options"]["strength"] == 0.1 and len(recipe["steered"]) == 1


def test_what_nobody_asked_for_is_not_steered_to(client: TestClient, studio: Services) -> None:
    job = add(client)
    client.post(f"/api/v1/jobs/{job}/steer", json={"options": {"strength": 0.9}})
    steer = studio.queue.get_row(job).steer
    assert steer is not None and steer.model_fields_set == {"options"}


def test_a_paused_job_that_is_steered_twice_does_both(client: TestClient, paint, command) -> None:
    job = add(client)
    command(job, {6: ("pause",)})
    for options in ({"strength": 0.1, "style_scale": 0.5}, {"strength": 0.2}):
        client.post(f"/api/v1/jobs/{job}/steer", json={"options": options})
    client.post(f"/api/v1/jobs/{job}/resume")
    paint()
    done = client.get(f"/api/v1/jobs/{job}").json()
    recipe = client.get(f"/api/v1/results/{done['result']}/recipe").json()
    for options in (recipe["options"], done["settings"]["options"]):
        assert (options["strength"], options["style_scale"]) == (0.2, 0.5)


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"options": {"size": 96}}, 422, "size cannot be changed while"),
        ({"options": {"strength": 3}}, 422, "strength was given as 3"),
        ({"styles": []}, 422, "styles"),
        ({"mask": "nothing"}, 404, "no such picture"),
    ],
)
def test_steering_that_will_not_do_is_refused(
    client: TestClient, change: dict, status: int, says: str
) -> None:
    job = add(client)
    answer = client.post(f"/api/v1/jobs/{job}/steer", json=change)
    assert answer.status_code == status and says in answer.json()["error"]["message"]
    assert client.get(f"/api/v1/jobs/{job}").json()["settings"]["options"] == TINY["options"]


def test_what_goes_wrong_with_steering_later_does_not_cost_the_picture(
    client: TestClient, command
) -> None:
    job = add(client)
    styles = [{"image": "ejiri", "region": "red"}]
    command(job, {6: ("steer", SteerRequest.model_validate({"styles": styles}))})
    done = client.get(f"/api/v1/jobs/{job}").json()
    assert done["state"] == "finished"
    assert "it went on as it was: a painting is for the region" in done["note"]


def test_a_job_whose_worker_is_gone_goes_back_to_the_front(
    client: TestClient, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = add(client), add(client, seed=1)
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        job = studio.queue.claim(os.getpid())
        assert job is not None and (job.id, job.attempts) == (first, attempt)
        studio.queue.reclaim()  # its lease lasts
        assert client.get(f"/api/v1/jobs/{first}").json()["state"] == "running"
        if attempt == 1:
            monkeypatch.setattr(time, "time", lambda now=time.time: now() + 100)
            studio.queue.reclaim()
            monkeypatch.undo()
        else:
            studio.queue.reclaim(job.worker)
    failed = client.get(f"/api/v1/jobs/{first}").json()
    assert failed["state"] == "failed" and "ended 3 times" in failed["error"]
    assert order(client) == [second]
