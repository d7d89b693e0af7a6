"""Which frames belong together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from brushwork.video.shots import ShotFinder, is_cut, list_shots
from tests.video.clips import make_frames, pan
from tests.video.test_refining import load


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


def test_shots_of_one_scene_are_told_apart_by_what_is_seen_in_both() -> None:
    photo = load("great-wall", (192, 144))
    mirrored, shaken = photo[:, ::-1], np.roll(photo, (3, 9), (0, 1))
    flashed = np.minimum(photo * 1.05 + 8, 255)
    frames = {
        name: np.ascontiguousarray(one.astype(np.uint8))
        for name, one in (
            ("here", photo),
            ("there", mirrored),
            ("shaken", shaken),
            ("flashed", flashed),
        )
    }
    apart = {n: np.abs(f.astype(float) - frames["here"]).mean() for n, f in frames.items()}
    assert 10 < apart["shaken"] < 40 and 10 < apart["flashed"] < 40 and apart["there"] > 20
    assert is_cut(frames["here"], frames["there"])
    assert not is_cut(frames["here"], frames["shaken"])
    assert not is_cut(frames["here"], frames["flashed"])
