"""What people hand over where an image, a file or a setting is wanted: each type, or a sentence."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork import images
from brushwork.engine.request import Request
from brushwork.errors import BrushworkError, ImageError, OutputError
from brushwork.options import Settings

LEVELS = np.zeros((48, 64), np.uint8)
LEVELS[12:36, 16:48] = 255
GREY = PIL.Image.fromarray(LEVELS)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a mask and a photo into the folder that is the home and the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    GREY.save("grey.png")
    return tmp_path


def prepare(**changes: Any) -> Any:
    options = {"size": 48, "effort": 0.25, **changes}
    request = Request.read("cat", "ejiri", Settings.create(None, **options))
    assert request.recipe().options
    return request.prepare(torch.device("cpu"))


@pytest.mark.parametrize(
    "given",
    [
        *("grey.png", Path("grey.png"), Path("~/grey.png"), "~/grey.png"),
        *(GREY, GREY.convert("1"), GREY.convert("RGB"), LEVELS, torch.tensor(LEVELS)[None]),
    ],
    ids=lambda given: type(given).__name__,
)
@pytest.mark.parametrize("name", ["mask", "init", "preserve"])
def test_a_source_is_whatever_an_image_may_be(name: str, given: Any) -> None:
    inputs = prepare(**{name: given}, preserve_weight=2)
    found = {"mask": inputs.mask, "init": inputs.start, "preserve": inputs.preserve}[name]
    corner = {"mask": 0.0, "init": 0.0, "preserve": 1.0}[name]
    middle = {"mask": 1.0, "init": 1.0, "preserve": 2.0}[name]
    assert found[0, 0, 0, 0] == pytest.approx(corner, abs=1e-6)
    assert found[0, 0, 24, 32] == pytest.approx(middle, abs=1e-6)


def test_settings_with_images_in_memory_are_written_without_them() -> None:
    settings = Settings.create(None, size=64, mask=LEVELS, init=GREY, preserve=Path("~/grey.png"))
    assert settings.to_toml() == 'size = 64\npreserve = "~/grey.png"\n'


def test_options_take_the_types_that_name_the_same() -> None:
    options = Settings.create(None, weights=Path("a.pth"), memory=4 * 10**9).options
    assert (options.weights, options.memory_budget) == ("a.pth", 4 * 10**9)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://example.com/a.jpg", "is an address, and nothing is downloaded here; save"),
        ("https://example.com/a.jpg:2", "is an address, and nothing is downloaded here; save"),
        ("smb://nas/photos/a.jpg", "is an address, and nothing is downloaded here; save"),
        ("data:image/png;base64," + "A" * 500, "is an address, and nothing is downloaded here"),
        ("file:///home/me/a%20b.jpg", "is the address of a file; give its path instead, "),
    ],
)
def test_an_address_has_a_sentence_of_its_own(address: str, words: str) -> None:
    for call in (lambda: images.read(address), lambda: brushwork.stylize("cat", address)):
        with pytest.raises(ImageError) as refused:
            call()
        assert words in str(refused.value)
        assert len(str(refused.value)) < 250
    if address.startswith("file:"):
        assert "'/home/me/a b.jpg'" in str(refused.value)


@pytest.fixture
def result() -> brushwork.Result:
    return brushwork.stylize("cat", "ejiri", size=48, color="only")


@pytest.mark.parametrize(
    ("extension", "depth", "encoding"),
    [(".png", 8, "PNG"), ("jpg", 8, "JPEG"), (".JPEG", 8, "JPEG"), ("tif", 16, "TIFF")],
)
def test_a_result_goes_into_an_open_file(
    result: brushwork.Result, extension: str, depth: Any, encoding: str
) -> None:
    buffer = io.BytesIO()
    assert result.save(buffer, extension=extension, depth=depth) is None
    with PIL.Image.open(buffer) as image:
        image.load()
        assert (image.format, image.size) == (encoding, (48, 36))


@pytest.mark.parametrize(
    ("target", "how", "words"),
    [
        (io.BytesIO(), {"extension": ".bmp"}, "has the extension .bmp; the allowed ones are .png"),
        (io.BytesIO(), {"extension": ""}, "has no extension"),
        (io.BytesIO(), {"extension": ".jpg", "depth": 16}, "cannot hold 16 bits"),
        (io.StringIO(), {}, "cannot be written to a StringIO; give a path, or a file that is open"),
        (None, {}, "cannot be written to a NoneType"),
        (b"out.png", {}, "cannot be written to a bytes"),
    ],
)
def test_what_takes_no_result_is_told(
    result: brushwork.Result, target: Any, how: dict[str, Any], words: str
) -> None:
    with pytest.raises(OutputError) as refused:
        result.save(target, **how)
    assert words in str(refused.value)


def test_a_transparent_result_is_no_open_jpeg() -> None:
    seen = GREY.convert("RGB")
    seen.putalpha(GREY)
    result = brushwork.stylize(seen, "ejiri", size=48, color="only")
    with pytest.raises(BrushworkError, match="would be a JPEG, which cannot keep"):
        result.save(io.BytesIO(), extension=".jpg")


def test_a_result_goes_home(result: brushwork.Result, home: Path) -> None:
    assert result.save(Path("~/out.png")) == home / "out.png"
    assert (home / "out.png").is_file()
