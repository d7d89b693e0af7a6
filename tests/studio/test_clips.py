"""Clips: brought, described with a contact sheet, thrown away; films of them, in the queue."""

from __future__ import annotations

import io
import os
import signal
import time
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

pytest.importorskip("av", reason="films are an extra: pip install 'brushwork[video]'")

import av
import numpy as np
from fastapi.testclient import TestClient

from brushwork.engine import timing
from brushwork.engine.timing import StepTimer
from brushwork.errors import OutputError
from brushwork.studio import clip_reader, film_runner
from brushwork.studio import clips as clips_module
from brushwork.studio.queue import Queue
from brushwork.studio.reader_process import ReaderProcess
from brushwork.studio.services import Services
from brushwork.studio.store import JobColumns
from brushwork.video.folder import FilmFolder
from tests.studio.conftest import Running, make_image, workers
from tests.studio.test_api import refused, upload
from tests.studio.test_tidying import DAY
from tests.video.clips import make_frames, read_packets, write_clip

SMALL: dict[str, Any] = {"size": 48, "effort": 0.25, "draft": True}


def make_shots(count: int = 6) -> list[np.ndarray]:
    """Give frames of two shots: the kitten, and after ``count`` frames its negative, turned."""
    cat = make_frames(count)
    return [*cat, *(255 - frame[::-1] for frame in cat)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_clip(tmp_path / "kitten.mp4", make_shots(), sound=True)


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, studio: Services):
    """Read clips here, which is quicker, unless a test asks for the processes that do."""
    if "processes" not in request.fixturenames:
        monkeypatch.setattr(ReaderProcess, "start", lambda _: None)
        monkeypatch.setattr(ReaderProcess, "ask", lambda _, request: clip_reader.answer(request))
    yield
    studio.clips.close()


@pytest.fixture
def processes() -> None:
    """Read clips in processes of their own."""


def bring(client: TestClient, file: Path, name: str = "The kitten.mp4") -> Any:
    return client.post("/api/v1/clips", params={"name": name}, content=file.read_bytes())


def film(clip: dict[str, Any], **part: float) -> dict[str, Any]:
    """Give the settings of a small film."""
    styles = [{"image": "great-wave"}]
    return {"styles": styles, "options": SMALL, "film": {"clip": clip["id"], **part}}


def test_a_clip_is_described_with_its_shots_and_a_sheet(
    client: TestClient, file: Path, processes: None
) -> None:
    answer = bring(client, file)
    assert answer.status_code == 201
    clip = answer.json()
    assert (clip["name"], clip["width"], clip["height"]) == ("The kitten.mp4", 48, 48)
    assert (clip["frames"], clip["rate"], clip["seconds"], clip["sound"]) == (12, 10.0, 1.2, True)
    assert clip["shots"] == [{"start": 0.0, "end": 0.6}, {"start": 0.6, "end": 1.2}]
    stills = clip["stills"]
    assert [one["seconds"] for one in stills] == [n / 10 for n in range(12)]
    assert [one["shot"] for one in stills] == [0] * 6 + [1] * 6
    frames = make_shots()
    for number in (0, 11):
        still = client.get(f"/api/v1/clips/{clip['id']}/sheet?number={number}")
        assert still.headers["content-type"] == "image/jpeg"
        seen = np.asarray(PIL.Image.open(io.BytesIO(still.content)), float)
        assert np.abs(seen - frames[number]).mean() < 6
    refused(client.get(f"/api/v1/clips/{clip['id']}/sheet?number=12"), 404, "not_found")
    # The same file again is the same clip.
    assert bring(client, file, "again.mp4").json()["id"] == clip["id"]
    assert len(client.get("/api/v1/clips").json()["clips"]) == 1


