"""What comes into view has the strokes of what looks like it."""

from __future__ import annotations

import numpy as np

from brushwork.video.borrowing import borrow_strokes


def make_scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make a clip of three even fields, what is painted, and where it is known.

    The left field has upright strokes, the right one none; in each a part is new, and so is all of
    the field below, of a colour that is nowhere else.
    """
    content = np.zeros((128, 192, 3), np.float32)
    content[:, :96], content[:, 96:], content[112:] = (0.3, 0.5, 0.7), (0.8, 0.6, 0.2), 1.0
    known = np.ones((128, 192), np.float32)
    known[40:88, 30:66] = known[40:88, 126:162] = known[112:] = 0
    strokes = np.zeros_like(content)
    strokes[:, :96] = 0.1 * np.sin(np.arange(96) * 2 * np.pi / 8)[:, None]
    start = content * 0.5 + 0.25 + strokes * known[..., None]
    return content, start.astype(np.float32), known


def test_what_is_new_has_the_strokes_of_its_like_and_no_others() -> None:
    content, start, known = make_scene()
    painted, begun = borrow_strokes(content, start, known)
    striped, plain = painted[50:78, 40:56], painted[50:78, 136:152]
    assert np.abs(striped.mean() - start[50:78, 40:56].mean()) < 0.02  # its own colours
    assert 0.05 < striped.std(axis=1).mean() < 0.09  # 0.1 / √2, a wave's
    assert striped.std(axis=0).mean() < 0.02  # upright
    assert plain.std(axis=(0, 1)).max() < 0.02
    assert begun[50:78, 40:56].min() > 0.9


def test_what_is_known_stays_and_what_is_like_nothing_borrows_little() -> None:
    content, start, known = make_scene()
    painted, begun = borrow_strokes(content, start, known)
    assert (painted[known == 1] == start[known == 1]).all()
    assert (begun[known == 1] == 1).all()
    assert begun[120:].max() < 0.3


def test_a_frame_of_which_nothing_is_known_has_nothing_to_lend() -> None:
    content, start, known = make_scene()
    for part in (0 * known, known[:20, :20]):
        height, width = part.shape
        given = content[:height, :width], start[:height, :width], part
        painted, begun = borrow_strokes(*given)
        assert (painted == given[1]).all()
        assert (begun == part).all()


def test_what_is_not_painted_borrows_nothing_and_lends_nothing() -> None:
    content, start, known = make_scene()
    inside = np.ones_like(known)
    inside[:, 96:] = 0
    painted, begun = borrow_strokes(content, start, known * inside, inside)
    assert (painted[:, 96:] == start[:, 96:]).all()
    assert (begun[:, 96:] == 1).all()
    assert 0.05 < painted[50:78, 40:56].std(axis=1).mean() < 0.09
    nothing, _ = borrow_strokes(content, start, 0 * known, inside)
    assert (nothing == start).all()
