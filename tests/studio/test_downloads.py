"""What leaves the gallery and what programs bring: depths, qualities, profiles, plain pixels."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import PIL.Image
import png
import pytest
import tifffile
from fastapi.testclient import TestClient

import brushwork
from brushwork.recipe import Recipe
from brushwork.studio.gallery import DownloadQuery
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image
from tests.studio.test_api import refused, upload


@pytest.fixture
def painted(client: TestClient, paint) -> str:
    """Paint the smallest job, and give its result's address."""
    job = client.post("/api/v1/jobs", json=TINY).json()
    paint()
    result = client.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    return f"/api/v1/results/{result}"


@pytest.fixture
def shallow(client: TestClient, painted: str, studio: Services) -> str:
    """Give the address of a result that is kept in 8 bits, as those of older versions are."""
    identity = painted.rpartition("/")[2]
    result = studio.gallery.get(identity).model_copy(update={"id": "old", "depth": 8})
    studio.store.results.add(result, None, None)
    studio.gallery.get_file("old").write_bytes(make_image())
    return "/api/v1/results/old"


def test_all_sixteen_bits_are_kept_and_given(client: TestClient, painted: str) -> None:
    made = brushwork.stylize("cat", "great-wave", size=48, effort=0.25)
    assert client.get(painted).json()["depth"] == 16
    content = client.get(f"{painted}/file?format=tiff&depth=16").content
    assert np.array_equal(tifffile.imread(io.BytesIO(content)), made.levels)
    content = client.get(f"{painted}/file?depth=16").content
    width, height, rows, about = png.Reader(bytes=content).read()
    assert about["bitdepth"] == 16
    levels = np.vstack([np.asarray(row) for row in rows]).reshape(height, width, 3)
    assert np.array_equal(levels, made.levels)
    assert brushwork.images.read_text(content) == brushwork.images.read_text(
        client.get(f"{painted}/file").content
    )


def test_a_jpeg_is_as_good_as_is_asked_for(client: TestClient, painted: str) -> None:
    place = f"{painted}/file?format=jpg&quality="
    small, large = client.get(f"{place}20").content, client.get(f"{place}95").content
    assert len(small) < len(large) and client.get(f"{painted}/file?format=jpg").content == large
    refused(client.get(f"{place}0"), 422, "option")
    refused(client.get(f"{place}101"), 422, "option")


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tiff"])
def test_a_profile_travels_with_the_recipe(client: TestClient, painted: str, kind: str) -> None:
    content = client.get(f"{painted}/file?format={kind}&profile=display-p3").content
    with PIL.Image.open(io.BytesIO(content)) as image:
        assert image.info["icc_profile"][36:40] == b"acsp"
    recipe = brushwork.images.read_text(content)
    assert recipe is not None and Recipe.from_json(recipe).options["size"] == 48
    refused(client.get(f"{painted}/file?format={kind}&profile=cmyk"), 422, "option")


def test_what_a_format_cannot_hold_is_refused(
    client: TestClient, painted: str, shallow: str, studio: Services
) -> None:
    for kind in ("jpg", "webp"):
        says = refused(client.get(f"{painted}/file?format={kind}&depth=16"), 422, "option")
        assert "take png or tiff" in says
    says = refused(client.get(f"{shallow}/file?depth=16"), 409, "conflict")
    assert "kept in 8 bits" in says
    refused(client.get(f"{shallow}/pixels?depth=16"), 409, "conflict")
    assert client.get(f"{shallow}/file?format=tiff").status_code == 200
    buffer = io.BytesIO()
    PIL.Image.new("RGBA", (20, 20), (1, 2, 3, 4)).save(buffer, "PNG")
    studio.gallery.get_file("old").write_bytes(buffer.getvalue())
    says = refused(client.get(f"{shallow}/file?format=jpg"), 422, "option")
    assert "transparent parts" in says


