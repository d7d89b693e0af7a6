"""Slopes by trying: central finite differences.

``(f(x + h) - f(x - h)) / 2h`` differs from the derivative by a term in h² and by rounding over h;
with h near the cube root of float64's precision both are about 1e-10 for well-scaled functions. A
ReLU or a maximum that switches between the two points spoils the slope there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

STEP = 6e-6


def slope(
    function: Callable[[np.ndarray], float],
    point: np.ndarray,
    index: tuple[int, ...],
    step: float = STEP,
) -> float:
    """Give the derivative of ``function`` by one entry of ``point``."""
    ahead, behind = point.copy(), point.copy()
    ahead[index] += step
    behind[index] -= step
    return (function(ahead) - function(behind)) / (2 * step)


def slopes(
    function: Callable[[np.ndarray], float],
    point: np.ndarray,
    indices: Iterable[tuple[int, ...]],
    step: float = STEP,
) -> np.ndarray:
    """Give the derivatives by several entries."""
    return np.array([slope(function, point, index, step) for index in indices])


def gradient(
    function: Callable[[np.ndarray], float], point: np.ndarray, step: float = STEP
) -> np.ndarray:
    """Give the derivatives by all entries, in the shape of ``point``."""
    return slopes(function, point, np.ndindex(point.shape), step).reshape(point.shape)
