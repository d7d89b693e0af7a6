"""Where a cut is: what follows it is painted anew; and where a frame stands in its shot."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.planning.pyramid import fit_size
from brushwork.video.clip import Pixels
from brushwork.video.motion import estimate_motion

#: Histograms of two frames of one shot have at least this part in common.
LEAST_COMMON = 0.6
#: Frames that are this different, on average of all levels, belong to two shots.
MOST_DIFFERENT = 40.0
#: A frame of which more than this part was not seen in the one before is of another shot; flow is
#: looked for at this long side.
MOST_UNSEEN, FLOW_SIDE = 0.6, 192
#: Levels of each colour that a histogram tells apart.
BINS = 8


@dataclass(frozen=True)
class Frame:
    """Where a frame stands in its film.

    Attributes
    ----------
    number
        Which one, from 0.
    shot
        The number of the first frame of its shot.
    last
        That of the last one.
    """

    number: int
    shot: int
    last: int


def is_cut(earlier: Pixels, later: Pixels) -> bool:
    """Tell whether two frames that follow each other are of different shots.

    They are if their colours are others, by the part that two histograms have in common, and their
    pixels are, too: a flash changes the colours but not a shot's edges, a pan the pixels but not
    the colours. Shots of one scene may have the same colours; then little of the one is seen in the
    other, however it moves.
    """
    small = [cv2.resize(one, (64, 36), interpolation=cv2.INTER_AREA) for one in (earlier, later)]
    difference = float(np.abs(small[0].astype(np.int16) - small[1]).mean())
    shares = [_count_colors(np.asarray(one, np.uint8)) for one in small]
    common = float(np.minimum(*shares).sum())
    recolored = common < LEAST_COMMON and difference > MOST_DIFFERENT / 2
    if recolored or difference > MOST_DIFFERENT:
        return True
    return difference > MOST_DIFFERENT / 4 and _measure_unseen(earlier, later) > MOST_UNSEEN


def _measure_unseen(earlier: Pixels, later: Pixels) -> float:
    """Give the part of a frame that one before it did not see."""
    height, width = fit_size(later.shape[0], later.shape[1], FLOW_SIDE)
    small = [
        cv2.resize(one, (width, height), interpolation=cv2.INTER_AREA) for one in (earlier, later)
    ]
    motion = estimate_motion(*(np.asarray(one, np.uint8) for one in small))
    return 1 - float(motion.visible.mean())


class ShotFinder:
    """Finds the frames with which a shot begins, while they go by.

    Attributes
    ----------
    starts
        The numbers of those that have been found; the first frame is one.
    """

    def __init__(self) -> None:
        self.starts: list[int] = []
        self._count = 0
        self._last: Pixels | None = None

    def look(self, pixels: Pixels) -> None:
        """Look at the next frame."""
        if self._last is None or is_cut(self._last, pixels):
            self.starts.append(self._count)
        self._count += 1
        self._last = pixels


def list_shots(starts: Sequence[int], count: int) -> list[range]:
    """Give the numbers of the frames of each shot, from those with which one begins."""
    return [range(*ends) for ends in itertools.pairwise([*starts, count])]


def _count_colors(pixels: Pixels) -> NDArray[np.float64]:
    counts = cv2.calcHist([pixels], [0, 1, 2], None, [BINS] * 3, [0, 256] * 3)
    return np.asarray(counts / (pixels.shape[0] * pixels.shape[1]), np.float64)
