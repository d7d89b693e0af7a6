"""The client of one file, with a studio as a person starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import time
import types
from pathlib import Path
from typing import Any

import PIL.Image
import png
import pytest

pytest.importorskip("fastapi", reason="the studio is an extra: pip install 'brushwork[studio]'")

from brushwork.options import Options
from brushwork.studio.folder import get_default_folder
from tests.studio.conftest import Running, make_image
from tools import make_client

FOLDER = Path(__file__).parents[2] / "integrations" / "client"


@pytest.fixture
def client(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    import brushwork_client

    yield brushwork_client
    sys.modules.pop("brushwork_client")


def test_the_file_is_what_the_api_says() -> None:
    assert make_client.CLIENT.read_text("utf-8") == make_client.render(), (
        "the API has changed: python -m tools.make_client"
    )


def test_start_takes_and_explains_the_options(client) -> None:
    import inspect

    about = " ".join((inspect.getdoc(client.Studio.start) or "").split())
    assert Options.model_fields["strength"].description in about
    arguments = inspect.signature(client.Studio.start).parameters
    assert {"size", "strength", "seed", "mask", "preserve"} <= set(arguments)
    assert not {"device", "memory", "weights"} & set(arguments)


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is named as on Linux")
def test_nobody_answers(client, tmp_path) -> None:
    assert client.get_default_folder() == get_default_folder()
    with pytest.raises(client.StudioError, match="start it: brushwork studio"):
        client.Studio.find()
    (tmp_path / "address.json").write_text('{"address": "http://127.0.0.1:9/", "token": null}')
    with pytest.raises(client.StudioError, match="no studio answers") as caught:
        client.Studio.find(tmp_path)
    assert caught.value.code == "unreachable"


@pytest.mark.slow
def test_a_program_starts_a_studio_once_and_ends_it(client, tmp_path) -> None:
    command = tmp_path / "brushwork"
    command.write_text(
        f"#!/bin/sh\nPYTHONPATH='{os.environ['PYTHONPATH']}' exec '{sys.executable}' -m brushwork "
        '"$@"\n'
    )
    command.chmod(0o755)
    folder = tmp_path / "studio"
    folder.mkdir()
    # What a studio that was killed has left.
    (folder / "address.json").write_text('{"address": "http://127.0.0.1:9/", "token": null}')
    studio = client.Studio.find_or_start(folder, str(command))
    (process,) = client._started
    assert client.Studio.find_or_start(folder, "no-such-program").address == studio.address
    assert client._started == [process]
    client.end_started()
    assert process.wait(60) in (0, -signal.SIGTERM)
    with pytest.raises(client.StudioError, match="start it"):
        client.Studio.find(folder)


def test_what_keeps_a_studio_from_starting_is_told(client, tmp_path, monkeypatch) -> None:
    with pytest.raises(client.StudioError, match="'no-such-program' was not found; install it"):
        client.Studio.find_or_start(tmp_path, "no-such-program")
    command = tmp_path / "brushwork"
    command.write_text("#!/bin/sh\necho 'the folder is in use.' >&2\nexit 2\n")
    command.chmod(0o755)
    with pytest.raises(client.StudioError, match="ended at once: the folder is in use"):
        client.Studio.find_or_start(tmp_path, str(command))
    command.write_text("#!/bin/sh\nexec sleep 600\n")
    with pytest.raises(client.StudioError, match="did not answer"):
        client.Studio.find_or_start(tmp_path, str(command), is_wanted=lambda: False)
    assert all(process.wait(10) for process in client._started)


@pytest.mark.slow
def test_a_script_paints_cancels_and_is_told_what_is_wrong(
    client, tmp_path, monkeypatch, capsys
) -> None:
    running = Running(get_default_folder(), "--token", "a-token-of-the-test")
    try:
        monkeypatch.chdir(tmp_path)
        Path("photo.jpg").write_bytes(make_image(encoding="JPEG"))
        (code,) = re.findall(r"```python\n(.*?)```", (FOLDER / "README.md").read_text(), re.DOTALL)
        done: dict = {}
        exec(code.replace("size=512", "size=48, effort=0.25"), done)
        assert capsys.readouterr().out.splitlines()[-1] == "finished: 100%"
        with PIL.Image.open("painting.jpg") as painting:
            assert (painting.size, painting.format) == ((48, 32), "JPEG")
        assert not list(tmp_path.glob(".*.part"))
        studio, job = done["studio"], done["job"]
        assert studio.wait(job).result == studio.list_results(starred=False).results[0].id

        long = studio.start("cat", client.StyleUse("great-wave", 2.0), size=64, effort=4)
        assert long.settings.styles[0].weight == 2 and isinstance(long, client.Job)
        studio.cancel_job(long)
        assert studio.wait(long).state == "cancelled"
        with pytest.raises(client.StudioError, match="has no result: it is cancelled"):
            studio.download(long, "none.png")
        for refused, status, sentence in (
            (lambda: studio.start("cat", "great-wave", size=5), 422, "size"),
            (lambda: studio.get_job("no-such-job"), 404, "no such job"),
            (lambda: studio.download(job, "painting.gif"), 422, "png"),
            (lambda: client.Studio(studio.address, "another").list_jobs(), 401, "token"),
        ):
            with pytest.raises(client.StudioError, match=sentence) as caught:
                refused()
            assert caught.value.status == status
    finally:
        running.stop()


def follow(job: Any) -> list[tuple[str, float, bytes | None]]:
    """Give how a job in the background was, look by look."""
    deadline, found = time.monotonic() + 120, []
    while not found or found[-1][0] == "running":
        assert time.monotonic() < deadline
        found.append((job.state, job.job.progress if job.job else 0.0, job.image))
        time.sleep(0.02)
    return found


@pytest.mark.slow
def test_a_job_in_the_background_grows_is_steered_and_cancelled(client, tmp_path) -> None:
    running = Running(tmp_path / "studio")

    def start(**settings: Any) -> Any:
        job = client.BackgroundJob(
            lambda studio: studio.start("cat", "great-wave", **settings),
            depth=16,
            folder=running.folder,
        )
        job.start()
        return job

    try:
        first = start(size=48, effort=0.25)
        looks = follow(first)
        (result,) = running.client.get("/api/v1/results").json()["results"]
        assert (first.state, first.job.result) == ("finished", result["id"])
        assert png.Reader(bytes=first.image).read()[3]["bitdepth"] == 16
        previews = {image for _, _, image in looks} - {None, first.image}
        assert previews and all(image.startswith(b"\xff\xd8") for image in previews)
        assert [progress for _, progress, _ in looks] == sorted(one for _, one, _ in looks)

        second = start(size=256, effort=4.0, strength=0.5)
        while second.image is None:
            assert second.is_alive()
            time.sleep(0.02)
        second.change(strength=0.9)
        while running.job(second.job.id)["settings"]["options"]["strength"] != 0.9:
            assert second.is_alive()
            time.sleep(0.02)
        second.cancel()
        assert follow(second)[-1][0] == "cancelled"
        assert running.job(second.job.id)["state"] == "cancelled"

        stopped = start(size=256, effort=4.0, seed=1)
        while stopped.image is None:
            assert stopped.is_alive()
            time.sleep(0.02)
        running.client.post(f"/api/v1/jobs/{stopped.job.id}/stop")
        assert follow(stopped)[-1][0] == "finished"
        # It is kept as it was shown, in 8 bits.
        assert png.Reader(bytes=stopped.image).read()[3]["bitdepth"] == 8
    finally:
        running.stop()


def test_what_goes_wrong_in_the_background_is_told(client, tmp_path) -> None:
    for command, sentence in (
        ("no-such-brushwork", "'no-such-brushwork' was not found; install it"),
        (shutil.which("false"), "the studio ended at once: 1"),
    ):
        failing = client.BackgroundJob(print, folder=tmp_path, command=command)
        failing.start()
        failing.join(60)
        assert failing.state == "failed" and sentence in failing.text


def test_a_job_is_given_when_it_has_come_further(client, monkeypatch) -> None:
    """And a studio that does not answer is asked again, for a while."""
    silent = client.StudioError("no studio answers")
    answers = [silent, "a", "a", silent, silent, "b", "b", "c"]
    studio = client.Studio("http://127.0.0.1:9")
    monkeypatch.setattr(client, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(client, "RETRY_SECONDS", 0.0)

    def get_job(identity: str) -> Any:
        answer = answers.pop(0) if answers else silent
        if isinstance(answer, Exception):
            raise answer
        return types.SimpleNamespace(name=answer, state="finished" if answer == "c" else "running")

    monkeypatch.setattr(studio, "get_job", get_job)
    assert [job.name for job in studio.follow("an identity")] == ["a", "b", "c"]
    with pytest.raises(client.StudioError, match="no studio answers"):
        studio.look("an identity")