def test_any_frame_becomes_an_image_to_draft(client: TestClient, file: Path) -> None:
    clip = bring(client, file).json()
    frames = make_shots()
    for number in (3, 9):
        answer = client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": number / 10})
        assert answer.status_code == 201
        still = answer.json()
        assert (still["role"], still["name"]) == ("still", f"The kitten, 0:0{number / 10:.2f}.png")
        seen = client.get(f"/api/v1/images/{still['id']}/file").content
        pixels = np.asarray(PIL.Image.open(io.BytesIO(seen)), float)
        errors = [np.abs(pixels - frame).mean() for frame in frames]
        assert int(np.argmin(errors)) == number and min(errors) < 4
    late = client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": 1000})
    assert late.json()["name"] == "The kitten, 0:01.10.png"  # the last one
    settings = {**film(clip), "content": still["id"]}
    draft = client.post("/api/v1/drafts", json=settings).json()
    assert draft["settings"]["content"] == still["id"] and draft["settings"]["film"] is None


def test_a_clip_is_named_thrown_away_and_taken_back(
    client: TestClient, studio: Services, file: Path
) -> None:
    clip = bring(client, file).json()
    address = f"/api/v1/clips/{clip['id']}"
    assert client.patch(address, json={"name": "Cat/../walks"}).json()["name"] == "walks"
    job = client.post("/api/v1/jobs", json=film(clip)).json()
    refused(client.delete(address), 409, "conflict")
    client.post(f"/api/v1/jobs/{job['id']}/cancel")
    assert client.delete(address).status_code == 204
    refused(client.get(address), 404, "not_found")
    assert [one["id"] for one in client.get("/api/v1/clips?deleted=1").json()["clips"]] == [
        clip["id"]
    ]
    assert client.post(f"{address}/restore").json()["deleted"] is False
    events = [row.kind for row in studio.store.list_events(0)]
    assert events.count("clip") == 4  # came, was named, went, and came back


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no film at all" * 99, "'bad.mp4' is no film that can be read"),
        (make_image(), "bad.mp4 is of no kind of film that is read here"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n/etc/passwd\n", "is no film that can"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "of no kind of film"),
        (b"", "'bad.mp4' is no film that can be read"),
    ],
)
def test_what_is_no_film_is_a_sentence(
    client: TestClient, studio: Services, content: bytes, sentence: str
) -> None:
    answer = client.post("/api/v1/clips", params={"name": "bad.mp4"}, content=content)
    refused(answer, 422, "video")
    message = answer.json()["error"]["message"]
    assert sentence in message and str(studio.folder.root) not in message
    assert list(studio.folder.clips.iterdir()) == []


def test_sound_alone_is_a_sentence(client: TestClient, tmp_path: Path) -> None:
    place = tmp_path / "song.mp3"
    with av.open(str(place), "w") as song:
        stream = song.add_stream("mp3", rate=44100)
        wave = np.zeros((1, 1152), np.float32)
        for start in range(0, 11520, 1152):
            heard = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 44100, start
            song.mux(stream.encode(heard))
        song.mux(stream.encode(None))
    answer = bring(client, place, "song.mp3")
    refused(answer, 422, "video")
    assert "has no moving pictures in it, only audio" in answer.json()["error"]["message"]


