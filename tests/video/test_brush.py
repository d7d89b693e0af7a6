"""What is new in a frame is asked for the style, with what is about it alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from brushwork.engine import recolor
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.options import Settings
from brushwork.video.brush import paint_only_new
from brushwork.video.carrying import Carried
from brushwork.video.run import make_film
from tests.video.test_films import list_painted, make_request


def test_what_is_new_makes_up_the_style_with_its_surroundings_alone() -> None:
    known = np.ones((64, 64), np.float32)
    known[:, 56:] = 0
    start = np.full((64, 64, 3), (0.2, 0.4, 0.6), np.float32)
    image = torch.zeros(1, 3, 64, 64)
    inputs = Inputs(content=image, styles=[StyleImage(image)])
    asked = paint_only_new(inputs, Carried(start, known, known, known))
    assert asked.mask is not None and asked.background is not None
    assert asked.mask[..., 56:].min() > 0.99
    assert asked.mask[..., :12].max() == 0  # what is shown there is what was carried
    assert asked.background[0, :, 9, 9].tolist() == pytest.approx([0.2, 0.4, 0.6])
    grey = paint_only_new(
        replace(inputs, colors=image), Carried(start, known, known, known)
    ).background
    assert grey is not None and (grey[:, 0] == grey[:, 2]).all()
    nothing_new = Carried(start, np.ones_like(known), known, known)
    assert paint_only_new(inputs, nothing_new).mask is None
    left = torch.ones(1, 1, 64, 64)
    left[..., :32, :] = 0
    masked = paint_only_new(replace(inputs, mask=left), Carried(start, known, known, known))
    assert masked.mask is not None and masked.mask[..., :32, :].max() == 0


@pytest.mark.usefixtures("tiny_network")
@pytest.mark.parametrize(("color", "used"), [("palette", "match_palette"), ("content", "to_grey")])
def test_paintings_are_recoloured_once_for_a_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, color: str, used: str
) -> None:
    settings = Settings.create(None, size=48, effort=0.25, color=color)
    recolored: list[tuple[int, ...]] = []
    move = getattr(recolor, used)

    def watch(pixels: torch.Tensor, *given: Any, **more: Any) -> torch.Tensor:
        recolored.append(tuple(pixels.shape[2:]))
        return move(pixels, *given, **more)

    events = make_film(make_request(tmp_path, settings=settings))
    next(events)  # it is planned by then
    monkeypatch.setattr(recolor, used, watch)
    list(events)
    assert len(list_painted(tmp_path / "work")) == 4
    assert len([size for size in recolored if size != (48, 48)]) == 1
