"""``brushwork grid``: a sheet that is whole or not there."""

from __future__ import annotations

import PIL.Image
import pytest

SMALL = ["--size", "48", "--effort", "0.25"]


def test_a_sheet_with_a_cell_for_every_pair_of_values(brushwork, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    vary = ["--vary", "strength=0.3,0.7", "--vary", "statistics=gram,covariance,histogram"]
    outcome = brushwork("grid", "cat", "great-wave", *vary, *SMALL)
    assert outcome.code == 0, outcome.err
    assert "6 cells" in outcome.out
    with PIL.Image.open(tmp_path / "cat-great-wave-grid.png") as sheet:
        assert sheet.width > 3 * 48
        assert sheet.height > 2 * 36


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vary", "strength=2"], "less than or equal to 1"),
        (["--vary", "strong=1"], "there is no option 'strong'"),
        (["--vary", "strength"], "varies nothing"),
        (["--vary", "color=only"], "paints nothing"),
        ([], "--vary"),
        (["--vary", "strength=0.5", "-o", "nowhere/grid.png"], "nowhere"),
    ],
)
def test_bad_requests_exit_with_2_and_leave_nothing(
    brushwork, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("grid", "cat", "great-wave", *arguments, *SMALL)
    assert outcome.code == 2
    assert message in outcome.err
    assert not list(tmp_path.glob("*.png"))
