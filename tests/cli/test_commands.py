"""Every documented line of the command line, with the real weights at the smallest sizes."""

from __future__ import annotations

import json
import re

import PIL.Image
import pytest

from brushwork import assets, cli
from brushwork.cli import COMMANDS
from brushwork.options import Settings
from brushwork.version import __version__

SMALL = ("--size", "64", "--effort", "0.25")


def painted(path):
    with PIL.Image.open(path) as image:
        image.load()
        return image


def test_demo_paints_the_cat_in_the_great_wave(brushwork, folder):
    outcome = brushwork("demo", *SMALL)
    assert outcome.code == 0
    assert painted(folder / "cat-great-wave.png").size == (64, 48)
    assert re.search(r"cat-great-wave\.png  64×48, \d+ s, style 0\.\d+, content", outcome.out)


def test_stylize_paints_files_and_keeps_the_aspect_ratio(brushwork, folder):
    outcome = brushwork(
        "stylize", "photo.jpg", "painting.jpg", "-o", "out.png", *SMALL, "--strength", "0.6"
    )
    assert outcome.code == 0
    assert painted(folder / "out.png").size == (64, 48)


def test_stylize_names_its_result_after_its_pictures(brushwork, folder):
    assert brushwork("stylize", "photo.jpg", "painting.jpg", *SMALL).code == 0
    assert (folder / "photo-painting.png").is_file()


def test_two_weighted_styles_as_json_lines(brushwork, folder):
    outcome = brushwork("stylize", "cat", "great-wave", "ejiri:2", *SMALL, "--json")
    assert outcome.code == 0
    assert outcome.err == ""
    events = [json.loads(line) for line in outcome.out.splitlines()]
    assert [event["event"] for event in events[:3]] == ["planned", "scale_started", "step"]
    first_step, finished = events[2], events[-1]
    assert {"total", "content", "style", "style.conv1_1"} <= set(first_step["losses"])
    assert finished["event"] == "finished"
    assert finished["output"] == "cat-great-wave-ejiri.png"
    assert (finished["width"], finished["height"]) == (64, 48)
    assert finished["options"]["size"] == 64
    assert (folder / finished["output"]).is_file()


@pytest.mark.parametrize("extension", ["png", "jpg", "webp", "tiff"])
def test_the_extension_chooses_the_format(brushwork, folder, extension):
    assert brushwork("demo", *SMALL, "-o", f"out.{extension}").code == 0
    expected = {"jpg": "JPEG"}.get(extension, extension.upper())
    assert painted(folder / f"out.{extension}").format == expected


def test_quiet_prints_nothing(brushwork, folder):
    outcome = brushwork("demo", *SMALL, "--quiet")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert (folder / "cat-great-wave.png").is_file()


def test_pictures_lists_every_built_in_picture_with_artist_source_and_licence(brushwork):
    outcome = brushwork("pictures")
    words = " ".join(outcome.out.split())
    assert outcome.code == 0
    for picture in assets.catalog():
        assert picture.name in words
        assert picture.artist.split()[-1] in words
        assert picture.licence in words


def test_version(brushwork):
    assert brushwork("--version").out.strip() == f"brushwork {__version__}"


def test_python_m_brushwork_is_the_same_command(process):
    out, err = process("--version").communicate()
    assert (out.strip(), err) == (f"brushwork {__version__}", "")


def test_help_shows_every_option_with_its_help(brushwork):
    words = " ".join(brushwork("stylize", "--help").out.replace("│", " ").split())
    for name in Settings.names():
        assert f"--{name.replace('_', '-')}" in words
        assert Settings.get_field(name).description in words


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]], ids=lambda words: words[0])
def test_help_and_version_load_no_command(process, arguments):
    assert list_loaded(process, *arguments) <= {"rich"}


@pytest.mark.parametrize(
    "arguments",
    [["pictures"], *([name, "--help"] for name in COMMANDS)],
    ids=lambda words: " ".join(words),
)
def test_pictures_and_the_help_of_a_command_do_not_load_torch(process, arguments):
    assert list_loaded(process, *arguments) <= {"rich", "pydantic"}


def list_loaded(process, *arguments):
    """Name the large packages that a command line loads."""
    script = (
        "import sys\nfrom brushwork.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n    large = {'numpy', 'PIL', 'pydantic', 'rich', 'torch'}\n"
        "    print(*large & set(sys.modules), file=sys.stderr)\n"
    )
    running = process(*arguments, interpreter=("-c", script))
    _, err = running.communicate()
    assert running.returncode == 0, err
    return set(err.split())


def look_where_torch_is_loaded(process, command, variable):
    """Give a variable of the environment of a command that is alone, when that comes to torch."""
    script = (
        "import os, sys\nfrom brushwork.cli import main\nfrom brushwork.system import process\n"
        "process._is_alone = lambda: True\n"
        f"os.environ.pop('{variable}', None)\n"  # of the process of the tests
        "class Watch:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'torch':\n"
        f"            sys.exit(os.environ.get('{variable}', 'unset'))\n"
        "sys.meta_path.insert(0, Watch())\n"
        f"main({command})\n"
    )
    out, err = process(interpreter=("-c", script)).communicate()
    assert out == ""
    return err.strip()


def test_the_process_is_prepared_before_torch_is_loaded(process):
    assert look_where_torch_is_loaded(process, ["demo"], "OMP_WAIT_POLICY") == "passive"


@pytest.mark.parametrize(("kept", "spins"), [("checkpoint.json", "10000"), ("film.json", "unset")])
def test_a_picture_that_is_gone_on_with_waits_awake_and_a_film_does_not(
    process, folder, kept, spins
):
    (folder / "work").mkdir()
    (folder / "work" / kept).write_text("{}")
    assert look_where_torch_is_loaded(process, ["resume", "work"], "GOMP_SPINCOUNT") == spins


@pytest.mark.parametrize(("command", "asked"), [("plan", True), ("batch", False), ("video", False)])
def test_only_what_ends_soon_waits_awake(monkeypatch, command, asked):
    calls = []
    monkeypatch.setattr(cli, "wait_awake_while_alone", lambda: calls.append(command))
    monkeypatch.setattr(cli, "prepare", lambda: None)
    with pytest.raises(SystemExit):
        cli.main([command, "--help"])
    assert bool(calls) == asked
