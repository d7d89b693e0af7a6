"""Attacks, each tried: other names, other origins, no token, paths, and what a page may load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from brushwork.studio.app import STATIC, create_app
from brushwork.studio.security import is_loopback
from brushwork.studio.server import LOCAL
from brushwork.studio.services import Services
from tests.studio.conftest import TINY, make_image
from tests.studio.test_api import refused, upload

TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def guarded(studio: Services) -> TestClient:
    """Ask a studio that listens to the whole network."""
    app = create_app(studio, (*LOCAL, "*"), TOKEN)
    return TestClient(app, base_url="http://192.168.1.7:7860", follow_redirects=False)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "", "[::2]"]
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    """DNS rebinding: a page of evil.example gives that name our address."""
    for path in ("/", "/api/v1/results", "/static/main.js", "/api/v1/events"):
        refused(client.get(path, headers={"host": host}), 403, "forbidden")


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:7860", "[::1]:7860", "localhost"])
def test_our_own_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/status", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:7860"},  # ours, but not what was asked for
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_other_pages_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    for method, path in [
        ("POST", "/api/v1/jobs"),
        ("POST", "/api/v1/drafts"),
        ("DELETE", "/api/v1/jobs/a"),
        ("DELETE", "/api/v1/grids/a"),
        ("PATCH", "/api/v1/grids/a"),
        ("DELETE", "/api/v1/clips/a"),
        ("PATCH", "/api/v1/clips/a"),
        ("PATCH", "/api/v1/x"),
    ]:
        refused(client.request(method, path, headers=headers, json=TINY), 403, "forbidden")
    refused(client.post("/api/v1/images", headers=headers, content=make_image()), 403, "forbidden")
    assert client.get("/api/v1/jobs").json() == {"jobs": []}


#: What came after the first version of the API: each that changes something, and what it is given.
NEWER = [
    ("/api/v1/results/trash", {"results": ["a"]}),
    ("/api/v1/results/restore", {"results": ["a"]}),
    ("/api/v1/results/a/restore", None),
    ("/api/v1/images/a/restore", None),
    ("/api/v1/drafts/a/keep", None),
    ("/api/v1/drafts/a/abort", None),
    ("/api/v1/subjects", {"image": "cat"}),
    ("/api/v1/images/pixels?width=16&height=16", None),
    ("/api/v1/grids/a/restore", None),
    ("/api/v1/grids/plan", None),
    ("/api/v1/clips", None),
    ("/api/v1/clips/a/restore", None),
    ("/api/v1/clips/a/still", {"seconds": 0}),
]


@pytest.mark.parametrize(("path", "body"), NEWER)
def test_the_newer_routes_are_guarded_as_well(
    client: TestClient, guarded: TestClient, path: str, body: object
) -> None:
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        refused(client.post(path, headers=headers, json=body), 403, "forbidden")
    refused(client.post(path, headers={"host": "evil.example"}, json=body), 403, "forbidden")
    refused(guarded.post(path, json=body), 401, "unauthorized")
    ours = client.post(path, json=body)
    assert ours.status_code in (202, 404, 422)  # nothing but its being there is looked at


def test_what_is_read_needs_name_and_token_too(client: TestClient, guarded: TestClient) -> None:
    for path in (
        "/api/v1/results/zip?id=a",
        "/api/v1/drafts/a/image",
        "/api/v1/subjects/a",
        "/api/v1/subjects/a/mask",
        "/api/v1/results/a/pixels",
        "/api/v1/grids/a",
        "/api/v1/clips/a",
        "/api/v1/clips/a/sheet",
        "/api/v1/results/a/film",
        "/api/v1/results/a/before",
        "/api/v1/results/a/file?format=tiff&depth=16",
        "/api/v1/results/a/recipe?download=1",
    ):
        refused(client.get(path, headers={"host": "evil.example"}), 403, "forbidden")
        refused(guarded.get(path), 401, "unauthorized")
        refused(client.get(path), 404, "not_found")
    refused(client.get("/api/v1/results/zip?id=../../studio"), 422, "option")


def test_no_other_origin_is_ever_allowed(client: TestClient) -> None:
    headers = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for answer in (client.options("/api/v1/jobs", headers=headers), client.get("/api/v1/jobs")):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_our_own_page_may_change_things(client: TestClient) -> None:
    headers = {"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}
    assert client.post("/api/v1/jobs", headers=headers, json=TINY).status_code == 201


def test_strangers_need_the_token(guarded: TestClient) -> None:
    for path in ("/", "/api/v1/results", "/static/main.js", "/openapi.json", "/api/v1/events"):
        refused(guarded.get(path), 401, "unauthorized")
    refused(guarded.get("/?token=wrong"), 401, "unauthorized")
    refused(guarded.get(f"/api/v1/jobs?token={TOKEN}"), 401, "unauthorized")  # it would be in logs
    refused(guarded.get("/", headers={"authorization": "Bearer wrong"}), 401, "unauthorized")
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/v1/jobs", headers=bearer).status_code == 200
    welcome = guarded.get(f"/?token={TOKEN}")
    assert (welcome.status_code, welcome.headers["location"]) == (303, "/")
    cookie = welcome.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert guarded.get("/").status_code == 200
    refused(
        guarded.post("/api/v1/jobs", json=TINY, headers={"origin": "http://evil"}), 403, "forbidden"
    )


@pytest.mark.parametrize(
    "identity",
    ["..%2f..%2fetc%2fpasswd", "../../studio.sqlite", "%2e%2e", "a.png", "A", "x" * 100, "a%00b"],
)
def test_no_path_gets_through(client: TestClient, studio: Services, identity: str) -> None:
    for path in (
        "/api/v1/images/{}/file",
        "/api/v1/images/{}/thumb",
        "/api/v1/results/{}/file",
        "/api/v1/jobs/{}/preview",
        "/api/v1/drafts/{}/image",
        "/api/v1/subjects/{}/mask",
        "/api/v1/results/{}/pixels",
        "/api/v1/results/{}/file?format=tiff&depth=16",
        "/static/{}",
    ):
        answer = client.get(path.format(identity))
        assert answer.status_code in (404, 422)
        assert b"SQLite" not in answer.content and b"root:" not in answer.content


def test_names_are_data_and_never_files(client: TestClient, studio: Services) -> None:
    name = "../../../<img src=x onerror=alert(1)>.png"
    found = upload(client, make_image(), name).json()
    assert found["name"] == "<img src=x onerror=alert(1)>.png"
    stored = sorted(path.name for path in studio.folder.root.rglob("*") if path.is_file())
    assert f"{found['id']}.png" in stored
    assert not [one for one in stored if "img" in one]
    answer = client.get("/api/v1/images")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_every_answer_tells_the_browser_what_it_may(client: TestClient) -> None:
    for path in (
        "/",
        "/docs",
        "/static/main.js",
        "/api/v1/jobs",
        "/nothing",
        "/api/v1/images/cat/file",
    ):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"


def test_large_bodies_are_refused(client: TestClient) -> None:
    for path in ("/api/v1/images/pixels/x", "/api/v1/images/a/pixels"):  # no more than their own
        refused(client.post(path, content=bytes(2 * 2**20)), 413, "too_large")
    refused(client.post("/api/v1/jobs", content=bytes(2 * 2**20)), 413, "too_large")
    refused(client.post("/api/v1/jobs", headers={"content-length": "-1"}), 413, "too_large")


def test_the_page_loads_nothing_from_elsewhere_and_nothing_inline() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix not in (".html", ".js", ".css", ".svg"):
            continue
        text = path.read_text("utf-8")
        without = re.sub(r"http://www\.w3\.org/(2000/svg|1999/xhtml|1998/Math/MathML)", "", text)
        assert "http://" not in without and "https://" not in without, path
        if path.suffix == ".html":
            assert "style=" not in text and "onclick" not in text and "<style" not in text
            assert '<script type="module" src=' in text and text.count("<script") == 1
        words = ["eval(", "document.write", "insertAdjacentHTML"]
        if path.parent.name != "vendor":  # Preact can set HTML, where a page asks it to
            words += ["innerHTML", "outerHTML", "InnerHTML"]
        if path.suffix == ".js":
            for word in words:
                assert word not in text, (path, word)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.168.1.7", False),
        ("example.com", False),
    ],
)
def test_only_this_machine_s_addresses_are_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_files_of_the_page_are_in_the_package() -> None:
    assert {"index.html", "docs.html", "main.js", "icon.svg"} <= {
        path.name for path in Path(STATIC).iterdir()
    }