def test_several_are_packed_in_the_same_format(
    client: TestClient, painted: str, shallow: str
) -> None:
    one, other = (place.rpartition("/")[2] for place in (painted, shallow))
    place = f"/api/v1/results/zip?id={one}&format=tiff&depth=16"
    with zipfile.ZipFile(io.BytesIO(client.get(place).content)) as archive:
        (name,) = archive.namelist()
        deep = client.get(f"{painted}/file?format=tiff&depth=16").content
        assert name.endswith(".tiff") and archive.read(name) == deep
    both = f"/api/v1/results/zip?id={one}&id={other}&format=jpg&quality=20"
    with zipfile.ZipFile(io.BytesIO(client.get(both).content)) as archive:
        assert len(archive.namelist()) == 2
        small = client.get(f"{painted}/file?format=jpg&quality=20").content
        assert archive.read(archive.namelist()[0]) == small
    # Refused as a whole, before the first byte.
    assert "kept in 8 bits" in refused(client.get(f"{place}&id={other}"), 409, "conflict")
    refused(client.get(f"{place}&depth=12"), 422, "option")


@pytest.mark.parametrize(
    "place", ["{one}/file?format=jpg", "/api/v1/results/zip?id={id}&format=jpg"]
)
def test_a_download_is_looked_at_once(
    client: TestClient, painted: str, studio: Services, monkeypatch, place: str
) -> None:
    opened = []
    find = type(studio.store.results).find
    monkeypatch.setattr(
        type(studio.store.results), "find", lambda *one: opened.append(one) or find(*one)
    )
    answer = client.get(place.format(one=painted, id=painted.rpartition("/")[2]))
    assert answer.status_code == 200 and len(opened) == 1


def test_what_was_removed_since_it_was_found_is_left_out_of_the_archive(
    client: TestClient, painted: str, shallow: str, studio: Services
) -> None:
    how = DownloadQuery()
    found = [
        studio.gallery.find_download(place.rpartition("/")[2], "png", how)
        for place in (shallow, painted)
    ]
    studio.gallery.remove("old")
    content = b"".join(studio.gallery.iter_zip(found, "png", how))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        assert (
            name.startswith("002 ") and archive.read(name) == client.get(f"{painted}/file").content
        )


def test_a_recipe_is_saved_as_a_file(client: TestClient, painted: str) -> None:
    client.patch(painted, json={"name": "A/B \u201c×\u201d"})
    answer = client.get(f"{painted}/recipe?download=1")
    assert answer.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''A%2FB%20%E2%80%9C%C3%97%E2%80%9D.json"
    )
    assert Recipe.from_json(json.dumps(answer.json())).options["size"] == 48
    assert "content-disposition" not in client.get(f"{painted}/recipe").headers


@pytest.mark.parametrize("depth", [8, 16])
def test_programs_get_plain_pixels(client: TestClient, painted: str, depth: int) -> None:
    made = brushwork.stylize("cat", "great-wave", size=48, effort=0.25)
    answer = client.get(f"{painted}/pixels?depth={depth}")
    told = [answer.headers[f"x-{name}"] for name in ("width", "height", "channels", "depth")]
    assert told == ["48", "36", "3", str(depth)]
    expected = np.asarray(made.image) if depth == 8 else made.levels
    found = np.frombuffer(answer.content, np.dtype(f"<u{depth // 8}")).reshape(36, 48, 3)
    assert np.array_equal(found, expected)


def bring(client: TestClient, pixels: np.ndarray, **more: object):
    shape = pixels.shape if pixels.ndim == 3 else (*pixels.shape, 1)
    about = {"height": shape[0], "width": shape[1], "channels": shape[2]}
    about |= {"depth": 8 * pixels.dtype.itemsize, **more}
    return client.post("/api/v1/images/pixels", params=about, content=pixels.tobytes())


