"""Ctrl-C: the best picture so far is written, and the exit code is 130."""

from __future__ import annotations

import json
import signal

import PIL.Image
import pytest

pytestmark = pytest.mark.slow


def test_ctrl_c_writes_the_best_picture_so_far(process, folder):
    running = process("demo", "--json", "--size", "512", "--effort", "4")
    for line in running.stdout:
        event = json.loads(line)
        if event["event"] == "step" and event["step"] == 3:
            break
    running.send_signal(signal.SIGINT)
    rest, err = running.communicate(timeout=240)
    assert running.returncode == 130
    assert "Traceback" not in err
    stopped = json.loads(rest.splitlines()[-1])
    assert stopped["event"] == "interrupted"
    assert stopped["output"] == "cat-great-wave.png"
    with PIL.Image.open(folder / "cat-great-wave.png") as kept:
        assert kept.size == (128, 96)


def test_ctrl_c_before_the_first_step_writes_nothing(brushwork, folder, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("brushwork.engine.run.load_small_weights", stopped)
    before = sorted(folder.iterdir())
    outcome = brushwork("demo", "--size", "64")
    assert outcome.code == 130
    assert "nothing was written" in outcome.err
    assert sorted(folder.iterdir()) == before


def test_ctrl_c_tells_a_person_where_the_picture_is(brushwork, folder, monkeypatch):
    from brushwork.optimizers import LBFGS

    original = LBFGS.step

    def step(self):
        if len(self._curvature) == 2:
            raise KeyboardInterrupt
        return original(self)

    monkeypatch.setattr(LBFGS, "step", step)
    outcome = brushwork("demo", "--size", "64")
    assert outcome.code == 130
    assert "best picture so far (64×48) is in cat-great-wave.png" in " ".join(outcome.err.split())
    assert (folder / "cat-great-wave.png").is_file()


def test_a_reader_of_the_lines_that_goes_away_does_not_cost_the_picture(process, folder):
    running = process("demo", "--size", "64", "--effort", "0.25", "--json", "-o", "kept.png")
    assert running.stdout.readline()
    running.stdout.close()
    with running.stderr:
        assert running.stderr.read() == ""
    assert running.wait(timeout=480) == 0
    assert (folder / "kept.png").is_file()
