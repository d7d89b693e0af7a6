"""Grey masks: what becomes of grey, of 0 and 1, of drawings, and of masks without use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import tifffile
import torch
from numpy.typing import NDArray

from brushwork import images
from brushwork.errors import OptionError
from brushwork.masks import grey


def test_a_mask_is_the_grey_of_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "mask.png"
    PIL.Image.linear_gradient("L").save(path)
    mask = grey.read_mask(str(path))
    assert mask.shape == (1, 1, 256, 256)
    assert mask[0, 0, :, 5].mul(255).round().tolist() == list(range(256))


def test_a_transparent_mask_is_black(tmp_path: Path) -> None:
    image = PIL.Image.new("RGBA", (20, 20), (255, 255, 255, 255))
    image.paste((255, 255, 255, 0), (0, 0, 10, 20))
    image.save(tmp_path / "mask.png")
    mask = grey.read_mask(str(tmp_path / "mask.png"))
    assert mask[0, 0, 3].tolist() == [0] * 10 + [1] * 10


def half() -> NDArray[np.bool_]:
    marked = np.zeros((20, 24), bool)
    marked[4:16, 6:20] = True
    return marked


def save_tiff(numbers: NDArray[np.generic], path: Path) -> Path:
    tifffile.imwrite(path, numbers, photometric="minisblack")
    return path


def save_png(numbers: NDArray[np.generic], path: Path) -> Path:
    PIL.Image.fromarray(numbers).save(path)
    return path


@pytest.mark.parametrize(
    "kind", ["u1", "u2", "u4", "i2", "i4", "f4", "png", "deep.png", "array", "I"]
)
def test_a_mask_of_0_and_1_marks_all_of_it(kind: str, tmp_path: Path) -> None:
    marked = half()
    source: images.Source
    match kind:
        case "png":
            source = save_png(marked.astype(np.uint8), tmp_path / "mask.png")
        case "deep.png":
            source = save_png(marked.astype(np.uint16), tmp_path / "mask.png")
        case "array":
            source = marked.astype(np.uint8)
        case "I":
            source = PIL.Image.fromarray(marked.astype(np.int32))
        case _:
            source = save_tiff(marked.astype(kind), tmp_path / "mask.tif")
    np.testing.assert_allclose(grey.read_mask(source)[0, 0].numpy(), marked, atol=1e-6)
    notes = grey.describe_mask(images.read(source))
    assert len(notes) == (kind != "f4")  # of which 1 is white anyway
    assert all("1 is white" in note or "1 counts as white" in note for note in notes)


@pytest.mark.parametrize("color", [0, 1])
@pytest.mark.parametrize("opacity", [255, 128])
def test_black_drawn_on_transparent_marks_what_is_drawn(color: int, opacity: int) -> None:
    levels = np.full((20, 24, 4), 255, np.uint8)  # hidden colours do not count
    levels[half(), :3] = color
    levels[..., 3] = half() * opacity
    source = PIL.Image.fromarray(levels)
    expected = half() * (opacity / 255)
    np.testing.assert_allclose(grey.read_mask(source)[0, 0].numpy(), expected, atol=1e-6)
    (note,) = grey.describe_mask(images.read(source))
    assert "drawn in black on transparent" in note


def test_grey_on_transparent_is_grey_times_alpha() -> None:
    levels = np.zeros((20, 24, 4), np.uint8)
    levels[half()] = (200, 200, 200, 100)
    levels[0] = (0, 0, 0, 255)
    source = PIL.Image.fromarray(levels)
    expected = half() * (200 / 255) * (100 / 255)
    np.testing.assert_allclose(grey.read_mask(source)[0, 0].numpy(), expected, atol=1e-6)
    assert grey.describe_mask(images.read(source)) == ()


@pytest.mark.parametrize("level", [0.0, 3 / 255])
def test_nothing_marked_is_refused(level: float) -> None:
    with pytest.raises(OptionError, match=r"the mask is black everywhere .* [03] of 255.*in white"):
        grey.check_marked(torch.full((1, 1, 9, 9), level), "the mask", "shall be painted")


def test_everything_marked_is_refused_where_it_says_nothing() -> None:
    white = torch.ones(1, 1, 9, 9)
    with pytest.raises(OptionError, match=r"the mask is white everywhere.*do without it"):
        grey.check_marked(white, "the mask", "shall be painted")
    assert grey.check_marked(white, "the region", "shall look like it", wholly=True) is white
    white[0, 0, 0, 0] = 0.99
    assert grey.check_marked(white, "the mask", "shall be painted") is white


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("option", ["--mask", "--preserve", "part"])
def test_the_command_refuses_a_useless_mask_with_2(
    level: int, option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from brushwork.cli import main

    mask = save_png(np.full((48, 64), level, np.uint8), tmp_path / "flat.png")
    with PIL.Image.open(images_path("cat")) as cat:
        cat.resize((64, 48)).save(tmp_path / "cat.png")
    style = f"ejiri,part={mask}" if option == "part" else "ejiri"
    more = [] if option == "part" else [option, str(mask)]
    target = tmp_path / "out.png"
    with pytest.raises(SystemExit) as ended:
        main(
            ["stylize", str(tmp_path / "cat.png"), style, *more, "-o", str(target), "--size", "48"]
        )
    assert ended.value.code == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "black everywhere" in told if level == 0 else "white everywhere" in told
    assert not target.exists()


def images_path(name: str) -> Path:
    from brushwork import assets

    found = assets.find(name)
    assert found is not None
    return found.path
