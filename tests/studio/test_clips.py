"""Clips: brought, described with a contact sheet, thrown away; films of them, in the queue."""

from __future__ import annotations

import io
import os
import shutil
import signal
import time
from pathlib import Path
from types import SimpleNamespace
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
from brushwork.options import Settings
from brushwork.studio import clip_reader, film_runner
from brushwork.studio import clips as clips_module
from brushwork.studio.queue import Queue
from brushwork.studio.reader_process import ReaderProcess
from brushwork.studio.schemas import JobSettings
from brushwork.studio.services import Services
from brushwork.studio.store import JobColumns
from brushwork.video import footage
from brushwork.video.clip import Pixels
from brushwork.video.events import FilmPlanned
from brushwork.video.folder import FilmFolder
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film
from brushwork.video.settings import FilmOptions
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


def film(clip: dict[str, Any], **part: Any) -> dict[str, Any]:
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
    events = [row.kind for row in studio.store.events.list_after(0)]
    assert events.count("clip") == 4  # came, was named, went, and came back


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no film at all" * 99, "'bad.mp4' is no film that can be read"),
        (make_image(), "'bad.mp4' is of no kind of film that is read here"),
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


def test_a_picture_that_stands_still_is_sent_to_the_photos(client: TestClient) -> None:
    answer = bring(client, SimpleNamespace(read_bytes=lambda: make_image(encoding="GIF")), "a.gif")  # type: ignore[arg-type]
    refused(answer, 422, "video")
    said = "'a.gif' is a still picture; add it as a photo."
    assert answer.json()["error"]["message"] == said


def test_a_clip_that_says_it_is_too_long_is_not_read(
    client: TestClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_reader, "MAX_FRAMES", 11)
    monkeypatch.setattr(clip_reader, "Film", None)
    answer = bring(client, file)
    refused(answer, 422, "video")
    assert "'The kitten.mp4' has more than 11 frames" in answer.json()["error"]["message"]


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
    every_other = film(clip, options={"every": 2})
    assert client.post("/api/v1/jobs", json=every_other).status_code == 201
    assert client.post("/api/v1/jobs", json=film(clip, end=1.1)).status_code == 201


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"options": {"passes": 0}}, "passes was given as 0, but should be greater than or equal"),
        ({"options": {"every": "often"}}, "every was given as 'often', but should be a valid int"),
        ({"options": {"bogus": 1}}, "there is no option 'bogus'; the options are start, end, fps"),
        ({"options": {"codec": "vp9"}}, "the option 'codec' of a film cannot be set so here"),
        ({"options": {"keep_frames": True}}, "the option 'keep_frames' of a film cannot"),
        ({"options": {"start": "1"}}, "the option 'start' of a film cannot be set so here"),
        ({"options": {"fade": "0s,1s"}}, "needs a moment for each of several paintings, and there"),
        ({"options": {"fade": "soon"}}, "fade was given as 'soon', but is a time as in 12.5"),
        ({"options": {"fade": "9" * 5000}}, "but is a time as in 12.5"),
        ({"options": {"keep_color": "no colour"}}, "no colour"),
        ({"options": {"keep_color": "lime:much"}}, "keep_color was given as 'lime:much'"),
        (
            {"strength": "0.5"},
            "strength was given as '0.5', but is one number, or numbers at moments",
        ),
        ({"strength": "0.2@1s,0.8@1s"}, "strength was given as '0.2@1s,0.8@1s', but its moments"),
        ({"strength": "0.2@0s,1.1@1s"}, "strength must lie between 0 and 1 at every moment"),
    ],
)
def test_options_of_a_film_are_refused_before_it_is_queued(
    client: TestClient, file: Path, part: dict[str, Any], sentence: str
) -> None:
    settings = film(bring(client, file).json(), **part)
    known = client.get("/api/v1/images").json()
    for route in ("jobs", "plan", "drafts"):
        answer = client.post(f"/api/v1/{route}", json=settings)
        refused(answer, 422, "option")
        assert sentence in answer.json()["error"]["message"], route
    assert client.get("/api/v1/jobs").json()["jobs"] == []
    assert client.get("/api/v1/images").json() == known  # nor was a still made for it


def test_a_mask_and_a_colour_that_stays_are_refused(client: TestClient, file: Path) -> None:
    mask = upload(client, make_image(), "mask.png", "mask").json()["id"]
    settings = film(bring(client, file).json(), options={"keep_color": "#00ff00"})
    answer = client.post("/api/v1/jobs", json={**settings, "mask": mask})
    refused(answer, 422, "option")
    assert "leave one of them out" in answer.json()["error"]["message"]
    assert client.post("/api/v1/jobs", json=settings).status_code == 201


