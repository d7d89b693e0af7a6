"""Which frames belong together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from brushwork.video.shots import ShotFinder, list_shots
from tests.video.clips import make_frames, pan


def find_shots(frames: Iterable[np.ndarray]) -> list[range]:
    finder, given = ShotFinder(), list(frames)
    for pixels in given:
        finder.look(pixels)
    return list_shots(finder.starts, len(given))


def test_a_shot_ends_where_the_next_begins() -> None:
    light = [255 - frame for frame in make_frames(3)]
    frames = [*make_frames(4), *light, *make_frames(1)]
    assert find_shots(frames) == [range(4), range(4, 7), range(7, 8)]


def test_a_pan_is_one_shot_and_so_is_a_frame() -> None:
    assert find_shots(pan(9, 3)) == [range(9)]
    assert find_shots(pan(1, 3)) == [range(1)]
