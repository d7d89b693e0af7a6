"""The judge of pictures once more, in NumPy: Gaussian distances, and how places are alike."""

from __future__ import annotations

import numpy as np


def wasserstein(maps: np.ndarray, target: np.ndarray) -> float:
    """Give the Gaussian Wasserstein distance of ``(C, H, W)`` over the target's variance.

    By the eigenvalues of the product of both covariances (Olkin and Pukelsheim 1982).
    """
    here, there = (values.reshape(len(values), -1) for values in (maps, target))
    spread, wanted = np.cov(here, bias=True), np.cov(there, bias=True)
    crossed = np.sqrt(np.linalg.eigvals(spread @ wanted).real.clip(0)).sum()
    means = np.sum((here.mean(axis=1) - there.mean(axis=1)) ** 2)
    return float((means + np.trace(spread) + np.trace(wanted) - 2 * crossed) / np.trace(wanted))


def self_similarity(maps: np.ndarray) -> np.ndarray:
    """Give the cosines between all pairs of places of ``(C, 32, 32)``, features centred."""
    places = maps.reshape(len(maps), -1).T
    places = places - places.mean(axis=0)
    directions = places / np.linalg.norm(places, axis=1, keepdims=True)
    return directions @ directions.T


def pooled(maps: np.ndarray, side: int = 32) -> np.ndarray:
    """Average ``(C, H, W)``, whose sides are multiples of ``side``, down to that."""
    channels, height, width = maps.shape
    parts = maps.reshape(channels, side, height // side, side, width // side)
    return parts.mean(axis=(2, 4))
