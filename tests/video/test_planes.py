"""Flow of which the planes are known."""

from __future__ import annotations

import numpy as np

from brushwork.video.planes import find_planes


def make_flow(sigma: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a noisy frame, its noisy flow, and the true one: a turn, and a patch that goes left."""
    noise = np.random.default_rng(0)
    rows, columns = np.mgrid[:96, :128].astype(np.float32)
    true = np.stack([1.5 - 0.01 * rows, -0.5 + 0.01 * columns], axis=2)
    true[30:70, 40:90] = (-4, 0)
    flow = true + noise.normal(0, sigma, true.shape)
    grey = noise.integers(0, 256, (96, 128), np.uint8)
    return grey, flow.astype(np.float32), true


def test_planes_are_found_below_the_noise_of_the_flow() -> None:
    grey, flow, true = make_flow(0.05)
    camera, patch = find_planes(grey, flow)
    outside = np.ones((96, 128), bool)
    outside[30:70, 40:90] = False
    assert np.abs(camera - true)[outside].max() < 0.05
    assert np.abs(patch - true)[30:70, 40:90].max() < 0.1


def test_what_hardly_moves_stands_still() -> None:
    grey, flow, true = make_flow(0.05)
    camera, *_ = find_planes(grey, flow - true + 0.02)
    assert not camera.any()


def test_without_texture_there_is_no_plane() -> None:
    _, flow, _ = make_flow(0.0)
    assert find_planes(np.full((96, 128), 7, np.uint8), flow) == []
