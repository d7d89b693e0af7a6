"""The two-loop recursion of L-BFGS (Nocedal and Wright 2006, algorithm 7.4) in NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def times_inverse_hessian(
    vector: np.ndarray, pairs: Sequence[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """Give ``H · vector`` for pairs of steps and gradient changes, the oldest first."""
    result = vector.astype(np.float64).copy()
    weights = []
    for step, change in reversed(pairs):
        weight = step @ result / (change @ step)
        result -= weight * change
        weights.append(weight)
    last_step, last_change = pairs[-1]
    result *= (last_step @ last_change) / (last_change @ last_change)
    for (step, change), weight in zip(pairs, reversed(weights), strict=True):
        result += step * (weight - change @ result / (change @ step))
    return result
