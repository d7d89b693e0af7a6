"""What stands still before a camera that does, whatever its grain, and stays so to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from brushwork.video.motion import estimate_motion
from brushwork.video.still import camera_stands, find_still, find_unmoved, keep_still
from tests.video.clips import pan


@pytest.mark.parametrize("noise", [0, 1, 3])
def test_grain_does_not_move_what_is_still(noise: float) -> None:
    anchor, now = pan(2, 0.0, side=96, noise=noise)
    now[8:32, 8:32] = (230, 40, 40)  # what moves is no reason to doubt the rest
    still = find_still(anchor, now)
    assert still[12:28, 12:28].max() == 0
    assert still[44:].min() == 1
    assert camera_stands(still, now, estimate_motion(anchor, now).backward)


def test_grain_moves_no_pixel_in_a_hundred_frames() -> None:
    anchor, *later = pan(100, 0.0, side=96, noise=3)
    assert min(find_still(anchor, now).min() for now in later) == 1


@pytest.mark.parametrize("step", [0.15, 0.3])
def test_a_slow_pan_is_none_that_stands(step: float) -> None:
    anchor, now = pan(2, step, side=96)
    still = find_still(anchor, now)
    assert still.mean() > 0.3  # it changes most pixels less than noise would
    backward = estimate_motion(anchor, now).backward
    assert not camera_stands(still, now, backward)
    assert find_unmoved(still, now, backward).mean() < 0.05


def test_the_still_stays_as_it_was_to_the_bit() -> None:
    anchor = np.full((40, 40, 3), 100, np.uint8)
    now = anchor.copy()
    now[::7, ::7] += 2  # grain
    now[10:20, 10:20] = 200
    still = find_still(anchor, now)
    assert still[10:20, 10:20].max() == 0 and still[28:, 28:].min() == 1
    before = np.random.default_rng(0).integers(0, 65536, (40, 40, 3), np.uint16)
    painted = np.random.default_rng(1).integers(0, 65536, (40, 40, 3), np.uint16)
    kept = keep_still(painted, before, still)
    assert (kept[still > 0] == before[still > 0]).all()
    assert (kept[12:18, 12:18] == painted[12:18, 12:18]).all()
