"""Optical flow where it is known exactly, and what the frame before cannot have seen."""

from __future__ import annotations

import numpy as np

from brushwork.video.flow import warp
from brushwork.video.motion import compute_visibility, estimate_motion
from tests.video.clips import make_frames
from tests.video.test_refining import load


def test_a_pan_is_found_and_warped_back() -> None:
    first, second = make_frames(2, side=96, step=3)
    motion = estimate_motion(first, second)
    inside = motion.backward[16:-16, 16:-16]
    # What lies at x was at x + 3 in the frame before.
    assert np.abs(np.median(inside, axis=(0, 1)) - [3, 0]).max() < 0.2
    moved = warp(first.astype(np.float32), motion.backward, sharp=True)
    seen = motion.visible > 0
    assert seen[16:-16, 16:-16].mean() > 0.8
    assert np.abs(moved - second)[seen].mean() < 3
    assert motion.visible[:, -2:].max() == 0  # it came in at the right


def test_flow_that_does_not_return_is_not_trusted() -> None:
    forward, backward = np.zeros((20, 30, 2), np.float32), np.zeros((20, 30, 2), np.float32)
    assert compute_visibility(forward, backward).min() == 1
    backward[5:15, 10:20, 0] = 4.0  # but forward says that nothing moved
    found = compute_visibility(forward, backward)
    assert found[7:13, 12:18].max() == 0
    assert found[:3].min() == 1
    forward[:, :, 0], backward[:, :, 0] = -4.0, 4.0
    assert compute_visibility(forward, backward)[:, :25].min() == 1
    assert compute_visibility(forward, backward)[:, 26:].max() == 0  # from beyond the frame


def test_even_areas_look_alike_whatever_their_flow() -> None:
    (texture,) = make_frames(1, side=32)
    frames = np.full((2, 96, 96, 3), 128, np.uint8)
    frames[0, 30:62, 20:52], frames[1, 30:62, 32:64] = texture, texture
    alike = estimate_motion(*frames).alike
    even = np.zeros((96, 96), bool)
    even[12:84, 12:84] = True  # nearer to the edge a guess may lead out of the frame
    even[22:70, 12:72] = False
    assert alike[even].min() == 1


def test_what_a_thing_uncovers_is_seen_in_a_later_frame_and_not_in_the_one_before() -> None:
    back, thing = load("cat", (512, 384)), load("astronaut", (128, 128))
    frames = []
    for place in (300, 304, 328):
        frame = back.copy()
        frame[200:328, place : place + 128] = thing
        frames.append(frame.astype(np.uint8))
    before, now, after = frames
    strip = slice(210, 318), slice(300, 303)  # but for what touches the thing
    assert estimate_motion(before, now).visible[strip].mean() < 0.15
    assert estimate_motion(after, now).visible[strip].mean() > 0.95
