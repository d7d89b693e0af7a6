"""Every command where its output goes to a file or a pipe in an old code page."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tomllib

import PIL.Image
import pytest

import brushwork as library
from brushwork.cli import COMMANDS, main
from brushwork.cli._console import accept_every_sign
from brushwork.planning import networks, pyramid
from brushwork.report import explain

SMALL = ("--size", "48", "--effort", "0.25")
PHOTO = "größe·×.jpg"
#: How the stem of that name can be written: ASCII has none of its signs, code page 437 lacks the
#: cross alone, 1251 has the dot alone.
WRITTEN = {"ascii": "grosse.x", "cp437": "größe·x", "cp1251": "grosse·x"}
#: What is printed in the place of the name where the command prints no name.
NAMELESS = {
    "plan": "48x36 will take",
    "pictures": "Katsushika Hokusai",
    "studio": "brushwork studio: http://127.0.0.1:",
}
ARGUMENTS = {
    "stylize": (PHOTO, "ejiri", *SMALL),
    "texture": (PHOTO, *SMALL),
    "batch": (PHOTO, "größe·×-missing", "--style", "ejiri", "-o", "out", "--jobs", "1", *SMALL),
    "grid": (PHOTO, "ejiri", "--vary", "strength=0.3", *SMALL),
    "compare": (PHOTO, "ejiri", PHOTO, "--size", "64"),
    "explain": (PHOTO, "ejiri", *SMALL),
    "recipe": ("made.png",),
    "rerun": ("made.png", "-o", "größe·×-again.png"),
    "resume": ("kept", "-o", "größe·×-again.png"),
    "demo": ("-o", "größe·×.png", *SMALL),
    "plan": (PHOTO, "ejiri", *SMALL, "--verbose"),
    "pictures": (),
    "mask": (PHOTO, "--box", "100,50,300,200"),
    "video": ("clip", "ejiri", "-o", "größe·×", "--fps", "5", *SMALL),
    "studio": ("--port", "0", "--no-open", "--data", "größe·×"),
}
SLOW = {"explain", "studio", "video"}


@pytest.fixture
def named(folder, monkeypatch):
    """Give the photo its name, make a result and a run that was stopped, and hurry the rest."""
    shutil.move(folder / "photo.jpg", folder / PHOTO)
    for name, least in (("SEEN", 64), ("SMALL", 48), ("STEPS", 2)):
        monkeypatch.setattr(explain, name, least)
    for name in ("FEWEST_STEPS", "LEAST_LAST_STEPS"):
        monkeypatch.setattr(networks, name, 3)
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 3)
    return folder


@pytest.fixture
def made(named):
    library.stylize(PHOTO, "ejiri", size=48, effort=0.25).save("made.png")


@pytest.fixture
def stopped(named):
    events = library.iter_stylize(PHOTO, "ejiri", size=48, effort=0.25, checkpoint="kept")
    steps = (event for event in events if isinstance(event, library.StepTaken))
    next(steps), next(steps)
    events.close()


@pytest.fixture
def clip(named):
    pytest.importorskip("av")
    (named / "clip").mkdir()
    for number in range(2):
        PIL.Image.new("RGB", (48, 36), (9 * number, 90, 160)).save(f"clip/{number}.png")


@pytest.fixture
def serving_nobody(monkeypatch):
    uvicorn = pytest.importorskip("uvicorn")
    monkeypatch.setattr(uvicorn.Server, "run", lambda *_, **__: None)


NEEDED = {
    "recipe": "made",
    "rerun": "made",
    "resume": "stopped",
    "studio": "serving_nobody",
    "video": "clip",
}


def run_in(encoding, monkeypatch, *arguments):
    """Run a command whose two outputs are files of an encoding that refuses what it lacks."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, write_through=True) for _ in range(2))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
    return ended.value.code, *(one.buffer.getvalue().decode(encoding) for one in (out, err))


@pytest.mark.parametrize(
    ("sign", "written"),
    [("×", "x"), ("·", "."), ("ü", "u"), ("ß", "ss"), ("…", "..."), ("½", "?"), ("波", "?")],
)
def test_a_sign_is_written_by_its_likeness(sign, written):
    accept_every_sign()
    assert f"<{sign}>".encode("ascii", sys.stdout.errors) == f"<{written}>".encode()


def test_every_command_is_here():
    assert set(ARGUMENTS) == set(COMMANDS)


@pytest.mark.parametrize(
    "command",
    [pytest.param(one, marks=pytest.mark.slow if one in SLOW else ()) for one in ARGUMENTS],
)
@pytest.mark.parametrize("encoding", WRITTEN)
def test_no_sign_costs_a_command(encoding, command, named, monkeypatch, request):
    if command in NEEDED:
        request.getfixturevalue(NEEDED[command])
    code, out, err = run_in(encoding, monkeypatch, command, *ARGUMENTS[command])
    assert code == (1 if command == "batch" else 0), err  # where one photo is missing
    printed = err if command == "batch" else out
    assert NAMELESS.get(command, WRITTEN[encoding]) in printed
    assert "Traceback" not in err


@pytest.mark.parametrize("encoding", WRITTEN)
def test_no_sign_costs_an_error_its_sentence(encoding, named, monkeypatch):
    code, out, err = run_in(encoding, monkeypatch, "mask", PHOTO, "--box", "×")
    assert (code, out) == (2, "")
    assert err.startswith("brushwork: ") and "'x'" in err


def test_options_for_a_file_are_the_same_in_every_encoding(named, monkeypatch):
    shutil.copy(PHOTO, "größe·×😀.jpg")
    result = library.stylize(PHOTO, "ejiri", init="größe·×😀.jpg", size=48, effort=0.25)
    result.save("made.png")
    for encoding in (*WRITTEN, "utf-8"):
        _, out, _ = run_in(encoding, monkeypatch, "recipe", "made.png", "--toml")
        assert tomllib.loads(out)["init"] == "größe·×😀.jpg"


def test_brackets_in_a_name_are_no_markup(brushwork, folder):
    shutil.move(folder / "photo.jpg", folder / "photo[red].jpg")
    (folder / "a[").mkdir()
    outcome = brushwork(
        "stylize", "photo[red].jpg", "ejiri", "-o", "a[/b] :smile: [bold].png", *SMALL
    )
    assert outcome.code == 0
    assert outcome.out.startswith("a[/b] :smile: [bold].png  48×36")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes there alone")
@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"PYTHONIOENCODING": "ascii"}, b"caf\xe9-ux-mask.png  1024x768, 7.6 % selected"),
        ({"PYTHONIOENCODING": "cp437"}, b"caf\xe9-\x81x-mask.png  1024x768, 7.6 % selected"),
        (
            {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
            b"caf\xe9-\xc3\xbc\xc3\x97-mask.png  1024x768, 7.6 % selected",
        ),
    ],
    ids=["ascii", "cp437", "C locale"],
)
def test_a_process_in_such_a_place_names_a_file_by_its_bytes(folder, environment, expected):
    """A byte that is no text goes out as it came in; in the C locale all of the name is bytes."""
    name = b"caf\xe9-\xc3\xbc\xc3\x97.jpg"
    shutil.move(folder / "photo.jpg", os.fsencode(folder) + b"/" + name)
    outcome = subprocess.run(
        [sys.executable, "-m", "brushwork", "mask", name, "--box", "100,50,300,200"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith(expected)
