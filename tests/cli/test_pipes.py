"""``-``: pictures through pipes."""

from __future__ import annotations

import io
import subprocess
import sys

import PIL.Image
import pytest

from brushwork import images
from brushwork.recipe import Recipe

pytestmark = pytest.mark.slow

SMALL = ["--size", "48", "--effort", "0.25"]


def piped(folder, content, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "brushwork", *arguments],
        cwd=folder,
        input=content,
        capture_output=True,
        timeout=480,
    )


def test_a_photo_comes_in_and_a_picture_goes_out(folder):
    photo = (folder / "photo.jpg").read_bytes()
    outcome = piped(folder, photo, "stylize", "-", "ejiri", "-o", "-", *SMALL)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stderr.startswith(b"-  48\xc3\x9736")
    with PIL.Image.open(io.BytesIO(outcome.stdout)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (48, 36))
        assert Recipe.from_json(image.info["brushwork"]).content == "-"
        outcome = piped(folder, b"", "stylize", "photo.jpg", "ejiri", "-o", "file.png", *SMALL)
        assert outcome.returncode == 0, outcome.stderr
        with PIL.Image.open(folder / "file.png") as same:
            assert same.tobytes() == image.tobytes()


def test_a_picture_from_a_pipe_has_a_name(folder):
    photo = (folder / "photo.jpg").read_bytes()
    outcome = piped(folder, photo, "stylize", "-", "ejiri", *SMALL)
    assert outcome.returncode == 0, outcome.stderr
    assert (folder / "stdin-ejiri.png").is_file()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", b"is empty"), (b"no picture", b"not a picture"), ("cut", b"cut short")],
)
def test_what_is_no_photo_exits_with_2_and_nothing_goes_out(folder, content, complaint):
    content = (folder / "photo.jpg").read_bytes()[:5000] if content == "cut" else content
    outcome = piped(folder, content, "stylize", "-", "ejiri", "-o", "-", *SMALL)
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


def test_every_command_reads_its_photo_from_a_pipe(folder):
    photo = (folder / "photo.jpg").read_bytes()
    outcome = piped(folder, photo, "mask", "-", "--box", "100,50,300,200")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith("stdin-mask.png  1024×768, 7.6 % selected".encode())
    outcome = piped(folder, photo, "plan", "-", "ejiri", "--size", "48")
    assert outcome.returncode == 0, outcome.stderr
    assert "48×36 will take" in outcome.stdout.decode()
