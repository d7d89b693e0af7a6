"""The API: every route, and every refusal in one shape."""

from __future__ import annotations

import io
from pathlib import Path

import PIL.Image
import pytest
from fastapi.testclient import TestClient

import brushwork
from brushwork import assets
from brushwork.api import Stylizer
from brushwork.options import Options
from brushwork.recipe import Recipe
from brushwork.studio.pacer import Pacer
from brushwork.studio.schemas import JobSettings
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image


def upload(client: TestClient, content: bytes, name: str = "photo.png", role: str = "content"):
    return client.post("/api/v1/images", params={"name": name, "role": role}, content=content)


def refused(answer, status: int, code: str) -> str:
    """See that an answer is a refusal, and give its sentence."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    fault = answer.json()["error"]
    assert set(fault) == {"code", "message"} and fault["code"] == code, fault
    assert fault["message"].endswith(".") and "\n" not in fault["message"]
    return str(fault["message"])


def test_built_in_pictures_are_ready(client: TestClient) -> None:
    pictures = client.get("/api/v1/images").json()["images"]
    assert [one["id"] for one in pictures] == [one.name for one in assets.catalog()]
    wave = next(one for one in pictures if one["id"] == "great-wave")
    assert wave["artist"] == "Katsushika Hokusai" and wave["builtin"]
    assert client.get("/api/v1/images/great-wave").json() == wave
    file = client.get("/api/v1/images/great-wave/file")
    assert file.content == assets.find("great-wave").path.read_bytes()  # type: ignore[union-attr]
    with PIL.Image.open(io.BytesIO(client.get("/api/v1/images/cat/thumb").content)) as thumb:
        assert thumb.format == "WEBP" and max(thumb.size) <= 480


def test_a_thumbnail_that_is_lost_or_empty_is_made_again(
    client: TestClient, studio: Services
) -> None:
    image = upload(client, make_image((600, 300))).json()["id"]
    file = studio.folder.images / f"{image}.webp"
    before = client.get(f"/api/v1/images/{image}/thumb").content
    assert before == file.read_bytes()
    for spoil in (file.unlink, lambda: file.write_bytes(b"")):
        spoil()
        again = client.get(f"/api/v1/images/{image}/thumb").content
        with PIL.Image.open(io.BytesIO(again)) as thumb:
            assert (thumb.format, thumb.size) == ("WEBP", (480, 240))
        assert file.read_bytes() == again


def test_thumbnails_are_there_before_anybody_asks(client: TestClient, studio: Services) -> None:
    studio.library.prepare()
    made = {path.name: path.stat().st_mtime_ns for path in studio.folder.images.iterdir()}
    assert set(made) == {f"{one.name}.webp" for one in assets.catalog()}
    studio.library.prepare()
    assert client.get("/api/v1/images/cat/thumb").status_code == 200
    assert made == {path.name: path.stat().st_mtime_ns for path in studio.folder.images.iterdir()}


def test_an_upload_is_stored_anew_and_once(
    client: TestClient, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "where I live"
    buffer = io.BytesIO()
    PIL.Image.new("RGB", (60, 40), "teal").save(buffer, format="JPEG", exif=exif)
    first = upload(client, buffer.getvalue(), "C:\\photos\\../ca\u202et <b>.jpg")
    assert first.status_code == 201
    found = first.json()
    assert (found["width"], found["height"]) == (40, 60)
    assert found["name"] == "cat <b>.jpg"
    assert upload(client, buffer.getvalue(), "other.jpg").json()["id"] == found["id"]
    stored = studio.folder.images / f"{found['id']}.png"
    assert b"where I live" not in stored.read_bytes()
    with PIL.Image.open(stored) as image:
        assert image.format == "PNG" and not image.getexif() and image.size == (40, 60)
    assert client.get(f"/api/v1/images/{found['id']}/file").headers["content-type"] == "image/png"
    assert found in [
        {**one, "settings": None, "missing": []}
        for one in client.get("/api/v1/images").json()["images"]
    ]
    assert client.delete(f"/api/v1/images/{found['id']}").status_code == 204
    place = f"/api/v1/images/{found['id']}"
    refused(client.get(place), 404, "not_found")
    assert found["id"] not in client.get("/api/v1/images").text
    assert client.post(f"{place}/restore").json()["id"] == found["id"]
    assert client.get(f"{place}/file").status_code == 200
    client.delete(place)
    assert upload(client, buffer.getvalue(), "again.jpg").json()["id"] == found["id"]
    client.delete(place)
    monkeypatch.setattr("brushwork.studio.store.trash.KEPT_DAYS", -1)
    studio.library.empty_trash()
    assert sorted(studio.folder.images.iterdir()) == []
    refused(client.post(f"{place}/restore"), 404, "not_found")


def test_a_file_that_comes_twice_at_once_is_one_image(
    client: TestClient, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = upload(client, make_image()).json()
    find = studio.store.images.find_by_content
    answers = iter([lambda *_: None])  # the other had not been added yet when this one looked
    monkeypatch.setattr(
        studio.store.images, "find_by_content", lambda *given: next(answers, find)(*given)
    )
    assert upload(client, make_image()).json()["id"] == first["id"]
    stored = {path.stem for path in studio.folder.images.iterdir()}
    assert stored == {first["id"]}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"<svg onload=alert(1)>", "is a vector drawing (SVG), which is not supported"),
        (b"%PDF-1.4", "is a PDF document, which is not supported"),
        (make_image()[:60], "is"),
        (make_image((10, 400)), "at least 16"),
    ],
)
def test_what_is_no_picture_is_refused(
    client: TestClient, studio: Services, content: bytes, says: str
) -> None:
    assert says in refused(upload(client, content), 422, "image")
    assert list(studio.folder.images.iterdir()) == []


def test_too_many_pixels_are_refused_before_they_are_decoded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brushwork.studio.library.MAX_PIXELS", 1000)
    monkeypatch.setattr("brushwork.studio.library.images.read_bytes", None)
    assert "megapixels" in refused(upload(client, make_image()), 413, "too_large")


def test_an_image_for_which_there_is_no_memory_is_refused_before_it_is_decoded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brushwork.studio.library.memory.measure_available", lambda: 0)
    monkeypatch.setattr("brushwork.studio.library.images.read_bytes", None)
    assert "not enough memory" in refused(upload(client, make_image()), 413, "too_large")


def test_memory_that_runs_out_over_an_upload_is_told(
    client: TestClient, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("brushwork.studio.library.images.to_pil", run_out)
    assert "memory ran out" in refused(upload(client, make_image()), 422, "memory")
    assert list(studio.folder.images.iterdir()) == []


def test_too_many_bytes_are_refused(client: TestClient) -> None:
    answer = upload(client, bytes(65 * 2**20))
    assert "64 MB" in refused(answer, 413, "too_large")

    def endless():
        for _ in range(70):
            yield bytes(2**20)

    answer = client.post("/api/v1/images?name=a", content=endless())
    assert answer.status_code == 413 or answer.status_code >= 400


def test_the_form_is_the_options_model(client: TestClient) -> None:
    form = client.get("/api/v1/options").json()
    offered = set(form["schema"]["properties"])
    assert offered <= set(Options.model_fields)
    assert not offered & {"mask", "weights", "device", "memory", "init", "preserve"}
    grouped = [*form["front"], *(name for group in form["groups"] for name in group["options"])]
    assert sorted(grouped) == sorted(offered)
    assert form["defaults"]["strength"] == 0.5
    for name, field in form["schema"]["properties"].items():
        assert field["description"] == Options.model_fields[name].description


def test_a_plan_is_the_library_s_and_costs_the_server_nothing(
    client: TestClient, studio: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert client.post("/api/v1/plan", json=TINY).json()["seconds"] is None  # not known yet
    pacer = Pacer(studio.store, studio.folder, Stylizer())
    assert pacer.measure_next() and not pacer.measure_next()
    with monkeypatch.context() as poisoned:  # nothing is read or computed here
        poisoned.setattr("brushwork.features.VGGFeatures.forward", None)
        poisoned.setattr("brushwork.studio.library.images.read", None)
        plan = client.post("/api/v1/plan", json=TINY).json()
    made = brushwork.plan("cat", "great-wave", size=48, effort=0.25)
    assert (plan["width"], plan["height"]) == (48, 36)
    assert plan["seconds"] > 0 and plan["memory"] > 10**8
    assert [one["steps"] for one in plan["scales"]] == [one.scale.steps for one in made.stages]


@pytest.mark.parametrize(
    ("change", "status", "code", "says"),
    [
        ({"options": {"strength": 7}}, 422, "option", "strength was given as 7"),
        ({"options": {"nonsense": 1}}, 422, "option", "no option 'nonsense'"),
        ({"options": {"mask": "/etc/passwd"}}, 422, "option", "'mask' cannot be set"),
        ({"options": {"weights": "/etc/passwd"}}, 422, "option", "'weights' cannot be set"),
        ({"options": {"init": "/etc/passwd"}}, 422, "option", "'init' cannot be set"),
        ({"options": {"preserve": "/etc/passwd:8"}}, 422, "option", "'preserve' cannot be set"),
        ({"options": {"size": 16384, "effort": 4}}, 413, "too_large", "would take hours"),
        ({"styles": []}, 422, "option", "styles"),
        ({"styles": [{"image": "../../etc/passwd"}]}, 422, "option", "styles.0.image"),
        ({"styles": [{"image": "nobody-knows"}]}, 404, "not_found", "no such picture"),
        ({"styles": [{"image": "ejiri", "weight": -1}]}, 422, "option", "weight"),
        ({"content": "nobody-knows"}, 404, "not_found", "no such picture"),
        ({"surprise": 1}, 422, "option", "surprise"),
    ],
)
def test_settings_that_will_not_do_are_refused(
    client: TestClient, studio: Services, change: dict, status: int, code: str, says: str
) -> None:
    for path in ("/api/v1/plan", "/api/v1/jobs", "/api/v1/drafts"):
        assert says in refused(client.post(path, json={**TINY, **change}), status, code)
    assert client.get("/api/v1/jobs").json() == {"jobs": []}
    assert studio.store.drafts.list_in("waiting") == [] and studio.store.paces.take() is None


def test_a_job_becomes_a_painting_with_a_recipe(
    client: TestClient, paint, studio: Services, tmp_path: Path
) -> None:
    photo = upload(client, make_image((64, 48)), "my photo.png").json()
    mask = upload(client, make_image((64, 48), "silver"), "mask.png", "mask").json()
    job = client.post(
        "/api/v1/jobs", json={**TINY, "content": photo["id"], "mask": mask["id"]}
    ).json()
    assert (job["state"], job["position"]) == ("queued", 0)
    refused(client.delete(f"/api/v1/images/{photo['id']}"), 409, "conflict")
    paint()
    done = client.get(f"/api/v1/jobs/{job['id']}").json()
    assert (done["state"], done["progress"]) == ("finished", 1.0)
    painting = client.get(f"/api/v1/results/{done['result']}").json()
    assert painting["name"] == "my photo in The Great Wave off Kanagawa"
    assert painting["losses"] == done["losses"]
    content = client.get(f"/api/v1/results/{painting['id']}/file").content
    (tmp_path / "out.png").write_bytes(content)
    recipe = brushwork.read_recipe(tmp_path / "out.png")
    assert recipe == Recipe.model_validate(
        client.get(f"/api/v1/results/{painting['id']}/recipe").json()
    )
    assert recipe.content == "my photo.png"
    assert recipe.options["mask"] == "mask.png"
    assert str(tmp_path) not in recipe.to_json()
    steps = client.get(f"/api/v1/jobs/{job['id']}/losses").json()["steps"]
    assert len(steps) == sum(
        stage["steps"] for stage in client.post("/api/v1/plan", json=TINY).json()["scales"]
    )
    assert client.get(f"/api/v1/jobs/{job['id']}/preview").headers["content-type"] == "image/jpeg"
    assert list(studio.folder.checkpoints.iterdir()) == []

    # The file that a person has, and the command line, paint the same picture again.
    (tmp_path / "my photo.png").write_bytes(make_image((64, 48)))
    (tmp_path / "mask.png").write_bytes(make_image((64, 48), "silver"))
    *_, last = brushwork.iter_rerun(tmp_path / "out.png")
    assert list(last.result.notes) == painting["notes"]  # nothing has changed since
    with PIL.Image.open(tmp_path / "out.png") as image:
        assert image.tobytes() == last.result.image.tobytes()


def test_a_picture_that_brushwork_painted_brings_its_settings(
    client: TestClient, tmp_path: Path
) -> None:
    photo = upload(client, make_image((64, 48)), "known.png").json()
    (tmp_path / "known.png").write_bytes(make_image((64, 48)))
    made = brushwork.stylize(
        tmp_path / "known.png", ["ejiri:2", "great-wave"], size=48, effort=0.25, color="palette"
    )
    path = made.save(tmp_path / "made.jpg")
    found = upload(client, path.read_bytes(), "made.jpg").json()
    assert found["missing"] == []
    settings = found["settings"]
    assert settings["content"] == photo["id"]
    assert [(one["image"], one["weight"]) for one in settings["styles"]] == [
        ("ejiri", 2.0),
        ("great-wave", 1.0),
    ]
    assert settings["options"] == {"size": 48, "effort": 0.25, "color": "palette"}
    client.delete(f"/api/v1/images/{photo['id']}")
    again = upload(client, path.read_bytes(), "made.jpg").json()
    assert again["settings"]["content"] is None
    assert [Path(name).name for name in again["missing"]] == ["known.png"]


def test_a_texture_has_no_photo(client: TestClient, paint) -> None:
    job = client.post("/api/v1/jobs", json={**TINY, "content": None, "aspect": 1.25}).json()
    paint()
    done = client.get(f"/api/v1/jobs/{job['id']}").json()
    painting = client.get(f"/api/v1/results/{done['result']}").json()
    assert (painting["width"], painting["height"]) == (48, 38)
    assert painting["name"] == "Texture of The Great Wave off Kanagawa"


def test_the_gallery_stars_names_bins_and_restores(
    client: TestClient, paint, studio: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/api/v1/jobs", json=TINY)
    paint()
    (painting,) = client.get("/api/v1/results").json()["results"]
    place = f"/api/v1/results/{painting['id']}"
    changed = client.patch(place, json={"starred": True, "name": "<b>Kätzchen</b>"}).json()
    assert changed["starred"] and changed["name"] == "<b>Kätzchen</b>"
    for kind in ("png", "jpg", "webp", "tiff"):
        answer = client.get(f"{place}/file", params={"download": 1, "format": kind})
        with PIL.Image.open(io.BytesIO(answer.content)) as image:
            assert image.size == (48, 36)
        expected = f"attachment; filename*=UTF-8''%3Cb%3EK%C3%A4tzchen%3C%2Fb%3E.{kind}"
        assert answer.headers["content-disposition"] == expected
        assert brushwork.images.read_text(answer.content) is not None
    assert client.delete(place).status_code == 204
    assert client.get("/api/v1/results").json()["results"] == []
    (binned,) = client.get("/api/v1/results", params={"deleted": True}).json()["results"]
    assert binned["deleted"]
    assert not client.post(f"{place}/restore").json()["deleted"]
    assert len(client.get("/api/v1/results").json()["results"]) == 1
    studio.gallery.empty_trash()
    assert studio.gallery.get_file(painting["id"]).is_file()
    client.delete(place)
    monkeypatch.setattr("brushwork.studio.store.trash.KEPT_DAYS", -1)
    studio.gallery.empty_trash()
    assert not studio.gallery.get_file(painting["id"]).exists()
    refused(client.get(place), 404, "not_found")


def test_a_painting_is_painted_again_larger(client: TestClient, paint) -> None:
    client.post("/api/v1/jobs", json=TINY)
    paint()
    (painting,) = client.get("/api/v1/results").json()["results"]
    place = f"/api/v1/results/{painting['id']}/rerun"
    job = client.post(place, json={"options": {"size": 64}}).json()
    assert job["settings"]["options"] == {"size": 64, "effort": 0.25}
    paint()
    assert client.get("/api/v1/results").json()["results"][0]["width"] == 64
    refused(client.post(place, json={"options": {"size": 1}}), 422, "option")


def test_steering_to_no_styles_leaves_those_there_are(client: TestClient) -> None:
    job = client.post("/api/v1/jobs", json=TINY).json()["id"]
    for steer in ({"styles": None}, {"styles": None, "options": {"strength": 0.9}}):
        answer = client.post(f"/api/v1/jobs/{job}/steer", json=steer)
        assert answer.status_code == 200, answer.text
        assert [use["image"] for use in answer.json()["settings"]["styles"]] == ["great-wave"]


def test_a_grid_has_a_job_for_every_cell(client: TestClient, paint) -> None:
    wanted = {
        "settings": TINY,
        "axes": [
            {"option": "color", "values": ["style", "content"]},
            {"option": "strength", "values": [0.2, 0.8, 0.5]},
        ],
    }
    grid = client.post("/api/v1/grids", json=wanted).json()
    options = [[job["settings"]["options"] for job in row] for row in grid["jobs"]]
    assert [[(one["color"], one["strength"]) for one in row] for row in options] == [
        [("style", 0.2), ("style", 0.8), ("style", 0.5)],
        [("content", 0.2), ("content", 0.8), ("content", 0.5)],
    ]
    assert all(one["size"] == 192 for row in options for one in row)
    assert client.get("/api/v1/jobs").json()["jobs"] == []  # they have a place of their own
    found = client.get(f"/api/v1/grids/{grid['id']}").json()
    assert found["axes"] == wanted["axes"] and found["jobs"] == grid["jobs"]
    for axes, says in [
        ([{"option": "size", "values": [64]}], "have one size"),
        ([wanted["axes"][1], wanted["axes"][1]], "two different"),
        ([{"option": "strength", "values": [5]}], "strength was given as 5"),
        ([{"option": "color", "values": ["only"]}], "paints nothing"),
    ]:
        answer = client.post("/api/v1/grids", json={**wanted, "axes": axes})
        assert says in refused(answer, 422, "option")
    refused(client.get("/api/v1/grids/nothing"), 404, "not_found")


def test_a_job_that_cannot_be_painted_says_why(client: TestClient, paint, studio: Services) -> None:
    photo = upload(client, make_image((400, 20)), "narrow.png").json()
    job = client.post("/api/v1/jobs", json={**TINY, "content": photo["id"]})
    refused(job, 422, "image")
    good = client.post("/api/v1/jobs", json=TINY).json()
    settings = JobSettings.model_validate({**TINY, "options": {"size": 48, "effort": 99}})
    studio.store.jobs.change(good["id"], settings=settings)
    paint()
    failed = client.get(f"/api/v1/jobs/{good['id']}").json()
    assert failed["state"] == "failed" and "effort was given as 99" in failed["error"]


def test_unknown_places_and_methods_are_refused_in_the_same_shape(client: TestClient) -> None:
    for method, path in [
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v1/jobs/nothing"),
        ("GET", "/api/v1/results/nothing/file"),
        ("DELETE", "/api/v1/jobs/nothing"),
        ("POST", "/api/v1/jobs/nothing/pause"),
    ]:
        refused(client.request(method, path), 404, "not_found")
    assert client.put("/api/v1/jobs").status_code == 405
    refused(client.post("/api/v1/jobs", content=b"{"), 422, "option")


def test_status_documentation_and_page(client: TestClient) -> None:
    status = client.get("/api/v1/status").json()
    assert status["version"] == brushwork.__version__ and status["limit"] == 250
    described = client.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in methods.values():
            assert operation["description"], path
            for answer in operation["responses"].values():
                for kind in answer.get("content", {}).values():
                    assert kind.get("schema") != {} and "HTTPValidation" not in str(kind), path
    options = described["components"]["schemas"]["JobSettings"]["properties"]["options"]
    assert options["properties"]["strength"]["maximum"] == 1
    assert options["properties"]["init"]["enum"] == ["content", "noise"]
    assert client.get("/api/jobs").status_code == 404  # there is one prefix, and no old copy
    assert "brushwork" in client.get("/").text
    assert "API" in client.get("/docs").text