@pytest.mark.parametrize("kind", ["png", "tiff", "grey png"])
def test_files_of_sixteen_bits_are_kept_so(client: TestClient, studio: Services, kind: str) -> None:
    levels = np.linspace(0, 65535, 20 * 30 * 3).astype(np.uint16).reshape(20, 30, 3)
    buffer = io.BytesIO()
    if kind == "tiff":
        tifffile.imwrite(buffer, levels, photometric="rgb")
    elif kind == "png":
        png.Writer(30, 20, greyscale=False, bitdepth=16).write(buffer, levels.reshape(20, 90))
    else:
        levels = np.repeat(levels[:, :, :1], 3, axis=2)
        png.Writer(30, 20, greyscale=True, bitdepth=16).write(buffer, levels[:, :, 0])
    image = upload(client, buffer.getvalue()).json()
    assert image["depth"] == client.get(f"/api/v1/images/{image['id']}").json()["depth"] == 16
    read = studio.library.read(image["id"]).pixels[0].permute(1, 2, 0).numpy()
    assert np.array_equal(np.rint(read * 65535), levels)
    shallow = upload(client, make_image()).json()
    assert shallow["depth"] == 8
    assert [one.stem for one in studio.folder.images.glob("*.tiff")] == [image["id"]]


def test_programs_bring_plain_pixels_of_all_depths(client: TestClient, studio: Services) -> None:
    deep = np.linspace(0, 65535, 20 * 30 * 3).astype("<u2").reshape(20, 30, 3)
    answer = bring(client, deep, name="../../layer 1", role="style")
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert (found["name"], found["role"], found["depth"]) == ("layer 1", "style", 16)
    read = studio.library.read(found["id"]).pixels[0].permute(1, 2, 0).numpy()
    assert np.array_equal(np.rint(read.astype(np.float64) * 65535), deep)
    assert bring(client, deep, role="style").json()["id"] == found["id"]
    grey = bring(client, (deep[..., 0] >> 8).astype(np.uint8)).json()
    assert grey["depth"] == 8
    with PIL.Image.open(studio.library.get_file(grey["id"])) as image:
        assert np.array_equal(np.asarray(image)[..., 0], deep[..., 0] >> 8)
    clear = bring(client, np.full((16, 16, 4), 128, np.uint8)).json()
    assert studio.library.read(clear["id"]).alpha is not None


def test_what_a_program_brought_is_painted(client: TestClient, paint) -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (40, 60, 3)).astype("<u2")
    photo = bring(client, pixels).json()["id"]
    job = client.post("/api/v1/jobs", json={**TINY, "content": photo}).json()
    paint()
    result = client.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    content = client.get(f"/api/v1/results/{result}/pixels?depth=16").content
    made = brushwork.stylize(pixels, "great-wave", size=48, effort=0.25)
    assert content == made.levels.astype("<u2").tobytes()


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"height": 21}, "are 1890 bytes, and 1800 came"),
        ({"channels": 2}, "1 (grey), 3 (colour) and 4"),
        ({"channels": 5}, "channels"),
        ({"depth": 12}, "depth"),
        ({"width": 0}, "width"),
        ({"width": "x"}, "width"),
    ],
)
def test_pixels_that_will_not_do_are_refused(
    client: TestClient, studio: Services, about: dict[str, object], says: str
) -> None:
    assert says in refused(bring(client, np.zeros((20, 30, 3), np.uint8), **about), 422, "option")
    assert list(studio.folder.images.iterdir()) == []


def test_too_many_or_too_few_pixels_are_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "at least 16" in refused(bring(client, np.zeros((4, 30, 3), np.uint8)), 422, "image")
    place = "/api/v1/images/pixels?width=10000&height=10000"
    refused(client.post(place, content=bytes(65 * 2**20)), 413, "too_large")
    monkeypatch.setattr("brushwork.studio.library.memory.measure_available", lambda: 0)
    refused(bring(client, np.zeros((20, 30, 3), np.uint8)), 413, "too_large")


def test_what_is_forgotten_leaves_no_file(
    client: TestClient, studio: Services, painted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = bring(client, np.zeros((20, 30, 3), np.uint16)).json()["id"]
    client.delete(f"/api/v1/images/{photo}")
    client.delete(painted)
    monkeypatch.setattr("brushwork.studio.store.trash.KEPT_DAYS", -1)
    studio.gallery.empty_trash()
    studio.library.empty_trash()
    assert [*studio.folder.images.iterdir(), *studio.folder.results.iterdir()] == []
