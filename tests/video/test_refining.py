"""The motion of a plane between frames of a scene that has a formula."""

from __future__ import annotations

import numpy as np
import PIL.Image
import pytest
from numpy.typing import NDArray

from brushwork import assets
from brushwork.video.motion import estimate_motion
from brushwork.video.refining import measure_slopes, refine

HEIGHT, WIDTH = 96, 128


def show_scene(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Give what lies at places of a scene made of waves, so that nothing is interpolated."""
    noise = np.random.default_rng(1)
    across, down = noise.uniform(-0.5, 0.5, (2, 12))
    phases = noise.uniform(0, 2 * np.pi, 12)
    waves = [np.sin(a * x + b * y + c) for a, b, c in zip(across, down, phases, strict=True)]
    return np.rint(128 + 9 * np.sum(waves, axis=0)).astype(np.uint8)


def move(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give where a homography brings each pixel."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    x, y, w = (row[0] * columns + row[1] * rows + row[2] for row in matrix)
    return x / w, y / w


MOTIONS = {
    8: [[1.01, 0.004, 2.31], [-0.003, 0.99, -1.17], [1e-5, 2e-5, 1]],
    6: [[1.01, 0.02, -2.3], [-0.01, 0.98, 1.6], [0, 0, 1]],
    4: [[1.01, -0.02, 1.3], [0.02, 1.01, -2.6], [0, 0, 1]],
}


@pytest.mark.parametrize("freedom", MOTIONS)
def test_a_motion_that_is_a_tenth_of_a_pixel_off_is_found_to_a_hundredth(freedom: int) -> None:
    true = np.array(MOTIONS[freedom])
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    here, there = show_scene(*move(true)), show_scene(columns, rows)
    off = true + np.array([[0, 0, 0.1], [0, 0, -0.07], [0, 0, 0]])
    grid = np.stack([columns[::3, ::3].ravel(), rows[::3, ::3].ravel()], axis=1)
    places = grid.astype(np.float32)
    found = refine(off, freedom, measure_slopes(here), measure_slopes(there), places)
    apart = [np.hypot(*np.subtract(move(one), move(true))).max() for one in (off, found)]
    assert apart[0] > 0.1
    assert apart[1] < 0.01


def test_pixels_that_move_otherwise_do_not_count() -> None:
    true = np.array([[1, 0, 2.3], [0, 1, 0], [0, 0, 1.0]])
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    here, there = show_scene(*move(true)), show_scene(columns, rows)
    here[20:50, 30:60] = np.random.default_rng(2).integers(0, 256, (30, 30))
    places = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float32)
    off = true + np.array([[0, 0, 0.1], [0, 0, 0], [0, 0, 0]])
    found = refine(off, 8, measure_slopes(here), measure_slopes(there), places)
    assert np.hypot(*np.subtract(move(found), move(true))).max() < 0.02


def test_what_fits_no_better_is_not_taken() -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH].astype(float)
    noise = np.random.default_rng(3).integers(0, 256, (2, HEIGHT, WIDTH), np.uint8)
    places = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(np.float32)
    found = refine(np.eye(3), 8, *map(measure_slopes, noise), places)
    assert np.hypot(*np.subtract(move(found), move(np.eye(3)))).max() <= 3  # six rounds of a half
    nothing = np.zeros((0, 2), np.float32)
    assert np.array_equal(refine(np.eye(3), 8, *map(measure_slopes, noise), nothing), np.eye(3))


@pytest.mark.parametrize(
    ("scene", "part", "pan"), [("great-wall", 4, 5), ("great-wall", 4, 7), ("cat", 2, 7)]
)
def test_the_flow_of_a_pan_behind_something_that_moves_is_exact(
    scene: str, part: int, pan: int
) -> None:
    # Pixels are means of 4 by 4, or 2 by 2, so that steps of the photos are parts of one. As fitted
    # to dense flow, the first two are off by 0.012. In the last, motions are much alike: planes
    # that were fitted as loosely as to 0.4 pixels took both for one, and were off by 0.2.
    back, front = load(scene, (1024, 680)), load("astronaut", (300, 300))
    height, width = 680 // part, (1024 - pan) // part
    frames = []
    for number in range(2):
        frame = back[: part * height, pan * number :][:, : part * width].copy()
        frame[200:500, 300 - 5 * number : 600 - 5 * number] = front
        means = frame.reshape(height, part, width, part, 3).mean(axis=(1, 3))
        frames.append(np.rint(means).astype(np.uint8))
    backward = estimate_motion(*frames).backward
    away = backward[16:-16, 640 // part : -16]
    assert abs(float(np.median(away[..., 0])) - pan / part) < 0.005


def load(name: str, size: tuple[int, int]) -> NDArray[np.float64]:
    """Give a built-in photo of so many columns and rows."""
    found = assets.find(name)
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        return np.asarray(photo.convert("RGB").resize(size), float)
