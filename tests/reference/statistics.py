"""Other ways than Gram matrices to say that two clouds of features are alike, in NumPy.

Features are rows: arrays ``(positions, channels)`` of float64; weights ``(positions,)`` sum to 1.
"""

from __future__ import annotations

import numpy as np


def mean(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the weighted mean of the rows."""
    return sum(weight * row for weight, row in zip(weights, features, strict=True))


def covariance(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the weighted mean of the outer products of what differs from the mean."""
    centred = features - mean(features, weights)
    return sum(weight * np.outer(row, row) for weight, row in zip(weights, centred, strict=True))


def covariance_loss(mean_here, spread_here, mean_there, spread_there) -> float:
    """Give the mean of both relative squared errors."""
    means = np.sum((mean_here - mean_there) ** 2) / np.sum(mean_there**2)
    spreads = np.sum((spread_here - spread_there) ** 2) / np.sum(spread_there**2)
    return float((means + spreads) / 2)


def wasserstein_loss(mean_here, spread_here, mean_there, spread_there) -> float:
    """Give the Gaussian Wasserstein distance over the variance there.

    By the eigenvalues of the plain product of both covariances, which is not symmetric but has the
    eigenvalues of ``T^½ Σ T^½`` (Olkin and Pukelsheim 1982).
    """
    crossed = np.linalg.eigvals(spread_here @ spread_there).real.clip(0)
    bures = np.trace(spread_here) + np.trace(spread_there) - 2 * np.sqrt(crossed).sum()
    return float((np.sum((mean_here - mean_there) ** 2) + bures) / np.trace(spread_there))


def neighbours_loss(features: np.ndarray, weights: np.ndarray, sample: np.ndarray) -> float:
    """Give the mean squared distance to the most similar of the sample over the sample's variance.

    Similar is what points into the same direction, seen from the sample's mean.
    """
    middle = sample.mean(axis=0)
    distances = []
    for row in features:
        cosines = [
            np.dot(row - middle, other - middle) / np.linalg.norm(other - middle)
            for other in sample
        ]
        distances.append(np.sum((row - sample[int(np.argmax(cosines))]) ** 2))
    return float(np.dot(weights, distances) / sample.var(axis=0).sum())


def transport_cost(here: np.ndarray, there: np.ndarray) -> float:
    """Give the squared Wasserstein distance of two histograms with bins at whole numbers.

    By the rule of the northwest corner: the leftmost mass that is left here goes to the leftmost
    mass that is left there.
    """
    here, there = here.copy(), there.copy()
    cost, i, j = 0.0, 0, 0
    while i < len(here) and j < len(there):
        amount = min(here[i], there[j])
        cost += amount * (i - j) ** 2
        here[i] -= amount
        there[j] -= amount
        if here[i] <= 1e-15:
            i += 1
        else:
            j += 1
    return cost