def test_a_reader_that_dies_takes_nothing_with_it(
    client: TestClient, file: Path, processes: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(client.post("/api/v1/clips", content=b"nothing"), 422, "video")
    clip = bring(client, file).json()
    reader = client.app.state.studio.clips._reader
    client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": 0})
    os.kill(reader._process.pid, signal.SIGSTOP)
    monkeypatch.setattr(reader, "_patience", 0.2)
    answer = client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": 0.5})
    refused(answer, 422, "video")
    assert "takes longer to read" in answer.json()["error"]["message"]
    monkeypatch.setattr(reader, "_patience", 120.0)
    again = client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": 0.5})
    assert again.status_code == 201


def test_a_film_that_cannot_be_is_refused(
    client: TestClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    backwards = client.post("/api/v1/jobs", json=film(clip, start=1.0, end=0.5))
    refused(backwards, 422, "option")
    refused(client.post("/api/v1/jobs", json=film(clip, start=2.0)), 422, "option")
    refused(client.post("/api/v1/jobs", json=film({"id": "nothing"})), 404, "not_found")
    only = {**film(clip), "options": {**SMALL, "color": "only"}}
    refused(client.post("/api/v1/jobs", json=only), 422, "option")
    monkeypatch.setattr(clips_module, "MAX_FILM_FRAMES", 11)
    refused(client.post("/api/v1/jobs", json=film(clip)), 413, "too_large")
    assert client.post("/api/v1/jobs", json=film(clip, end=1.1)).status_code == 201


def test_a_film_is_painted_hung_and_played(
    client: TestClient, studio: Services, file: Path, paint
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, start=0.2, end=0.9)).json()
    assert job["settings"]["content"] is not None  # the still that it begins with
    paint()
    job = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["state"], job["error"]) == ("finished", None)
    assert (job["step"], job["steps"], job["progress"]) == (7, 7, 1.0)
    assert client.get(f"/api/v1/jobs/{job['id']}/preview").status_code == 200
    result = client.get(f"/api/v1/results/{job['result']}").json()
    assert result["film"] == {"frames": 7, "seconds": 0.7}
    assert result["name"] == "The kitten in The Great Wave off Kanagawa"
    address = f"/api/v1/results/{result['id']}"
    whole = client.get(f"{address}/film", params={"download": 1})
    assert whole.headers["content-type"] == "video/mp4"
    assert "Great%20Wave" in whole.headers["content-disposition"]
    for which in ("film", "before"):
        content = client.get(f"{address}/{which}").content
        assert content == studio.gallery.get_film_file(result["id"], which).read_bytes()
        part = client.get(f"{address}/{which}", headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, content[10:20])
        with av.open(io.BytesIO(content)) as played:
            times = [round(float(frame.time), 3) for frame in played.decode(video=0)]
        assert times == [n / 10 for n in range(7)]
    made = studio.gallery.get_film_file(result["id"])
    assert read_packets(made)  # with its sound; before has none, so that it is heard once
    with av.open(str(studio.gallery.get_film_file(result["id"], "before"))) as before:
        assert not before.streams.audio
        first = next(before.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(first.astype(float) - make_frames(6)[2]).mean() < 8
    refused(client.get(f"{address}/recipe"), 404, "not_found")
    again = client.post(f"{address}/rerun", json={"options": {"size": 32}})
    assert again.status_code == 201 and again.json()["settings"]["film"] == job["settings"]["film"]
    studio.gallery.remove(result["id"])
    assert not list(studio.folder.results.iterdir())


def test_an_image_is_no_film(client: TestClient, paint) -> None:
    body = {"content": "cat", "styles": [{"image": "great-wave"}], "options": SMALL}
    job = client.post("/api/v1/jobs", json=body).json()
    paint()
    result = client.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    refused(client.get(f"/api/v1/results/{result}/film"), 404, "not_found")
    assert client.get(f"/api/v1/results/{result}").json()["film"] is None


class Interrupted:
    """Wants something of a job once so many of its frames are painted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, client: TestClient) -> None:
        self.patch = monkeypatch
        self.client = client

    def after(self, frames: int, command: str) -> None:
        report = Queue.report

        def report_and_want(queue: Queue, identity: str, change: JobColumns) -> None:
            report(queue, identity, change)
            if change.get("step") == frames and "progress" in change:
                self.client.post(f"/api/v1/jobs/{identity}/{command}")

        self.patch.setattr(Queue, "report", report_and_want)


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> Interrupted:
    return Interrupted(monkeypatch, client)


def test_stop_and_keep_gives_the_film_of_what_is_done(
    client: TestClient, file: Path, paint, interrupted: Interrupted
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip)).json()
    interrupted.after(4, "stop")
    paint()
    job = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["state"], job["note"]) == ("stopped", "kept after 4 of 12 frames")
    result = client.get(f"/api/v1/results/{job['result']}").json()
    assert result["film"] == {"frames": 4, "seconds": 0.4}
    for which in ("film", "before"):
        content = client.get(f"/api/v1/results/{result['id']}/{which}").content
        with av.open(io.BytesIO(content)) as played:
            assert len(list(played.decode(video=0))) == 4


def test_cancel_leaves_nothing(
    client: TestClient, studio: Services, file: Path, paint, interrupted: Interrupted
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip)).json()
    interrupted.after(2, "cancel")
    paint()
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert not list(studio.folder.checkpoints.iterdir())
    assert not list(studio.folder.results.iterdir())


def test_pausing_ends_in_the_film_that_would_have_been(
    client: TestClient, studio: Services, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()

    def give_film(job: dict[str, Any]) -> bytes:
        found = client.get(f"/api/v1/jobs/{job['id']}").json()
        assert found["state"] == "finished", found
        return client.get(f"/api/v1/results/{found['result']}/film").content

    straight = client.post("/api/v1/jobs", json=film(clip)).json()
    paint()
    with monkeypatch.context() as patch:
        job = client.post("/api/v1/jobs", json=film(clip)).json()
        assert job["id"] != straight["id"]
        Interrupted(patch, client).after(5, "pause")
        paint()
    paused = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (paused["state"], paused["step"]) == ("paused", 5)
    refused(client.post(f"/api/v1/jobs/{job['id']}/steer", json={"options": {}}), 422, "option")
    client.post(f"/api/v1/jobs/{job['id']}/resume")
    steps, report = [], Queue.report

    def note(queue: Queue, identity: str, change: JobColumns) -> None:
        steps.append(change["step"])
        report(queue, identity, change)

    monkeypatch.setattr(Queue, "report", note)
    paint()
    assert steps == [5, *range(6, 13)]  # no frame was painted a second time
    assert give_film(job) == give_film(straight)


def test_how_long_a_film_will_take_is_told_before_its_first_frame(
    client: TestClient, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float | None] = []
    report = Queue.report

    def note(self: Queue, identity: str, change: JobColumns) -> None:
        told.append(change.get("remaining"))
        report(self, identity, change)

    monkeypatch.setattr(Queue, "report", note)
    # A step takes a second for a thousand pixels.
    monkeypatch.setattr(timing, "recall_timer", lambda *_: StepTimer(0.0, 1e-3, 0.0))
    client.post("/api/v1/jobs", json=film(bring(client, file).json(), end=0.3))
    paint()
    # More than three frames of 48 by 48, three steps each, before a frame has taken any time.
    assert len(told) == 4
    assert told[0] is not None and told[0] > 3 * 3 * 2.3


def test_a_film_that_cannot_go_on_keeps_what_is_painted(
    client: TestClient, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the disk is full: at a frame, and at the end."""
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, end=0.5)).json()

    def look() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/api/v1/jobs/{job['id']}").json()
        return found

    def fail(*_: object, **__: object) -> None:
        raise OutputError("the disk is full.")

    write = FilmFolder.write_painted
    full = lambda *given: fail() if given[1] == 3 else write(*given)  # noqa: E731
    for owner, name, failing in [
        (FilmFolder, "write_painted", full),
        (film_runner, "write_film", fail),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, failing)
            paint()
        assert (look()["state"], look()["error"]) == ("paused", "the disk is full.")
        client.post(f"/api/v1/jobs/{job['id']}/resume")
    paint()
    assert (look()["state"], look()["step"], look()["error"]) == ("finished", 5, None)