def test_a_plan_tells_what_the_whole_film_will_take(
    client: TestClient, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = film(bring(client, file).json(), start=0.2, options={"passes": 2, "every": 2})
    known = client.get("/api/v1/images").json()
    monkeypatch.setattr(timing, "recall_timer", lambda *_: None)
    unknown = client.post("/api/v1/plan", json=settings).json()["film"]
    monkeypatch.setattr(timing, "recall_timer", lambda *_: StepTimer(0.0, 1e-3, 0.0))
    told = client.post("/api/v1/plan", json=settings).json()["film"]
    request = FilmRequest(
        str(file),
        ("great-wave",),
        Settings.create(None, **SMALL),
        FilmOptions(start="0.2", passes=2, every=2),
        tmp_path / "film.mp4",
        tmp_path / "frames",
    )
    events = make_film(request)
    planned = next(events)
    events.close()
    assert isinstance(planned, FilmPlanned)
    assert told == {
        **{"frames": planned.frames, "width": planned.width, "height": planned.height},
        **{"seconds": pytest.approx(planned.seconds), "disk": planned.disk},
    }
    assert unknown == {**told, "seconds": None}
    assert client.post("/api/v1/plan", json={**settings, "film": None}).json()["film"] is None
    assert client.get("/api/v1/images").json() == known


def test_a_film_that_cannot_be_is_refused_in_the_plan_too(
    client: TestClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    refused(client.post("/api/v1/plan", json=film(clip, start=1.0, end=0.5)), 422, "option")
    refused(client.post("/api/v1/plan", json=film({"id": "nothing"})), 404, "not_found")
    with monkeypatch.context() as patched:
        patched.setattr(clips_module, "MAX_FILM_FRAMES", 11)
        refused(client.post("/api/v1/plan", json=film(clip)), 413, "too_large")
    needed = client.post("/api/v1/plan", json=film(clip)).json()["film"]["disk"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=needed - 1))
    answer = client.post("/api/v1/plan", json=film(clip))
    refused(answer, 413, "too_large")
    assert "the 12 frames of this film need" in answer.json()["error"]["message"]


def test_the_form_of_films_is_what_a_page_may_set(client: TestClient) -> None:
    form = client.get("/api/v1/options").json()["film"]
    properties = form["schema"]["properties"]
    offered = ["fps", "every", "steps", "steadiness", "passes", "one_shot", "fade", "keep_color"]
    assert list(properties) == list(form["defaults"]) == offered
    passes = properties["passes"]
    assert (passes["minimum"], passes["maximum"], passes["default"]) == (1, 9, 1)
    assert passes["description"] == FilmOptions.model_fields["passes"].description
    assert form["defaults"] == {name: getattr(FilmOptions(), name) for name in offered}


def test_a_job_asks_the_library_for_all_that_was_set(
    client: TestClient, studio: Services, file: Path, tmp_path: Path
) -> None:
    clip = bring(client, file).json()
    options = {
        **{"every": 2, "fps": 4.5, "steps": 3, "steadiness": 7, "passes": 3, "one_shot": True},
        **{"fade": "0s,0.5s", "keep_color": "lime:0.2"},
    }
    given = film(clip, start=0.2, end=0.9, options=options, strength="0.2@0s,0.8@0.5s")
    given["styles"] = [{"image": "great-wave"}, {"image": "church-at-auvers"}]
    job = client.post("/api/v1/jobs", json=given).json()
    assert job["settings"]["film"] == given["film"]
    settings = JobSettings.model_validate(job["settings"])
    request = film_runner.make_request(settings, studio.library, studio.folder, tmp_path)
    assert request.film == FilmOptions(start="0.200", end="0.900", keep_frames=True, **options)
    assert request.strength == "0.2@0s,0.8@0.5s"


def show(place: Path) -> list[np.ndarray]:
    with av.open(str(place)) as played:
        return [frame.to_ndarray(format="rgb24") for frame in played.decode(video=0)]


def test_a_film_with_options_has_the_frames_that_the_library_gives(
    client: TestClient, studio: Services, file: Path, tmp_path: Path, paint
) -> None:
    clip = bring(client, file).json()
    given = film(clip, options={"every": 2, "fade": "0s,1s"}, strength="0.1@0s,0.9@1s")
    given["styles"] = [{"image": "great-wave"}, {"image": "church-at-auvers"}]
    job = client.post("/api/v1/jobs", json=given).json()
    paint()
    job = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["state"], job["steps"], job["error"]) == ("finished", 6, None)
    assert client.get(f"/api/v1/results/{job['result']}").json()["settings"] == job["settings"]
    request = FilmRequest(
        str(file),
        ("great-wave", "church-at-auvers"),
        Settings.create(None, **SMALL),
        FilmOptions(every=2, fade="0s,1s"),
        tmp_path / "film.mp4",
        tmp_path / "frames",
        "0.1@0s,0.9@1s",
    )
    for _ in make_film(request):
        pass
    hung = show(studio.gallery.get_film_file(job["result"]))
    assert np.array_equal(hung, show(request.output))


