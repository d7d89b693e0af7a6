"""``brushwork batch`` with several at once, with photos that keep coming, and how it is stopped."""

from __future__ import annotations

import json
import shutil
import signal
import time

import psutil
import pytest

pytestmark = pytest.mark.slow

SMALL = ["--size", "48", "--effort", "0.25"]


def test_two_at_once(brushwork, folder):
    outcome = brushwork(
        "batch", "photo.jpg", "cat", "--style", "ejiri", "-o", "out", "--jobs", "2", *SMALL
    )
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.startswith("2 painted, 0 were there, 0 failed")
    assert len(list((folder / "out").iterdir())) == 2


def test_photos_are_painted_as_they_come_until_ctrl_c(process, folder):
    (folder / "photos").mkdir()
    watch = ["batch", "photos", "--style", "ejiri", "-o", "out", "--watch", "--jobs", "1"]
    running = process(*watch, "--json", *SMALL)
    for name in ("first.jpg", "second.jpg"):
        shutil.copy(folder / "photo.jpg", folder / "photos" / name)
        begun, painted = (json.loads(running.stdout.readline()) for _ in range(2))
        assert (begun["event"], painted["event"]) == ("begun", "painted")
        assert begun["content"] == f"photos/{name}"
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=240)
    assert (running.returncode, err) == (130, "brushwork: stopped.\n")


def test_a_batch_that_the_system_ends_leaves_states_and_no_process(process, folder):
    command = ["batch", "photo.jpg", "cat", "--style", "ejiri", "-o", "out", "--jobs", "2"]
    running = process(*command, "--size", "64", "--effort", "4")
    children = []
    while len(list((folder / "out").glob(".*/checkpoint.json"))) < 2:
        children = psutil.Process(running.pid).children(recursive=True)
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    _, err = running.communicate(timeout=480)
    assert running.returncode == 143
    assert err.endswith("brushwork: stopped.\n")
    assert psutil.wait_procs(children, timeout=30)[1] == []
    assert len(list((folder / "out").glob(".*/checkpoint.json"))) == 2


def test_what_makes_no_sense_exits_with_2(brushwork, folder):
    (folder / "list.csv").write_text("content,styles\nphoto.jpg,painting.jpg\n")
    one = ["photo.jpg", "--style", "ejiri", "-o", "out"]
    for arguments, complaint in [
        ([*one, "--jobs", "0"], "jobs was given as 0, but must lie between 1 and 256"),
        ([*one, "--jobs", "many"], "--jobs"),
        ([*one, "--jobs", "2", "--cluster", "local"], "leave --jobs out"),
        ([*one, "--cluster", "ray://127.0.0.1:1"], "cannot be reached"),
        ([*one, "--watch"], "'photo.jpg' is no folder"),
        (["--manifest", "list.csv", "--watch", "-o", "out"], "a manifest is none"),
    ]:
        outcome = brushwork("batch", *arguments)
        assert outcome.code == 2
        assert complaint in outcome.err
    assert not (folder / "out").exists()
