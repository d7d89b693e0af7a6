"""Bad requests: one clear sentence, exit code 2, and nothing that was there is changed."""

from __future__ import annotations

import PIL.Image
import pytest

SMALL = ("--size", "64", "--effort", "0.25")


@pytest.fixture
def files(folder):
    (folder / "notes.jpg").write_text("this is no picture")
    (folder / "empty.png").touch()
    (folder / "half.jpg").write_bytes((folder / "photo.jpg").read_bytes()[:40_000])
    (folder / "album").mkdir()
    PIL.Image.new("RGB", (1, 1)).save(folder / "dot.png")
    PIL.Image.new("RGB", (1, 400)).save(folder / "line.png")
    PIL.Image.new("RGB", (16, 400)).save(folder / "narrow.png")
    return folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.jpg", "great-wave"], "missing.jpg"),
        (["kat", "great-wave"], "did you mean 'cat'"),
        (["cat", "missing.jpg"], "missing.jpg"),
        (["notes.jpg", "great-wave"], "notes.jpg"),
        (["empty.png", "great-wave"], "empty.png"),
        (["half.jpg", "great-wave"], "half.jpg"),
        (["album", "great-wave"], "album"),
        (["dot.png", "great-wave"], "16"),
        (["line.png", "great-wave"], "16"),
        (["narrow.png", "great-wave"], "use a size of at least"),
        (["cat", "great-wave:0"], "greater than 0"),
        (["cat", "great-wave:-1"], "greater than 0"),
        (["cat", "great-wave:nan"], "less than or equal to 1000"),
        (["cat"], "no painting was given"),
        ([], "PHOTO"),
        (["cat", "great-wave", "--size", "7"], "size was given as '7'"),
        (["cat", "great-wave", "--size", "big"], "size was given as 'big'"),
        (["cat", "great-wave", "--strength", "1.5"], "less than or equal to 1"),
        (["cat", "great-wave", "--effort", "9"], "less than or equal to 4"),
        (["cat", "great-wave", "--optimizer", "sgd"], "lbfgs"),
        (["cat", "great-wave", "--pooling", "median"], "average"),
        (["cat", "great-wave", "--style-layers", "conv9_1"], "there is no layer 'conv9_1'"),
        (["cat", "great-wave", "--style-layers", "conv1_1:x"], "above 0"),
        (["cat", "great-wave", "--init", "missing.png"], "missing.png"),
        (["cat", "great-wave", "--init", "astronaut"], "crop it"),
        (["cat", "great-wave", "--weights", "missing.pth"], "missing.pth"),
        (["cat", "great-wave", "--weights", "photo.jpg"], "state dict"),
        (["cat", "great-wave", "--sise", "7"], "--size"),
        (["--sise", "7", "cat", "great-wave"], "Unknown option: --sise. Did you mean --size?"),
        (["cat", "great-wave", "-o", "--quiet"], "looks like an option"),
        (["cat", "great-wave", "-o"], "-o requires an argument"),
        (["cat", "great-wave", "-o", "out.bmp"], ".png"),
        (["cat", "great-wave", "-o", "nowhere/out.png"], "nowhere"),
        (["cat", "great-wave", "-o", "album"], "album"),
    ],
)
def test_bad_requests_exit_with_2_and_one_sentence(brushwork, files, arguments, message):
    before = sorted(path.name for path in files.iterdir())
    outcome = brushwork("stylize", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.startswith("brushwork: ")
    assert outcome.err.count("\n") == 1
    assert sorted(path.name for path in files.iterdir()) == before


@pytest.mark.parametrize("device", ["cuda", "mps"])
def test_a_device_that_is_not_there_is_refused(brushwork, device, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    outcome = brushwork("demo", *SMALL, "--device", device)
    assert outcome.code == 2
    assert f"device '{device}' is not available here; use auto, or one of: cpu" in outcome.err


def test_an_existing_file_is_refused_before_the_work_starts(brushwork, folder, monkeypatch):
    monkeypatch.setattr(
        "brushwork.engine.run.load_weights", lambda *_: pytest.fail("work has started")
    )
    (folder / "cat-great-wave.png").write_bytes(b"precious")
    outcome = brushwork("demo", *SMALL)
    assert outcome.code == 2
    assert "cat-great-wave.png' exists; use --overwrite" in outcome.err
    assert (folder / "cat-great-wave.png").read_bytes() == b"precious"


def test_an_existing_file_is_replaced_when_that_is_asked_for(brushwork, folder):
    (folder / "cat-great-wave.png").write_bytes(b"old")
    assert brushwork("demo", *SMALL, "--overwrite").code == 0
    with PIL.Image.open(folder / "cat-great-wave.png") as painted:
        assert painted.size == (64, 48)


def test_transparency_and_jpeg_are_refused_before_the_work_starts(brushwork, folder, monkeypatch):
    monkeypatch.setattr(
        "brushwork.engine.run.load_weights", lambda *_: pytest.fail("work has started")
    )
    PIL.Image.new("RGBA", (64, 48), (200, 30, 30, 120)).save(folder / "glass.png")
    outcome = brushwork("stylize", "glass.png", "great-wave", *SMALL, "-o", "out.jpg")
    assert outcome.code == 2
    assert "transparency" in outcome.err


def test_a_photo_with_transparency_gives_a_picture_with_transparency(brushwork, folder):
    glass = PIL.Image.new("RGBA", (64, 48), (200, 30, 30, 255))
    glass.paste((0, 0, 0, 0), (0, 0, 32, 48))
    glass.save(folder / "glass.png")
    assert brushwork("stylize", "glass.png", "great-wave", *SMALL, "-o", "out.png").code == 0
    with PIL.Image.open(folder / "out.png") as painted:
        assert painted.mode == "RGBA"
        assert painted.getpixel((5, 20))[3] == 0
        assert painted.getpixel((60, 20))[3] == 255


@pytest.mark.parametrize("flag", ["--json", "--sidecar", "--no-recipe", "--depth=16"])
@pytest.mark.parametrize("command", ["grid --vary strength=0.3,0.5", "explain"])
def test_what_a_command_would_ignore_it_refuses(brushwork, command: str, flag: str) -> None:
    name, *flags = command.split()
    outcome = brushwork(name, "cat", "great-wave", *flags, flag)
    assert outcome.code == 2
    assert f"Unknown option: {flag.partition('=')[0]}" in outcome.err