def test_a_film_of_which_nothing_is_painted_has_failed(
    client: TestClient, studio: Services, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip)).json()
    (studio.folder.clips / clip["id"] / "clip").write_bytes(b"gone bad")
    paint()
    found = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert found["state"] == "failed" and "no film" in found["error"]
    assert not list(studio.folder.checkpoints.iterdir())


def test_a_film_that_lost_its_folder_is_begun_anew(
    client: TestClient, studio: Services, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, end=0.4)).json()
    with monkeypatch.context() as patch:
        Interrupted(patch, client).after(2, "pause")
        paint()
    (studio.folder.checkpoints / job["id"] / "frames" / "film.json").write_text("{torn", "utf-8")
    client.post(f"/api/v1/jobs/{job['id']}/resume")
    paint()
    found = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (found["state"], found["step"]) == ("finished", 4)


def test_clips_and_stills_go_when_nobody_has_used_them_for_long(
    client: TestClient, studio: Services, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    still = client.post(f"/api/v1/clips/{clip['id']}/still", json={"seconds": 0}).json()
    now = time.time()

    def tidy(days: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now + days * DAY)
        studio.tidier.tidy()

    tidy(29)
    assert client.get(f"/api/v1/images/{still['id']}").status_code == 200
    tidy(31)
    refused(client.get(f"/api/v1/images/{still['id']}"), 404, "not_found")
    tidy(364)
    assert client.get(f"/api/v1/clips/{clip['id']}").status_code == 200
    tidy(366)
    refused(client.get(f"/api/v1/clips/{clip['id']}"), 404, "not_found")
    assert studio.clips.get_file(clip["id"]).is_file()  # in the trash
    tidy(397)
    assert list(studio.folder.clips.iterdir()) == []


def test_uploads_that_were_broken_off_are_taken_away(
    client: TestClient, studio: Services, file: Path
) -> None:
    clip = bring(client, file).json()
    lost = studio.clips.make_room()
    lost.write_bytes(b"half")
    studio.clips.forget_unknown()
    assert [one.name for one in studio.folder.clips.iterdir()] == [clip["id"]]


def test_larger_clips_are_refused(
    client: TestClient, studio: Services, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("brushwork.studio.security", "brushwork.studio.routes.clips"):
        monkeypatch.setattr(f"{place}.MAX_CLIP_BYTES", 1000)
    refused(bring(client, file), 413, "too_large")
    pieces = (file.read_bytes()[n : n + 400] for n in range(0, 4000, 400))
    answer = client.post("/api/v1/clips", content=pieces)  # without a length that could be believed
    assert answer.status_code >= 400
    assert list(studio.folder.clips.iterdir()) == []
    assert upload(client, make_image()).status_code == 201


def watch(running: Running, identity: str, progress: float) -> int:
    """Wait until a film is so far; give the fewest frames that it has had on the way."""
    fewest = 99
    while (job := running.job(identity))["progress"] < progress:
        assert job["state"] in ("queued", "running"), job["error"]
        fewest = min(fewest, job["step"])
        time.sleep(0.01)
    return fewest


@pytest.mark.slow
def test_a_worker_that_is_killed_goes_on_where_it_was(running: Running, file: Path) -> None:
    clip = running.client.post(
        "/api/v1/clips", params={"name": "k.mp4"}, content=file.read_bytes()
    ).json()
    straight = running.client.post("/api/v1/jobs", json=film(clip)).json()
    first = running.until(straight["id"], "finished")
    job = running.client.post("/api/v1/jobs", json=film(clip)).json()
    assert job["id"] != straight["id"]
    running.until(job["id"], "running", progress=0.3)
    done = running.job(job["id"])["step"]
    os.kill(workers(running.process.pid)[0], signal.SIGKILL)
    assert watch(running, job["id"], 0.7) >= done
    done = running.job(job["id"])["step"]
    running.stop(signal.SIGKILL)  # and the whole server
    running.start()
    assert watch(running, job["id"], 1.0) >= done
    over = running.until(job["id"], "finished")
    assert over["steps"] == 12
    films = [
        running.client.get(f"/api/v1/results/{one['result']}/film").content for one in (first, over)
    ]
    assert films[0] == films[1]
