"""What a frame takes of others, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from brushwork.video.carrying import BESIDE, Carried, carry, hold
from brushwork.video.filling import fill_unseen
from brushwork.video.levels import to_levels
from brushwork.video.motion import Motion
from brushwork.video.painted import Painted
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


def test_what_lies_beside_what_is_new_is_that_of_the_frame_painted_ahead() -> None:
    # It was new itself a frame ago, and painted in a strip; further away all is as it was shown.
    (pixels,) = make_frames(1, side=64)
    visible = np.ones((64, 64), np.float32)
    visible[:, 40:] = 0
    motion = Motion(np.zeros((64, 64, 2), np.float32), visible, 0 * visible)
    nearest, other = (Painted(np.full((64, 64, 3), v, np.uint16), pixels) for v in (9000, 50000))
    first = 40 - BESIDE // 2
    for ahead, beside in ((False, 9000), (True, 50000)):
        carried = carry(pixels, nearest, motion, iter([replace(other, ahead=ahead)]))
        assert np.abs(carried.start[4:-4, 4:first] - 9000 / 65535).max() < 1e-4
        assert np.abs(carried.start[4:-4, first:40] - beside / 65535).max() < 1e-4


def test_what_the_clip_showed_is_not_carried_as_painted() -> None:
    (pixels,) = make_frames(1, side=64)
    everywhere, inside = np.ones((64, 64), np.float32), np.ones((64, 64), np.float32)
    inside[:, :20] = 0
    motion = Motion(np.zeros((64, 64, 2), np.float32), everywhere, everywhere)
    nearest = Painted(np.full((64, 64, 3), 9000, np.uint16), pixels, inside)
    carried = carry(pixels, nearest, motion, [])
    assert carried.known[4:-4, 4:18].max() == carried.trust[4:-4, 4:18].max() == 0
    assert carried.known[4:-4, 32:-4].min() == 1
    carried = carry(pixels, nearest, motion, [], inside=inside)  # nothing is wanted there
    assert carried.known[4:-4, 4:18].min() == 1
    assert carried.trust[4:-4, 4:18].max() == 0


def test_strokes_at_the_edge_of_a_mask_stay_there_until_it_leaves_them() -> None:
    (pixels,) = make_frames(1, side=64)
    everywhere, inside = np.ones((64, 64), np.float32), np.ones((64, 64), np.float32)
    inside[:, :20] = 0
    motion = Motion(np.zeros((64, 64, 2), np.float32), everywhere, 0 * everywhere)
    nearest = Painted(np.full((64, 64, 3), 9000, np.uint16), pixels, inside)
    assert nearest.saw(motion, inside)[8:-8, 20:].min() == 1
    left = nearest.saw(motion, everywhere)[8:-8]
    assert left[:, :24].max() == 0
    assert left[:, 24:-8].min() == 1


def test_of_a_soft_edge_only_what_is_painted_is_carried() -> None:
    (pixels,) = make_frames(1, side=64)
    inside = np.full((64, 64), 0.6, np.float32)
    mixed = to_levels(np.asarray(0.4 * pixels / 255 + 0.6 * 0.3, np.float32))
    motion = Motion(np.zeros((64, 64, 2), np.float32), inside * 0 + 1, inside * 0 + 1)
    carried = carry(pixels, Painted(mixed, pixels, inside), motion, [], inside=inside)
    assert np.abs(carried.start[4:-4, 4:-4] - 0.3).max() < 1e-3
    assert np.abs(to_levels(carried.show(pixels, inside).start) - mixed.astype(float)).max() < 99


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
    whole = np.ones((2, 2), np.float32)
    held = hold(painted, Carried(start, whole, whole, trust), 20.0) / 65535
    expected = [[0.3, 0.7], [0.5, 0.3]]  # 20 / (20 + 5) of the way back to 0.2, times trust
    assert np.abs(held[..., 0] - expected).max() < 1e-4
