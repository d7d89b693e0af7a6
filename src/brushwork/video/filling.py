"""What comes into view begins in the colours that the painting gave to its like, and keeps them."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.levels import Plane

#: It is looked for in frames whose long side is so many pixels, …
LONG_SIDE = 128
#: … among at most so many places.
PLACES = 2048
#: So many places ask at once, for the sake of memory.
ASKED_AT_ONCE = 1024
#: Differences of colour, of 1, and of place, of the long side, that count as one.
COLOR, PLACE = 0.06, 0.2
#: What it misses so near the edge of what is known, in parts of the long side, is added beyond, …
RIM = 0.03
#: … less the further it is away, in parts of the long side, …
FADE = 0.5
#: … with the weights 1 / (d² + s²)², d the distance in pixels, s this.
SOFT = 2.0
#: Deviation of the blur, in parts of the long side, whose colours what is new keeps.
TONE = 0.03


def fill_unseen(content: Plane, painted: Plane, known: Plane) -> Plane:
    """Give an image to begin from: painted where that is known, and recoloured elsewhere.

    Parameters
    ----------
    content
        ``(H, W, 3)`` in [0, 1], the frame of the clip.
    painted
        ``(H, W, 3)`` in [0, 1], what is painted of it.
    known
        ``(H, W)`` in [0, 1], how far that holds.

    Returns
    -------
    Plane
        ``(H, W, 3)`` in [0, 1]: beside ``painted``, the content with the change of colour that
        the painting made where content of such a colour is known, the nearer the more.

    Notes
    -----
    The mean of all changes, with Gaussian weights (Nadaraya 1964; Watson 1964). What that misses at
    the edge of what is known goes on from there, by inverse distances (Shepard 1968), so that there
    is no step.
    """
    height, width = known.shape
    ratio = min(1.0, LONG_SIDE / max(height, width))
    small = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    seen = shrink(known, small)
    parts = np.maximum(seen, 1e-6)[..., None]
    before = np.asarray(shrink(content * known[..., None], small) / parts, np.float32)
    change = shrink((painted - content) * known[..., None], small) / parts
    here, places = np.argwhere(seen < 0.999), np.argwhere(seen > 0.5)
    if not len(here) or not len(places):
        return np.asarray(content + known[..., None] * (painted - content), np.float32)
    places = places[:: -(-len(places) // PLACES)]
    goal = shrink(content, small)
    asked = _describe(here, goal[here[:, 0], here[:, 1]], max(small))
    told = _describe(places, before[places[:, 0], places[:, 1]], max(small))
    found = change * (seen > 0.5)[..., None]
    values = change[places[:, 0], places[:, 1]]
    guess = _average(asked, told, values)
    rim = np.argwhere((seen > 0.5) & (measure_distance(seen >= 0.999) <= RIM * max(small)))
    if len(rim):
        beside = _describe(rim, before[rim[:, 0], rim[:, 1]], max(small))
        missed = change[rim[:, 0], rim[:, 1]] - _average(beside, told, values)
        guess += _continue(here, rim, np.asarray(missed, np.float32), FADE * max(small))
    found[here[:, 0], here[:, 1]] = guess
    whole = cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)
    filled = np.clip(content + whole, 0, 1)
    return np.asarray(filled + known[..., None] * (painted - filled), np.float32)


def keep_tone(painted: Plane, start: Plane, known: Plane) -> Plane:
    """Give what is new the colours that it began in, but for what is smaller than they are wide.

    Parameters
    ----------
    painted, start
        ``(H, W, 3)`` in [0, 1].
    known
        ``(H, W)`` in [0, 1], 0 where it is new.
    """
    blur = TONE * max(known.shape)
    new = (1 - known)[..., None].astype(np.float32)
    apart = cv2.GaussianBlur((start - painted) * new, (0, 0), blur)
    share = cv2.GaussianBlur(new, (0, 0), blur).reshape(new.shape)
    return np.asarray(painted + new * apart / np.maximum(share, 1e-3), np.float32)


def measure_distance(inside: NDArray[np.bool_]) -> Plane:
    """Give the distance of each pixel inside from what is outside, in pixels; 0 outside."""
    return np.asarray(cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 5), np.float32)


def shrink(plane: Plane, size: tuple[int, int]) -> Plane:
    """Give a plane at a smaller width and height, each of its pixels a mean."""
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)


def _describe(places: NDArray[np.int64], colors: Plane, side: int) -> Plane:
    """Give colour and place, each in its own unit, as rows."""
    return np.concatenate([colors / COLOR, places / (PLACE * side)], axis=1).astype(np.float32)


def _average(asked: Plane, told: Plane, values: NDArray[Any]) -> Plane:
    """Average values over all that is told, the more the nearer it is to what is asked."""
    averages = []
    for part in np.array_split(asked, -(-len(asked) // ASKED_AT_ONCE)):
        apart = (part**2).sum(1)[:, None] + (told**2).sum(1)[None] - 2 * part @ told.T
        weights = np.exp(-0.5 * (apart - apart.min(axis=1, keepdims=True)))
        averages.append(weights @ values / weights.sum(axis=1, keepdims=True))
    return np.asarray(np.concatenate(averages), np.float32)


def _continue(
    asked: NDArray[np.int64], told: NDArray[np.int64], values: Plane, fade: float
) -> Plane:
    """Let values go on from some places to others, and fade away from them."""
    found = []
    for part in np.array_split(asked.astype(np.float32), -(-len(asked) // ASKED_AT_ONCE)):
        apart = ((part[:, None] - told[None]) ** 2).sum(2, dtype=np.float32)
        weights = 1 / (apart + SOFT**2) ** 2
        near = np.exp(-apart.min(axis=1, keepdims=True) / fade**2)
        found.append(near * (weights @ values) / weights.sum(axis=1, keepdims=True))
    return np.asarray(np.concatenate(found), np.float32)
