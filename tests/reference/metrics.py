"""The judge of pictures once more, in NumPy: Gaussian distances, and how places are alike."""

from __future__ import annotations

import numpy as np


def wasserstein(
    maps: np.ndarray,
    target: np.ndarray,
    weights: np.ndarray | None = None,
    target_weights: np.ndarray | None = None,
) -> float:
    """Give the Gaussian Wasserstein distance of ``(C, H, W)`` over the target's variance.

    By the eigenvalues of the product of both covariances (Olkin and Pukelsheim 1982). Places count
    by weights ``(H, W)``.
    """
    here, there = (values.reshape(len(values), -1) for values in (maps, target))
    counts = [None if one is None else one.ravel() for one in (weights, target_weights)]
    spread = np.cov(here, bias=True, aweights=counts[0])
    wanted = np.cov(there, bias=True, aweights=counts[1])
    crossed = np.sqrt(np.linalg.eigvals(spread @ wanted).real.clip(0)).sum()
    mean = np.average(here, axis=1, weights=counts[0])
    means = np.sum((mean - np.average(there, axis=1, weights=counts[1])) ** 2)
    return float((means + np.trace(spread) + np.trace(wanted) - 2 * crossed) / np.trace(wanted))


def self_similarity(maps: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Give the cosines between all pairs of places of ``(C, 32, 32)``, features centred."""
    places = maps.reshape(len(maps), -1).T
    counts = None if weights is None else weights.ravel()
    places = places - np.average(places, axis=0, weights=counts)
    directions = places / np.linalg.norm(places, axis=1, keepdims=True)
    return directions @ directions.T


def pooled(maps: np.ndarray, side: int = 32) -> np.ndarray:
    """Average ``(C, H, W)``, whose sides are multiples of ``side``, down to that."""
    channels, height, width = maps.shape
    parts = maps.reshape(channels, side, height // side, side, width // side)
    return parts.mean(axis=(2, 4))
