"""Run commands in a folder of their own, in this process or in one of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from brushwork import assets
from brushwork.cli import main


@dataclass
class Outcome:
    """What a command left behind for its caller."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def network(request: pytest.FixtureRequest) -> None:
    """Take the tiny network, unless a test is marked to take the trained one."""
    if request.node.get_closest_marker("trained") is None:
        request.getfixturevalue("tiny_network")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photo.jpg").write_bytes(assets.find("cat").path.read_bytes())
    (tmp_path / "painting.jpg").write_bytes(assets.find("great-wave").path.read_bytes())
    return tmp_path


@pytest.fixture
def brushwork(folder, capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        printed = capsys.readouterr()
        return Outcome(stopped.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def process(folder):
    """Start a command in a process of its own."""

    def start(*arguments, interpreter=("-m", "brushwork")):
        return subprocess.Popen(
            [sys.executable, *interpreter, *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONWARNINGS": "error", "COLUMNS": "100", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start
