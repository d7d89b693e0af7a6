"""Beside the edge of what moves: what goes with it, what lies behind, what stays."""

from __future__ import annotations

import numpy as np

from brushwork.video.flattening import flatten
from brushwork.video.flow import find_flow
from brushwork.video.layers import part_layers
from brushwork.video.motion import estimate_motion
from tests.video.clips import make_frames
from tests.video.test_refining import load

#: Where a thing of this side is in the first of two frames, and how far it moves to the right.
PLACE, SIDE, STEP = (130, 180), 100, 5


def make_pair() -> tuple[list[np.ndarray], np.ndarray]:
    """Make two frames of a thing before a photo, and say where the second shows the thing."""
    back, thing = load("great-wall", (384, 288)), load("astronaut", (SIDE, SIDE))
    frames, shown = [], np.zeros(back.shape[:2], bool)
    for number in range(2):
        rows = slice(PLACE[0], PLACE[0] + SIDE)
        columns = slice(PLACE[1] + STEP * number, PLACE[1] + STEP * number + SIDE)
        frame = back.copy()
        frame[rows, columns] = thing
        frames.append(frame.astype(np.uint8))
    shown[rows, columns] = True
    return frames, shown


def find_beside(shown: np.ndarray, pixels: int) -> np.ndarray:
    """Say what lies so near to the edge of what is shown, on either side."""
    grown, shrunk = (
        np.array([np.roll(one, move, axis) for axis in (0, 1) for move in range(-pixels, pixels)])
        for one in (shown, ~shown)
    )
    return grown.any(axis=0) & shrunk.any(axis=0)


def test_beside_an_edge_each_pixel_has_one_of_the_two_motions() -> None:
    (before, now), shown = make_pair()
    motion = estimate_motion(before, now)
    seen = (motion.visible > 0) & find_beside(shown, 8)
    assert seen.sum() > 4000
    error = np.hypot(motion.backward[..., 0] + STEP * shown, motion.backward[..., 1])
    assert (error[seen] > 0.5).mean() < 0.02
    uncovered = np.zeros_like(shown)
    uncovered[PLACE[0] : PLACE[0] + SIDE, PLACE[1] : PLACE[1] + STEP] = True
    assert motion.visible[uncovered].mean() < 0.1


def test_at_half_the_size_little_beside_an_edge_is_doubted() -> None:
    (before, now), shown = make_pair()
    motion = estimate_motion(now, before, quick=True)  # what will be covered is seen there
    behind = np.zeros_like(shown)
    behind[PLACE[0] + 4 : PLACE[0] + SIDE - 4, PLACE[1] - 8 : PLACE[1]] = True
    assert motion.visible[behind].mean() > 0.9


def test_where_all_moves_as_one_nothing_is_parted() -> None:
    first, second = make_frames(2, side=96, step=3)
    grey = [np.asarray(one[..., 0]) for one in (second, first)]
    _, planes = flatten(*grey, find_flow(*grey))
    parted, where = part_layers(*grey, planes[0], planes[0])
    assert not where.any()
    assert (parted == planes[0]).all()


def test_a_wall_stays_where_it_is_while_something_moves_before_it() -> None:
    wall = np.linspace(150, 200, 384)[None, :, None] * np.ones((288, 384, 3))
    frames = []
    for number in range(2):
        frame = wall.copy()
        frame[90:190, 100 + 5 * number : 200 + 5 * number] = load("astronaut", (100, 100))
        frames.append(frame.astype(np.uint8))
    flow = estimate_motion(*frames).backward
    assert np.abs(flow[:, :80]).max() == np.abs(flow[:, 230:]).max() == 0
    assert abs(np.median(flow[110:170, 125:185, 0]) + 5) < 0.1


def test_a_sky_goes_with_the_land_before_a_camera_that_pans() -> None:
    sky = np.linspace(150, 180, 400)[None, :, None] * np.ones((100, 400, 3))
    scene = np.concatenate([sky, load("great-wall", (400, 188))]).astype(np.uint8)
    flow = estimate_motion(scene[:, :384], scene[:, 6:390]).backward
    assert np.abs(flow[10:80, 20:-20, 0] - 6).max() < 0.1


def test_what_comes_in_by_parts_of_a_pixel_was_not_seen() -> None:
    # Were it taken for the outermost that was, a slow pan would draw that out into stripes.
    photo = load("great-wall", (1552, 1152))
    frames = [
        photo[:, left : left + 1536].reshape(288, 4, 384, 4, 3).mean(axis=(1, 3)).astype(np.uint8)
        for left in (0, 1)  # a quarter of a pixel
    ]
    assert estimate_motion(*frames).visible[:, -1].mean() < 0.3
