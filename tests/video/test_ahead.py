"""What comes into view is painted ahead, further than it is shown, and without a step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from brushwork.video import ahead
from brushwork.video.carrying import carry, make_ramp
from brushwork.video.filling import fill_unseen, keep_tone
from brushwork.video.folder import FilmFolder
from brushwork.video.motion import Motion, compose, estimate_motion
from brushwork.video.painted import Painted
from tests.video.clips import make_frames, pan


@pytest.mark.parametrize(("last", "most", "chosen"), [(99, 0.4, 20), (17, 0.4, 15), (99, 0.25, 15)])
def test_a_pan_is_painted_further_ahead_but_not_too_much_of_it(
    monkeypatch: pytest.MonkeyPatch, last: int, most: float, chosen: int
) -> None:
    """After 15 frames 22 of 100 columns are new, after 20 they are 29."""
    monkeypatch.setattr(ahead, "MOST_NEW", most)
    frames = pan(10 + max(ahead.FURTHER) + 1, 1.4, side=96)
    assert ahead.choose_ahead(frames.__getitem__, 0, 10, last) == chosen


def test_where_nothing_comes_into_view_no_frame_further_away_is_chosen() -> None:
    (pixels,) = make_frames(1, side=64)
    assert ahead.choose_ahead(lambda _: pixels, 0, 10, 99) == 10


def test_what_is_new_keeps_its_tone_and_its_strokes() -> None:
    columns = np.arange(128)
    strokes = np.broadcast_to(0.1 * (-1.0) ** columns, (128, 128))[..., None]
    start = np.full((128, 128, 3), 0.5, np.float32)
    known = np.ones((128, 128), np.float32)
    known[:, 64:] = 0
    painted = np.asarray(start + strokes + 0.2 * (columns >= 64)[:, None], np.float32)
    kept = keep_tone(painted, start, known)
    assert (kept[:, :64] == painted[:, :64]).all()
    assert np.abs(kept - start - strokes)[:, 64:].max() < 0.02


def test_colours_go_on_at_the_edge_of_what_is_known() -> None:
    content = np.full((64, 128, 3), 0.5, np.float32)
    painted, known = content.copy(), np.ones((64, 128), np.float32)
    painted[:, :60] -= 0.2
    painted[:, 60:80] += 0.2  # of the same content, beside what is new
    known[:, 80:] = 0
    filled = fill_unseen(content, np.where(known[..., None] > 0, painted, 0), known)
    assert np.abs(filled[:, 80:83] - 0.7).max() < 0.02


def test_what_was_painted_ahead_holds_less_and_less_to_its_rim() -> None:
    known, loose = np.zeros((16, 64), np.float32), np.zeros((16, 64), np.float32)
    known[:, :20], loose[:, 20:40] = 1, 1
    ramp = make_ramp(known, loose)[8]
    assert (ramp[:20] == 1).all()
    assert (ramp[40:] == 0).all()
    assert (np.diff(ramp[19:41]) < 0).all()
    assert ramp[29] + ramp[30] == pytest.approx(1, abs=0.01)


def test_what_was_painted_ahead_may_change_where_it_was_not_shown() -> None:
    (pixels,) = make_frames(1, side=64)
    here, there = np.zeros((64, 64), np.float32), np.zeros((64, 64), np.float32)
    here[:, :24] = 1
    motion = Motion(np.zeros((64, 64, 2), np.float32), here, there)
    shown, later = (Painted(np.full((64, 64, 3), v, np.uint16), pixels) for v in (9000, 50000))
    carried = carry(pixels, shown, motion, [], loose=later, lasting=True)
    assert np.abs(carried.start[4:-4, :20] - 9000 / 65535).max() < 1e-4
    assert np.abs(carried.start[4:-4, 30:] - 50000 / 65535).max() < 1e-2
    assert carried.trust[:, 30:].max() == 0


def test_even_areas_take_no_guess_where_none_is_wanted() -> None:
    (pixels,) = make_frames(1, side=64)
    none, everywhere = np.zeros((64, 64), np.float32), np.ones((64, 64), np.float32)
    motion = Motion(np.zeros((64, 64, 2), np.float32), none, everywhere)
    nearest = Painted(np.full((64, 64, 3), 9000, np.uint16), pixels)
    assert carry(pixels, nearest, motion, [], lasting=True).known.max() == 0


def test_motions_follow_each_other() -> None:
    first, second = (np.zeros((8, 32, 2), np.float32) for _ in range(2))
    first[..., 0], second[..., 0] = 3, 2
    seen, everywhere = np.ones((8, 32), np.float32), np.ones((8, 32), np.float32)
    seen[:, 20:] = 0
    both = compose(Motion(first, seen, everywhere), Motion(second, everywhere, seen))
    assert (both.backward[..., 0] == 5).all()
    assert (both.visible[0] == [1] * 18 + [0] * 14).all()  # what is at 18 was at 20 between
    assert (both.alike[0] == [1] * 20 + [0] * 12).all()


def test_a_frame_far_away_moves_by_way_of_one_between() -> None:
    frames = pan(21, 1, side=96)
    way = frames[10], estimate_motion(frames[20], frames[10])
    painted = Painted(np.zeros((96, 96, 3), np.uint16), frames[20], via=way)
    motion = painted.find_motion(frames[0])
    seen = motion.visible > 0
    assert seen[:, 24:].mean() > 0.8
    assert not seen[:, :18].any()
    assert np.abs(motion.backward[seen][:, 0] + 20).mean() < 0.5


def test_what_was_painted_ahead_goes_when_it_has_been_shown(tmp_path: Path) -> None:
    folder = FilmFolder.create(tmp_path / "work", {})
    for base in (0, 10, 20):
        folder.write_ahead(base, np.zeros((4, 4, 3), np.uint16))
    folder.remove_ahead(10)
    assert [folder.has_ahead(base) for base in (0, 10, 20)] == [False, True, True]
    folder.release()


def test_the_edge_of_the_first_frame_stays_behind() -> None:
    (pixels,) = make_frames(1, side=64)
    everywhere = np.ones((64, 64), np.float32)
    flow = np.zeros((64, 64, 2), np.float32)
    flow[..., 0] = 5
    first = Painted(np.zeros((64, 64, 3), np.uint16), pixels, rim=3)
    seen = first.saw(Motion(flow, everywhere, everywhere), None)
    assert seen[32, :63].tolist() == [1] * 56 + [0] * 7  # what is at 56 was at 61, of 64
    assert (seen[:, :56] == 1).all()  # above and below nothing moves away from the edge
