"""Strokes for what comes into view, borrowed from where the clip looks alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from brushwork.video.filling import shrink
from brushwork.video.levels import Plane

#: They are looked for in frames whose long side is so many pixels, …
LONG_SIDE = 192
#: … by blocks of this side, every half of it.
BLOCK = 16
#: What is narrower than this there is too narrow for a stroke.
STRIP = 5
#: Strokes are what is finer than a blur of this deviation, in parts of the long side.
TONE = 0.04
#: How much it counts that a block goes on where others end, beside how alike the clip looks, …
OVERLAP = 0.1
#: … and, squared, how much that it is as far away as the long side.
FAR = 0.1
#: How much, squared, it counts that a block near by was lent before: strokes that are repeated make
#: a pattern.
AGAIN = 0.06
#: Root mean square difference in the clip, of 1, at which a block gives 1 / e of its strokes.
ALIKE = 0.15
#: Where blocks overlap, the nearer middle counts by this power.
SHARP = 4

#: The upper left corner of a block: row and column.
Corner = tuple[int, int]


@dataclass(frozen=True)
class _Loan:
    """A block, where its strokes come from, and how alike the clip looks, in [0, 1]."""

    to: Corner
    source: Corner
    likeness: float


def borrow_strokes(
    content: Plane, start: Plane, known: Plane, inside: Plane | None = None
) -> tuple[Plane, Plane]:
    """Give what is new the strokes of places that look like it, in its own colours.

    Parameters
    ----------
    content
        ``(H, W, 3)`` in [0, 1], the frame of the clip.
    start
        ``(H, W, 3)`` in [0, 1]: painted where that is known, and of about its colours elsewhere.
    known
        ``(H, W)`` in [0, 1], how far it is painted.
    inside
        ``(H, W)`` in [0, 1], what of it is to be painted; None for all.

    Returns
    -------
    tuple
        ``(H, W, 3)`` in [0, 1]: ``start`` with strokes; and ``(H, W)`` in [0, 1], how far it has
        them, 1 where it is known or not to be painted.

    Notes
    -----
    Image quilting (Efros and Freeman 2001) led by a second picture (Hertzmann and others 2001), the
    block of which most is known first (Criminisi, Pérez and Toyama 2004): of the places wholly
    known, the one at which the mean square difference of the clip where the block is new, that of
    the strokes where it is not, and the way there are least, weighted.
    """
    height, width = known.shape
    ratio = min(1.0, LONG_SIDE / max(height, width))
    small = (max(1, round(width * ratio)), max(1, round(height * ratio)))
    begun = known.astype(np.float32)
    if inside is not None:
        begun[inside == 0] = 1
    if min(small) < 2 * BLOCK:
        return start, begun
    new = shrink(begun, small) <= 0.99
    corners = _list_new(new)
    if not corners:
        return start, begun
    tone = cv2.GaussianBlur(start, (0, 0), TONE * max(height, width))
    strokes = start - tone
    looks, finer, seen = (shrink(one, small) for one in (content, strokes, known))
    loans = list(_find_loans(looks, finer, seen, new, corners))
    if not loans:
        return start, begun
    lent, share = _spend(loans, strokes, (height / small[1], width / small[0]))
    part = ((1 - begun) * share)[..., None]
    mixed = start + part * (tone + lent - start)
    return np.asarray(np.clip(mixed, 0, 1), np.float32), begun + part[..., 0]


def _find_loans(
    content: Plane, strokes: Plane, known: Plane, new: NDArray[np.bool_], left: list[Corner]
) -> Iterator[_Loan]:
    """Find where each block at a corner that is left borrows, the most known first."""
    height, width = known.shape
    have = known > 0.99
    whole = cv2.erode(have.astype(np.uint8), np.ones((BLOCK, BLOCK), np.uint8), anchor=(0, 0))
    free = whole[: height - BLOCK + 1, : width - BLOCK + 1] > 0
    if not free.any():
        return
    strokes = strokes.copy()
    rows, columns = np.indices(free.shape)
    lent = np.zeros(free.shape, np.float32)
    while left:
        to = max(left, key=lambda corner: int(have[_cut(corner)].sum()))
        left.remove(to)
        part = _cut(to)
        apart = _compare(content, content[part], new[part])
        away = np.hypot(rows - to[0], columns - to[1]) / max(height, width)
        cost = apart + FAR**2 * away + AGAIN**2 * lent
        if have[part].any():
            cost += OVERLAP * _compare(strokes, strokes[part], have[part])
        row, column = divmod(int(np.where(free, cost, np.inf).argmin()), free.shape[1])
        lent[(np.abs(rows - row) < BLOCK // 2) & (np.abs(columns - column) < BLOCK // 2)] += 1
        yield _Loan(to, (row, column), float(np.exp(-apart[row, column] / ALIKE**2)))
        strokes[part] = np.where(have[part][..., None], strokes[part], strokes[_cut((row, column))])
        have[part] = True


def _spend(loans: list[_Loan], strokes: Plane, scale: tuple[float, float]) -> tuple[Plane, Plane]:
    """Lay the blocks out at the whole size: the strokes, and how alike the clip looks there."""
    lent, likeness = np.zeros_like(strokes), np.zeros(strokes.shape[:2], np.float32)
    weights = np.full(strokes.shape[:2], 1e-9, np.float32)
    rows, columns = (round(BLOCK * one) for one in scale)
    for loan in loans:
        to, source = (
            tuple(round(at * one) for at, one in zip(corner, scale, strict=True))
            for corner in (loan.to, loan.source)
        )
        high = min(rows, strokes.shape[0] - max(to[0], source[0]))
        wide = min(columns, strokes.shape[1] - max(to[1], source[1]))
        window = np.outer(_make_window(high), _make_window(wide))
        here = np.s_[to[0] : to[0] + high, to[1] : to[1] + wide]
        there = strokes[source[0] : source[0] + high, source[1] : source[1] + wide]
        lent[here] += window[..., None] * there
        likeness[here] += window * loan.likeness
        weights[here] += window
    return lent / weights[..., None], likeness / weights


def _compare(image: Plane, block: Plane, where: NDArray[np.bool_]) -> Plane:
    """Give the mean square difference of a block, over a part of it, at every place."""
    mask = np.repeat(where.astype(np.float32)[..., None], image.shape[2], axis=2)
    found = cv2.matchTemplate(image, np.ascontiguousarray(block), cv2.TM_SQDIFF, mask=mask)
    return np.asarray(np.maximum(found, 0) / max(mask.sum(), 1), np.float32)


def _list_new(new: NDArray[np.bool_]) -> list[Corner]:
    """Give the corners of blocks with room for strokes, each overlapped by half by the next."""
    rows, columns = (
        sorted({*range(0, side - BLOCK + 1, BLOCK // 2), side - BLOCK}) for side in new.shape
    )
    wide = cv2.morphologyEx(new.astype(np.uint8), cv2.MORPH_OPEN, np.ones((STRIP, STRIP), np.uint8))
    corners = ((row, column) for row in rows for column in columns)
    return [corner for corner in corners if wide[_cut(corner)].any()]


def _cut(corner: Corner) -> tuple[slice, slice]:
    return slice(corner[0], corner[0] + BLOCK), slice(corner[1], corner[1] + BLOCK)


def _make_window(side: int) -> Plane:
    return np.asarray(np.hanning(side + 2)[1:-1] ** SHARP, np.float32)
