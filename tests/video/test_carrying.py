"""What a frame takes of others, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from brushwork.video.carrying import Carried, Painted, carry, hold, to_levels
from brushwork.video.filling import fill_unseen
from brushwork.video.motion import Motion
from tests.video.clips import make_frames


def test_what_is_new_has_the_colours_that_the_painting_gave_to_its_like() -> None:
    content = np.zeros((64, 64, 3), np.float32)
    content[:, :32], content[:, 32:] = (0.6, 0.2, 0.2), (0.2, 0.2, 0.6)
    painted = content.copy()
    painted[:, :32] += (0.1, 0.2, 0.0)
    painted[:, 32:] += (-0.1, 0.0, 0.3)
    known = np.ones((64, 64), np.float32)
    known[20:40, 8:56] = 0
    hidden = np.where(known[..., None] > 0, painted, 0).astype(np.float32)
    filled = fill_unseen(content, hidden, known)
    assert np.abs(filled - painted)[:, :31].max() < 0.01
    assert np.abs(filled - painted)[:, 33:].max() < 0.01
    assert (filled[known > 0] == painted[known > 0]).all()


def test_the_nearest_frame_goes_first_and_others_only_where_it_saw_nothing() -> None:
    (pixels,) = make_frames(1, side=64)
    visible = np.ones((64, 64), np.float32)
    visible[:, 40:] = 0
    motion = Motion(np.zeros((64, 64, 2), np.float32), visible, 0 * visible)
    nearest, other = (Painted(np.full((64, 64, 3), v, np.uint16), pixels) for v in (9000, 50000))
    carried = carry(pixels, nearest, motion, iter([other]))
    assert np.abs(carried.start[4:-4, 4:36] - 9000 / 65535).max() < 1e-4
    assert np.abs(carried.start[4:-4, 44:-4] - 50000 / 65535).max() < 1e-4
    assert carried.trust[4:-4, 4:36].min() > 0.99


def test_others_are_not_asked_for_where_nothing_is_missing() -> None:
    (pixels,) = make_frames(1, side=64)
    everywhere = np.ones((64, 64), np.float32)
    motion = Motion(np.zeros((64, 64, 2), np.float32), everywhere, everywhere)

    def ask() -> Iterator[Painted]:
        raise AssertionError("nobody needs it")
        yield

    carry(pixels, Painted(np.zeros((64, 64, 3), np.uint16), pixels), motion, ask())


def test_what_only_looks_alike_is_carried_without_trust() -> None:
    (pixels,) = make_frames(1, side=64)
    everywhere = np.ones((64, 64), np.float32)
    motion = Motion(np.zeros((64, 64, 2), np.float32), 0 * everywhere, everywhere)
    carried = carry(pixels, Painted(np.full((64, 64, 3), 9000, np.uint16), pixels), motion, [])
    assert carried.known[4:-4, 4:-4].min() == 1
    assert carried.trust.max() == 0


def test_a_frame_goes_a_fifth_of_the_way_where_it_is_trusted() -> None:
    start = np.full((2, 2, 3), 0.2, np.float32)
    trust = np.array([[1, 0], [0.5, 1]], np.float32)
    painted = to_levels(np.full((2, 2, 3), 0.7, np.float32))
    held = hold(painted, Carried(start, np.ones((2, 2), np.float32), trust), 20.0) / 65535
    expected = [[0.3, 0.7], [0.5, 0.3]]  # 20 / (20 + 5) of the way back to 0.2, times trust
    assert np.abs(held[..., 0] - expected).max() < 1e-4
