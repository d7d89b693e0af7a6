"""The client of one file, with a studio as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import PIL.Image
import pytest

pytest.importorskip("fastapi", reason="the studio is an extra: pip install 'brushwork[studio]'")

from brushwork.options import Options
from brushwork.studio.database import get_default_folder
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


def test_a_stream_is_cut_into_events(client) -> None:
    lines = [b": ping\n", b"\n", b"event: job\r\n", b"id: 3\r\n", b"data: {\n", b"data: }\n", b"\n"]
    found = list(client._iter_events([*lines, b"data:x\n", b"\n", b"data: half\n"]))
    assert found == [("job", "{\n}"), ("message", "x")]


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