def test_passes_go_on_where_painting_ends(
    client: TestClient, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    told: list[JobColumns] = []
    read: list[tuple[int, int]] = []
    report, read_passed = Queue.report, FilmFolder.read_passed

    def note(queue: Queue, identity: str, change: JobColumns) -> None:
        told.append(change)
        report(queue, identity, change)

    def look(folder: FilmFolder, turn: int, number: int) -> Any:
        read.append((turn, number))
        return read_passed(folder, turn, number)

    monkeypatch.setattr(Queue, "report", note)
    monkeypatch.setattr(FilmFolder, "read_passed", look)
    job = client.post("/api/v1/jobs", json=film(clip, end=0.4, options={"passes": 3})).json()
    paint()
    job = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["state"], job["progress"], job["error"]) == ("finished", 1.0, None)
    scales = [(change["scale"].index, change["scale"].count, change["step"]) for change in told]
    assert scales == [(1, 3, 0), *((turn, 3, step) for turn in (1, 2, 3) for step in range(1, 5))]
    progress = [change["progress"] for change in told[1:]]
    # Each further pass takes 15 hundredths of the time of painting.
    assert progress == pytest.approx(
        [*(n / 5.6 for n in range(1, 5)), *((4 + 0.2 * n) / 5.6 for n in range(1, 9))]
    )
    # The gallery's still is that of the film: after the last pass.
    assert read[-1] == (3, 0)


def test_a_film_that_is_kept_between_passes_says_so(
    client: TestClient, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, end=0.4, options={"passes": 2})).json()
    report = Queue.report

    def report_and_stop(queue: Queue, identity: str, change: JobColumns) -> None:
        report(queue, identity, change)
        if (change["scale"].index, change["step"]) == (2, 1):
            client.post(f"/api/v1/jobs/{identity}/stop")

    monkeypatch.setattr(Queue, "report", report_and_stop)
    paint()
    job = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (job["state"], job["note"]) == ("stopped", "kept after the first of 2 passes")
    assert client.get(f"/api/v1/results/{job['result']}").json()["film"]["frames"] == 4


def test_a_film_that_waits_for_room_names_nothing_that_a_page_has_not(
    client: TestClient, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, end=0.5)).json()
    with monkeypatch.context() as patch:
        Interrupted(patch, client).after(2, "pause")
        paint()
    client.post(f"/api/v1/jobs/{job['id']}/resume")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
        paint()
    found = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert found["state"] == "paused"
    assert "are free; make room there, or choose a folder on another disk." in found["error"]
    assert "--" not in found["error"]


def test_a_film_is_painted_hung_and_played(
    client: TestClient, studio: Services, file: Path, paint
) -> None:
    clip = bring(client, file).json()
    asked = film(clip, start=0.2, end=0.9, options={"steps": 4})
    job = client.post("/api/v1/jobs", json=asked).json()
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
    assert again.json()["settings"]["film"]["options"] == {"steps": 4}
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


def test_a_film_is_paused_while_its_clip_is_read(
    client: TestClient, studio: Services, file: Path, paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = bring(client, file).json()
    job = client.post("/api/v1/jobs", json=film(clip, end=0.4)).json()
    keep = FilmFolder.write_source

    def pause_at_the_second(folder: FilmFolder, number: int, pixels: Pixels) -> None:
        keep(folder, number, pixels)
        if number == 1:
            client.post(f"/api/v1/jobs/{job['id']}/pause")

    with monkeypatch.context() as patch:
        patch.setattr(footage, "TELL_EVERY", 0)
        patch.setattr(FilmFolder, "write_source", pause_at_the_second)
        paint()
    assert client.get(f"/api/v1/jobs/{job['id']}").json()["state"] == "paused"
    frames = studio.folder.checkpoints / job["id"] / "frames"
    assert len(list((frames / "source").iterdir())) == 2
    client.post(f"/api/v1/jobs/{job['id']}/resume")
    paint()
    found = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (found["state"], found["step"]) == ("finished", 4)


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
