"""``-``: pictures through pipes."""

from __future__ import annotations

import io
import subprocess
import sys

import PIL.Image
import pytest

from brushwork import images
from brushwork.cli import main
from brushwork.recipe import Recipe

pytestmark = pytest.mark.slow

SMALL = ["--size", "48", "--effort", "0.25"]


@pytest.fixture
def piped(folder, monkeypatch):
    """Run a command in this process, whose three streams are pipes."""

    def run(content, *arguments):
        streams = [io.TextIOWrapper(io.BytesIO(one), "utf-8") for one in (content, b"", b"")]
        with monkeypatch.context() as patch, pytest.raises(SystemExit) as stopped:
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, stream)
            main(arguments)
        written = []
        for stream in streams[1:]:
            stream.flush()
            written.append(stream.buffer.getvalue())
        return subprocess.CompletedProcess(arguments, stopped.value.code, *written)

    return run


def test_a_photo_comes_in_and_a_picture_goes_out(folder, brushwork):
    photo = (folder / "photo.jpg").read_bytes()
    command = [sys.executable, "-m", "brushwork", "stylize", "-", "ejiri", "-o", "-", *SMALL]
    outcome = subprocess.run(command, cwd=folder, input=photo, capture_output=True, timeout=480)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr.startswith(b"-  48\xc3\x9736")
    with PIL.Image.open(io.BytesIO(outcome.stdout)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (48, 36))
        assert Recipe.from_json(image.info["brushwork"]).content == "-"
        outcome = brushwork("stylize", "photo.jpg", "ejiri", "-o", "file.png", *SMALL)
        assert outcome.code == 0, outcome.err
        with PIL.Image.open(folder / "file.png") as same:
            assert same.tobytes() == image.tobytes()


def test_a_picture_from_a_pipe_has_a_name(folder, piped):
    photo = (folder / "photo.jpg").read_bytes()
    outcome = piped(photo, "stylize", "-", "ejiri", *SMALL)
    assert outcome.returncode == 0, outcome.stderr
    assert (folder / "stdin-ejiri.png").is_file()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", b"is empty"), (b"no picture", b"not a picture"), ("cut", b"cut short")],
)
def test_what_is_no_photo_exits_with_2_and_nothing_goes_out(folder, piped, content, complaint):
    content = (folder / "photo.jpg").read_bytes()[:5000] if content == "cut" else content
    outcome = piped(content, "stylize", "-", "ejiri", "-o", "-", *SMALL)
    assert (outcome.returncode, outcome.stdout) == (2, b"")
    assert b"standard input" in outcome.stderr and complaint in outcome.stderr


def test_lines_and_a_picture_do_not_share_the_output(brushwork):
    for flag in ("--json", "--sidecar"):
        outcome = brushwork("demo", "-o", "-", flag)
        assert outcome.code == 2
        assert "takes the picture alone" in outcome.err


def test_bytes_are_read_as_a_file_is(folder):
    file = folder / "photo.jpg"
    picture = images.read_bytes(file.read_bytes(), "photo", "-")
    assert (picture.pixels == images.read(file).pixels).all()
    assert (picture.name, picture.origin, picture.path) == ("photo", "-", None)


@pytest.mark.parametrize(
    "command",
    [
        ["grid", "cat", "ejiri", "--vary", "strength=0.1,0.9"],
        ["explain", "cat", "ejiri"],
        ["mask", "cat", "--box", "1,1,9,9"],
        ["compare", "cat", "ejiri", "cat"],
    ],
    ids=lambda command: command[0],
)
def test_commands_that_write_no_pipe_call_it_as_people_do(brushwork, folder, command):
    before = sorted(folder.iterdir())
    outcome = brushwork(*command, "-o", "-")
    assert outcome.code == 2
    assert "standard output ('-'); name a file" in outcome.err
    assert sorted(folder.iterdir()) == before


def test_every_command_reads_its_photo_from_a_pipe(folder, piped):
    photo = (folder / "photo.jpg").read_bytes()
    outcome = piped(photo, "mask", "-", "--box", "100,50,300,200")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith("stdin-mask.png  1024×768, 7.6 % selected".encode())
    outcome = piped(photo, "plan", "-", "ejiri", "--size", "48")
    assert outcome.returncode == 0, outcome.stderr
    assert "48×36 will take" in outcome.stdout.decode()
