"""OKLab (Ottosson 2020) and the map between two palettes (Pitié and Kokaram 2007) in NumPy.

Colours are arrays ``(3, N)`` of float64.
"""

from __future__ import annotations

import numpy as np


def to_oklab(srgb: np.ndarray) -> np.ndarray:
    """Turn sRGB into lightness, green to red, and blue to yellow, sums written out."""
    red, green, blue = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    long = np.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = np.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = np.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return np.stack(
        [
            0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
            1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
            0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
        ]
    )


def to_light(lab: np.ndarray) -> np.ndarray:
    """Turn OKLab into linear light with the inverse that Ottosson printed, to seven digits."""
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return np.stack(
        [
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        ]
    )


def most_chroma(lightness: float, hue: float, steps: int = 20000) -> float:
    """Walk from grey along one hue until a channel leaves [0, 1]."""
    chroma = np.linspace(0, 0.4, steps)
    lab = np.stack([np.full(steps, lightness), chroma * np.cos(hue), chroma * np.sin(hue)])
    light = to_light(lab)
    outside = ((light < -1e-6) | (light > 1 + 1e-6)).any(axis=0)
    return float(chroma[np.argmax(outside)])


def transport(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Give the Monge-Kantorovich map from covariance A to B in its other form.

    ``B^½ (B^½ A B^½)^-½ B^½`` is the same matrix as ``A^-½ (A^½ B A^½)^½ A^-½``.
    """
    root = square_root(there)
    gain: np.ndarray = root @ np.linalg.inv(square_root(root @ here @ root)) @ root
    return gain


def square_root(matrix: np.ndarray) -> np.ndarray:
    """Give the symmetric square root."""
    values, vectors = np.linalg.eigh(matrix)
    root: np.ndarray = vectors @ np.diag(np.sqrt(values)) @ vectors.T
    return root
