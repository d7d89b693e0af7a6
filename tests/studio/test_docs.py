"""The examples of docs/studio.md do what they say, on a studio that runs."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pytest

from tests.studio.conftest import Running, make_image

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).parents[2] / "docs" / "studio.md").read_text("utf-8")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start one studio for all examples."""
    studio = Running(tmp_path_factory.mktemp("docs") / "studio")
    yield studio
    studio.stop()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_python_paints_a_picture(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    code = code.replace("http://127.0.0.1:7860", running.address.rstrip("/"))
    exec(code.replace('"size": 256', '"size": 48, "effort": 0.25'), {})
    with PIL.Image.open("painting.png") as painting:
        assert painting.size == (48, 36)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_is_answered(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(make_image(encoding="JPEG"))
    queue, _, upload, download = blocks("sh")[1].replace("\\\n", "").strip().splitlines()
    address = running.address.removeprefix("http://").rstrip("/")

    def run(line: str) -> str:
        command = shlex.split(line.replace("localhost:7860", address))
        return subprocess.run([*command, "-s"], capture_output=True, text=True, check=True).stdout

    job = json.loads(run(queue.replace('"size": 256', '"size": 48, "effort": 0.25')))
    assert job["state"] == "queued"
    assert '"name":"photo.jpg"' in run(upload)
    done = running.until(job["id"], "finished")
    run(download.replace("ID", done["result"]))
    with PIL.Image.open("painting.png") as painting:
        assert painting.size == (48, 36)
    bring, take = blocks("sh")[3].replace("\\\n", "").strip().splitlines()
    Path("layer.raw").write_bytes(bytes(640 * 480 * 3 * 2))
    assert '"depth":16' in run(bring)
    run(take.replace("ID", done["result"]))
    assert len(Path("layer.raw").read_bytes()) == 48 * 36 * 3 * 2


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_paints_a_film(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = pytest.importorskip("tests.video.clips", reason="films are an extra")
    monkeypatch.chdir(tmp_path)
    clips.write_clip(Path("walk.mp4"), clips.make_frames(14))
    bring, paint, take = blocks("sh")[2].replace("\\\n", "").strip().splitlines()
    address = running.address.removeprefix("http://").rstrip("/")

    def run(line: str, identity: str = "") -> str:
        command = shlex.split(line.replace("localhost:7860", address).replace("ID", identity))
        return subprocess.run([*command, "-s"], capture_output=True, text=True, check=True).stdout

    clip = json.loads(run(bring))
    small = paint.replace('"film"', '"options": {"size": 48, "draft": true}, "film"')
    job = json.loads(run(small, clip["id"]))
    done = running.until(job["id"], "finished")
    assert done["steps"] == 4  # from 1 s to the end, at ten a second
    run(take, done["result"])
    assert b"ftyp" in Path("film.mp4").read_bytes()[:12]
