"""Every documented line of the command line, with the real weights at the smallest sizes."""

from __future__ import annotations

import json
import re

import PIL.Image
import pytest

from brushwork import assets
from brushwork.options import Options
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
    for name, field in Options.model_fields.items():
        assert f"--{name.replace('_', '-')}" in words
        assert field.description in words


@pytest.mark.parametrize("arguments", [["--help"], ["stylize", "--help"], ["pictures"]])
def test_help_and_pictures_do_not_load_torch(process, arguments):
    script = (
        "import sys\nfrom brushwork.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n    assert 'torch' not in sys.modules, 'torch was loaded'\n"
    )
    running = process(*arguments, interpreter=("-c", script))
    _, err = running.communicate()
    assert (running.returncode, err) == (0, "")
