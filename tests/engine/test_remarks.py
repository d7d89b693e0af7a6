"""What is enlarged and what has a border is a note of the result; ``trim_style`` leaves it out."""

from __future__ import annotations

from typing import Any

import numpy as np
import PIL.Image
import pytest
import torch

import brushwork
from brushwork.engine.request import Request
from brushwork.errors import OptionError
from brushwork.options import Settings

PAINTING = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
FRAMED = np.full((80, 110, 3), 250, np.uint8)
FRAMED[5:65, 10:90] = PAINTING
PHOTO = PIL.Image.new("RGB", (100, 75), "teal")


def list_notes(content: Any, style: Any, **changes: Any) -> tuple[str, ...]:
    return Request.read(content, style, Settings.create(**changes)).prepare(CPU).notes


CPU = torch.device("cpu")


@pytest.mark.parametrize(("size", "noted"), [(100, False), (110, False), (111, True), (200, True)])
def test_a_result_larger_than_the_photo_is_told(size: int, noted: bool) -> None:
    notes = list_notes(PHOTO, "ejiri", size=size)
    words = f"the result, {size}×{round(size * 0.75)}, is larger than the photo, 100×75: "
    assert [note.startswith(words) for note in notes] == [True] * noted


@pytest.mark.parametrize(
    ("changes", "noted"),
    [
        ({"size": 160}, False),
        ({"size": 161}, True),
        ({"size": 320, "style_scale": 0.5}, False),
        ({"size": 100, "style_scale": 2}, True),
    ],
)
def test_a_style_image_much_smaller_than_the_result_is_told(
    changes: dict[str, Any], noted: bool
) -> None:
    notes = list_notes("cat", PAINTING, **changes)
    words = f"picture: 80×60 pixels are few for a result of {changes['size']}, so that its strokes"
    assert [note.startswith(words) for note in notes] == [True] * noted


def test_a_border_is_told_and_left_out_when_that_is_asked_for() -> None:
    what = "picture: a white border of 5, 20, 15, 10 pixels (top, right, bottom, left) "
    (kept,) = list_notes("cat", FRAMED, size=64)
    assert kept == what + (
        "is taken for a part of the painting; --trim-style / trim_style=True leaves it out"
    )
    (trimmed,) = list_notes("cat", FRAMED, size=64, trim_style=True)
    assert trimmed == what + "was left out"
    assert list_notes("cat", PAINTING, size=64, trim_style=True) == ()


def test_nothing_of_a_border_that_was_left_out_is_looked_at() -> None:
    part = np.zeros((80, 110), np.uint8)
    part[5:35, 10:90] = 255
    style = (FRAMED, {"part": part})
    settings = Settings.create(size=64, trim_style=True)
    (found,) = Request.read("cat", [style], settings).prepare(CPU).styles
    assert found.part is not None
    levels = (found.pixels[0].permute(1, 2, 0) * 255).round().numpy()
    np.testing.assert_array_equal(levels[:30], PAINTING[:30])
    # What the part leaves out has the mean colour of the part, without the border that lay in it.
    mean = PAINTING[:30].mean(axis=(0, 1))
    np.testing.assert_allclose(levels[30:], np.broadcast_to(mean, (30, 80, 3)), atol=0.51)
    np.testing.assert_array_equal(found.part[0, 0], part[5:65, 10:90] / 255)


def test_a_part_that_lies_in_the_border_that_is_left_out_is_refused() -> None:
    part = np.zeros((80, 110), np.uint8)
    part[:4] = 255
    request = Request.read(
        "cat", [(FRAMED, {"part": part})], Settings.create(size=64, trim_style=True)
    )
    with pytest.raises(OptionError, match="lies in the border that is left out"):
        request.prepare(CPU)


def test_a_texture_has_such_notes_too() -> None:
    settings = Settings.create(size=256)
    notes = Request.read(None, FRAMED, settings).prepare(CPU).notes
    assert len(notes) == 2 and "pixels are few" in notes[0] and "white border" in notes[1]


def test_the_result_has_the_notes_and_its_palette_is_the_paintings() -> None:
    how = {"size": 128, "color": "only"}
    result = brushwork.stylize(PHOTO, FRAMED, trim_style=True, **how)
    assert [note.split(":")[0].split(",")[0] for note in result.notes] == ["the result", "picture"]
    alone = brushwork.stylize(PHOTO, PAINTING, **how)
    framed = brushwork.stylize(PHOTO, FRAMED, **how)
    np.testing.assert_array_equal(result.array(), alone.array())
    assert np.abs(framed.array() - alone.array()).max() > 0.02
    assert result.recipe is not None and result.recipe.options["trim_style"] is True
