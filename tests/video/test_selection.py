"""Frames are counted before they are read, as they are picked when they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from brushwork.video.clip import ClipFrame
from brushwork.video.selection import Selection

NOTHING = np.zeros((1, 1, 3), np.uint8)


@pytest.mark.parametrize("frames", [0, 1, 2, 7, 40])
@pytest.mark.parametrize("every", [1, 2, 3, 50])
@pytest.mark.parametrize("rate", [None, "0.1", "3", "9.99", "10", "12.5", "240"])
def test_so_many_frames_are_picked(frames: int, every: int, rate: str | None) -> None:
    shown = Fraction(10)
    clip = (ClipFrame(number / shown, NOTHING) for number in range(frames))
    selection = Selection(rate=None if rate is None else Fraction(rate), every=every)
    picked = len(list(selection.pick(clip)))
    assert selection.count(frames / shown, shown) == picked
