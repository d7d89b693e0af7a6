"""``brushwork resume``: after Ctrl-C, SIGTERM and kill -9 the picture is the same in the end."""

from __future__ import annotations

import json
import signal

import PIL.Image
import pytest

pytestmark = pytest.mark.slow

RUN = ["demo", "--json", "--size", "96", "--checkpoint", "kept"]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Give the pixels of the run that nobody stops, painted in a process of its own too."""
    import os
    import subprocess
    import sys

    file = tmp_path_factory.mktemp("whole") / "whole.png"
    command = [sys.executable, "-m", "brushwork", *RUN[:4], "--quiet", "-o", str(file)]
    command.remove("--json")
    subprocess.run(
        command,
        check=True,
        env={**os.environ, "PYTHONWARNINGS": "error", "BRUSHWORK_TEST_NETWORK": "tiny"},
    )
    return pixels(file)


def pixels(file):
    with PIL.Image.open(file) as image:
        return image.tobytes()


def stopped(process, number, step, *more):
    """Start the demo, and send a signal after some steps."""
    running = process(*RUN, *more, "-o", "out.png")
    for line in running.stdout:
        event = json.loads(line)
        if event["event"] == "step" and event["step"] == step:
            break
    running.send_signal(number)
    rest, err = running.communicate(timeout=240)
    assert "Traceback" not in err
    return running.returncode, rest


@pytest.mark.parametrize(("number", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_run_that_was_stopped_goes_on(process, brushwork, folder, expected, number, code):
    returned, rest = stopped(process, getattr(signal, number), 9)
    assert returned == code
    told = json.loads(rest.splitlines()[-1])
    assert (told["event"], told["checkpoint"]) == ("interrupted", "kept")
    assert (folder / "out.png").is_file()
    outcome = brushwork("resume", "kept")
    assert outcome.code == 0, outcome.err
    assert "going on with cat-great-wave" in outcome.err
    assert pixels(folder / "out.png") == expected
    assert not (folder / "kept").exists()


@pytest.mark.parametrize("step", [1, 60])
def test_kill_9_costs_nothing_but_seconds(process, brushwork, folder, expected, step):
    returned, _ = stopped(process, signal.SIGKILL, step, "--checkpoint-every", "0.2")
    assert returned == -9
    assert not (folder / "out.png").exists()
    outcome = brushwork("resume", "kept", "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert pixels(folder / "out.png") == expected
    assert sorted(p.name for p in folder.iterdir()) == ["out.png", "painting.jpg", "photo.jpg"]


def test_a_picture_that_was_put_there_meanwhile_is_not_replaced(
    process, brushwork, folder, monkeypatch
):
    stopped(process, signal.SIGINT, 9)
    (folder / "out.png").write_bytes(b"mine")
    with monkeypatch.context() as patched:
        patched.setattr("brushwork.cli._run.run_and_save", lambda *_: pytest.fail("work began"))
        outcome = brushwork("resume", "kept")
    assert outcome.code == 2
    assert "--overwrite" in outcome.err
    assert (folder / "out.png").read_bytes() == b"mine"
    outcome = brushwork("resume", "kept", "-o", "other.png", "--quiet")
    assert outcome.code == 0, outcome.err
    assert (folder / "other.png").is_file()


def test_what_is_unfinished_is_listed(brushwork, folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    outcome = brushwork("resume", "--list")
    assert (outcome.code, outcome.out.strip()) == (0, "no unfinished run is kept.")
    outcome = brushwork("resume")
    assert outcome.code == 2
    assert "no unfinished run is kept" in outcome.err


def test_an_unusable_folder_exits_with_2(brushwork, folder):
    outcome = brushwork("resume", ".")
    assert outcome.code == 2
    assert "holds no checkpoint" in outcome.err


def test_nothing_is_kept_where_that_is_not_wanted(brushwork, folder, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setattr("brushwork.engine.run.LONG_SECONDS", -1)
    begun = []
    monkeypatch.setattr("brushwork.engine.run.Checkpoint.create", lambda *_: begun.append(1))
    small = ["--size", "48", "--effort", "0.25"]
    assert brushwork("demo", *small, "--no-checkpoint", "-o", "a.png").code == 0
    assert begun == []
